"""The ends of the range: specified, not hoped for."""

from typing import Any

import numpy as np
import pytest

from nnmath import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy
from nnmath.primitives.exponentials import LARGEST_UNSHIFTED

HUGE = 1.7e308


ENDS = np.array(
    [[HUGE, -HUGE], [HUGE, HUGE], [-HUGE, -HUGE], [0.0, -700.0], [700.0, 1e-300], [1e5, 0.0], [5e-324, -0.0]]
)


@pytest.mark.parametrize(
    ("primitive", "inputs"),
    [
        (sigmoid, (ENDS,)),
        (relu, (ENDS,)),
        (softmax, (ENDS[3:],)),
        (softmax_cross_entropy, (ENDS[3:], np.array([0, 1, 1, 0]))),
        (softmax_cross_entropy, (ENDS[3:], np.array([[1, 0], [0.5, 0.5], [0, 1], [0.25, 0.75]]))),
        (binary_cross_entropy, (ENDS[3:], np.array([[1, 0], [0.5, 0.5], [0, 1], [0.25, 0.75]]))),
    ],
)
def test_the_mathematics_never_overflows_on_the_way(primitive: Any, inputs: Any) -> None:
    """The primitive ignores floating-point errors, so that this has to be asked of its mathematics."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, backward = primitive.mathematics(*inputs)
        backward(np.ones_like(value))


@pytest.mark.parametrize(
    ("z", "a", "slope"),
    [
        (0.0, 0.5, 0.25),
        (37.0, 1.0, 8.533047625744065e-17),  # a (1 - a) is 0 here
        (-37.0, 8.533047625744065e-17, 8.533047625744065e-17),
        (700.0, 1.0, 9.859676543759770e-305),
        (-700.0, 9.859676543759770e-305, 9.859676543759770e-305),
        (HUGE, 1.0, 0.0),
        (-HUGE, 0.0, 0.0),
    ],
)
def test_sigmoid(z: float, a: float, slope: float) -> None:
    value, backward = sigmoid(z)
    assert value == pytest.approx(a, rel=1e-15, abs=0)
    assert backward(1.0) == pytest.approx(slope, rel=1e-15, abs=0)


def test_relu_has_slope_zero_at_zero_and_one_next_to_it() -> None:
    value, backward = relu(np.array([-HUGE, -5e-324, -0.0, 0.0, 5e-324, HUGE]))
    np.testing.assert_array_equal(value, [0, 0, 0, 0, 5e-324, HUGE])
    np.testing.assert_array_equal(backward(np.full(6, 3.0)), [0, 0, 0, 0, 3, 3])


def test_softmax_of_logits_at_both_ends_of_the_range() -> None:
    p, backward = softmax([[HUGE, -HUGE], [HUGE, HUGE], [-HUGE, -HUGE], [0.0, -700.0]])
    expected: Any = [[1, 0], [0.5, 0.5], [0.5, 0.5], [1, 9.85967654375977e-305]]
    np.testing.assert_allclose(p, expected, rtol=1e-14)
    np.testing.assert_array_equal(backward(np.ones((4, 2)))[:3], 0)


@pytest.mark.parametrize("targets", [[0, 0], [[1.0, 0.0], [1.0, 0.0]]])
def test_a_loss_of_1e_17_is_not_zero(targets: Any) -> None:
    loss, backward = softmax_cross_entropy([[39.0, 0.0], [39.0, 0.0]], targets)
    assert loss == pytest.approx(1.1548224173015786e-17, rel=1e-15, abs=0)
    assert backward()[0, 1] == pytest.approx(1.1548224173015786e-17 / 2, rel=1e-15, abs=0)


def test_the_gradient_of_the_true_class_keeps_its_digits() -> None:
    _, backward = softmax_cross_entropy([[700.0, 0.0]], [0])
    np.testing.assert_allclose(backward(), [[-9.859676543759770e-305, 9.859676543759770e-305]], rtol=1e-15)


def test_softmax_cross_entropy_of_a_class_without_a_chance() -> None:
    loss, backward = softmax_cross_entropy([[0.0, 1e5], [-8e307, 8e307]], [0, 0])
    assert loss == pytest.approx((1e5 + 1.6e308) / 2)
    np.testing.assert_array_equal(backward(), [[-0.5, 0.5], [-0.5, 0.5]])


def test_a_class_with_target_0_may_have_probability_0() -> None:
    loss, _ = softmax_cross_entropy([[0.0, 0.0, -np.inf]], [[0.5, 0.5, 0.0]])
    assert loss == pytest.approx(np.log(2))


@pytest.mark.parametrize("K", [100, 128, 129, 10_000, 100_000])
@pytest.mark.parametrize("c", [0.1, 1.3, 37.9, 40.0])
def test_rounding_errors_of_many_equal_classes_do_not_pile_up(K: int, c: float) -> None:
    loss, backward = softmax_cross_entropy(np.full((1, K), c, np.float32), [0])
    assert loss == pytest.approx(np.log(K), rel=8 * 2**-23)
    assert backward()[0, 1] == pytest.approx(1 / K, rel=8 * 2**-23)
    assert backward()[0, 0] == pytest.approx(1 / K - 1, rel=8 * 2**-23)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, LARGEST_UNSHIFTED), (np.float64, LARGEST_UNSHIFTED)])
def test_on_both_sides_of_where_a_shift_is_needed(dtype: Any, limit: float) -> None:
    """Two classes: the loss is log(1 + exp(d)), and the gradient a sigmoid, whatever the larger logit is."""
    for largest in (limit, np.nextafter(dtype(limit), dtype(2 * limit))):
        for d in (-2 * limit, -1.5, 0.0, 1.5, 2 * limit):
            loss, backward = softmax_cross_entropy(np.array([[largest - max(d, 0), largest + min(d, 0)]], dtype), [0])
            assert loss == pytest.approx(np.logaddexp(0, d), rel=40 * float(np.finfo(dtype).eps))
            assert backward()[0, 1] == pytest.approx(float(sigmoid(d)[0]), rel=40 * float(np.finfo(dtype).eps))


@pytest.mark.parametrize(
    ("z", "t", "loss", "gradient"),
    [
        (0.0, 1.0, 0.6931471805599453, -0.5),
        (40.0, 1.0, 4.248354255291589e-18, -4.248354255291589e-18),
        (-40.0, 0.0, 4.248354255291589e-18, 4.248354255291589e-18),
        (40.0, 0.0, 40.0, 1.0),
        (-40.0, 1.0, 40.0, -1.0),
        (HUGE, 1.0, 0.0, 0.0),
        (HUGE, 0.0, HUGE, 1.0),
        (-HUGE, 0.25, HUGE / 4, -0.25),
    ],
)
def test_binary_cross_entropy(z: float, t: float, loss: float, gradient: float) -> None:
    value, backward = binary_cross_entropy([z], [t])
    assert value == pytest.approx(loss, rel=1e-15, abs=0)
    np.testing.assert_allclose(backward(), [gradient], rtol=1e-15, atol=0)


def test_binary_cross_entropy_is_the_mean_over_the_first_axis_of_the_sum_over_the_rest() -> None:
    z = np.zeros(6)
    assert binary_cross_entropy(z, z)[0] == pytest.approx(np.log(2))
    assert binary_cross_entropy(z.reshape(6, 1), z.reshape(6, 1))[0] == pytest.approx(np.log(2))
    assert binary_cross_entropy(z.reshape(2, 3), z.reshape(2, 3))[0] == pytest.approx(3 * np.log(2))
    assert binary_cross_entropy(0.0, 0.0)[0] == pytest.approx(np.log(2))


def test_nan_and_infinity_pass_through() -> None:
    z = np.array([[np.nan, 1.0], [0.0, 1.0]])
    assert np.isnan(sigmoid(z)[0]).tolist() == [[True, False], [False, False]]
    assert np.isnan(relu(z)[0]).tolist() == [[True, False], [False, False]]
    assert np.isnan(softmax(z)[0]).tolist() == [[True, True], [False, False]]
    assert np.isnan(softmax([[np.nan]])[0]).all()
    assert np.isnan(dense(z, np.eye(2), np.zeros(2))[0]).tolist() == [[True, True], [False, False]]
    assert np.isnan(softmax_cross_entropy(z, [0, 1])[0])
    assert np.isnan(binary_cross_entropy(z, np.ones((2, 2)))[0])
    np.testing.assert_array_equal(sigmoid([-np.inf, np.inf])[0], [0, 1])
    np.testing.assert_array_equal(relu([-np.inf, np.inf])[0], [0, np.inf])
    np.testing.assert_array_equal(softmax([[-np.inf, 0.0]])[0], [[0, 1]])


def test_dx_is_not_computed_when_it_is_skipped() -> None:
    x, W = np.ones((2, 3)), np.ones((3, 4))
    _, backward = dense(x, W, np.zeros(4))
    dx, dW, db = backward(np.ones((2, 4)), skip_dx=True)
    assert dx is None
    np.testing.assert_array_equal(dW, np.full((3, 4), 2))
    np.testing.assert_array_equal(db, np.full(4, 2))
