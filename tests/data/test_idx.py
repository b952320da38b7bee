"""The IDX reader believes no header: whatever the bytes, a sentence or the right array, and little memory."""

import gzip
import io
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.data import idx
from nnmath.data.idx import IDXError, parse_idx, read_idx

ENTRIES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def content(array: Any, shape: Any = None, magic: Any = None) -> Any:
    """Make an IDX file; its header may claim another shape, or begin with other bytes."""
    shape = array.shape if shape is None else shape
    start = bytes([0, 0, 8, len(shape)]) if magic is None else magic
    return start + struct.pack(f">{len(shape)}I", *shape) + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_a_file_comes_back_as_it_was_written(tmp_path: Path, pack: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(content(ENTRIES)))
    found = read_idx(path, 3)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, ENTRIES)


def test_chunks_join(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "CHUNK", 5)
    path = tmp_path / "file"
    path.write_bytes(content(ENTRIES))
    np.testing.assert_array_equal(read_idx(path, 3), ENTRIES)


BAD = {
    "nothing": (b"", "begins with 00 00 08 03, got nothing"),
    "something else": (b"\x89PNG and so on", "begins with 00 00 08 03, got 89 50 4e 47"),
    "labels for images": (content(ENTRIES.ravel()), "begins with 00 00 08 03, got 00 00 08 01"),
    "another type": (content(ENTRIES, magic=b"\0\0\x0d\3"), "begins with 00 00 08 03, got 00 00 0d 03"),
    "cut off in the header": (content(ENTRIES)[:9], "cut off in the header, after 9 bytes"),
    "cut off": (content(ENTRIES)[:-1], r"claims 24 bytes, of shape \(2, 3, 4\), and 23 follow"),
    "trailing": (content(ENTRIES) + b"\0", r"more bytes follow than the 24 of shape \(2, 3, 4\)"),
    "fewer than claimed": (content(ENTRIES, (9, 3, 4)), "claims 108 bytes, .* and 24 follow"),
    "10^12 images": (content(ENTRIES, (2**32 - 1, 28, 2**32 - 1)), "claims 516,508,833,.* are the most that are read"),
    "a gzip header and no more": (b"\x1f\x8b", "ended before the end-of-stream marker"),
    "gzip cut off": (gzip.compress(content(ENTRIES))[:-9], "ended before the end-of-stream marker"),
    "gzip of another day": (gzip.compress(content(ENTRIES))[:-8] + bytes(8), "CRC check failed"),
    "gzip with wrong bits": (b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + b"\xff" * 40, "Error -3 while decompressing"),
    "gzip and trailing bytes": (gzip.compress(content(ENTRIES)) + b"more", "Not a gzipped file"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_right_is_refused_in_a_sentence(tmp_path: Path, name: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(BAD[name][0])
    with pytest.raises(IDXError, match=rf"file: .*{BAD[name][1]}"):
        read_idx(path, 3)


def peak_of_reading(path: Any) -> Any:
    tracemalloc.start()
    with pytest.raises(IDXError):
        read_idx(path, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_claim_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(ENTRIES, (2**16, 28, 28)))  # less than the largest, and not there
    assert peak_of_reading(path) < 2**21  # a chunk and the buffer of the file


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content(np.zeros(0, np.uint8), (4, 1, 1)) + bytes(2**24), 1))
    assert peak_of_reading(path) < 2**21  # a chunk and the buffer of the file


def damaged(rng: Any) -> Any:
    """Take a right file, plain or gzipped, and change bytes of it, cut it off, join it or put noise in its place."""
    data = bytearray(content(ENTRIES))
    packed = rng.random() < 0.5
    if not packed or rng.random() < 0.5:
        data = mutated(rng, data)
    return bytes(data if not packed else mutated(rng, bytearray(gzip.compress(bytes(data), 1))))


def mutated(rng: Any, data: Any) -> Any:
    for _ in range(rng.integers(1, 4)):
        kind = rng.integers(5)
        if kind == 0 and data:
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        elif kind == 1 and len(data) > 4:
            data[rng.integers(4, min(16, len(data)))] = 255
        elif kind == 2:
            del data[rng.integers(len(data) + 1) :]
        elif kind == 3:
            data += rng.bytes(rng.integers(1, 40))
        elif kind == 4:
            place = rng.integers(len(data) + 1)
            data[place : place + 4] = rng.bytes(4)
    return data


def test_10_000_damaged_files_are_refused_or_read_as_their_header_says() -> None:
    rng, refused = np.random.default_rng(0), 0
    tracemalloc.start()
    for _ in range(10_000):
        file = io.BytesIO(damaged(rng))
        try:
            found = parse_idx(idx.unzipped(file), 3)
            assert found.ndim == 3
            assert found.nbytes <= 2**10
        except (IDXError, OSError, EOFError, zlib.error):
            refused += 1
    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()
    assert 5000 < refused < 10_000
