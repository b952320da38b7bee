r"""Where two things that are compared are equal: 2.5 for ``\min(1, 0.2 x + 0.5)``, which is no number of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name

#: What compares its arguments.
EXTREMES = ("max", "min", "clip")


class _Line(NamedTuple):
    """A number that is linear in one symbol; a constant has no name."""

    name: str
    slope: Fraction
    offset: Fraction


def bends(node: Expr) -> bool:
    """Whether an expression compares numbers."""
    return isinstance(node, tree.Compare) or (isinstance(node, tree.Call) and node.function in EXTREMES)


def crossings(node: Expr, known: Mapping[str, Fraction], defined: Mapping[str, Expr]) -> Iterator[Fraction]:
    """Yield where two sides of a comparison are equal, as far as they are linear in one symbol.

    Parameters
    ----------
    node : Expr
        What compares.
    known, defined : mapping
        The constants, and the right sides of the definitions.
    """
    lines = [line for side in _compared(node) if (line := _line(side, known, defined))]
    for one, other in combinations(lines, 2):
        if len({one.name, other.name} - {""}) == 1 and one.slope != other.slope:
            yield (other.offset - one.offset) / (one.slope - other.slope)


def _compared(node: Expr) -> Iterator[Expr]:
    r"""Yield what is compared, ``\max(0, \min(1, x))`` being a comparison of three numbers."""
    for child in tree.children(node):
        inner = child.inner if isinstance(child, tree.Group) else child
        if isinstance(inner, tree.Call) and inner.function in EXTREMES:
            yield from _compared(inner)
        else:
            yield inner


def _line(node: Expr, known: Mapping[str, Fraction], defined: Mapping[str, Expr]) -> _Line | None:
    match node:
        case tree.Number(text=text):
            return _Line("", Fraction(0), Fraction(text))
        case tree.Name(name=name) if name in known:
            return _Line("", Fraction(0), known[name])
        case tree.Name(name=name) if name in defined:
            return _line(defined[name], known, {other: body for other, body in defined.items() if other != name})
        case tree.Name() | tree.Element():
            return _Line(base_name(node), Fraction(1), Fraction(0)) if base_name(node) else None
        case tree.Group(inner=inner):
            return _line(inner, known, defined)
        case tree.Sum(signs=signs, terms=terms):
            return _added(signs, [_line(term, known, defined) for term in terms])
        case tree.Product(factors=factors) | tree.Hadamard(factors=factors):
            return _multiplied([_line(factor, known, defined) for factor in factors])
        case tree.Quotient(top=top, bottom=bottom):
            below = _line(bottom, known, defined)
            if below is None or below.name or not below.offset:
                return None
            return _multiplied([_line(top, known, defined), _Line("", Fraction(0), 1 / below.offset)])
    return None


def _added(signs: tuple[int, ...], lines: list[_Line | None]) -> _Line | None:
    found = _Line("", Fraction(0), Fraction(0))
    for sign, line in zip(signs, lines, strict=True):
        if line is None or (line.name and found.name not in ("", line.name)):
            return None
        found = _Line(found.name or line.name, found.slope + sign * line.slope, found.offset + sign * line.offset)
    return found


def _multiplied(lines: list[_Line | None]) -> _Line | None:
    found = _Line("", Fraction(0), Fraction(1))
    for line in lines:
        if line is None or (line.name and found.name):
            return None
        slope = found.slope * line.offset + line.slope * found.offset
        found = _Line(found.name or line.name, slope, found.offset * line.offset)
    return found
