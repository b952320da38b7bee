"""The constants that stand in a derivation, as hints where to draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from nnmath.latex.claims.crossings import bends, constant, crossings, with_definition
from nnmath.latex.claims.derivation import Derivation
from nnmath.latex.claims.drawn_examples import Hints
from nnmath.latex.claims.literals import literals_of
from nnmath.latex.claims.quantities import quantities_of
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: More constants than this are not taken: each one is drawn less often the more there are.
MOST_NUMBERS = 12

#: What is drawn in any case.
_COMMON = frozenset(map(Fraction, (0, 1, 2)))


def hints_of(derivation: Derivation) -> Hints:
    """Return the constants, thresholds and literal indices of a derivation; first the thresholds, then the others."""
    sides = [side for one in derivation.equations if not one.stage.worked for side in one.sides]
    fixed = {symbol.name: symbol.domain.low for symbol in derivation.symbols if symbol.is_constant}
    known = {name: number for name, number in fixed.items() if number is not None}
    lines = {name: constant(number) for name, number in known.items()}
    for definition in [one.definition for one in derivation.equations if one.definition]:
        if not definition.letters and not definition.parameters:
            lines = with_definition(definition.name, definition.body, lines)
    compared = [node for side in sides for node in tree.walk(side) if bends(node)]
    thresholds = [one.number for node in compared for one in crossings(node, lines)]
    thresholds += [number for node in compared for number in _numbers(node, known)]
    others = [number for side in sides for number in _numbers(side, known)]
    numbers = [number for number in dict.fromkeys(thresholds + others) if number not in _COMMON]
    at_kinks = any(equation.declares for equation in derivation.equations)
    thresholds = [number for number in dict.fromkeys(map(abs, thresholds)) if number]
    scope = derivation.equations[-1].stage.scope
    inputs = frozenset[str]().union(*map(scope.uses, compared))
    return Hints(
        tuple(numbers[:MOST_NUMBERS]),
        literals_of(derivation),
        tuple(thresholds[:MOST_NUMBERS]),
        inputs,
        quantities_of(derivation, lines),
        at_kinks,
        any(map(_takes_extreme, (node for side in sides for node in tree.walk(side)))),
    )


def _takes_extreme(node: Expr) -> bool:
    """Whether the largest or the smallest of many entries is taken."""
    return isinstance(node, tree.Reduce) and node.kind.endswith(("max", "min"))


def _numbers(node: Expr, known: Mapping[str, Fraction]) -> Iterator[Fraction]:
    """Yield the numbers of an expression with their signs, but not those that are exponents or indices.

    The constants of the table of symbols are `known` numbers.
    """
    match node:
        case tree.Name(name=name) if name in known:
            yield known[name]
        case tree.Number(text=text):
            yield Fraction(text)
        case tree.Sum(signs=signs, terms=terms):
            for sign, term in zip(signs, terms, strict=True):
                yield from (sign * number for number in _numbers(term, known))
        case tree.Power(base=tree.Number(text=base), exponent=exponent):
            whole = [number for number in _numbers(exponent, known) if number.denominator == 1 and abs(number) <= 20]
            if len(whole) == 1 and Fraction(base):
                yield Fraction(base) ** int(whole[0])
        case tree.Power(base=base):
            yield from _numbers(base, known)
        case tree.Element() | tree.Partial():
            return
        case tree.Quotient(top=tree.Number(text=top), bottom=tree.Number(text=bottom)) if Fraction(bottom):
            yield Fraction(top) / Fraction(bottom)
        case _:
            for child in tree.children(node):
                yield from _numbers(child, known)
