"""What holds for every backward pass, whatever it is the derivative of."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnmath.primitives import PRIMITIVES
from tests.conftest import FEW_EXAMPLES
from tests.gradients.drawing import inputs_of

every_primitive = pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda p: p.__name__)


def gradients(backward: Any, upstream: Any) -> tuple[Any, ...]:
    """Always a tuple."""
    found = backward(upstream)
    return found if isinstance(found, tuple) else (found,)


@every_primitive
@settings(max_examples=FEW_EXAMPLES)
@given(data=st.data())
def test_backward_is_linear_in_the_upstream_gradient(primitive: Any, data: st.DataObject) -> None:
    inputs = data.draw(inputs_of(primitive.__name__))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    value, backward = primitive(*inputs)
    g, h = rng.standard_normal((2, *np.shape(value)))
    scale = 1 + sum(np.max(np.abs(x)) for x in inputs[:3])
    for of_g, of_h, of_both in zip(gradients(backward, g), gradients(backward, h), gradients(backward, 2 * g - 3 * h)):
        np.testing.assert_allclose(of_both, 2 * of_g - 3 * of_h, rtol=1e-12, atol=1e-13 * scale)


@every_primitive
@settings(max_examples=FEW_EXAMPLES)
@given(data=st.data())
def test_backward_is_the_adjoint_of_the_directional_derivative(primitive: Any, data: st.DataObject) -> None:
    """<upstream, J v> = <J' upstream, v>, with J v from central differences, wherever these converge."""
    drawn = inputs_of(primitive.__name__)
    inputs = data.draw(drawn.filter(SMOOTH[primitive.__name__]) if primitive.__name__ in SMOOTH else drawn)
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    value, backward = primitive(*inputs)
    upstream = rng.standard_normal(np.shape(value))
    found = gradients(backward, upstream)
    differentiable = [k for k, x in enumerate(inputs) if np.asarray(x).dtype.kind == "f"][: len(found)]
    directions = {k: rng.uniform(0.5, 1, np.shape(inputs[k])) for k in differentiable}

    def along(step: float) -> Any:
        return np.sum(
            upstream * primitive(*(x + step * directions[k] if k in directions else x for k, x in enumerate(inputs)))[0]
        )

    estimates = [extrapolated(along, 2.0**-k) for k in (6, 7, 8)]
    size = np.sum(np.abs(upstream)) * (1 + max(np.max(np.abs(x)) for x in inputs) ** 2)
    assume(np.ptp(estimates) <= 1e-11 * size)  # no strong curvature and no kink within the steps
    h = 2.0**-20
    assume(
        abs(along(h) + along(-h) - 2 * along(0.0)) <= 1e-5 * h * np.sum(np.abs(upstream))
    )  # and no kink at the point itself
    right = sum(np.sum(gradient * directions[k]) for k, gradient in zip(differentiable, found))
    assert abs(estimates[-1] - right) <= 2e-11 * size


def _no_error_at_the_threshold(inputs: tuple[Any, ...]) -> bool:
    """Whether every error is further from the threshold of the Huber loss than the steps reach."""
    predictions, targets, threshold = inputs
    return bool((np.abs(np.abs(predictions - targets) - threshold) > 2.0**-4).all())


#: Where a slope without a kink, but with a kink of its own, lets differences converge to the wrong number.
SMOOTH = {"huber": _no_error_at_the_threshold}


def extrapolated(along: Callable[[float], Any], h: float) -> Any:
    """Richardson extrapolation of central differences: errors of h², h⁴ and h⁶ cancel between the four steps."""
    central = [(along(h / 2**i) - along(-h / 2**i)) / (2 * h / 2**i) for i in range(4)]
    for power in (4, 16, 64):
        central = [(power * fine - coarse) / (power - 1) for coarse, fine in pairwise(central)]
    return central[0]


@every_primitive
@settings(max_examples=FEW_EXAMPLES)
@given(data=st.data())
def test_nothing_given_is_written_to_and_a_second_call_gives_the_same(primitive: Any, data: st.DataObject) -> None:
    inputs = [np.array(x) for x in data.draw(inputs_of(primitive.__name__))]
    for x in inputs:
        x.flags.writeable = False
    value, backward = primitive(*inputs)
    upstream = np.array(np.random.default_rng(0).standard_normal(np.shape(value)))
    upstream.flags.writeable = False  # whoever writes to a read-only array gets an error
    first = [np.array(g) for g in gradients(backward, upstream)]
    value_before = np.array(value)
    primitive(*inputs)[1](2 * upstream)  # another pass in between must not matter
    for one, other in zip(first, gradients(backward, upstream)):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(value, value_before)
