"""Environments: for a drawn example, and for the values that a worked example gives."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any

import numpy as np
from mpmath import mp

from nnmath.latex import tensor
from nnmath.latex.arithmetic import watching_exponents
from nnmath.latex.derivation import Stage
from nnmath.latex.environment import Environment
from nnmath.latex.errors import DerivationError, Place, Undefined
from nnmath.latex.evaluation import Evaluator
from nnmath.latex.examples import Example
from nnmath.latex.meaning import Meaning
from nnmath.latex.symbols import Domain, Symbol
from nnmath.latex.tensor import Tensor

FEWEST_DIGITS = 80

#: A drawn example that needs more digits is left out: it would take long and show nothing new.
MOST_DIGITS = 1600


def environment(stage: Stage, example: Example | None, digits: int, magnitude: float = 0) -> Environment:
    """Return the environment of an example, at `digits` digits (to which mpmath is set by the caller)."""
    if not stage.worked:
        assert example is not None
        return Environment(stage.meaning, example.sizes, example.tensors(), magnitude)
    values: dict[str, Tensor] = {}
    for symbol in stage.meaning.inputs.values():
        if symbol.domain.kind == "constant" and not symbol.shape:
            assert symbol.domain.low is not None
            values[symbol.name] = tensor.number(mp.mpf(symbol.domain.low.numerator) / symbol.domain.low.denominator)
    given = Environment(stage.meaning, stage.meaning.sizes, values, magnitude)
    for gift in stage.gifts:
        value = Evaluator.of(given, gift.ranges).value(gift.value)
        given.values[gift.name] = tensor.matrix(value) if value.rank == 1 and gift.rank == 2 else value
    return given


def digits_needed(meaning: Meaning, sizes: Mapping[str, int], values: Mapping[str, Tensor]) -> tuple[int, float]:
    """Return how many digits an example needs, and the power of ten of the largest number in it.

    A large or a small number that occurs costs twice its power of ten, as it may be multiplied by its like; so does an
    exponential, which may have vanished beside a 1.
    """
    with mp.workdps(30), watching_exponents() as seen:
        probe = Environment(meaning, sizes, values)
        powers = [float(mp.log10(value)) for name in [*values, *meaning.definitions] for value in _finite(probe, name)]
    need = max([digits_for_exponential(seen[-1]) - FEWEST_DIGITS, *(2 * abs(power) for power in powers)])
    return FEWEST_DIGITS + int(need), max([0.0, *powers])


def digits_for_exponential(argument: float) -> int:
    """Return how many digits it takes to see exp(-argument), and its square, beside a 1."""
    return FEWEST_DIGITS + int(2 * argument / log(10))


def is_manageable(meaning: Meaning, example: Example) -> bool:
    """Whether an example can be judged in a reasonable number of digits."""
    with mp.workdps(30):
        return digits_needed(meaning, example.sizes, example.tensors())[0] <= MOST_DIGITS


def _finite(probe: Environment, name: str) -> list[Any]:
    if probe.meaning.function(name):
        return []
    try:
        return [abs(value) for value in probe.value(name).data.flat if value and mp.isfinite(value)]
    except (Undefined, ArithmeticError):
        return []


def refuse_outside_domain(stage: Stage, symbol: Symbol, at: Place) -> None:
    """Refuse a value of a worked example that the table of symbols does not allow."""
    with mp.workdps(FEWEST_DIGITS):
        try:
            value = environment(stage, None, FEWEST_DIGITS).values[symbol.name]
        except Undefined as error:
            raise DerivationError(str(error), at) from None
        numbers = list(value.data.flat)
        inside = all(mp.isfinite(one) and _inside(symbol.domain, one) for one in numbers)
        if symbol.domain.classes in stage.meaning.sizes:
            inside = inside and all(one <= stage.meaning.sizes[symbol.domain.classes] for one in numbers)
        if symbol.domain.kind == "distribution":
            inside = inside and all(
                abs(total - 1) < mp.mpf(10) ** -30 for total in np.asarray(value.data.sum(axis=-1)).flat
            )
    if not inside:
        raise DerivationError(f"{symbol.latex} is not in the domain that the table of symbols gives it", at)


def _inside(domain: Domain, value: Any) -> bool:
    if domain.kind in ("label", "integer") and not mp.isint(value):
        return False
    low, high = (end if end is None else mp.mpf(end.numerator) / end.denominator for end in (domain.low, domain.high))
    above = low is None or value > low or (value == low and not domain.open_low)
    return bool(above and (high is None or value < high or (value == high and not domain.open_high)))
