"""Environments: for a drawn example, and for the values that a worked example gives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from nnmath.latex.claims.derivation import Stage
from nnmath.latex.claims.drawn_examples import Example
from nnmath.latex.errors import DerivationError, Place, Undefined
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.semantics.evaluation import Environment, Evaluator
from nnmath.latex.symbols.table import Symbol
from nnmath.sampling import Domain, in_code


def environment(stage: Stage, example: Example | None) -> Environment:
    """Return the environment of an example, at the precision that is set."""
    if not stage.worked:
        assert example is not None
        return Environment(stage.scope, example.sizes, example.tensors())
    values: dict[str, Array] = {}
    for symbol in stage.scope.inputs.values():
        if symbol.is_constant:
            values[symbol.name] = tensor.number(symbol.domain.low)
    given = Environment(stage.scope, stage.scope.sizes, values)
    for one in stage.assignments:
        value = jets.primal(Evaluator.of(given, one.ranges).value(one.value))
        given.values[one.name] = tensor.matrix(value) if value.rank == 1 and one.rank == 2 else value
    return given


def refuse_outside_domain(stage: Stage, symbol: Symbol, at: Place) -> None:
    """Refuse a value of a worked example that the table of symbols does not allow."""
    with balls.precision(256):
        try:
            value = jets.primal(environment(stage, None).values[symbol.name])
        except Undefined as error:
            raise DerivationError(str(error), at) from None
        numbers = [in_code(symbol.domain, one) for one in value.data.flat]
        inside = all(balls.is_finite(one) and _inside(symbol.domain, one) for one in numbers)
        if symbol.domain.classes in stage.scope.sizes:
            inside = inside and all(one < stage.scope.sizes[symbol.domain.classes] for one in numbers)
        if symbol.domain.kind == "probabilities":
            inside = inside and all(total.contains(1) for total in np.asarray(value.data.sum(axis=-1)).flat)
    if not inside:
        raise DerivationError(f"{symbol.latex} is not in the domain that the table of symbols gives it", at)


def _inside(domain: Domain, value: Any) -> bool:
    if domain.kind in ("labels", "integer") and not value.is_integer():
        return False
    low, high = _gap(value, domain.low), _gap(value, domain.high)
    above = low is None or (low > 0 if domain.open_low else not low < 0)
    return bool(above and (high is None or (high < 0 if domain.open_high else not high > 0)))


def _gap(value: Any, end: Fraction | None) -> Any:
    return None if end is None else value - balls.ball(end)
