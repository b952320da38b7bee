"""Functions of one number in double precision: right to 4 ulp, in the tails and next to the zeros of their slopes."""

from typing import Any

import numpy as np
import pytest
from mpmath import mp

from nnmath.accuracy import scalar_functions
from nnmath.primitives import batch_norm, dropout, huber, layer_norm, leaky_relu, residual, rms_norm
from nnmath.primitives.error_function import CROSSING, scaled_tail, scaled_tail_in_single, scaled_tail_less_line
from nnmath.primitives.regularization.dropout import dropout_mask

#: Where a slope is 0 or an approximation begins, and where an exponential is no normal number any more.
PLACES = {
    "tanh": (0.0, 0.55, 19.06, 354.0),
    "selu": (0.0, -37.0, -708.7, -744.0),
    "softplus": (0.0, 20.0, -708.0, -744.0),
    "log_sigmoid": (0.0, -20.0, 708.0, 744.0),
    "silu": (-1.2784645427610738, 0.0, -600.0, -709.0, -714.0),
    "mish": (-1.1924312145154952, 0.0, -0.2, -2.0, -7.6, -600.0, -709.0, -714.0),
    "gelu": (-0.7517915246935645, 0.0, -0.0018, -1.5418, -6.0, -12.0, -34.7, -38.2),
    "gelu_tanh": (-0.7524614220710163, 0.0, -3.415, -6.0, -12.0, -19.7, -21.4),
}
#: The theorems of the sections *Rounding*: bounds of the relative errors of value and slope in u. For the value of tanh
#: there is none.
THEOREMS = {
    "tanh": (np.inf, 5),
    "selu": (4, 4),
    "softplus": (5, 4),
    "log_sigmoid": (5, 4),
    "silu": (3, 3.2),
    "mish": (3, 3.8),
    "gelu": (4.3, 3.9),
    "gelu_tanh": (3, 3.1),
}
FUNCTIONS = {name: scalar_functions()[name] for name in PLACES}
TINY = float(np.finfo(float).tiny)


def inputs(name: str) -> Any:
    """Numbers of all sizes, and those around each place, from its neighbours to one tenth away."""
    rng = np.random.default_rng(len(name))
    near = 10.0 ** rng.uniform(-17, -1, (40, len(PLACES[name]))) * rng.choice([-1, 1], (40, len(PLACES[name])))
    wide = [rng.uniform(-size, size, 150) for size in (1, 4, 12, 40, 750)]
    return np.concatenate([*wide, (np.array(PLACES[name]) + near).reshape(-1), rng.choice([-1, 1], 50) * 0.1**17])


@pytest.mark.parametrize("name", PLACES)
def test_value_and_slope_are_right_to_4_ulp(name: str) -> None:
    x = inputs(name)
    for computed, exact, bound in zip(FUNCTIONS[name](x), FUNCTIONS[name].exact(x), THEOREMS[name], strict=True):
        size = np.abs(exact.astype(float))
        errors = np.array([abs(float(mp.mpf(float(c)) - e)) for c, e in zip(computed, exact)])
        ulp = errors / np.spacing(np.maximum(size, TINY))
        assert ulp.max() <= min(4, bound - 0.5), (ulp.max(), float(x[ulp.argmax()]))
        normal = size > 4 * TINY  # nothing underflows
        assert (errors[normal] / size[normal]).max() <= bound * 2**-53


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "values", "slopes"),
    [
        ("tanh", (-1, 1), (0, 0)),
        ("softplus", (0, np.inf), (0, 1)),
        ("mish", (0, np.inf), (0, 1)),
        ("silu", (0, np.inf), (0, 1)),
        ("gelu", (0, np.inf), (0, 1)),
        ("gelu_tanh", (0, np.inf), (0, 1)),
    ],
)
def test_at_the_infinities(name: str, values: tuple[float, ...], slopes: tuple[float, ...], dtype: Any) -> None:
    largest = float(np.finfo(dtype).max)
    for x, at_the_end in (((-np.inf, np.inf, np.nan), values), ((-largest, largest, np.nan), (values[0], largest))):
        value, slope = FUNCTIONS[name](np.array(x, dtype))
        expected = values if name == "tanh" else at_the_end
        np.testing.assert_array_equal(value, np.array([*expected, np.nan], dtype))
        np.testing.assert_array_equal(slope, [*slopes, np.nan])


@pytest.mark.parametrize(
    ("name", "z", "slope"), [("gelu", -12.0, "-2.557895661674895e-31"), ("silu", -709.0, "-8.614807714413836e-306")]
)
def test_slopes_that_frameworks_lose(name: str, z: float, slope: str) -> None:
    assert FUNCTIONS[name](np.array([z]))[1][0] == pytest.approx(float(slope), rel=3e-16, abs=0)


def test_the_scaled_tail_of_the_normal_distribution() -> None:
    x = np.concatenate([np.random.default_rng(0).uniform(0, 3, 100), np.geomspace(1e-20, 40, 100)])
    with mp.workdps(40):
        exact = [mp.exp(mp.mpf(v) ** 2 / 2) * mp.ncdf(-mp.mpf(v)) for v in x.tolist()]
        line = [mp.mpf(v) / mp.sqrt(2 * mp.pi) for v in x.tolist()]
    m = scaled_tail(x)
    for computed, right in ((m, exact), (scaled_tail_less_line(x, m), [e - v for e, v in zip(exact, line)])):
        numbers = zip(computed.high.tolist(), computed.low.tolist())
        with mp.workdps(40):
            errors = [abs(float((mp.mpf(high) + mp.mpf(low)) / r - 1)) for (high, low), r in zip(numbers, right)]
        assert max(errors) <= 1.5 * 2**-53


def test_the_scaled_tail_for_single_precision() -> None:
    near = CROSSING + np.geomspace(1e-9, 1e-2, 30) * np.resize([-1, 1], 30)
    x = np.concatenate([np.random.default_rng(0).uniform(0, 15, 100), near]).astype(np.float32).astype(np.float64)
    with mp.workdps(40):
        exact = [mp.exp(mp.mpf(v) ** 2 / 2) * mp.ncdf(-mp.mpf(v)) for v in x.tolist()]
        differences = [e - mp.mpf(v) / mp.sqrt(2 * mp.pi) for e, v in zip(exact, x.tolist())]
    m, difference = scaled_tail_in_single(x)
    assert max(abs(float(c / e - 1)) for c, e in zip(m.tolist(), exact)) <= 3e-10
    assert max(abs(float(c / e - 1)) for c, e in zip(difference.tolist(), differences)) <= 2e-9


def test_leaky_relu_has_a_slope_of_one_hundredth_unless_it_is_given() -> None:
    z = np.array([-2.0, 3.0], np.float32)
    np.testing.assert_array_equal(leaky_relu(z)[0], np.array([-0.02, 3], np.float32))
    np.testing.assert_array_equal(leaky_relu(z, 0)[1](np.ones(2)), [0, 1])
    np.testing.assert_array_equal(leaky_relu(z, alpha=-2)[1](np.ones(2)), [-2, 1])
    for alpha, error, message in ((np.inf, ValueError, "alpha: expected a finite number"), ("x", TypeError, "alpha: ")):
        with pytest.raises(error, match=message):
            leaky_relu(z, alpha)  # type: ignore[arg-type]


def test_the_gradients_of_a_sum_do_not_share_their_memory() -> None:
    dy = np.ones(3)
    gradients = residual(dy, dy)[1](dy)
    assert not any(np.shares_memory(one, other) for one, other in [gradients, (dy, gradients[0]), (dy, gradients[1])])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_a_mask_for_dropout(rate: float, dtype: Any) -> None:
    mask = dropout_mask((200, 300), rate, np.random.default_rng(0), dtype)
    assert mask.dtype == dtype
    assert set(np.unique(mask)) <= {0, dtype(1 / (1 - rate))}
    assert abs(np.mean(mask == 0) - rate) <= 5 * np.sqrt(rate * (1 - rate) / mask.size)
    np.testing.assert_array_equal(mask, dropout_mask((200, 300), rate, np.random.default_rng(0), dtype))
    x = np.ones((200, 300), dtype)
    y, backward = dropout(x, mask)
    np.testing.assert_array_equal(y, mask)
    np.testing.assert_array_equal(backward(x), mask)


class LargestDraw(np.random.Generator):
    """A generator of the largest numbers below 1 that it may draw."""

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        return np.full(size, np.nextafter(dtype(1), dtype(0)))


@pytest.mark.parametrize("rate", [0.5, 1 - 1e-6, 1 - 1e-8, 1 - 2.0**-40])
def test_each_rate_below_1_may_keep_an_entry(rate: float) -> None:
    mask = dropout_mask((3,), rate, LargestDraw(np.random.PCG64(0)))
    np.testing.assert_allclose(mask, 1 / (1 - rate), rtol=1e-15)


@pytest.mark.parametrize("rate", [1 - 1e-5, 1 - 3e-7])
def test_the_expectation_of_a_mask_is_1_near_the_rate_1(rate: float) -> None:
    drawn = 2**23
    mask = dropout_mask((drawn,), rate, np.random.default_rng(0))
    spread = np.sqrt(rate / (1 - rate) / drawn)  # of the mean: each entry has the variance rate / (1 - rate)
    assert abs(mask.mean() - 1) <= 4 * spread


@pytest.mark.parametrize(
    ("argument", "error", "message"),
    [
        *(({"rate": rate}, ValueError, "rate: expected a") for rate in (-0.1, 1.0, 1, np.nan)),
        *(({"rate": rate}, TypeError, "rate: expected a") for rate in ("a", None, True)),
        *(({"rng": rng}, TypeError, "rng: expected a numpy.random.Generator") for rng in (None, 0, np.random)),
        *(
            ({"dtype": dtype}, TypeError, "dtype: expected float32 or float64")
            for dtype in (int, np.float16, complex, "no type")
        ),
    ],
)
def test_what_no_mask_is_drawn_for(argument: Any, error: type[Exception], message: str) -> None:
    right = {"shape": (2,), "rate": 0.5, "rng": np.random.default_rng(0), "dtype": np.float64}
    with pytest.raises(error, match=message):
        dropout_mask(**(right | argument))


@pytest.mark.parametrize(
    ("function", "inputs"),
    [(layer_norm, (3, 2, 2)), (batch_norm, (3, 2, 2)), (rms_norm, (3, 2)), (huber, (3, 3))],
)
@pytest.mark.parametrize(("dtype", "kept", "lost"), [(np.float32, 1e-44, 1e-50), (np.float64, 1e-50, None)])
def test_a_number_that_is_0_in_the_dtype_of_the_input_is_refused(
    function: Any, inputs: Any, dtype: Any, kept: float, lost: Any
) -> None:
    arrays = [np.ones((size, 2) if size == 3 else size, dtype) for size in inputs]
    assert np.isfinite(function(*arrays, kept)[0]).all()
    if lost is not None:
        with pytest.raises(ValueError, match=r"(epsilon|delta): expected a number that is not 0 in float32"):
            function(*arrays, lost)
