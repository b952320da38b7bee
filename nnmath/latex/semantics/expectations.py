"""Expectations, variances and covariances over the inputs whose distribution a derivation declares.

What is a polynomial in them is exact: the moments of each number are known. So is one in functions of them, but for the
integrals over each number. Anything else is integrated over two numbers at once. Two rules tell the error of an
integral. For a derivative by a parameter of a distribution, the numbers
change with it: they are its mean plus its deviation times a number whose distribution stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from nnmath.latex.errors import DerivationError, Undefined
from nnmath.latex.numbers import balls, functions, jets, tensor
from nnmath.latex.numbers.distributions import DISTRIBUTIONS, FINE, FINEST, Distribution, Nodes
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.polynomials import NotPolynomial, Polynomial, Variable
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import ENTRY, Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.scope import Scope, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

_NODES = ENTRY + "node"

#: Over how many numbers something is integrated.
MOST_INTEGRALS = 2

#: A number at which it is looked which entries of an expression depend on which random numbers.
_SOMEWHERE = balls.ball(Fraction(1, 3))


def _shape(check: ShapeCheck, node: tree.Expected) -> Shape:
    wanted = 2 if node.kind == "Cov" else 1
    if len(node.bodies) != wanted:
        raise DerivationError(f"{node.kind} is taken of {wanted} quantities", node.at)
    for name in node.over:
        if name not in check.scope.distributions:
            raise DerivationError(
                f"nothing says how {name} is distributed; write {name} \\sim \\mathcal{{N}}(0, 1)", node.at
            )
    if not _random(check.scope, node):
        raise DerivationError("nothing in it has a distribution; write x \\sim \\mathcal{N}(0, 1) above", node.at)
    return check.alike([check.shape(body) for body in node.bodies], node.at)


def _random(scope: Scope, node: tree.Expected) -> list[str]:
    """Return the names of the random inputs that an expectation is taken over."""
    used = frozenset[str]().union(*(scope.uses(body) for body in node.bodies))
    return [name for name in scope.distributions if name in used and (not node.over or name in node.over)]


def _value(at: Evaluator, node: tree.Expected) -> Array:
    names = _random(at.environment.scope, node)
    parameters = {name: _parameters(at, name) for name in names}
    try:
        return _combined(node, lambda body: _exact(at, body, parameters))
    except NotPolynomial:
        if (parts := _apart(node)) is not None:
            return at.value(parts)
        return _combined(node, lambda body: _integrated(at, body, parameters))


def _combined(node: tree.Expected, expectation: Callable[[Expr], Array]) -> Array:
    if node.kind == "E":
        return expectation(node.bodies[0])
    one, other = node.bodies[0], node.bodies[-1]
    together = expectation(tree.Hadamard((one, other), at=node.at))
    return jets.subtract(together, jets.multiply(expectation(one), expectation(other)))


def _parameters(at: Evaluator, name: str) -> tuple[Array, ...]:
    """Return the parameters of a distribution, each with one entry for each entry of the array."""
    scope = at.environment.scope
    declared = scope.distributions[name]
    shape = tuple(at.environment.size(dim) for dim in scope.inputs[name].shape)
    inside = at.environment.evaluator(declared.ranges)

    def entries(part: Tensor) -> Tensor:
        others = tuple(axis for axis in part.axes if axis not in declared.letters)
        data = tensor.laid_out(part, (*others, *declared.letters))
        missing = (1,) * (len(shape) - len(declared.letters))
        return Tensor(others, np.broadcast_to(data.reshape(data.shape + missing), data.shape[: len(others)] + shape))

    return tuple(jets.linear(entries, inside.value(expr)) for expr in declared.parameters)


def _exact(at: Evaluator, body: Expr, parameters: dict[str, tuple[Array, ...]]) -> Array:
    environment, scope = at.environment, at.environment.scope
    fixed = {name: [jets.primal(one).data.reshape(-1) for one in every] for name, every in parameters.items()}
    for name, every in parameters.items():
        shape = jets.primal(environment.value(name)).shape
        data = np.empty(int(np.prod(shape, dtype=int)), dtype=object)
        data[:] = [Polynomial.of((name, i)) for i in range(len(data))]
        drawn = _changing_with(every, scope.distributions[name].kind, Tensor((), data.reshape(shape)))
        environment = environment.with_value(name, drawn)

    def drawn_from(variable: Variable) -> tuple[Distribution, tuple[Any, ...]]:
        name, place = variable
        return DISTRIBUTIONS[scope.distributions[name].kind], tuple(one[place] for one in fixed[name])

    def moment(variable: Variable, exponent: int) -> Any:
        distribution, numbers = drawn_from(variable)
        return distribution.moment(numbers, exponent)

    @cache
    def rule_of(variable: Variable, step: int) -> Nodes:
        distribution, numbers = drawn_from(variable)
        return distribution.nodes(numbers, step)

    def integral(variable: Variable, function: Callable[[Any], Any], step: int = FINE) -> Any:
        rule = rule_of(variable, step)
        found = _integral(_along([*map(function, rule.numbers)], _NODES), {_NODES: rule}).data[()]
        # half the step gives twice the digits of a function that is smooth
        if step < FINEST and balls.is_tight(found, _ENOUGH_BITS // 3) and not balls.is_tight(found, _ENOUGH_BITS):
            return integral(variable, function, step + 1)
        return found

    expected = np.frompyfunc(lambda x: x.expectation(moment, integral) if isinstance(x, Polynomial) else x, 1, 1)
    value = replace(at, environment=environment).value(body)
    return jets.linear(lambda part: tensor.pointwise(expected, part), value)


def _changing_with(parameters: tuple[Array, ...], kind: str, drawn: Tensor) -> Array:
    """Return random numbers that change with the parameters of their distribution, where those change."""
    if not any(isinstance(one, jets.Jet) for one in parameters):
        return drawn
    standard = DISTRIBUTIONS[kind].standard
    if standard is None:
        raise Undefined(f"the derivative of an expectation by the parameter of a {kind} distribution is not known here")
    place, scale = standard(*parameters)
    unit = functions.divide(jets.subtract(drawn, jets.primal(place)), jets.primal(scale))
    return jets.add(place, jets.multiply(scale, unit))


def _apart(node: tree.Expected) -> Expr | None:
    """Return the expectation of a sum as the sum of the expectations of its terms; None where there is no sum."""
    (body,) = node.bodies if node.kind == "E" else (None,)
    while isinstance(body, tree.Group):
        body = body.inner
    match body:
        case tree.Sum(terms=terms):
            return replace(body, terms=tuple(replace(node, bodies=(term,)) for term in terms))
        case tree.Reduce(kind="sum", body=inner):
            return replace(body, body=replace(node, bodies=(inner,)))
    return None


def _integrated(at: Evaluator, body: Expr, parameters: dict[str, tuple[Array, ...]]) -> Array:
    environment, distributions = at.environment, at.environment.scope.distributions
    axes = _axes(at, body, parameters)
    if sum(map(len, axes.values())) > MOST_INTEGRALS:
        raise Undefined(f"the expectation of what is no polynomial is computed over at most {MOST_INTEGRALS} numbers")
    rules: dict[str, Nodes] = {}
    for name, every in parameters.items():
        kind = distributions[name].kind
        fixed = [tuple(numbers) for numbers in zip(*(jets.primal(one).data.reshape(-1) for one in every), strict=True)]
        if any(not one.overlaps(other) for numbers in fixed[1:] for one, other in zip(numbers, fixed[0], strict=True)):
            raise Undefined(
                f"the expectation of what is no polynomial needs one distribution for all entries of {name}"
            )
        rule = DISTRIBUTIONS[kind].nodes(fixed[0], FINE if sum(map(len, axes.values())) == 1 else None)
        rules |= dict.fromkeys(axes[name], rule)
        drawn = _entries(environment.value(name), rule.numbers, axes[name])
        environment = environment.with_value(name, _changing_with(every, kind, drawn))
    found = replace(at, environment=environment).value(body)
    return jets.linear(lambda part: _integral(part, rules), found)


def _axes(at: Evaluator, body: Expr, parameters: Collection[str]) -> dict[str, dict[str, list[int]]]:
    """Return for each random array what is integrated over: entries on which nothing depends together share an axis."""
    found: dict[str, dict[str, list[int]]] = {name: {} for name in parameters}
    taken: dict[str, Any] = {}
    for name in parameters:
        count = jets.primal(at.environment.value(name)).data.size
        for entry in range(count):
            depends = _depends(at, body, parameters, name, entry)
            if not depends.any():
                axis = next(iter(found[name]), f"{_NODES}{name}0")
            else:
                axis = next((one for one in found[name] if not (taken[one] & depends).any()), "")
            axis = axis or f"{_NODES}{name}{len(found[name])}"
            found[name].setdefault(axis, []).append(entry)
            taken[axis] = taken[axis] | depends if axis in taken else depends
    return found


def _depends(at: Evaluator, body: Expr, parameters: Collection[str], name: str, entry: int) -> Any:
    """Return for each entry of an expression whether it has no value where one random number has none."""
    environment = at.environment
    for other in parameters:
        like = jets.primal(environment.value(other))
        flat = np.full(like.data.size, _SOMEWHERE, dtype=object)
        if other == name:
            flat[entry] = balls.UNKNOWN
        environment = environment.with_value(other, Tensor((), flat.reshape(like.shape)))
    value = jets.primal(replace(at, environment=environment).value(body))
    return np.vectorize(lambda x: not balls.is_finite(x), otypes=[bool])(value.data)


def _entries(like: Array, numbers: list[Any], axes: dict[str, list[int]]) -> Tensor:
    """Return a random array along the axes that its entries have."""
    shape = jets.primal(like).shape
    data = np.empty((len(numbers),) * len(axes) + (int(np.prod(shape, dtype=int)),), dtype=object)
    for i, entries in enumerate(axes.values()):
        along = _along(numbers, "").data.reshape([-1 if i == j else 1 for j in range(len(axes))])
        for entry in entries:
            data[..., entry] = along
    return Tensor(tuple(axes), data.reshape(data.shape[:-1] + shape))


def _integral(values: Tensor, rules: dict[str, Nodes]) -> Tensor:
    """Return an integral with the difference of two rules as its error, no number where that is large."""

    def weighed(part: Tensor, every: dict[str, list[Any]]) -> Tensor:
        for axis, weights in every.items():
            product = tensor.pointwise(np.multiply, part, _along(weights, axis))
            part = tensor.reduced(np.add, product, axis)
        return part

    fine = weighed(values, {axis: rule.weights for axis, rule in rules.items()})
    coarse = weighed(values, {axis: rule.coarse for axis, rule in rules.items()})
    size = weighed(tensor.pointwise(np.abs, values), {axis: rule.weights for axis, rule in rules.items()})
    return tensor.pointwise(_WITH_ERROR, fine, coarse, size)


def _along(numbers: list[Any], axis: str) -> Tensor:
    data = np.empty(len(numbers), dtype=object)
    data[:] = numbers
    return Tensor((axis,), data)


_UNIT = balls.EITHER * 2 - 1
_LARGEST_ERROR = 2.0**-20
#: How many bits of an integral are enough for what is compared with it.
_ENOUGH_BITS = 110


def _with_error(fine: Any, coarse: Any, size: Any) -> Any:
    error = abs(fine - coarse)
    return fine + error * _UNIT if error <= size * _LARGEST_ERROR else balls.UNKNOWN


_WITH_ERROR: Any = np.frompyfunc(_with_error, 3, 1)

RULES[tree.Expected] = Rule(_shape, _value)
