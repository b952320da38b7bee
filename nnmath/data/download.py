"""Downloads that are whole and right, or not there."""

import http.client
import os
import queue
import shutil
import tempfile
import threading
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from nnmath.data.idx import CHUNK, LARGEST, content_sha256
from nnmath.files import sole
from nnmath.progress import ProgressBar


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
    with sole(folder / ".downloading.lock", wait=True):
        for left in folder.glob(".downloading-*/"):  # of processes that were killed: nobody else works here
            shutil.rmtree(left, ignore_errors=True)
        return _download(name, sha256, folder, mirrors, rounds, timeout, longest, pause)


def _download(
    name: str,
    sha256: str,
    folder: Path,
    mirrors: Sequence[str],
    rounds: int,
    timeout: float,
    longest: float,
    pause: float,
) -> Path:
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
    with tempfile.TemporaryDirectory(prefix=".downloading-", dir=place.parent, ignore_cleanup_errors=True) as staging:
        part = Path(staging, place.name)
        # A mirror that sends its headers byte by byte keeps `urlopen` waiting beyond any timeout of a single byte, so
        # that the whole is done in a thread, which is left alone when its time is over.
        outcome: queue.Queue[str] = queue.Queue()

        def work() -> None:
            try:
                _receive(address, part, timeout, longest)
                outcome.put("")
            except (OSError, http.client.HTTPException) as error:
                outcome.put(str(error) or type(error).__name__)

        threading.Thread(target=work, daemon=True).start()
        try:
            failure = outcome.get(timeout=longest + timeout)
        except queue.Empty:
            raise DownloadError(f"not whole after {longest + timeout:g} s, which is too slow") from None
        if failure:
            raise DownloadError(failure)
        found = content_sha256(part)
        if found != sha256:
            raise DownloadError(f"expected content with the sha256 {sha256}, got {found}")
        os.replace(part, place)
    return place


def _receive(address: str, part: Path, timeout: float, longest: float) -> None:
    """Write what a mirror sends to a file."""
    request = Request(address, headers={"User-Agent": "nnmath"})
    try:
        answer = urlopen(request, timeout=timeout)
    except HTTPError as error:
        error.close()
        raise
    with answer, open(part, "wb") as file:
        length = answer.headers.get("Content-Length", "")
        expected = int(length) if length.isdecimal() else None
        end, received = time.monotonic() + longest, 0
        with ProgressBar(part.name, "B", expected) as shown:
            while chunk := answer.read1(CHUNK):
                received += len(chunk)
                if received > LARGEST:
                    raise DownloadError(f"more than {LARGEST:,} bytes, which no file of MNIST has")
                if time.monotonic() > end:
                    raise DownloadError(f"{received:,} bytes in {longest:g} s, which is too slow")
                file.write(chunk)
                shown.advance(len(chunk))
        if expected is not None and received != expected:
            raise DownloadError(f"broke off after {received:,} of {expected:,} bytes")
        file.flush()
        os.fsync(file.fileno())
