r"""Derivatives by an inverse: that by \Sigma^{-1} is ``-\Sigma^\top \frac{\partial f}{\partial \Sigma} \Sigma^\top``.

It follows from ``d \Sigma = -\Sigma (d \Sigma^{-1}) \Sigma`` (Petersen and Pedersen, The Matrix Cookbook, 40).
"""

from __future__ import annotations

import re

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters of matrices; a derivative by the inverse of a number is read elsewhere.
_MATRIX = re.compile(r"(?:\\mathbf\{)?(?:[A-Z]|\\(?:Sigma|Lambda|Omega|Psi|Theta))\}?(?:_\{?\w+\}?)?")


def with_slopes_by_inverses(chain: tree.Chain) -> tree.Chain:
    """Return an equation in which such derivatives are those by what is inverted."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Power(base=tree.Name(name=name) as matrix, exponent=exponent)) if (
                _MATRIX.fullmatch(name) and _is_minus_one(exponent)
            ):
                slope = tree.Group(tree.Partial(node.top, matrix, at=node.at), at=node.at)
                turned = tree.Call(tree.TRANSPOSE, (matrix,), at=node.at)
                product = tree.Product((turned, slope, turned), at=node.at)
                return tree.Group(tree.Sum((-1,), (product,), at=node.at), at=node.at)
        return node

    return trees.changed(chain, change)


def _is_minus_one(exponent: Expr) -> bool:
    inner = exponent.inner if isinstance(exponent, tree.Group) else exponent
    match inner:
        case tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),)):
            return True
    return False
