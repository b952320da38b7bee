"""Shape and value of the functions that everybody knows, by what their entries in `numbers.known_functions` say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from nnmath.latex.errors import DerivationError, ShapeError
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.known_functions import ENTRY_BY_ENTRY, Known
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import Rule
from nnmath.latex.semantics.slopes import derivative_at
from nnmath.latex.symbols.dimensions import Dim, times
from nnmath.latex.symbols.scope import Shape
from nnmath.latex.syntax import tree

#: What stands for any dimensions, in front of those that have a letter.
_ANY = "..."


class Signature(NamedTuple):
    """The letters of the dimensions of each argument, and of the result."""

    arguments: tuple[tuple[str, ...], ...]
    result: tuple[str, ...]


@cache
def _parsed(signature: str) -> Signature:
    *taken, given = re.findall(r"\(([^()]*)\)", signature)
    return Signature(tuple(map(_letters, taken)), _letters(given))


def _letters(listed: str) -> tuple[str, ...]:
    return tuple(filter(None, listed.split(",")))


def rule_of(known: Known) -> Rule:
    """Return the rule of a function that everybody knows."""
    counts = {len(_parsed(one).arguments) for one in known.signatures}
    of_one = counts == {1} and known.signatures[-1] == ENTRY_BY_ENTRY

    def shape(check: ShapeCheck, node: tree.Call) -> Shape:
        expect(max(counts), node, primes=of_one)
        return _shape(check, node, known, [check.shape(argument) for argument in node.arguments])

    def value(at: Evaluator, node: tree.Call) -> Array:
        if of_one:
            return derivative_at(at.environment, known.value, at.value(node.arguments[0]), node.primes)
        return known.value(*map(at.value, node.arguments))

    return Rule(shape, value)


def expect(count: int, node: tree.Call, primes: bool = False) -> None:
    """Refuse another number of arguments; and primes, unless they are allowed."""
    if len(node.arguments) != count:
        raise DerivationError(f"{node.function} takes {arguments(count)}", node.at)
    if node.primes and not primes:
        raise DerivationError(
            f"{node.function} takes {arguments(count)}; a prime stands after a function of one that is defined above",
            node.at,
        )


def arguments(count: int) -> str:
    """Say how many arguments there are."""
    return "one argument" if count == 1 else f"{count} arguments"


def _shape(check: ShapeCheck, node: tree.Call, known: Known, shapes: Sequence[Shape]) -> Shape:
    for signature in map(_parsed, known.signatures):
        if all(map(_has_rank_of, signature.arguments, shapes)):
            found = _result(check, node, signature, shapes)
            if found is not None:
                return found
            break
    taken = " or ".join(dict.fromkeys(_described(one) for one in map(_parsed, known.signatures)))
    given = " and ".join(map(str, shapes))
    raise ShapeError(f"{known.sign or known.name} takes {taken}, not something of shape {given}", node.at)


def _has_rank_of(letters: tuple[str, ...], shape: Shape) -> bool:
    fixed = [letter for letter in letters if letter != _ANY]
    return len(shape.dims) >= len(fixed) if _ANY in letters else len(shape.dims) == len(fixed)


def _result(check: ShapeCheck, node: tree.Call, signature: Signature, shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape of the result; None if a letter stands for two dimensions that differ."""
    sizes: dict[str, Dim] = {}
    leading = []
    for letters, shape in zip(signature.arguments, shapes, strict=True):
        fixed = [letter for letter in letters if letter != _ANY]
        before = len(shape.dims) - len(fixed)
        leading.append(Shape(shape.dims[:before], shape.row and not fixed))
        for letter, dim in zip(fixed, shape.dims[before:], strict=True):
            if not check.same(sizes.setdefault(letter, dim), dim):
                return None
    rows = {shape.row for shape in shapes if len(shape.dims) == 1}
    lead = check.alike(leading, node.at).dims if _ANY in signature.result else ()
    dims = [times(*(check.resolved(sizes[one]) for one in letter.split("*"))) if "*" in letter else sizes[letter]
            for letter in signature.result if letter != _ANY]  # fmt: skip
    if len(lead) + len(dims) != 1:
        return Shape((*lead, *dims))
    return None if len(rows) > 1 else Shape((*lead, *dims), rows == {True})


def _described(signature: Signature) -> str:
    """Say what a function takes."""
    return " and ".join(map(_name_of, signature.arguments))


def _name_of(letters: tuple[str, ...]) -> str:
    if _ANY in letters:
        return "a vector, or a matrix row by row" if len(letters) > 1 else "any array"
    if len(letters) < 2:
        return "a vector" if letters else "a number"
    return "a square matrix" if len(set(letters)) == 1 else "a matrix"
