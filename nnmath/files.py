"""Files that are whole or not there, and folders in which one works at a time."""

import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

#: No space left on the disk, in the user's share of it, or in a file that may not be larger.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def json_bytes(value: Any) -> bytes:
    """Return a value as the content of a JSON file that people can read."""
    return (json.dumps(value, indent=2) + "\n").encode()


#: The longest JSON file that is read; the largest that is written here has a megabyte.
LONGEST_JSON = 2**26


@contextmanager
def opened(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file to read, so that each error of the system names it, also one that comes while it is read."""
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def is_special(path: Path) -> bool:
    """Whether a path is neither a file nor a folder: a pipe would have us wait, and a device may have no end."""
    return path.exists() and not (path.is_file() or path.is_dir())


def read_json(path: Path) -> Any:
    """Read a JSON file, which may be damaged or made by somebody else.

    Raises
    ------
    ValueError
        It is no JSON in UTF-8, no regular file, too long or nested too deeply; the message names it.
    OSError
        There is no such file, or it cannot be read.
    """
    if is_special(path):
        raise ValueError(f"{path}: expected a JSON file, and it is no regular file")
    with opened(path) as file:
        content = file.read(LONGEST_JSON + 1)
    if len(content) > LONGEST_JSON:
        raise ValueError(f"{path}: expected a JSON file, and it has more than {LONGEST_JSON:,} bytes")
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError(f"{path}: expected a JSON file, and it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{path}: expected a JSON file, and it is none or a damaged one ({error})") from None


#: Where files are written before they are renamed, and what stands there once all of them are whole.
STAGING, WHOLE = ".writing", ".whole"


class BusyError(ValueError):
    """Another process works in the folder."""


class WriteError(OSError):
    """A file could not be written; those that stood there before are as they were."""


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder; a reader never sees half of one.

    All are first written in full beside their places, and flushed to the disk; only when the last one stands there are
    they renamed. A full disk, an interruption, or a file that cannot be replaced leaves what was there before. What a
    process had begun to rename when it was killed, `finish_writing` renames. Of two processes that write into the same
    folder, one waits for the other.

    Parameters
    ----------
    folder : Path
        Made when it does not exist.
    contents : mapping of name to bytes

    Raises
    ------
    WriteError
        The disk is full, say; the message names the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    place = folder
    try:
        with sole(folder / ".writing.lock", wait=True), staging(folder) as beside:
            for name, content in contents.items():
                place = folder / name
                with open(beside / name, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            for name in contents:
                place = folder / name
                if place.is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            with restored(folder, beside) as replace:
                for name in contents:
                    place = folder / name
                    replace(name)
    except OSError as error:
        advice = "; free some space and try again" if error.errno in FULL else ""
        raise WriteError(f"{place} could not be written: {error.strerror or error}{advice}") from error


@contextmanager
def restored(folder: Path, beside: Path) -> Iterator[Callable[[str], None]]:
    """Yield what moves a new file from beside into the folder; if one cannot be moved, undo what was moved before."""
    replaced: list[str] = []

    def replace(name: str) -> None:
        target, old = folder / name, beside / f"{name}.old"
        if target.exists():
            keep(target, old)
        os.replace(beside / name, target)
        replaced.append(name)

    try:
        (beside / WHOLE).touch()
        yield replace
    except BaseException:
        (beside / WHOLE).unlink(missing_ok=True)
        for name in reversed(replaced):
            old = beside / f"{name}.old"
            if old.exists():
                os.replace(old, folder / name)
            else:
                (folder / name).unlink()
        raise


def keep(target: Path, old: Path) -> None:
    """Give a file a second name, or copy it where a file system has no such thing."""
    try:
        os.link(target, old)
    except OSError:
        shutil.copy2(target, old)


def finish_writing(folder: Path) -> None:
    """Rename the files that a killed process had written in full and not yet renamed all, so that all are of one time.

    Whoever decides by what stands in a folder calls it before; `write_files` does.
    """
    if (folder / STAGING / WHOLE).exists():
        with sole(folder / ".writing.lock", wait=True):
            _finish(folder)


def _finish(folder: Path) -> None:
    beside = folder / STAGING
    if (beside / WHOLE).exists() and not beside.is_symlink():
        for path in sorted(beside.iterdir()):
            if path.name != WHOLE and path.suffix != ".old":
                os.replace(path, folder / path.name)
    shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Make a folder inside of another for a while, after what a killed process has left in it is dealt with."""
    beside = folder / STAGING
    _finish(folder)
    try:
        beside.mkdir()
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def sole(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; a process that ends, however it ends, holds it no longer.

    Parameters
    ----------
    path : Path
        Its folder exists. The file is there while it is held; what a killed process left behind is no obstacle.
    wait : bool
        Wait for whoever holds it, instead of a BusyError.
    """
    while True:
        with open(path, "ab") as file:
            if not lock(file, wait):
                raise BusyError(f"another process works in {path.parent}; wait for it, or choose another folder")
            if not still_there(file, path):
                continue
            try:
                yield
            finally:
                with suppress(PermissionError):  # Windows does not remove what is open
                    path.unlink(missing_ok=True)
            return


def still_there(file: IO[bytes], path: Path) -> bool:
    """Whether a file is still the one of that name, and not one that was removed while we waited for it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def lock(file: IO[bytes], wait: bool) -> bool:
    """Lock a file, until it is closed or the process ends; False if another process has locked it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system that has no locks: better without than not at all
        return True
    return True
