"""Derivatives, and what they are evaluated at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from nnmath.latex.errors import DerivationError, ShapeError
from nnmath.latex.numbers import jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import ShapeCheck, transposed_shape
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.names import indices_of
from nnmath.latex.semantics.recursion import with_first_step
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.semantics.slopes import held_jacobian, immediate_jacobian, jacobian
from nnmath.latex.symbols.scope import SCALAR, Scope, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import TRANSPOSE, Expr, base_name


def _variable(node: tree.Partial) -> tuple[Expr, bool]:
    r"""Return what is differentiated by, and whether it is transposed, ``\partial x^\top``."""
    bottom = node.bottom
    if isinstance(bottom, tree.Call) and bottom.function == TRANSPOSE:
        return bottom.arguments[0], True
    return bottom, False


def _by_function(node: tree.Partial) -> tuple[Expr, Expr] | None:
    r"""Return v, and ``\frac{\partial A}{\partial v} / \frac{\partial \phi}{\partial v}`` for a derivative by φ(v).

    None if it is taken by a symbol, or by what is computed from several ones.
    """
    bottom = node.bottom.inner if isinstance(node.bottom, tree.Group) else node.bottom
    transposed = isinstance(bottom, tree.Call) and bottom.function == TRANSPOSE
    variables = set(_symbols(bottom))
    if len(variables) != 1 or transposed or bottom in variables:
        return None
    (variable,) = variables
    slope = tree.Partial(bottom, variable, at=node.bottom.at)
    return variable, tree.Quotient(replace(node, bottom=variable), slope, at=node.at)


def _symbols(node: Expr) -> Iterator[Expr]:
    """Yield the symbols of an expression, each with its indices."""
    if isinstance(node, (tree.Name, tree.Element)):
        yield node
    else:
        for child in tree.children(node):
            yield from _symbols(child)


def _hessian_shape(check: ShapeCheck, node: tree.Partial) -> Shape | None:
    r"""Return the shape of ``\nabla_x^2 f v``, which is a product with the Hessian of f; None for anything else.

    A matrix of second derivatives is one of a number: it reaches over as many factors as make a number.
    """
    inner = node.top
    if not (isinstance(inner, tree.Partial) and inner.reach is not None and inner.bottom == node.bottom):
        return None
    factors = inner.top.factors if isinstance(inner.top, tree.Product) else ()
    for count in range(len(factors), 0, -1):
        known = dict(check.found)
        try:
            if check.shape(_first(inner.top, count)) == SCALAR:
                if count == len(factors):
                    return None
                check.chosen[node.at] = (count,)
                return check.shape(_times_hessian(node, count))
        except ShapeError:
            pass
        check.found = known
    return None


def _first(product: Expr, count: int) -> Expr:
    assert isinstance(product, tree.Product)
    dotted = tuple(place for place in product.dotted if place < count)
    return product.factors[0] if count == 1 else replace(product, factors=product.factors[:count], dotted=dotted)


def _times_hessian(node: tree.Partial, count: int) -> Expr:
    """Return the product of the second derivatives of the first factors with the others."""
    inner = node.top
    assert isinstance(inner, tree.Partial)
    assert isinstance(inner.top, tree.Product)
    once = replace(inner, top=_first(inner.top, count), reach=None)
    dotted = tuple(place - count + 1 for place in inner.top.dotted if place >= count)
    return tree.Product((replace(node, top=once), *inner.top.factors[count:]), dotted=dotted, at=node.at)


def _partial_shape(check: ShapeCheck, node: tree.Partial) -> Shape:
    scope = check.scope
    hessian = _hessian_shape(check, node)
    if hessian is not None:
        return hessian
    by = _by_function(node)
    if by and check.shape(by[0]) == SCALAR:
        return check.shape(by[1])
    variable, transposed = _variable(node)
    name = base_name(variable)
    if not isinstance(variable, (tree.Name, tree.Element)) or not name:
        problem = (
            "a derivative is taken with respect to a symbol or an element of it; define what stands here as a symbol"
        )
        raise DerivationError(problem, node.bottom.at)
    bottom = check.shape(variable)
    is_variable = scope.shape_of(name) is not None or name in scope.parameters
    if not is_variable or name in check.parameters or check.domain(variable) in ("labels", "integer"):
        raise DerivationError(f"nothing can be differentiated with respect to {name}", node.bottom.at)
    differentiated = what_is_differentiated(node, scope)
    top = check.shape(differentiated)
    if name not in scope.uses(differentiated):
        raise DerivationError(f"what is differentiated here does not depend on {name}", node.at)
    _refuse_unclear_reach(node, name, scope)
    if SCALAR not in (top, bottom) and (len(top.dims) > 1 or len(bottom.dims) > 1):
        to_the_end = any(isinstance(one, tree.Partial) and one.reach is not None for one in (node, node.top))
        remedy = "give it indices, so that it is one number"
        if to_the_end:
            remedy = (
                "it reaches to the end of its term; put the derivative in brackets, (\\nabla_x f) v, to end it before"
            )
        raise DerivationError(f"what is differentiated has shape {top}; {remedy}", node.at)
    if transposed and len(bottom.dims) != 1:
        raise DerivationError("only a vector stands transposed below a derivative", node.bottom.at)
    if top == SCALAR:
        return transposed_shape(bottom, node.at) if transposed else bottom
    if bottom == SCALAR:
        return top
    return Shape((*bottom.dims, *top.dims) if top.row and not transposed else (*top.dims, *bottom.dims))


def _refuse_unclear_reach(node: tree.Partial, name: str, scope: Scope) -> None:
    """Refuse ``d/dx a b`` where both depend on x, but b does not say so."""
    if node.reach is None or name not in scope.uses(node.reach):
        return
    if isinstance(node.top, tree.Product) and not any(name in scope.uses(one) for one in node.top.factors[:-1]):
        return  # what stands before it cannot be all that is differentiated
    said = [one.name for one in tree.walk(node.reach) if isinstance(one, tree.Name)]
    below = [base_name(one.bottom) for one in tree.walk(node.reach) if isinstance(one, tree.Partial)]
    if said.count(name) <= below.count(name):  # below a derivative it says nothing of what is above
        raise DerivationError(
            "it is unclear how far the derivative reaches; put what is differentiated in brackets", node.at
        )


def _partial(at: Evaluator, node: tree.Partial) -> Array:
    inner = node.top
    if isinstance(inner, tree.Partial) and inner.reach is not None and node.at in at.ranges.chosen:
        return at.value(_times_hessian(node, *at.ranges.chosen[node.at]))
    if by := _by_function(node):
        return at.value(by[1])
    top = what_is_differentiated(node, at.environment.scope)
    known: Array | None = at.environment.known_derivative(node)
    return _elements(at, node, lambda name: jacobian(top, name, at), known)


def _elements(at: Evaluator, node: tree.Partial, by: Callable[[str], Array], known: Array | None = None) -> Array:
    """Return the part of a derivative `by` all entries of a symbol that is asked for; it may be `known` already."""
    variable, transposed = _variable(node)
    name = base_name(variable)
    known = by(name) if known is None else known
    if isinstance(variable, tree.Element):
        rank = jets.primal(at.value(variable.array)).rank
        indices = [jets.primal(at.value(index)) for index in indices_of(variable, rank)]
        found = jets.linear(lambda part: tensor.gathered_behind(part, indices, rank), known)

        def begun(first: str, others: list[Tensor]) -> Array:
            return jets.linear(lambda part: tensor.gathered_behind(part, others, rank - 1), by(first))

        known = with_first_step(at.environment, name, indices, found, begun)
    rank = jets.primal(known).rank
    turned = transposed and rank == 1
    if rank == 2 and not transposed:
        turned = jets.primal(at.value(what_is_differentiated(node, at.environment.scope))).row
    return jets.linear(tensor.transposed, known) if turned else known


def what_is_differentiated(node: tree.Partial, scope: Scope) -> Expr:
    r"""Return the top of a derivative; in ``\frac{d \sigma}{d u}`` that is the function at u."""
    if isinstance(node.top, tree.Name) and scope.function(node.top.name):
        return tree.Call(node.top.name, (node.bottom,), at=node.top.at)
    return node.top


RULES[tree.Partial] = Rule(_partial_shape, _partial)


def _held_shape(check: ShapeCheck, node: tree.Held) -> Shape:
    if not isinstance(node.partial, tree.Partial):
        raise DerivationError("only below a derivative stands what is held; a value is given as x = 0", node.at)
    for name in node.names or ():
        if check.scope.shape_of(name) is None:
            raise DerivationError(f"{name} is no quantity that is defined above, which could be held", node.at)
    return check.shape(node.partial)


def _held(at: Evaluator, node: tree.Held) -> Array:
    partial = node.partial
    assert isinstance(partial, tree.Partial)
    top, held = what_is_differentiated(partial, at.environment.scope), node.names
    if held is None:
        return _elements(at, partial, lambda name: immediate_jacobian(top, name, at))
    return _elements(at, partial, lambda name: held_jacobian(top, name, at, held))


RULES[tree.Held] = Rule(_held_shape, _held)


def _evaluated_shape(check: ShapeCheck, node: tree.Evaluated) -> Shape:
    for symbol, value in node.values:
        name = base_name(symbol)
        if not isinstance(symbol, tree.Name) or (
            check.scope.shape_of(name) is None and name not in check.scope.parameters
        ):
            raise DerivationError("below the bar a symbol gets a value: x = 0", symbol.at)
        shape, given = check.shape(symbol), check.shape(value)
        if given != SCALAR and not _fits(check, shape, given):
            raise DerivationError(f"{name} has the shape {shape}, its value below the bar {given}", value.at)
    return check.shape(node.body)


def _fits(check: ShapeCheck, shape: Shape, given: Shape) -> bool:
    """Whether a value has the shape of the symbol that it is given to."""
    same = len(shape.dims) == len(given.dims) and shape.row == given.row
    return same and all(check.same(one, other) for one, other in zip(shape.dims, given.dims, strict=True))


def _evaluated(at: Evaluator, node: tree.Evaluated) -> Array:
    inside = at.environment
    given = [(base_name(symbol), jets.primal(at.value(symbol)), at.value(value)) for symbol, value in node.values]
    for name, like, value in given:
        inside = inside.with_value(name, jets.linear(lambda part, like=like: _filled(part, like), value))
    return replace(at, environment=inside).value(node.body)


def _filled(value: Tensor, like: Tensor) -> Tensor:
    """Repeat a number for every entry of the symbol that it is given to."""
    if value.rank or not like.rank:
        return value
    data = value.data.reshape(value.data.shape + (1,) * like.rank)
    return Tensor(value.axes, np.broadcast_to(data, value.data.shape + like.shape))


RULES[tree.Evaluated] = Rule(_evaluated_shape, _evaluated)
