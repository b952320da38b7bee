r"""Where two things that are compared are equal: 2.5 for ``\min(1, 0.2 x + 0.5)``, which is no number of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from nnmath.latex.numbers.known_functions import KNOWN
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name

#: What compares its arguments with each other, and what compares its argument with numbers.
COMPARING = frozenset(["max", "min", *(one.name for one in KNOWN.values() if one.compares)])
KINKS = {word: one.kinks for one in KNOWN.values() if one.kinks for word in one.words}


#: Constants are raised to powers up to here.
LARGEST_POWER = 20


class Threshold(NamedTuple):
    """A number that a quantity is compared with; the quantity is a name, or an expression that is more than that."""

    quantity: Expr
    number: Fraction


class Line(NamedTuple):
    """A multiple of one quantity plus a number; a constant has no quantity."""

    quantity: Expr | None
    slope: Fraction
    offset: Fraction


def bends(node: Expr) -> bool:
    """Whether an expression compares numbers."""
    return isinstance(node, tree.Compare) or (isinstance(node, tree.Call) and node.function in COMPARING | KINKS.keys())


def constant(number: Fraction) -> Line:
    """Return a constant."""
    return Line(None, Fraction(0), number)


def with_definition(name: str, body: Expr, lines: Mapping[str, Line]) -> dict[str, Line]:
    """Return what is known of names after a definition; it says something if another name alone stands in it."""
    line = line_of(body, lines)
    stands_for_another = line.quantity is None or isinstance(line.quantity, tree.Name)
    return {**lines, name: line} if stands_for_another else dict(lines)


def crossings(node: Expr, lines: Mapping[str, Line]) -> Iterator[Threshold]:
    """Yield where two sides of a comparison are equal, as far as only one quantity stands in them.

    Parameters
    ----------
    node : Expr
        What compares.
    lines : mapping
        The constants, and what is a multiple of another name plus a number.
    """
    sides = [line_of(side, lines) for side in _compared(node)]
    if isinstance(node, tree.Call):
        sides += [constant(Fraction(kink)) for kink in KINKS.get(node.function, ())]
    for one, other in combinations(sides, 2):
        quantities = {line.quantity for line in (one, other) if line.quantity is not None}
        if len(quantities) == 1 and one.slope != other.slope:
            number = (other.offset - one.offset) / (one.slope - other.slope)
            yield from _without_bars(Threshold(quantities.pop(), number), lines)


def thresholds_of(line: Line, number: Fraction, lines: Mapping[str, Line]) -> Iterator[Threshold]:
    """Yield where something is a number."""
    if line.quantity is not None and line.slope:
        yield from _without_bars(Threshold(line.quantity, (number - line.offset) / line.slope), lines)


def _without_bars(found: Threshold, lines: Mapping[str, Line]) -> Iterator[Threshold]:
    """Yield both places where an absolute value is a number."""
    if isinstance(found.quantity, tree.Call) and found.quantity.function in ("abs", tree.ENTRYWISE_ABS):
        inside = line_of(found.quantity.arguments[0], lines)
        for number in dict.fromkeys((found.number, -found.number)):
            yield from thresholds_of(inside, number, lines)
    else:
        yield found


def _compared(node: Expr) -> Iterator[Expr]:
    r"""Yield what is compared, ``\max(0, \min(1, x))`` being a comparison of three numbers."""
    for child in tree.children(node):
        inner = child.inner if isinstance(child, tree.Group) else child
        if isinstance(inner, tree.Call) and inner.function in COMPARING:
            yield from _compared(inner)
        else:
            yield inner


def line_of(node: Expr, lines: Mapping[str, Line]) -> Line:
    """Return an expression as a multiple of one quantity plus a number; the quantity may be the expression itself."""
    match node:
        case tree.Number(text=text):
            return constant(Fraction(text))
        case tree.Name(name=name) if name in lines:
            return lines[name]
        case tree.Group(inner=inner):
            return line_of(inner, lines)
        case tree.Power(base=base, exponent=exponent):
            above, below = line_of(exponent, lines), line_of(base, lines)
            if above.quantity is None and below.quantity is None and _is_small_whole(above.offset) and below.offset:
                return constant(below.offset ** int(above.offset))
        case tree.Sum(signs=signs, terms=terms):
            return _added(node, signs, [line_of(term, lines) for term in terms])
        case tree.Product(factors=factors) | tree.Hadamard(factors=factors):
            return _multiplied(node, [line_of(factor, lines) for factor in factors])
        case tree.Quotient(top=top, bottom=bottom):
            below = line_of(bottom, lines)
            if below.quantity is None and below.offset:
                return _multiplied(node, [line_of(top, lines), constant(1 / below.offset)])
    return _itself(node)


def _is_small_whole(number: Fraction) -> bool:
    return number.denominator == 1 and abs(number) <= LARGEST_POWER


def _itself(node: Expr) -> Line:
    """Return an expression as the quantity that it is; all elements of an array are one, where letters are its indices.

    ``z_{n y_n}`` and ``p_1`` are quantities of their own: which entries they are matters.
    """
    chosen = isinstance(node, tree.Element) and not all(isinstance(one, tree.Name) for one in node.indices)
    name = "" if chosen else base_name(node)
    return Line(tree.Name(name, at=node.at) if name else node, Fraction(1), Fraction(0))


def _added(node: tree.Sum, signs: tuple[int, ...], lines: list[Line]) -> Line:
    parts = list(zip(signs, node.terms, lines, strict=True))
    quantities = {line.quantity for line in lines if line.quantity is not None}
    if len(quantities) > 1:
        rest = [(sign, term) for sign, term, line in parts if line.quantity is not None]
        whole = tree.Sum(tuple(sign for sign, _ in rest), tuple(term for _, term in rest), at=node.at)
        offset = sum((sign * line.offset for sign, _, line in parts if line.quantity is None), Fraction(0))
        return Line(whole, Fraction(1), offset)
    offset = sum((sign * line.offset for sign, _, line in parts), Fraction(0))
    slope = sum((sign * line.slope for sign, _, line in parts), Fraction(0))
    return Line(quantities.pop() if slope else None, slope, offset)


def _multiplied(node: Expr, lines: list[Line]) -> Line:
    found = constant(Fraction(1))
    for line in lines:
        if line.quantity is not None and found.quantity is not None:
            return _itself(node)
        slope = found.slope * line.offset + line.slope * found.offset
        found = Line(found.quantity or line.quantity, slope, found.offset * line.offset)
    return found
