"""Convolution: groups, which its derivation leaves out, the layout in memory, and what it refuses."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nnmath import average_pool, conv2d, max_pool

sizes = st.integers(1, 4)

#: Bytes that Python takes for functions, tuples and views.
ROUND = 5000


@given(groups=st.integers(1, 3), sizes=st.tuples(*[sizes] * 7), options=st.tuples(sizes, st.integers(0, 2), sizes))
def test_each_group_is_a_convolution_by_itself(groups: int, sizes: Any, options: Any) -> None:
    N, C, H, W, M, U, V = sizes
    _, padding, dilation = options
    assume(min(H - dilation * (U - 1), W - dilation * (V - 1)) + 2 * padding >= 1)
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((N, groups * C, H, W)), rng.standard_normal((groups * M, C, U, V))
    b = rng.standard_normal(groups * M)
    y, backward = conv2d(x, w, b, *options, groups)
    dy = rng.standard_normal(y.shape)
    dx, dw, db = backward(dy)
    for g in range(groups):
        ins, outs = slice(g * C, (g + 1) * C), slice(g * M, (g + 1) * M)
        one, one_backward = conv2d(x[:, ins], w[outs], b[outs], *options)
        np.testing.assert_allclose(y[:, outs], one, atol=1e-13)
        for whole, part in zip((dx[:, ins], dw[outs], db[outs]), one_backward(dy[:, outs])):
            np.testing.assert_allclose(whole, part, atol=1e-12)


def kept(call: Callable[[], tuple[Any, Any]]) -> int:
    """Return how many bytes a backward pass holds on to beside the inputs, without the value."""
    call()
    tracemalloc.start()
    backward = call()[1]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert backward
    return size


def test_it_keeps_what_its_docstring_says() -> None:
    x, w, b = np.ones((8, 3, 12, 11)), np.ones((4, 3, 5, 2)), np.ones(4)
    copies = 16 * (3 * 2) * (14 * 8)  # (H + 2 padding) (C V) (Q N)
    assert kept(lambda: conv2d(x, w, b, 1, 2)) == pytest.approx(8 * (copies + w.size), abs=ROUND)
    assert kept(lambda: max_pool(x)) == pytest.approx(4 * (8 * 3 * 6 * 5), abs=ROUND)
    assert kept(lambda: average_pool(x)) == pytest.approx(0, abs=ROUND)


def test_values_keep_the_layout_that_the_next_layer_reads_fastest() -> None:
    x, w, b = np.ones((8, 3, 12, 11)), np.ones((4, 3, 5, 2)), np.ones(4)
    y, backward = conv2d(x, w, b)
    dx, _, _ = backward(np.ones(y.shape))
    assert dx.flags.c_contiguous or dx.strides[0] == dx.itemsize
    for value in (y, max_pool(y)[0], average_pool(y)[0]):
        assert value.strides[0] == value.itemsize


X, KERNEL, B = np.ones((2, 4, 5, 6)), np.ones((6, 2, 3, 3)), np.ones(6)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: conv2d(X[0], KERNEL, B), ValueError, r"x: expected 4 axes"),
        (lambda: conv2d(X, KERNEL, B), ValueError, r"w: expected 4 input channels, .* got shape \(6, 2, 3, 3\)"),
        (lambda: conv2d(X, KERNEL, B, groups=3), ValueError, r"groups: expected a divisor of 4 and 6 channels, got 3"),
        (lambda: conv2d(X, KERNEL, B[:5], groups=2), ValueError, r"b: expected shape \(6,\), .* got \(5,\)"),
        (lambda: conv2d(X, KERNEL, B, 0, groups=2), ValueError, r"stride: expected a whole number, 1 or more, got 0"),
        (lambda: conv2d(X, KERNEL, B, 1.5, groups=2), TypeError, r"stride: expected a whole number, .* got float64"),  # type: ignore[arg-type]
        (lambda: conv2d(X, KERNEL, B, 1, -1, groups=2), ValueError, r"padding: expected a whole number, 0 or more"),
        (lambda: conv2d(X, KERNEL, B, dilation=3, groups=2), ValueError, r"w: expected a window within the image, 7"),
        (lambda: max_pool(X, 6), ValueError, r"size: expected 5 at most, .* got 6"),
        (lambda: average_pool(X, 2, 0), ValueError, r"stride: expected a whole number, 1 or more, got 0"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
