"""The command `python -m nnmath check FILE.md`, for a derivation and the module that it links to."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from nnmath.commands.answer import Answer
from nnmath.commands.status import COULD_NOT_RUN, RIGHT, SHARE, WRONG
from nnmath.latex import DerivationError
from nnmath.suite.results import to_json
from nnmath.suite.triangle import Triangle, check_triangle


def derivation_answer(options: argparse.Namespace, so_far: Callable[[Answer], None]) -> Answer:
    """Check the three sides.

    Parameters
    ----------
    options : Namespace
        Of the command line.
    so_far : callable
        Takes what was found so far.
    """
    target = options.target

    def on_side(triangle: Triangle, doing: str) -> None:
        status = COULD_NOT_RUN if triangle.row.ok else WRONG
        so_far(Answer(status, _text(triangle), found=_found(triangle), doing=f"{target}: {doing}", limited=True))

    so_far(Answer(COULD_NOT_RUN, doing=f"{target}: its equations were still being run"))
    try:
        triangle = check_triangle(target, options.examples, options.seed, options.seconds * SHARE, on_side)
    except DerivationError as error:
        return Answer(COULD_NOT_RUN, error=str(error))
    text = _text(triangle)
    if triangle.code is None:
        text += "\nno module to compare with it: only the equations were run"
    return Answer(RIGHT if triangle.row.ok else WRONG, text, found=_found(triangle))


def _text(triangle: Triangle) -> str:
    return "\n".join(_lines(triangle))


def _lines(triangle: Triangle) -> Iterator[str]:
    yield str(triangle.equations)
    if triangle.code is not None:
        yield str(triangle.code)
    if triangle.differences:
        yield triangle.differences_text()


def _found(triangle: Triangle) -> dict[str, Any]:
    return to_json(triangle.row)
