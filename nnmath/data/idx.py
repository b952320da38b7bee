"""The IDX format of the MNIST files, whose header is verified before it is used.

Two zero bytes, a byte for the type (8: unsigned bytes), a byte for the number of axes, the length of each axis as a
big-endian 32-bit integer, then the entries.
"""

import gzip
import hashlib
import zlib
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnmath.files import opened

#: More bytes than this no file of MNIST holds, and no file is read further, whatever it claims or unpacks to.
LARGEST = 2**26

CHUNK = 2**20


class IDXError(ValueError):
    """A file that is no IDX file, or no longer a whole one."""


def read_idx(path: Path, ndim: int) -> NDArray[np.uint8]:
    """Read an array of unsigned bytes with so many axes from an IDX file, plain or gzipped.

    Memory grows with what the file really holds, and no further than `LARGEST`.

    Raises
    ------
    IDXError
        The file is something else, is cut off, or holds more or less than its header says.
    OSError
        There is no such file, or it cannot be read.
    """
    with opened(path) as file:
        try:
            return parse_idx(unzipped(file), ndim)
        except (IDXError, EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise IDXError(f"{path}: {error}") from None


def unzipped(file: BinaryIO) -> BinaryIO:
    """Return the file, or what is in it when its first bytes are those of gzip."""
    start = file.read(2)
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if start == b"\x1f\x8b" else file  # type: ignore[return-value]


def parse_idx(file: BinaryIO, ndim: int) -> NDArray[np.uint8]:
    """Read an array of unsigned bytes with so many axes from the start of a file to its end."""
    magic = b"\x00\x00\x08" + bytes([ndim])
    header = at_most(file, 4 + 4 * ndim)
    if header[:4] != magic:
        raise IDXError(
            f"expected an IDX file that begins with {magic.hex(' ')}, got {header[:4].hex(' ') or 'nothing'}"
        )
    if len(header) < 4 + 4 * ndim:
        raise IDXError(f"cut off in the header, after {len(header)} bytes")
    shape = tuple(np.frombuffer(header, ">u4", offset=4).tolist())
    count = prod(shape)
    if count > LARGEST or max(shape) > LARGEST:  # an axis of length 0 makes any other seem small
        raise IDXError(f"the header claims {count:,} bytes, of shape {shape}; {LARGEST:,} are the most that are read")
    entries = at_most(file, count + 1)
    if len(entries) < count:
        raise IDXError(f"the header claims {count:,} bytes, of shape {shape}, and {len(entries):,} follow")
    if len(entries) > count:
        raise IDXError(f"more bytes follow than the {count:,} of shape {shape} that the header claims")
    return np.frombuffer(entries, np.uint8).reshape(shape)


def at_most(file: BinaryIO, count: int) -> bytearray:
    """Read up to so many bytes, chunk by chunk, so that memory is not spent on bytes that do not come."""
    content = bytearray()
    while len(content) < count and (chunk := file.read(min(CHUNK, count - len(content)))):
        content += chunk
    return content


def content_sha256(path: Path) -> str:
    """Return the sha256 of what is in a file, unpacked where it is gzipped, up to one byte beyond the largest.

    Raises
    ------
    OSError
        The file cannot be read, or is not a whole gzip file.
    """
    digest, count = hashlib.sha256(), 0
    with opened(path) as file:
        try:
            content = unzipped(file)
            while count <= LARGEST and (chunk := content.read(CHUNK)):
                digest.update(chunk)
                count += len(chunk)
        except gzip.BadGzipFile as error:
            raise OSError(f"not a whole gzip file ({error})") from None
    return digest.hexdigest()
