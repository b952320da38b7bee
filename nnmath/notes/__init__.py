"""Ordinary notes, LaTeX or Markdown, as people have them: every equation is judged, as far as that is possible.

    report = check_notes("notes.tex")
    report.ok, str(report)

There is no table of symbols. Shapes are inferred from indices, products and sums; ``=`` at a symbol's first appearance
is its definition.

A file goes through the packages in this order, and each imports only those before it: `document` (what stands in the
file), `spelling` (from what people write to the language of `nnmath.latex`), `syntax` (trees, and what defines and
what claims), `notation` (what ways of writing mean), `shapes` (dimensions, and what can be run), `readings` (what may
be read in more than one way), `verdicts` (what holds, what does not, and the doubts that keep it from being false).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnmath.latex.examples import DEFAULT_EXAMPLES

if TYPE_CHECKING:
    from nnmath.notes.verdicts.report import NotesReport
    from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Judged, Verdict

__all__ = ["FAILS", "HOLDS", "NOT_JUDGED", "NotesReport", "Verdict", "check_notes"]

_HOMES = {"verdicts.report": ["NotesReport"], "verdicts.verdict": ["FAILS", "HOLDS", "NOT_JUDGED", "Verdict"]}


def check_notes(
    path: str | Path,
    symbols: str | Path | None = None,
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    on_look: Callable[[NotesReport, int], None] = lambda report, line: None,
) -> NotesReport:
    """Read notes and judge all of their equations.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.tex`` or ``.md``.
    symbols : str or Path, optional
        A file with annotations, as they may stand in the notes, one a line.
    examples : int
        For how many examples each equation is judged.
    seed : int
        Chooses the examples.
    on_look : callable
        Called before each equation with the verdicts so far, and with the line of the equation.

    Returns
    -------
    NotesReport
        A verdict on every equation; ``str()`` says it to people.

    Raises
    ------
    DerivationError
        The file cannot be read.
    """
    from nnmath.latex import DerivationError
    from nnmath.notes.document.declarations import read_symbols_file
    from nnmath.notes.document.files import read_notes
    from nnmath.notes.document.read_as import explained
    from nnmath.notes.readings.annotations import without_unread
    from nnmath.notes.verdicts.judging import judged
    from nnmath.notes.verdicts.report import NotesReport
    from nnmath.notes.verdicts.unread import without_doubtful

    read_as, said = explained(read_symbols_file(symbols) if symbols else [])
    source = read_notes(path, read_as)
    try:
        source, annotations, unread = without_unread(source, said)
        for one, error in unread:
            error.path = str(symbols if one in said and symbols else path)
        problems = tuple(str(error) for _, error in unread)

        def report(found: Judged) -> NotesReport:
            return NotesReport(str(path), without_doubtful(found, [one for one, _ in unread]), problems)

        def look(so_far: Judged, line: int) -> None:
            on_look(report(so_far), line)

        return report(judged(source, annotations, examples, seed, look))
    except DerivationError as error:
        error.path = str(path)
        raise


def __getattr__(name: str) -> Any:
    # lark, flint and hypothesis are imported when they are used, not when this package is
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"nnmath.notes.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
