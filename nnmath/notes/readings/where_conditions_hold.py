r"""Claims about derivatives at values that meet conditions of the notes.

These are ``u^\top v = 0``, ``u^\top u = 1`` and ``\sum_k y_k = 1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.readings.runs import Runs
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax.statements.roles import Role

#: Values that symbols have instead, by their names.
Values = tuple[tuple[Expr, Expr], ...]

#: The most vectors of conditions for which values are looked for.
_MOST_VECTORS = 2


def fails_where(runs: Runs, i: int, conditions: Sequence[tree.Chain]) -> bool:
    """Whether a claim about derivatives fails for values of vectors with which some conditions hold, all of them."""
    claim, found = runs.base.unknowns.roles[i].chain, runs.base.found
    if not runs.is_about_derivatives(i):
        return False
    used = {name for one in conditions for side in one.sides for name in found.model.scope.uses(side)}
    names = sorted(used & found.model.scope.inputs.keys())
    vectors = [tree.Name(name, at=claim.at) for name in names if len(found.quantities[name].dims) == 1]
    for values in _values(vectors) if len(vectors) <= _MOST_VECTORS else ():
        if all(_is_right(runs, i, one, values) is True for one in conditions):
            return _is_right(runs, i, claim, values) is False
    return False


def _is_right(runs: Runs, i: int, chain: tree.Chain, values: Values) -> bool | None:
    """Whether an equation in the place of a claim holds for such values; None where that is not known."""
    sides = tuple(tree.Evaluated(side, values, at=side.at) for side in chain.sides)
    model, role = runs.base.found.model, Role(replace(chain, sides=sides))
    results = [runs.run(model, one) for one in readings_of(model, i, role)]
    if any(one.ok for one in results):
        return True
    refuted = [one for one in results if one.refutation is not None and one.refutation.left is not None]
    return False if refuted else None


def _values(vectors: Sequence[tree.Name]) -> Iterator[Values]:
    """Yield values of vectors that have length 1 or the sum 1, that are orthogonal to each other, or both."""
    every = [[one, *_at_right_angles(one, vectors)] for one in vectors]
    forms = [[*some, *map(_of_length_one, some), *map(_of_sum_one, some)] for some in every]
    for chosen in product(*forms):
        values = tuple((one, form) for one, form in zip(vectors, chosen, strict=True) if form != one)
        if values:
            yield values


def _of_length_one(vector: Expr) -> Expr:
    norm = tree.Call(tree.NORM, (vector,), at=vector.at)
    return tree.Quotient(tree.Group(vector, at=vector.at), norm, at=vector.at)


def _of_sum_one(vector: Expr) -> Expr:
    total = tree.Call("sum", (vector,), at=vector.at)
    return tree.Quotient(tree.Group(vector, at=vector.at), total, at=vector.at)


def _at_right_angles(vector: tree.Name, others: Sequence[tree.Name]) -> Iterator[Expr]:
    """Yield what is left of a vector without its part along another one, which stands before it."""
    at = vector.at
    for one in others[: others.index(vector)]:
        turned = tree.Call(tree.TRANSPOSE, (one,), at=at)
        part = tree.Quotient(tree.Product((turned, vector), at=at), tree.Product((turned, one), at=at), at=at)
        along = tree.Product((tree.Group(part, at=at), one), at=at)
        yield tree.Group(tree.Sum((1, -1), (vector, along), at=at), at=at)
