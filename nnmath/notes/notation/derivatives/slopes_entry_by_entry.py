r"""Slopes between a product entry by entry and a matrix: ``d \odot \sigma'(z) W`` is ``(d \odot \sigma'(z)) W``.

Nobody multiplies a slope by the weights of the layer below before it was multiplied by what came from above.
"""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_slopes_first(chain: tree.Chain) -> tree.Chain:
    """Return an equation in which such slopes belong to the product entry by entry."""
    return trees.changed(chain, _with_slope) if tree.Hadamard in tree.kinds(chain) else chain


def _with_slope(node: Expr) -> Expr:
    match node:
        case tree.Hadamard(factors=(*before, tree.Product(factors=(tree.Call(primes=primes) as slope, *behind)))) if (
            primes
        ):
            first = tree.Group(replace(node, factors=(*before, slope)), at=node.at)
            return tree.Product((first, *behind), at=node.at)
    return node
