"""Standard output and standard error, which may be closed, on a full disk, or in an encoding that lacks a sign."""

import io
import os
import re
import sys
from contextlib import suppress
from typing import TextIO

#: The longest message that is printed whole; what a person's code raises may be of any length.
LONGEST = 20_000


def prepare_streams() -> bool:
    """Make messages possible whatever the encoding is; whether there is a standard output that results can go to."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  # open until the process ends
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    return sys.stdout is not None


def tell(message: str) -> None:
    """Print a message on standard error, without control characters; where that cannot be written to, nowhere."""
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]}… ({len(message):,} characters)"
    try:
        print(printable(message), file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def silence(stream: TextIO) -> None:
    """Drop what is written to a stream from now on, and what it still holds, which Python writes at the end."""
    with suppress(io.UnsupportedOperation):  # one in memory
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def printable(text: str) -> str:
    """Write control characters, which would change what a terminal shows, as escapes; keep the ends of lines."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", text)
