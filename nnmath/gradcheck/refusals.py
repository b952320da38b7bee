"""Why a function could not be checked, and on which of its lines it raised."""

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any

from nnmath.gradcheck.entry_by_entry import EntryByEntry


class CouldNotCheckError(ValueError):
    """A function could not be checked at all: there is no verdict."""


def place_of(error: BaseException, *functions: Callable[..., Any] | None) -> str:
    """Return ``file:line``, the last line of the files of these functions that an exception passed; "" without one."""
    files = {code.co_filename for f in functions if (code := getattr(_innermost(f), "__code__", None)) is not None}
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename in files]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _innermost(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Return the function as a person wrote it, where it stands in an `EntryByEntry`."""
    return function.function if isinstance(function, EntryByEntry) else function
