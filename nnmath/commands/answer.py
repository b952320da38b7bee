"""What a check answers: the exit status, the text for people and the same for programs."""

import argparse
import json
import sys
import textwrap
from dataclasses import dataclass, field
from typing import Any

from nnmath.commands.status import COULD_NOT_RUN, RIGHT
from nnmath.streams import printable, silence, tell


@dataclass(frozen=True)
class Answer:
    """The answer of a check, or what was found so far.

    Attributes
    ----------
    status : int
        The exit status: `RIGHT`, `WRONG` or `COULD_NOT_RUN`.
    text : str
        What was found.
    error : str
        Why there is no verdict; empty where there is one.
    found : dict
        The same for ``--json``.
    doing : str
        What was going on, for a message that says why it did not end.
    limited : bool
        Whether a person's code runs from here on, so that the time is limited.
    examples : int
        How many examples have been checked.
    """

    status: int
    text: str = ""
    error: str = ""
    found: dict[str, Any] = field(default_factory=dict)
    doing: str = ""
    limited: bool = False
    examples: int = 0


def give(answer: Answer, options: argparse.Namespace) -> int:
    """Print an answer and return the exit status.

    The status says "right" only where the verdict was printed: to a full disk or to a reader that is gone, it was not.
    """
    if options.json:
        found = {"target": options.target, **answer.found, "ok": answer.status == RIGHT}
        found |= {"error": answer.error} if answer.error else {}
        text, error = json.dumps(found, allow_nan=False), ""
    else:
        text, error = answer.text, answer.error and wrapped(f"nnmath: {answer.error}", options.width)
    if answer.status == RIGHT and not text:
        error = error or "nnmath: the check gave no verdict"
    try:
        if text:
            print(printable(text), flush=True)
    except OSError as failure:
        silence(sys.stdout)
        error = error or f"nnmath: the answer could not be printed: {failure.strerror}"
    if error:
        tell(error)
    return COULD_NOT_RUN if answer.status == RIGHT and error else answer.status


def sentence(error: Exception) -> str:
    """Return what an error says, without the number that an error of the system begins with."""
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def wrapped(sentence: str, width: int) -> str:
    """Break a message into lines of so many columns; a width of 0 leaves it as it is."""
    if not width:
        return sentence
    wrapper = textwrap.TextWrapper(max(width, 40), subsequent_indent="  ", break_long_words=False)
    wrapper.break_on_hyphens = False
    return wrapper.fill(sentence)
