"""Downloads that are whole and right, or not there."""

import hashlib
import http.client
import os
import tempfile
import time
import zlib
from collections.abc import Sequence
from gzip import BadGzipFile
from pathlib import Path
from urllib.request import Request, urlopen

from tqdm import tqdm

from nnmath.data.idx import CHUNK, LARGEST, unzipped


class DownloadError(OSError):
    """No mirror sent the right file."""


def download(
    name: str,
    sha256: str,
    folder: Path,
    mirrors: Sequence[str],
    *,
    rounds: int = 3,
    timeout: float = 10,
    longest: float = 600,
    pause: float = 2,
) -> Path:
    """Download a gzipped file, try another mirror when one fails, and move it into place when it is whole and right.

    Parameters
    ----------
    name : str
        Of the file, on the mirrors and in the folder.
    sha256 : str
        Of the unpacked content; packed, it may differ from mirror to mirror.
    folder : Path
        Made when it does not exist.
    mirrors : sequence of str
        Addresses that the name is appended to, tried in this order.
    rounds : int
        How often each mirror is tried.
    timeout : float
        Seconds without a byte after which a mirror is given up.
    longest : float
        Seconds after which a mirror is given up, though bytes still trickle.
    pause : float
        Seconds between the first round and the second; then twice as many, and so on.

    Returns
    -------
    Path
        Where the file is now.

    Raises
    ------
    DownloadError
        With what each mirror did in the last round.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(rounds):
        if attempt:
            time.sleep(pause * 2 ** (attempt - 1))
        failures = []
        for mirror in mirrors:
            try:
                return _fetch(mirror + name, sha256, folder / name, timeout, longest)
            except (OSError, http.client.HTTPException, EOFError, zlib.error) as error:
                failures.append(f"{mirror + name}: {error or type(error).__name__}")
    raise DownloadError("; ".join(failures))


def _fetch(address: str, sha256: str, place: Path, timeout: float, longest: float) -> Path:
    """Download one file from one mirror, beside its place; move it there when its content is right."""
    request = Request(address, headers={"User-Agent": "nnmath"})
    with tempfile.TemporaryDirectory(prefix=".downloading-", dir=place.parent) as staging:
        part = Path(staging, place.name)
        with urlopen(request, timeout=timeout) as answer, open(part, "wb") as file:
            length = answer.headers.get("Content-Length", "")
            expected = int(length) if length.isdecimal() else None
            end, received = time.monotonic() + longest, 0
            with tqdm(total=expected, desc=place.name, unit="B", unit_scale=True, disable=None) as bar:
                while chunk := answer.read1(CHUNK):
                    received += len(chunk)
                    if received > LARGEST:
                        raise DownloadError(f"more than {LARGEST:,} bytes, which no file of MNIST has")
                    if time.monotonic() > end:
                        raise DownloadError(f"{received:,} bytes in {longest:g} s, which is too slow")
                    file.write(chunk)
                    bar.update(len(chunk))
            if expected is not None and received != expected:
                raise DownloadError(f"broke off after {received:,} of {expected:,} bytes")
            file.flush()
            os.fsync(file.fileno())
        found = content_sha256(part)
        if found != sha256:
            raise DownloadError(f"expected content with the sha256 {sha256}, got {found}")
        os.replace(part, place)
    return place


def content_sha256(path: Path) -> str:
    """Return the sha256 of what is in a file, unpacked where it is gzipped, up to one byte beyond the largest."""
    digest, count = hashlib.sha256(), 0
    with open(path, "rb") as file:
        try:
            content = unzipped(file)
            while count <= LARGEST and (chunk := content.read(CHUNK)):
                digest.update(chunk)
                count += len(chunk)
        except BadGzipFile as error:
            raise DownloadError(f"not a whole gzip file ({error})") from None
    return digest.hexdigest()
