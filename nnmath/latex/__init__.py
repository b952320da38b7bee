"""The language of derivations: equations are parsed from their own LaTeX and run.

    report = check_file("derivations/activations/sigmoid.md")
    report.ok, str(report)

    derivation = read("derivations/activations/sigmoid.md")
    evaluate(derivation, {"z": z, "da": da})["dz"]     # to 40 digits, what the code's dz is compared with

Nothing here knows a primitive. What a derivation looks like is written in ``derivations/README.md``. Each part builds
on those before it: `markdown` (from a file to a `document`), `syntax` (from LaTeX to a tree), `symbols` (what names
stand for), `numbers` (balls, arrays, derivatives), `semantics` (shape and value of each construct), `claims` (equations
judged at examples), `oracle` (what the code should have computed).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnmath.latex.errors import DerivationError, Place, ShapeError, Undefined
from nnmath.latex.examples import DEFAULT_EXAMPLES

if TYPE_CHECKING:
    from nnmath.latex.claims.derivation import Derivation
    from nnmath.latex.claims.derivation_report import DerivationReport, described
    from nnmath.latex.claims.reading import read, read_text
    from nnmath.latex.claims.running import run
    from nnmath.latex.comments import CodeNumbers, code_numbers
    from nnmath.latex.document import Block, Document, reading_order
    from nnmath.latex.markdown import read_document, read_document_text
    from nnmath.latex.oracle import evaluate, evaluate_magnitudes, inputs_of, lengths_of
    from nnmath.latex.symbols.table import Symbol

__all__ = [
    "Block",
    "CodeNumbers",
    "Derivation",
    "DerivationError",
    "DerivationReport",
    "Document",
    "Place",
    "ShapeError",
    "Symbol",
    "Undefined",
    "check_file",
    "code_numbers",
    "described",
    "evaluate",
    "evaluate_magnitudes",
    "inputs_of",
    "lengths_of",
    "read",
    "read_document",
    "read_document_text",
    "read_text",
    "reading_order",
    "run",
]

_HOMES = {
    "claims.derivation": ["Derivation"],
    "claims.reading": ["read", "read_text"],
    "claims.derivation_report": ["DerivationReport", "described"],
    "claims.running": ["run"],
    "comments": ["CodeNumbers", "code_numbers"],
    "document": ["Block", "Document", "reading_order"],
    "markdown": ["read_document", "read_document_text"],
    "oracle": ["evaluate", "evaluate_magnitudes", "inputs_of", "lengths_of"],
    "symbols.table": ["Symbol"],
}


def check_file(path: str | Path, examples: int = DEFAULT_EXAMPLES, seed: int = 0) -> DerivationReport:
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
    DerivationReport
        `ok` says whether every equation holds; ``str()`` says it to people.

    Raises
    ------
    DerivationError
        Something in the file is not understood.
    """
    from nnmath.latex.claims.reading import read
    from nnmath.latex.claims.running import run

    return run(read(path), examples, seed)


def __getattr__(name: str) -> Any:
    # lark, flint and hypothesis are imported when they are used, not when this package is
    for module, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"nnmath.latex.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
