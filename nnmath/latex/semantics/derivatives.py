"""Derivatives."""

from __future__ import annotations

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.names import indices_of
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.scope import SCALAR, Scope, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name


def _partial_shape(check: ShapeCheck, node: tree.Partial) -> Shape:
    scope, name = check.scope, base_name(node.bottom)
    if not isinstance(node.bottom, (tree.Name, tree.Element)) or not name:
        raise DerivationError("a derivative is taken with respect to a symbol or an element of it", node.bottom.at)
    bottom = check.shape(node.bottom)
    is_variable = scope.shape_of(name) is not None or name in scope.parameters
    if not is_variable or name in check.parameters or check.domain(node.bottom) in ("labels", "integer"):
        raise DerivationError(f"nothing can be differentiated with respect to {name}", node.bottom.at)
    differentiated = what_is_differentiated(node, scope)
    top = check.shape(differentiated)
    uses = scope.uses(differentiated)
    if name not in uses:
        raise DerivationError(f"what is differentiated here does not depend on {name}", node.at)
    if SCALAR not in (top, bottom) and (len(top.dims) > 1 or len(bottom.dims) > 1 or top.row):
        raise DerivationError(
            f"what is differentiated has shape {top}; give it indices, so that it is one number", node.at
        )
    return Shape((*top.dims, *bottom.dims), top.row and bottom == SCALAR)


def _partial(at: Evaluator, node: tree.Partial) -> Array:
    known: Array | None = at.environment.known_derivative(node)
    if known is None:
        top = what_is_differentiated(node, at.environment.scope)
        known = at.environment.jacobian(top, base_name(node.bottom), at)
    if not isinstance(node.bottom, tree.Element):
        return known
    rank = jets.primal(at.value(node.bottom.array)).rank
    indices = [jets.primal(at.value(index)) for index in indices_of(node.bottom, rank)]
    return jets.linear(lambda part: tensor.gathered_behind(part, indices, rank), known)


def what_is_differentiated(node: tree.Partial, scope: Scope) -> Expr:
    r"""Return the top of a derivative; in ``\frac{d \sigma}{d u}`` that is the function at u."""
    if isinstance(node.top, tree.Name) and scope.function(node.top.name):
        return tree.Call(node.top.name, (node.bottom,), at=node.top.at)
    return node.top


RULES[tree.Partial] = Rule(_partial_shape, _partial)
