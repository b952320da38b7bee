r"""Functions that a file need not define: ``\operatorname{softmax}`` where it links to ``softmax.md``, ``\sigma(z)``.

The function of another derivation takes the inputs that its value depends on, in the order of its table, but for
constants; its value is the first result of the table. What is derived for a batch is taken for one row as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from nnmath.latex.claims.derivation import Derivation
from nnmath.latex.document import Document
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.symbols.dimensions import ANY
from nnmath.latex.symbols.scope import SCALAR, Definition, Ranges, Scope, Shape
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax.tree import Call, Name

_WORD = re.compile(r"\\(?:operatorname|mathrm|text)\s*\{\s*([A-Za-z][A-Za-z ]*)\}\s*(?:\\left)?\(")

#: The logistic function where brackets follow, unless it is declared or defined; other files may mean others by it.
_SIGMA, _ARGUMENT = r"\sigma", r"\sigma(z)"
_SIGMA_APPLIED = re.compile(r"\\sigma\s*'*\s*(?:\\left\s*)?[(\[]")
_SIGMA_DEFINED = re.compile(r"^\s*\\sigma(?![A-Za-z])[^=<>]*(?::=|\\coloneqq|\\triangleq)")

#: Derivations that cite each other are read no deeper than this.
MOST_DEEP = 6


def with_imports(scope: Scope, document: Document, read: Callable[[Path, int], Derivation], depth: int) -> Scope:
    """Return the scope with the functions of the derivations that are linked to and whose names are used."""
    used = {word.strip() for block in document.blocks if not block.not_run for word in _WORD.findall(block.latex)}
    for link in document.links:
        target = Path(document.path).parent / link.target.partition("#")[0]
        name = target.stem.replace("_", " ")
        if target.suffix != ".md" or name not in used or name in scope.definitions or name in scope.declared:
            continue
        if depth >= MOST_DEEP:
            raise DerivationError("the derivations that define each other's functions cite each other", link.place)
        if not target.is_file():
            raise DerivationError(f"{link.target}, whose function {name} is used here, does not exist", link.place)
        scope = scope.defining(function_of(read(target, depth + 1), name, link.place))
    return scope.defining(_logistic(document.blocks[0].place)) if _uses_sigma(scope, document) else scope


def _uses_sigma(scope: Scope, document: Document) -> bool:
    run = [block.latex for block in document.blocks if not block.not_run]
    return (
        _SIGMA not in scope.declared
        and any(map(_SIGMA_APPLIED.search, run))
        and not any(map(_SIGMA_DEFINED.match, run))
    )


def _logistic(at: Place) -> Definition:
    body = Call("sigmoid", (Name(_ARGUMENT, at=at),), at=at)
    return Definition(_SIGMA, (), (_ARGUMENT,), body, (), Ranges({}, {}), frozenset(), (SCALAR,))


def function_of(derivation: Derivation, name: str, place: Place) -> Definition:
    """Return what a derivation computes as a function of its inputs."""
    result = next((one for one in derivation.symbols if not one.is_input and one.name and one.code), None)
    if result is None:
        raise DerivationError(f"{derivation.path} has no value in its table of symbols", place)
    home = next(one for one in reversed(derivation.equations) if not one.stage.worked).stage.scope
    needed = home.reached(result.name)
    inputs = [one for one in derivation.symbols if one.is_input and one.name in needed and not one.is_constant]
    shapes = tuple(_shape(one) for one in inputs)
    body = Name(result.name, at=place)
    return Definition(
        name, (), tuple(one.name for one in inputs), body, _shape(result).dims, Ranges({}, {}), frozenset(), shapes,
        home=home,
    )  # fmt: skip


def _shape(symbol: Symbol) -> Shape:
    return Shape(tuple(ANY + dimension for dimension in symbol.shape))
