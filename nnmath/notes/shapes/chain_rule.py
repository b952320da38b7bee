r"""Steps of the chain rule through arrays: ``\frac{\partial L}{\partial z} \frac{\partial z}{\partial W}`` is a sum.

The derivative of an array by a matrix has no shape that a product would fit to; that of each entry of the array has.
"""

from __future__ import annotations

from contextlib import suppress
from functools import reduce
from typing import TypeVar

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

E = TypeVar("E", bound=Expr)

#: The letters of the sums: no notes have them.
_LETTERS = (r"\step", r"\substep")


class _OtherEntries(Exception):
    """What stands before a step is not known to have as many entries as what the step differentiates."""


def with_steps(chain: E, check: ShapeCheck) -> E:
    """Return an equation whose products through such a derivative are sums over the entries of what stands between."""

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product):
            return node
        for factors in (node.factors, node.factors[::-1]):
            if _is_open(factors[-1], check) and all(isinstance(one, tree.Partial) for one in factors[1:]):
                with suppress(_OtherEntries):
                    return reduce(lambda before, step: _summed(before, step, check), factors)
        return node

    return trees.changed(chain, change) if tree.Partial in tree.kinds(chain) else chain


def _is_open(node: Expr, check: ShapeCheck) -> bool:
    return isinstance(node, tree.Partial) and isinstance(node.top, tree.Name) and _shape(node, check) is None


def _shape(node: Expr, check: ShapeCheck) -> Shape | None:
    with suppress(DerivationError):
        return ShapeCheck(check.scope, check.parameters, found=dict(check.found)).shape(node)
    return None


def _summed(before: Expr, step: Expr, check: ShapeCheck) -> Expr:
    """Return the sum over the entries of what a step differentiates; what stands before has as many."""
    assert isinstance(step, tree.Partial)
    given, wanted = _shape(before, check), _shape(step.top, check)
    lengths = [shape and [check.resolved(dim) for dim in shape.dims] for shape in (given, wanted)]
    if None not in lengths and lengths[0] != lengths[1] and isinstance(before, tree.Partial):
        return tree.Hadamard((before, step.top), at=step.at)  # it has no shape, and that is why
    if wanted is None or lengths[0] != lengths[1] or not 0 < len(wanted.dims) <= len(_LETTERS):
        raise _OtherEntries
    letters = [trees.another_letter(letter, trees.summed(before)) for letter in _LETTERS[: len(wanted.dims)]]
    indices = tuple(tree.Name(letter, at=step.at) for letter in letters)
    entry = tree.Element(tree.Group(before, at=step.at), indices, at=step.at)
    by = tree.Partial(tree.Element(step.top, indices, at=step.at), step.bottom, at=step.at)
    ranges = tuple(tree.Range(letter, at=step.at) for letter in letters)
    return tree.Group(tree.Reduce("sum", ranges, (), tree.Product((entry, by), at=step.at), at=step.at), at=step.at)
