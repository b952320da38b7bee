"""Archives of arrays: .npz files, which NumPy alone can read, made and read without pickle.

A file may be damaged, or made by somebody who means harm. What is read here is no program, and takes no more memory
than a few times the file itself: members lie in it uncompressed, and what a header claims must be what is there.
"""

import errno
import io
import re
import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.files import is_special, opened

#: Arrays in a file; a network of a thousand layers has two thousand.
MOST_ARRAYS = 10_000
#: What a .npy file of NumPy begins with: magic, version 1.0, the length of the header.
PREFIX = re.compile(rb"\x93NUMPY\x01\x00(..)", re.DOTALL)
#: The header as NumPy writes it, of numbers, truth values and text, in no more than eight dimensions.
HEADER = re.compile(
    rb"\{'descr': '([<>|](?:b1|[iu][1248]|f[248]|U[1-9]\d{0,8}))', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,18}, ?){0,7}(?:\d{1,18})?)\), \} *\n"
)


class ArchiveError(ValueError):
    """A file that is no archive of arrays, or no longer a whole one."""


def archive_bytes(arrays: Mapping[str, ArrayLike]) -> bytes:
    """Return the content of an archive of these arrays; equal ones give equal bytes, at any time and in any order.

    Parameters
    ----------
    arrays : mapping of str to array
        Of numbers, truth values or text.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(arrays[name]), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())  # dated 1980, as all of them
    return file.getvalue()


def read_archive(path: Path, kind: str) -> dict[str, NDArray[Any]]:
    """Read all arrays of a file; `kind` is the word for what it should be, for the message.

    Raises
    ------
    ArchiveError
        The file is damaged, or is something else. The message names it and says in a sentence what is wrong.
    OSError
        There is no such file, or it cannot be read.
    """
    if is_special(path):
        raise ArchiveError(f"{path}: no {kind}: it is no regular file")
    with opened(path) as file:
        try:
            return read_members(file)
        except OSError as error:
            if error.errno not in (None, errno.EINVAL):  # those come of a position before the beginning, say
                raise
            reason = str(error)
        except Exception as error:  # whatever bytes that are no archive make the reader of another format raise
            reason = str(error)
    reason = reason.partition("\n")[0][:200]
    raise ArchiveError(f"{path}: no {kind}, or a damaged one ({reason})") from None


def read_members(file: IO[bytes]) -> dict[str, NDArray[Any]]:
    """Read all arrays of an open file."""
    length, _ = file.seek(0, io.SEEK_END), file.seek(0)
    start = file.read(4)
    if length == 0:
        raise ArchiveError("it is empty")
    if start not in (b"PK\x03\x04", b"PK\x05\x06"):  # the latter of an archive without arrays
        raise ArchiveError("it does not begin as an .npz file does")
    if not zipfile.is_zipfile(file):
        raise ArchiveError("it is truncated: its end is missing")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            refuse_odd(members, length)
            return {
                member.filename[: -len(".npy")]: array_of(archive.read(member), member.filename) for member in members
            }
    except zipfile.BadZipFile:
        raise ArchiveError("its index or one of its arrays is damaged") from None


def refuse_odd(members: list[zipfile.ZipInfo], length: int) -> None:
    """Refuse what no archive of ours has, before anything is read of it: so no member is larger than it seems."""
    if len(members) > MOST_ARRAYS:
        raise ArchiveError(f"it holds {len(members):,} arrays, and {MOST_ARRAYS:,} are allowed")
    names = set()
    for member in members:
        if not re.fullmatch(r"\w{1,80}\.npy", member.filename, re.ASCII):
            raise ArchiveError(f"{member.filename[:80]!r} is no name of an array")
        if member.filename in names:
            raise ArchiveError(f"{member.filename} is there twice")
        if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            raise ArchiveError(f"{member.filename} is compressed")
        names.add(member.filename)
    if sum(member.file_size for member in members) > length:
        raise ArchiveError("its members are said to be larger than the file")


def array_of(content: bytes, name: str) -> NDArray[Any]:
    """Return the array of a .npy file."""
    prefix = PREFIX.match(content)
    start = prefix.end() + int.from_bytes(prefix[1], "little") if prefix else 0
    header = HEADER.fullmatch(content, prefix.end(), start) if prefix else None
    if not header:
        raise ArchiveError(f"{name} is no array of numbers or text")
    dtype = np.dtype(header[1].decode())
    shape = tuple(int(n) for n in header[3].replace(b" ", b"").split(b",") if n)
    expected, found = prod(shape) * dtype.itemsize, len(content) - start
    if expected != found or max(shape, default=0) > len(content):
        raise ArchiveError(f"{name} claims the shape {shape} of {dtype}, and holds {found:,} bytes")
    flat = np.frombuffer(content, dtype, offset=start)
    if dtype.kind == "U":
        refuse_no_text(flat, name)
    if dtype.kind == "b" and (flat.view(np.uint8) > 1).any():
        raise ArchiveError(f"{name} holds truth values that are neither true nor false")
    array = flat.reshape(shape, order="F" if header[2] == b"True" else "C")
    return array.astype(dtype.newbyteorder("="), order="C")  # a copy, which may be written to


def refuse_no_text(texts: NDArray[Any], name: str) -> None:
    """Refuse numbers that stand for no character: Python could neither make strings of them nor print these."""
    codes = np.frombuffer(texts.tobytes(), f"{texts.dtype.byteorder}u4")
    if ((codes > 0x10FFFF) | ((codes >= 0xD800) & (codes < 0xE000))).any():
        raise ArchiveError(f"{name} holds characters that are none")
