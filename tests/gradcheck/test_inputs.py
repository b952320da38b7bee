"""Which inputs are differentiated for, and what a function is given in place of its inputs."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 5))
LABELS = np.array([0, 1, 2, 4])


def picked(factor: float, *, of: slice = slice(None)) -> Any:
    """One number of each row of a product, whose gradient by w may be wrong; some of its gradients are returned."""

    def function(x: Any, w: Any, labels: Any) -> Any:
        def backward(u: Any) -> Any:
            d = np.eye(5)[labels] * u[:, None]
            return (d @ w.T, factor * x.T @ d, None)[of]

        return (x @ w)[np.arange(4), labels], backward

    return function


@pytest.mark.parametrize("wrt", [None, "w", ["w", "x"], ["x", "w"]])
@pytest.mark.parametrize("of", [slice(None), slice(2)], ids=["all", "leading"])
def test_gradients_may_be_asked_for_in_any_order(wrt: Any, of: slice) -> None:
    assert check_gradients(picked(1, of=of), X, W, LABELS, wrt=wrt).ok
    (finding,) = check_gradients(picked(2, of=of), X, W, LABELS, wrt=wrt).findings
    assert (finding.input, finding.cause, finding.factor) == (1, "scale", 2)


def test_those_that_are_asked_for_may_be_all_that_is_returned() -> None:
    assert check_gradients(picked(1, of=slice(1, 2)), X, W, LABELS, wrt="w").ok
    assert not check_gradients(picked(1, of=slice(1, 2)), X, W, LABELS, wrt="x").ok


def test_none_may_stand_for_the_gradient_of_labels_that_are_not_the_last() -> None:
    def function(x: Any, labels: Any, w: Any, more: Any) -> Any:
        value, backward = picked(1, of=slice(2))(x, w, labels)
        return value, lambda u: (backward(u)[0], None, backward(u)[1])

    assert check_gradients(function, X, LABELS, W, LABELS).compared_inputs == (0, 2)
