"""Expectations, variances and covariances over the inputs whose distribution a derivation declares.

What is a polynomial in them is exact: the moments of each number are known. Anything else is integrated, over one
number, with an error that two rules tell apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.latex.errors import DerivationError, Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.distributions import DISTRIBUTIONS
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
        return _combined(node, lambda body: _integrated(at, body, parameters))


def _combined(node: tree.Expected, expectation: Callable[[Expr], Array]) -> Array:
    if node.kind == "E":
        return expectation(node.bodies[0])
    one, other = node.bodies[0], node.bodies[-1]
    together = expectation(tree.Hadamard((one, other), at=node.at))
    return jets.subtract(together, jets.multiply(expectation(one), expectation(other)))


def _parameters(at: Evaluator, name: str) -> tuple[Any, ...]:
    """Return the parameters of a distribution, each with one entry for each entry of the array."""
    scope = at.environment.scope
    declared = scope.distributions[name]
    shape = tuple(at.environment.size(dim) for dim in scope.inputs[name].shape)
    inside = at.environment.evaluator(declared.ranges)
    found = []
    for expr in declared.parameters:
        value = inside.value(expr)
        if not isinstance(value, Tensor):
            raise Undefined(f"the derivative of an expectation by the distribution of {name} is not known here")
        data = tensor.laid_out(value, declared.letters) if declared.letters else value.data
        found.append(np.broadcast_to(data, shape).reshape(-1))
    return tuple(found)


def _exact(at: Evaluator, body: Expr, parameters: dict[str, tuple[Any, ...]]) -> Array:
    environment, scope = at.environment, at.environment.scope
    for name in parameters:
        shape = jets.primal(environment.value(name)).shape
        data = np.empty(int(np.prod(shape, dtype=int)), dtype=object)
        data[:] = [Polynomial.of((name, i)) for i in range(len(data))]
        environment = environment.with_value(name, Tensor((), data.reshape(shape)))

    def moment(variable: Variable, exponent: int) -> Any:
        name, place = variable
        here = tuple(values[place] for values in parameters[name])
        return DISTRIBUTIONS[scope.distributions[name].kind].moment(here, exponent)

    expected = np.frompyfunc(lambda x: x.expectation(moment) if isinstance(x, Polynomial) else x, 1, 1)
    value = replace(at, environment=environment).value(body)
    return jets.linear(lambda part: tensor.pointwise(expected, part), value)


def _integrated(at: Evaluator, body: Expr, parameters: dict[str, tuple[Any, ...]]) -> Array:
    scope = at.environment.scope
    if len(parameters) != 1 or scope.inputs[next(iter(parameters))].shape:
        raise Undefined("the expectation of what is no polynomial is computed over one random number")
    ((name, values),) = parameters.items()
    nodes = DISTRIBUTIONS[scope.distributions[name].kind].nodes(tuple(one[0] for one in values))
    environment = at.environment.with_value(name, _along(nodes.numbers))
    found = replace(at, environment=environment).value(body)
    fine, coarse = (_weighed(found, _along(weights)) for weights in (nodes.weights, nodes.coarse))
    return jets.linear(lambda one, other: tensor.pointwise(_WITH_ERROR, one, other), fine, coarse)


def _along(numbers: list[Any]) -> Tensor:
    data = np.empty(len(numbers), dtype=object)
    data[:] = numbers
    return Tensor((_NODES,), data)


def _weighed(found: Array, weights: Tensor) -> Array:
    return jets.linear(lambda part: tensor.reduced(np.add, part, _NODES), jets.multiply(found, weights))


_UNIT = balls.EITHER * 2 - 1
#: A number with the difference of two rules as its error.
_WITH_ERROR: Any = np.frompyfunc(lambda x, y: x + abs(x - y) * _UNIT, 2, 1)

RULES[tree.Expected] = Rule(_shape, _value)
