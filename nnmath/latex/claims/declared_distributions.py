r"""How inputs are distributed: ``x_i \sim \mathcal{N}(0, s^2)``, independently of each other."""

from __future__ import annotations

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers.distributions import DISTRIBUTIONS
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR, Drawn, Ranges, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name

#: What distributions are called.
_NAMES = {
    **dict.fromkeys((r"\mathcal{N}", "N", "Normal", "normal"), "normal"),
    **dict.fromkeys((r"\mathcal{U}", "U", "Uniform", "uniform", "Unif"), "uniform"),
    **dict.fromkeys((r"\mathcal{B}", "Bernoulli", "Bern", "Ber"), "Bernoulli"),
}
_REMEDY = r"write \mathcal{N}(mean, variance), \mathcal{U}(from, to) or \operatorname{Bernoulli}(p)"


def distribution_of(chain: tree.Chain, scope: Scope) -> tuple[str, Drawn, Ranges]:
    r"""Check ``x_i \sim ...``; return the input, how it is drawn, and how far its indices run."""
    left, right = chain.sides[0], chain.sides[-1]
    name = base_name(left)
    if chain.relations != ("∼",) or name not in scope.inputs:
        raise DerivationError("an input stands before \\sim and its distribution after it", left.at)
    if name in scope.distributions:
        raise DerivationError(f"{name} has a distribution already", left.at)
    kind, parameters = _distribution(right)
    check = ShapeCheck(scope)
    if check.shape(left) != SCALAR and isinstance(left, tree.Element):
        raise DerivationError("give every entry its distribution: as many indices as there are dimensions", left.at)
    for parameter in parameters:
        if check.shape(parameter) != SCALAR or scope.uses(parameter) & {name, *scope.distributions}:
            raise DerivationError("a parameter of a distribution is a number that is not random itself", parameter.at)
    indices = left.indices if isinstance(left, tree.Element) else ()
    letters = tuple(index.name for index in indices if isinstance(index, tree.Name))
    ranges = check.ranges()
    if len(set(letters)) != len(indices) or ranges.free.keys() - set(letters):
        raise DerivationError("the indices before \\sim are letters, and those after it are among them", left.at)
    return name, Drawn(kind, parameters, letters, ranges), ranges


def _distribution(right: Expr) -> tuple[str, tuple[Expr, ...]]:
    match right:
        case tree.Product(factors=(tree.Name(name=name), tree.Matrix(rows=rows, listed=True))) if name in _NAMES:
            parameters = tuple(row[0] for row in rows)
        case tree.Product(factors=(tree.Name(name=name), tree.Group(inner=inner))) if name in _NAMES:
            parameters = (inner,)
        case _:
            raise DerivationError(f"this is no distribution that is known here; {_REMEDY}", right.at)
    kind = _NAMES[name]
    if len(parameters) != DISTRIBUTIONS[kind].parameters:
        raise DerivationError(f"{name} with {len(parameters)} parameters; {_REMEDY}", right.at)
    return kind, parameters
