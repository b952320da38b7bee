"""Layouts: whether the derivative of a number by a vector is a column or a row, and which way a Jacobian lies.

In the language a gradient has the shape of what it is a gradient for, and a Jacobian a row for each entry of what is
differentiated. Other layouts are conventions, too: a file has one of them.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from typing import NamedTuple

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR, Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


class Layout(NamedTuple):
    """Which derivatives lie the other way: those of numbers by vectors, by matrices, and Jacobians (of vectors)."""

    gradients: bool = False
    matrices: bool = False
    jacobians: bool = False

    def __str__(self) -> str:
        if sum(self) > 1:
            return "where derivatives are transposed"
        if self.matrices:
            return "where the gradient by a matrix is transposed (numerator layout)"
        if self.gradients:
            return "where the gradient of a number is transposed: a row for a column (numerator layout)"
        return "where Jacobians are transposed: a column for each entry on top (denominator layout)"


def _is_gradient(node: tree.Matrix) -> bool:
    """Whether a column holds the derivatives of one quantity by several."""
    tops = {row[0].top if len(row) == 1 and isinstance(row[0], tree.Partial) else None for row in node.rows}
    return len(tops) == 1 and None not in tops


OTHER_LAYOUTS = tuple(sorted((Layout(*flags) for flags in product((False, True), repeat=3) if any(flags)), key=sum))


def with_local_derivatives(chain: tree.Chain, scope: Scope) -> tree.Chain:
    r"""Return an equation in which a derivative by what a definition names itself is the local one.

    Of entries that is so for one step of a recursion by the one before; of a function, by one of its arguments,
    for ``\frac{\partial f(x_t, h_{t-1}, w)}{\partial w}``.
    """

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Partial):
            return node
        name, by, called = tree.base_name(node.top), tree.base_name(node.bottom), isinstance(node.top, tree.Call)
        definition = scope.definitions.get(node.top.function if isinstance(node.top, tree.Call) else name)
        made_of = definition is not None and by in trees.names(definition.body)
        of_argument = isinstance(node.top, tree.Call) and definition is not None and node.bottom in node.top.arguments
        local = of_argument or (made_of and (called or name == by or isinstance(node.top, tree.Name)))
        return tree.Held(node, None, at=node.at) if local else node

    return trees.changed(chain, change) if tree.Partial in tree.kinds(chain) else chain


def differentiates_row(chain: tree.Chain, check: ShapeCheck) -> bool:
    r"""Whether a row stands below a derivative, as in ``\nabla_x x^\top A``: there both layouts may be meant."""
    tops = [node.top for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    with suppress(DerivationError):
        return any(check.shape(top).row for top in tops)
    return False


def laid_out(chain: tree.Chain, check: ShapeCheck, layout: Layout) -> tree.Chain:
    """Return an equation in which the derivatives lie as in a layout; the same one if none of them is concerned."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Partial):
            try:
                shape, top = check.shape(node), check.shape(node.top)
            except DerivationError:
                return node
            of_number = layout.matrices if len(shape.dims) == 2 else layout.gradients
            if (of_number if top == SCALAR else layout.jacobians) and len(shape.dims) in (1, 2):
                return tree.Call(tree.TRANSPOSE, (node,), at=node.at)
        if isinstance(node, tree.Matrix) and layout.gradients and _is_gradient(node):
            return tree.Call(tree.TRANSPOSE, (node,), at=node.at)
        return node

    return trees.changed(chain, change) if tree.kinds(chain) & {tree.Partial, tree.Matrix} else chain
