"""Layouts: whether the derivative of a number by a vector is a column or a row, and which way a Jacobian lies.

In the language a gradient has the shape of what it is a gradient for, and a Jacobian a row for each entry of what is
differentiated. Other layouts are conventions, too: a file has one of them.
"""

from __future__ import annotations

from typing import NamedTuple

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees


class Layout(NamedTuple):
    """Which derivatives lie the other way: gradients (of numbers), Jacobians (of vectors)."""

    gradients: bool = False
    jacobians: bool = False

    def __str__(self) -> str:
        if self.gradients and self.jacobians:
            return "where derivatives are transposed"
        if self.gradients:
            return "where the gradient of a number is transposed: a row for a column (numerator layout)"
        return "where Jacobians are transposed: a column for each entry on top (denominator layout)"


OTHER_LAYOUTS = (Layout(True, False), Layout(False, True), Layout(True, True))


def laid_out(chain: tree.Chain, check: ShapeCheck, layout: Layout) -> tree.Chain:
    """Return an equation in which the derivatives lie as in a layout; the same one if none of them is concerned."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Partial):
            try:
                shape, top = check.shape(node), check.shape(node.top)
            except DerivationError:
                return node
            concerned = layout.gradients if top == SCALAR else layout.jacobians
            if concerned and len(shape.dims) in (1, 2):
                return tree.Call(tree.TRANSPOSE, (node,), at=node.at)
        return node

    return trees.changed(chain, change)
