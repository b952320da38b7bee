"""Applying functions that a derivation defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from nnmath.latex.numbers import jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.numbers.work import spend
from nnmath.latex.semantics import conventions
from nnmath.latex.semantics.evaluation import ENTRY, NUDGED, Environment, Evaluator
from nnmath.latex.symbols.dimensions import ANY
from nnmath.latex.symbols.scope import Definition
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

#: What applying a function costs beside its body.
_CALL = 80


def applied(environment: Environment, function: Definition, arguments: list[Array]) -> Array:
    """Apply a function that the derivation defines, entry by entry.

    The indices of the caller are renamed meanwhile, so that the body can use the same letters for its own sums.
    """
    spend(_CALL)
    ranks = [len(shape.dims) for shape in function.parameter_shapes]
    primals = [jets.primal(argument) for argument in arguments]
    if not any(ranks):
        primals = tensor.conformed(primals)
    leading = [primal.shape[: primal.rank - rank] for primal, rank in zip(primals, ranks, strict=True)]
    rank = max(map(len, leading))
    behind = tuple(f"{ENTRY}{i}" for i in range(rank))
    lengths = next((lead for lead in leading if lead), ())
    sizes = {
        str(dim): length
        for primal, shape in zip(primals, function.parameter_shapes, strict=True)
        for dim, length in zip(shape.dims, primal.shape[primal.rank - len(shape.dims) :], strict=True)
    }
    row = any(primal.row for primal in primals)
    sized = Evaluator(environment, function.ranges, sizes=sizes)
    inner = tuple(map(sized.size, function.shape))

    def flat(part: Tensor, own: int) -> Tensor:
        part = tensor.matrix(part) if part.rank == 1 and rank == 2 and not own else part
        return Tensor(part.axes + behind[: part.rank - own], part.data).renamed(_hide)

    def shaped(part: Tensor) -> Tensor:
        named = tuple(axis for axis in part.axes if axis not in behind + function.letters)
        data = tensor.laid_out(part, named + behind + function.letters)
        data = np.broadcast_to(data, data.shape[: len(named)] + lengths + inner)
        return Tensor(named, data, row and data.ndim - len(named) == 1).renamed(_show)

    values = [
        jets.linear(lambda part, own=own: flat(part, own), argument)
        for own, argument in zip(ranks, arguments, strict=True)
    ]
    parameters = dict(zip(function.parameters, values, strict=True))
    return jets.linear(shaped, _body(environment, function, parameters, sizes))


def _body(
    environment: Environment, function: Definition, parameters: Mapping[str, Array], sizes: Mapping[str, int]
) -> Array:
    if function.home:
        foreign = {dim.removeprefix(ANY): length for dim, length in sizes.items()}
        inputs = function.home.inputs.items()
        constants = {name: tensor.number(one.domain.low) for name, one in inputs if one.is_constant}
        return Environment(function.home, foreign, {**constants, **parameters}).value(_name_of(function.body))
    for name in _that_reach_through(environment, function):
        environment = environment.with_value(name, parameters[name])
    at = Evaluator(environment, function.ranges, parameters, function.ranges.free, sizes=sizes)
    return _with_convention(at, function)


def _that_reach_through(environment: Environment, function: Definition) -> list[str]:
    """Return the parameters of ``J(w)`` that quantities in its body are computed from: these are computed again."""
    used = frozenset[str]().union(*map(environment.scope.reached, function.uses))
    return [name for name in function.parameters if name in used]


def _with_convention(at: Evaluator, function: Definition) -> Array:
    """Evaluate the body of a function; at a kink its tangent is what the derivation declares."""
    convention = at.environment.scope.conventions.get(function.name)
    by = jets.innermost(list(at.parameters.values()))
    if convention is None or by is None:
        return at.value(function.body)

    def conventional() -> Array:
        ((name, argument),) = at.parameters.items()
        before, change = jets.split(argument, by)
        fixed = replace(at, parameters={name: before})
        outside = replace(fixed, environment=at.environment.unnudged(by), ranges=convention.ranges)
        assert change is not None
        return conventions.moved(fixed.value(function.body), jets.multiply(outside.value(convention.body), change), by)

    return conventions.at_kinks(by, lambda: at.value(function.body), conventional)


def _name_of(node: Expr) -> str:
    assert isinstance(node, tree.Name)
    return node.name


def _hide(axis: str) -> str:
    return axis if axis.startswith((NUDGED, ENTRY)) else axis + "'"


def _show(axis: str) -> str:
    return axis.removesuffix("'")
