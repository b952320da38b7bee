"""Forward derivatives are those that mpmath finds by differences, also of derivatives, also within functions."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnmath.latex.numbers import balls, functions, jets, tensor
from nnmath.latex.numbers.jets import Array, Jet, Nudge

SMOOTH = ("exp", "sinh", "cosh", "tanh", "sin", "cos")
NUMBERS = st.fractions(-3, 3, max_denominator=20)
FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Any], Any]]] = {
    **{
        name: (getattr(functions, name), getattr(mpmath, name))
        for name in ("exp", "sinh", "cosh", "tanh", "sin", "cos")
    },
    "log": (lambda x: functions.log(functions.exp(x)), lambda x: x),
    "sqrt": (
        lambda x: functions.sqrt(jets.add(jets.multiply(x, x), functions.number(1))),
        lambda x: mpmath.sqrt(x * x + 1),
    ),
    "divide": (
        lambda x: functions.divide(functions.sin(x), functions.cosh(x)),
        lambda x: mpmath.sin(x) / mpmath.cosh(x),
    ),
    "power": (
        lambda x: functions.power(functions.exp(x), jets.multiply(x, x)),
        lambda x: mpmath.exp(x) ** (x * x),
    ),
}


def derivative(function: Callable[[Array], Array], x: Array, level: int = 1) -> Array:
    by = Nudge(level)
    _, tangent = jets.split(function(Jet(by, x, tensor.number(1))), by)
    assert tangent is not None
    return tangent


@pytest.mark.parametrize("name", FUNCTIONS)
@given(NUMBERS)
@settings(max_examples=20)
def test_first_and_second_derivatives(name: str, x: Any) -> None:
    ours, theirs = FUNCTIONS[name]
    with balls.precision(256), mpmath.workdps(60):
        point = mpmath.mpf(x.numerator) / x.denominator
        first = derivative(ours, tensor.number(x))
        second = derivative(lambda t: derivative(ours, t, 2), tensor.number(x))
        for order, found in [(1, first), (2, second)]:
            value = balls.to_mpf(jets.primal(found).data[()])
            assert abs(value - mpmath.diff(theirs, point, order)) < mpmath.mpf(10) ** -15 * (1 + abs(value))


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(FUNCTIONS)))
@settings(max_examples=50)
def test_a_ball_holds_the_exact_number(x: Any, y: Any, name: str) -> None:
    def value(bits: int) -> Any:
        with balls.precision(bits):
            return jets.primal(FUNCTIONS[name][0](jets.add(tensor.number(x), tensor.number(y)))).data[()]

    assert value(64).contains(value(1000))


def test_the_kink_of_a_maximum_is_left_to_either_side() -> None:
    x = tensor.Tensor((), np.array([balls.ball(value) for value in (-1, 0, 2)], dtype=object))
    slopes = []
    for sign in (1, -1):
        by = Nudge(1, sign)
        _, tangent = jets.split(jets.larger(Jet(by, x, tensor.number(1)), tensor.number(0)), by)
        assert tangent is not None
        assert by.met_kink
        slopes.append([int(float(slope)) for slope in np.broadcast_to(jets.primal(tangent).data, 3)])
    assert slopes == [[0, 1, 1], [0, 0, 1]]
