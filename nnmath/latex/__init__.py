"""Equations of a derivation, parsed from their own LaTeX and run.

    report = check_file("derivations/activations/sigmoid.md")
    report.ok, str(report)

    derivation = read("derivations/activations/sigmoid.md")
    derivation.evaluate({"z": z, "da": da})["dz"]     # to 40 digits, what the code's dz is compared with

Nothing here knows a primitive. What a derivation looks like is written in ``derivations/README.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnmath.latex.errors import DerivationError

if TYPE_CHECKING:
    from nnmath.latex.comments import CodeNumbers, code_numbers
    from nnmath.latex.derivation import Derivation
    from nnmath.latex.document import Block, Document, read_document, read_document_text, reading_order
    from nnmath.latex.reading import read, read_text
    from nnmath.latex.report import Report
    from nnmath.latex.running import run

__all__ = [
    "Block",
    "CodeNumbers",
    "Derivation",
    "DerivationError",
    "Document",
    "Report",
    "check_file",
    "code_numbers",
    "read",
    "read_document",
    "read_document_text",
    "read_text",
    "reading_order",
    "run",
]

_HOMES = {
    "Block": "document",
    "CodeNumbers": "comments",
    "Derivation": "derivation",
    "Document": "document",
    "code_numbers": "comments",
    "read_document": "document",
    "read_document_text": "document",
    "reading_order": "document",
    "read": "reading",
    "read_text": "reading",
    "Report": "report",
    "run": "running",
}


def check_file(path: str | Path, examples: int = 12, seed: int = 0) -> Report:
    """Read a derivation and run all of its equations.

    Parameters
    ----------
    path : str or Path
        The Markdown file.
    examples : int
        For how many examples each equation is judged.
    seed : int
        Chooses the examples.

    Returns
    -------
    Report
        `ok` says whether every equation holds; ``str()`` says it to people.

    Raises
    ------
    DerivationError
        Something in the file is not understood.
    """
    from nnmath.latex.reading import read
    from nnmath.latex.running import run

    return run(read(path), examples, seed)


def __getattr__(name: str) -> Any:
    # lark, mpmath and hypothesis are imported when they are used, not when this package is
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"nnmath.latex.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
