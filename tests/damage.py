"""Files that are damaged, or made by somebody who means harm: `python -m tests.damage 10000 [SEED]` tries so many."""

import io
import json
import random
import struct
import sys
import tempfile
import time
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nnmath.archive import archive_bytes, read_archive

MEGABYTES = 20
HUGE = (10**12, 2**40, 10**18 - 1, 10**9)


def flipped(content: Any, rng: Any, _: Any) -> Any:
    """Some wrong bits."""
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 10, 100))):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def cut(content: Any, rng: Any, _: Any) -> Any:
    """The beginning, or the end, or without a part in the middle."""
    start, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
    return rng.choice((content[:end], content[start:], content[:start] + content[end:]))


def inserted(content: Any, rng: Any, _: Any) -> Any:
    """Some bytes too many, at the beginning, at the end or between."""
    where = rng.choice((0, len(content), rng.randrange(len(content))))
    return content[:where] + rng.randbytes(rng.choice((1, 4, 100, 10_000))) + content[where:]


def overwritten(content: Any, rng: Any, _: Any) -> Any:
    """A number of the archive's own tables, replaced by a large one: sizes, positions, counts."""
    where = rng.randrange(content.rindex(b"PK\x01\x02"), len(content) - 4)
    value = rng.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0", rng.randbytes(4)))
    return content[:where] + value + content[where + 4 :]


def foreign(content: Any, rng: Any, _: Any) -> Any:
    """Something else altogether."""
    return rng.choice((b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), rng.randbytes(5000), content * 2, b"\0" * 5000))


def packed(members: Any, method: Any = zipfile.ZIP_STORED) -> Any:
    """Make an archive of members as they are, names that are there twice included."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def members_of(content: Any) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(member.filename, archive.read(member)) for member in archive.infolist()]


def swapped(content: Any, rng: Any, _: Any) -> Any:
    """Members in each other's place, or too many of them, or of odd names."""
    members = members_of(content)
    i, j = rng.sample(range(len(members)), 2)
    (a, one), (b, other) = members[i], members[j]
    change = rng.randrange(5)
    if change == 0:
        members[i], members[j] = (a, other), (b, one)
    elif change == 1:
        del members[i]
    elif change == 2:
        members.append((rng.choice(("../x.npy", "/etc/x.npy", "", "x", "x.npy/", "a" * 300 + ".npy", "ü.npy")), one))
    elif change == 3:
        members[i] = (a, content)  # an archive in the archive
    else:
        members += [(f"x{n}.npy", one[:128]) for n in range(rng.choice((1, 10, 100, 100, 100, 12_000)))]
    return packed(members)


def claimed(content: Any, rng: Any, _: Any) -> Any:
    """A header that claims what is not there, in a member whose checksum is right."""
    members = members_of(content)
    i = rng.randrange(len(members))
    name, member = members[i]
    shapes = (f"({n},)" for n in HUGE), (f"({n}, {n})" for n in HUGE), (f"(0, {n})" for n in HUGE), ("()", "(-1,)")
    shape = rng.choice(
        [shape for kind in shapes for shape in kind] + ["(" * 60, "(1,) * 10**9", "(" + "1, " * 70 + ")"]
    )
    kind = rng.choice(
        ("'<f8'", "'<U0'", "'<U1'", "'|O'", "'|S0'", "'|V0'", "[('a', '<f8')]", "'<M8[s]'", "'<c16'", "'>f8'")
    )
    header = f"{{'descr': {kind}, 'fortran_order': {rng.choice((True, False))}, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    version = rng.choice((b"\x01\x00", b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x09"))
    length = struct.pack("<H" if version[0] == 1 else "<I", rng.choice((len(header), len(header), 0, 65_535)))
    members[i] = (name, b"\x93NUMPY" + version + length + header + rng.choice((member[128:], b"", bytes(100))))
    return packed(members)


def bomb(content: Any, rng: Any, _: Any) -> Any:
    """A small file that would be a large one."""
    zeros = io.BytesIO()
    np.lib.format.write_array(zeros, np.zeros(rng.choice((10, 10**4, 10**4, 10**4, 10**6))))
    members = members_of(content)
    members[rng.randrange(len(members))] = (members[0][0], zeros.getvalue())
    return packed(members, zipfile.ZIP_DEFLATED)


def pickled(content: Any, rng: Any, arrays: Any) -> Any:
    """An object, which only pickle could read."""
    file = io.BytesIO()
    np.savez(file, **{**arrays, rng.choice([*arrays]): np.array([print, {}], dtype=object)})
    return file.getvalue()


def retyped(content: Any, rng: Any, arrays: Any) -> Any:
    """An array of another type, or shape, or with other numbers in it."""
    name = rng.choice([*arrays])
    array = arrays[name]
    others = [array[None], array.ravel()[:-1], np.repeat(array, 2, 0) if array.ndim else array[None, None]]
    if array.dtype.kind == "U":
        text = array.ravel().view("u4").copy()
        text[rng.randrange(len(text))] = rng.choice((0, 7, 0xD800, 0x110000, 2**32 - 1, 0x1F600))
        others += [text.view(array.dtype).reshape(array.shape), np.array(3), array.astype(f"U{10 * array.itemsize}")]
    else:
        others += [array.astype(kind) for kind in ("f4", "i8", "U20", "c16", "f2", "?", "<M8[s]", ">f8")]
        others += [np.full_like(array, value) for value in (0, -1, 1, np.inf, np.nan) if array.dtype.kind == "f"]
        others += [np.full_like(array, value) for value in (0, -1, 2**62) if array.dtype.kind == "i"]
    return stored({**arrays, name: rng.choice(others)})


def stored(arrays: Any) -> Any:
    """Make an archive as NumPy does, of types that ours refuses, too."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


#: What no text of a file should hold.
ODD_VALUES: tuple[Any, ...] = (None, -1, 2**200, 1e300, "x", [], {"state": {}})


def reworded(content: Any, rng: Any, arrays: Any) -> Any:
    """Another version, another word, or wrong JSON."""
    name = rng.choice([name for name, array in arrays.items() if array.dtype.kind == "U" and array.shape == ()])
    text = str(arrays[name])
    words = [text[:-1], text + "0", text[:-1] + "2", text + " ", "", "\n", "nnmath model 99", "nnmath checkpoint 99"]
    words += ["null", "[]", "{}", "[" * 10_000, "1" * 5000, "NaN", '{"a": ' * 2000, "é\x1b[31m"]
    try:
        whole = json.loads(text)
        key = rng.choice([*whole])
        words += [json.dumps({**whole, key: value}) for value in ODD_VALUES] * 2
        words.append(json.dumps({k: v for k, v in whole.items() if k != key}))
    except ValueError:
        pass
    return archive_bytes({**arrays, name: np.array(rng.choice(words))})


DAMAGES = (
    flipped, cut, inserted, overwritten, foreign, swapped, claimed, bomb, pickled, retyped, reworded,
)  # fmt: skip


def try_some(path: Any, load: Any, equal: Any, count: Any, seed: Any) -> Any:
    """Damage a good file in many ways; each is read as it was, or refused in a sentence that names it.

    Returns
    -------
    refused, read : int
        How many were refused, and how many were read: equal to the good one, or with a value in it that is as good.
    peak : int
        The most bytes that reading one of them took.
    slowest : float
        The most seconds of the processor.
    """
    rng, good, arrays = random.Random(seed), path.read_bytes(), read_archive(path, "file")
    first = load(path)
    refused = read = peak = 0
    slowest = 0.0
    for n in range(count):
        damage = DAMAGES[n % len(DAMAGES)]
        path.unlink()
        path.write_bytes(damage(good, rng, arrays))
        start = time.process_time()  # of this process: other programs may be busy
        tracemalloc.start()
        try:
            found = load(path)
        except ValueError as error:
            said = str(error)
            assert said.startswith(f"{path}: "), (n, damage, said)
            assert said.count("\n") == 0, (n, damage, said)
            assert len(said) < 600, (n, damage, said)
            said.encode()
            refused += 1
        else:
            read += 1
            assert damage in (swapped, retyped, reworded) or equal(found, first), (n, damage)
        finally:
            peak = max(peak, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            slowest = max(slowest, time.process_time() - start)
    path.write_bytes(good)
    return refused, read, peak, slowest


def main() -> None:
    from tests.test_damaged_files import checkpoint_case, model_case

    count, seed = int(sys.argv[1]), int([*sys.argv, "1"][2])
    cases: tuple[Any, ...] = (model_case, checkpoint_case)
    for make in cases:
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            path, load, equal = make(Path(folder))
            found = try_some(path, load, equal, count, seed)
            print(make.__name__, *found, f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
