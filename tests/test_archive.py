"""Archives of arrays: what is put in comes out, the same gives the same bytes, and what is not ours is refused."""

import errno
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from nnmath.archive import ArchiveError, archive_bytes, read_archive, read_members
from tests.damage import packed

KINDS = st.sampled_from(["<f4", "<f8", ">f8", "<i8", "|u1", "|b1", "<U3", ">U2"])
SHAPES = arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=2)  # a lone surrogate is no character
ARRAYS = KINDS.flatmap(lambda kind: arrays_of.arrays(kind, SHAPES, elements=TEXT if "U" in kind else None))


def npy(header: Any, content: Any = b"", version: Any = b"\x01\x00") -> Any:
    header = header.encode() + b"\n"
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + content


def described(kind: Any = "<f8", shape: Any = "(1,)", order: Any = "False") -> Any:
    return f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}"


@settings(max_examples=30)
@given(st.dictionaries(st.from_regex(r"[A-Za-z_]\w{0,9}", fullmatch=True).filter(str.isascii), ARRAYS, max_size=5))
def test_what_is_put_in_comes_out(arrays: Any) -> None:
    content = io.BytesIO(archive_bytes(arrays))
    found = read_members(content)
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert found[name].shape == array.shape
        assert found[name].dtype == array.dtype.newbyteorder("=")
        assert found[name].flags.writeable
        np.testing.assert_array_equal(found[name], array)
    content.seek(0)
    with np.load(content, allow_pickle=False) as theirs:
        assert set(theirs) == set(arrays)
    theirs = io.BytesIO()
    np.savez(theirs, **arrays)
    assert set(read_members(theirs)) == set(arrays)


def test_the_same_arrays_give_the_same_bytes_in_any_order() -> None:
    one = archive_bytes({"a": np.ones(3), "b": np.array("text")})
    assert one == archive_bytes({"b": np.array("text"), "a": np.asfortranarray(np.ones(3))})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_objects_are_not_written() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        archive_bytes({"a": np.array([{}], dtype=object)})


ONE = npy(described(), bytes(8))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"a,b\n1,2\n", "it does not begin as an .npz file does"),
        (packed([("a.npy", ONE)])[:-9], "it is truncated: its end is missing"),
        (packed([("a.npy", ONE)], zipfile.ZIP_DEFLATED), "a.npy is compressed"),
        (packed([("a.npy", ONE), ("a.npy", ONE)]), "a.npy is there twice"),
        (packed([("../a.npy", ONE)]), "'../a.npy' is no name of an array"),
        (packed([("a.txt", ONE)]), "'a.txt' is no name of an array"),
        (packed([(f"a{i}.npy", b"") for i in range(10_001)]), "it holds 10,001 arrays, and 10,000 are allowed"),
        (packed([("a.npy", b"")]), "a.npy is no array of numbers or text"),
        (packed([("a.npy", npy(described("|O"), bytes(8)))]), "a.npy is no array of numbers or text"),
        (packed([("a.npy", npy(described("<U0"), b""))]), "a.npy is no array of numbers or text"),
        (packed([("a.npy", npy(described(), bytes(8), b"\x02\x00"))]), "a.npy is no array of numbers or text"),
        (packed([("a.npy", npy("__import__('os')"))]), "a.npy is no array of numbers or text"),
        (packed([("a.npy", npy(described(shape="(1000000000000,)"), bytes(8)))]), "a.npy claims the shape"),
        (packed([("a.npy", npy(described(shape="(0, 1000000000000)")))]), "a.npy claims the shape"),
        (packed([("a.npy", npy(described(shape="(2,)"), bytes(15)))]), "a.npy claims the shape .* holds 15 bytes"),
        (packed([("a.npy", npy(described("<U1"), b"\xff\xff\xff\xff"))]), "a.npy holds characters that are none"),
        (packed([("a.npy", npy(described("<U1"), b"\0\xd8\0\0"))]), "a.npy holds characters that are none"),
        (packed([("a.npy", npy(described("|b1"), b"\x02"))]), "a.npy holds truth values that are neither"),
    ],
)
def test_what_is_no_archive_of_ours_is_refused_and_said_why(tmp_path: Path, content: Any, reason: Any) -> None:
    path = tmp_path / "some.npz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=rf"^{path}: no toy, or a damaged one \(.*{reason}"):
        read_archive(path, "toy")


def test_a_file_that_cannot_be_read_is_not_called_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "nothing.npz", "toy")
    path = tmp_path / "some.npz"
    path.write_bytes(packed([("a.npy", ONE)]))

    def failing(*_: Any) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(zipfile.ZipFile, "read", failing)
    with pytest.raises(OSError, match="Input/output error"):
        read_archive(path, "toy")
