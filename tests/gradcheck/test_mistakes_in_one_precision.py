"""What is off in one precision only is a mistake, however well it is done in the wider one."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients


def tanh(wrong_in: Any) -> Any:
    """A backward pass that is off by a factor in one precision."""

    def forward(x: Any) -> Any:
        y = np.tanh(x)

        def backward(g: Any) -> Any:
            gradient = g * (1 - y * y)
            return gradient * gradient.dtype.type(1.5) if gradient.dtype == wrong_in else gradient

        return y, backward

    return forward


@pytest.mark.parametrize("size", [5, 300])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_factor_is_no_rounding(dtype: Any, size: int) -> None:
    x = np.random.default_rng(0).standard_normal(size).astype(dtype)
    (finding,) = check_gradients(tanh(dtype), x).findings
    assert finding.factor == pytest.approx(1.5)


@pytest.mark.parametrize("size", [8, 60])
def test_rounding_that_cancels_is_not_blamed(size: int) -> None:
    """A layer norm of numbers near 100, in single precision."""

    def forward(x: Any) -> Any:
        off = x - x.mean(-1, keepdims=True)
        scale = 1 / np.sqrt((off * off).mean(-1, keepdims=True) + x.dtype.type(1e-5))
        y = off * scale

        def backward(g: Any) -> Any:
            return scale * (g - g.mean(-1, keepdims=True) - y * (g * y).mean(-1, keepdims=True))

        return y, backward

    x = (100 + np.random.default_rng(0).standard_normal((3, size))).astype(np.float32)
    report = check_gradients(forward, x)
    assert report.ok, str(report)
