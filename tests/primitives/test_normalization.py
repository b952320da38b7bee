"""Normalizations that end in a scale and a shift refuse arguments that do not fit, and name them."""

from typing import Any

import numpy as np
import pytest

from nnmath import batch_norm, layer_norm
from nnmath.primitives.primitive import Primitive

X, ONE = np.array([[1.0, 2.0, 4.0], [0.0, 1.0, 5.0]]), np.ones(3)


@pytest.mark.parametrize("primitive", [layer_norm, batch_norm], ids=["layer_norm", "batch_norm"])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((ONE, ONE, ONE), ValueError, r"x: expected 2 axes, got shape \(3,\)"),
        ((X, X, ONE), ValueError, r"gamma: expected 1 axes, got shape \(2, 3\)"),
        ((X, ONE, X), ValueError, r"beta: expected 1 axes, got shape \(2, 3\)"),
        ((X, ONE[:2], ONE), ValueError, r"gamma: expected shape \(3,\), one for each column of x \(2, 3\), got \(2,\)"),
        ((X, ONE, ONE[:1]), ValueError, r"beta: expected shape \(3,\), one for each column of x \(2, 3\), got \(1,\)"),
        ((X, ONE.astype(np.float32), ONE), TypeError, "gamma: expected float64, the dtype of x, got float32"),
        ((X, ONE, ONE.astype(np.float32)), TypeError, "beta: expected float64, the dtype of x, got float32"),
        ((X, ONE, ONE, -1e-5), ValueError, "epsilon: expected a finite number, 0 or more, got -1e-05"),
        ((X, ONE, ONE, None), TypeError, "epsilon: expected a finite number, 0 or more, got None"),
        ((X, ONE), TypeError, "missing a required argument: 'beta'"),
    ],
)
def test_what_does_not_fit_is_refused(
    primitive: Primitive[..., Any], arguments: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        primitive(*arguments)
