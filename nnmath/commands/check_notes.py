"""The command `python -m nnmath check FILE.tex`, for ordinary notes in LaTeX or Markdown."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from nnmath.commands.answer import Answer
from nnmath.commands.status import COULD_NOT_RUN, RIGHT, WRONG
from nnmath.latex import DerivationError
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.latex.source import read_source
from nnmath.notes import check_notes

if TYPE_CHECKING:
    from nnmath.notes import NotesReport  # its module takes numpy, which help does not need

_SECTION = re.compile(r"^#{1,6}[ \t]+(Symbols|Forward)[ \t]*#*[ \t]*$", re.MULTILINE)
_MODULE = re.compile(r"\]\([^()\s]+\.py\)")


def is_notes(target: str) -> bool:
    """Whether a file is ordinary notes: LaTeX, or Markdown without the sections of a derivation.

    A section *Forward* stands in many notes on layers: a derivation has *Symbols* as well, or links to its module.
    """
    if target.endswith(".md"):
        with suppress(OSError, DerivationError):
            text = read_source(target)
            sections = set(_SECTION.findall(text))
            return not ("Symbols" in sections or (sections and _MODULE.search(text)))
    return target.endswith(".tex")


def notes_answer(options: argparse.Namespace, so_far: Callable[[Answer], None]) -> Answer:
    """Judge the equations of notes, and write the page if one is asked for.

    Parameters
    ----------
    options : Namespace
        Of the command line.
    so_far : callable
        Takes what was found so far.
    """
    target = options.target

    def on_look(report: NotesReport, line: int) -> None:
        doing = f"{target}:{line}: this equation was still being judged"
        so_far(Answer(COULD_NOT_RUN, str(report), found=report.found(), doing=doing, limited=True))

    doing = f"{target}: the shapes of its symbols were still being inferred"
    so_far(Answer(COULD_NOT_RUN, found={"file": target}, doing=doing, limited=True))
    try:
        report = check_notes(target, options.symbols, options.examples or DEFAULT_EXAMPLES, options.seed, on_look)
    except DerivationError as error:
        return Answer(COULD_NOT_RUN, error=str(error), found={"file": target})
    text = str(report)
    if options.page:
        from nnmath.commands.notes_page import write_page

        write_page(report, Path(options.page))
        text += f"\n{options.page} shows the equations with their verdicts"
    if report.ok:
        return Answer(RIGHT, text, found=report.found())
    if report.count("does not hold"):
        return Answer(WRONG, text, found=report.found())
    if report.verdicts and report.problems:
        return Answer(COULD_NOT_RUN, text, f"{target}: an annotation could not be read", report.found())
    if report.verdicts:
        what = "was judged as a whole" if report.in_part else "claims anything that could be judged"
        return Answer(COULD_NOT_RUN, text, f"{target}: no equation {what}", report.found())
    where = "equation, align, gather, multline, \\[ \\], $$ $$"
    return Answer(COULD_NOT_RUN, "", f"{target}: there is no displayed equation; they stand in {where}", report.found())
