"""The text of a file of formulas, of which never more is read than somebody would write."""

import os
import stat
from pathlib import Path

from nnmath.latex.errors import DerivationError, Place

#: A file of more bytes is no text of formulas.
LONGEST = 2**23


def read_source(path: str | Path) -> str:
    """Read a text in UTF-8, whatever ends its lines.

    Raises
    ------
    DerivationError
        It is no text in UTF-8, no regular file, or longer than `LONGEST`; the message names it.
    OSError
        There is no such file, or it cannot be read; `filename` names it.
    """
    try:
        return _content(path).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        place = Place(before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        problem = DerivationError(f"expected text in UTF-8, got the byte 0x{error.object[error.start]:02x}", place)
    except DerivationError as error:
        problem = error
    except OSError as error:
        error.filename = str(path)
        raise
    problem.path = str(path)
    raise problem


def _content(path: str | Path) -> bytes:
    if os.path.exists(path) and stat.S_ISFIFO(os.stat(path).st_mode):  # which would have us wait
        raise DerivationError("expected a file, got a pipe", Place(1, 1))
    with open(path, "rb") as file:
        content = file.read(LONGEST + 1)
    if len(content) > LONGEST:
        raise DerivationError(f"expected formulas, got a file of more than {LONGEST:,} bytes", Place(1, 1))
    return content
