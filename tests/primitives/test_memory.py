"""What a backward pass keeps, as its docstring says: the memory that is still taken when the forward pass has ended."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

import nnmath
from nnmath.primitives import PRIMITIVES

N, D, M, T, H = 300, 40, 20, 12, 2
RNG = np.random.default_rng(0)
#: Numbers of 8 bytes that functions, their names and the headers of arrays take.
OVERHEAD = 1000


def normal(*shape: int) -> Any:
    """Return normal numbers in double precision."""
    return RNG.standard_normal(shape)


X, ROW, Q, IMAGES = normal(N, D), normal(D), normal(N, T, 8), normal(N, 3, 8, 8)
SLOPE = ((X,), N * D)
#: Inputs, and the numbers of 8 bytes that are kept beside the inputs and the value, in double precision.
KEPT: dict[str, tuple[tuple[Any, ...], float]] = {
    "sigmoid": SLOPE,
    "relu": ((X,), 0),
    "leaky_relu": ((X,), N * D / 8),
    **dict.fromkeys(["tanh", "selu", "softplus", "log_sigmoid", "silu", "mish", "gelu", "gelu_tanh"], SLOPE),
    "softmax": ((X,), N),
    "log_softmax": ((X,), N * D + 4 * N),
    "swiglu": ((X, normal(N, D)), 2 * N * D),
    "linear": ((X, normal(D, M)), 0),
    "dense": ((X, normal(D, M), normal(M)), 0),
    "embedding": ((RNG.integers(D, size=N), normal(D, M)), 0),
    "residual": ((X, normal(N, D)), 0),
    "dropout": ((X, normal(N, D)), 0),
    "layer_norm": ((X, ROW, ROW), N * D + N),
    "rms_norm": ((X, ROW), N * D + N),
    "batch_norm": ((X, ROW, ROW), N * D + D),
    "causal_attention": ((Q, normal(N, T, 8), normal(N, T, 8)), N * T * T),
    "multi_head_attention": (
        (normal(N, T, D), normal(D, 3, H, 8), normal(H, 8, M)),
        N * T * (3 * H * 8 + H * T + 2 * H * 8),
    ),
    "rotary": ((Q,), 0),
    "conv2d": ((IMAGES, normal(4, 3, 3, 3), normal(4), 1, 1), (8 + 2) * (3 * 3) * (8 * N)),
    "max_pool": ((IMAGES,), N * 3 * 4 * 4 / 2),
    "average_pool": ((IMAGES,), 0),
    "rnn": ((normal(N, T, D), normal(N, M), normal(D, M), normal(M, M), normal(M)), N * T * M),
    "lstm": (
        (normal(N, T, D), normal(N, 2 * M), normal(D, 4 * M), normal(M, 4 * M), normal(4 * M)),
        N * T * (D + 2 * 4 * M) + 2 * N * M,
    ),
    "gru": (
        (normal(N, T, D), normal(N, M), normal(D, 3 * M), normal(M, 3 * M), normal(3 * M), normal(M)),
        N * T * (D + 2 * 3 * M + M) + N * M,
    ),
    "binary_cross_entropy": ((X, RNG.random((N, D))), N * D * 9 / 8),
    "softmax_cross_entropy": ((X, RNG.integers(D, size=N)), N * D + 3 * N),
    "mean_squared_error": ((X, normal(N, D)), N * D),
    "huber": ((X, normal(N, D), 1.0), N * D),
}


#: The same for other inputs: in single precision, with wide rows, or rows of targets. There are so many rows that a
#: number for each is seen.
ROWS, K = 4000, 5
Z, TARGETS, LABELS = normal(ROWS, K), np.full((ROWS, K), 1 / K), RNG.integers(K, size=ROWS)
WIDE = np.where(np.eye(ROWS, K) > 0, 400.0, Z)
OTHERS: list[tuple[str, tuple[Any, ...], float]] = [
    ("softmax", (Z.astype(np.float32),), ROWS * K + ROWS),
    ("log_softmax", (Z.astype(np.float32),), ROWS * K + 4 * ROWS),
    ("softmax_cross_entropy", (Z.astype(np.float32), LABELS), ROWS * K + 3 * ROWS),
    ("softmax_cross_entropy", (WIDE, LABELS), ROWS * K + (4 + 1 / 8) * ROWS),
    ("softmax_cross_entropy", (WIDE.astype(np.float32), LABELS), ROWS * K + (4 + 1 / 8) * ROWS),
    ("softmax_cross_entropy", (Z, TARGETS), 2 * ROWS * K + 7 * ROWS),
    ("softmax_cross_entropy", (Z.astype(np.float32), TARGETS.astype(np.float32)), 2 * ROWS * K + 7 * ROWS),
    ("binary_cross_entropy", (Z.astype(np.float32), TARGETS.astype(np.float32)), 2 * ROWS * K + ROWS * K / 8),
]


@pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda primitive: primitive.__name__)
def test_a_backward_pass_keeps_what_it_says(primitive: Any) -> None:
    inputs, numbers = KEPT[primitive.__name__]
    assert_kept(primitive.__name__, inputs, numbers)


@pytest.mark.parametrize(("name", "inputs", "numbers"), OTHERS)
def test_a_backward_pass_keeps_what_it_says_of_other_inputs(name: str, inputs: Any, numbers: float) -> None:
    assert_kept(name, inputs, numbers)


def assert_kept(name: str, inputs: tuple[Any, ...], numbers: float) -> None:
    """Call a primitive; assert how many numbers of 8 bytes are kept beside the inputs and the value."""
    function = getattr(nnmath, name).mathematics
    function(*inputs)  # what calls share is made once
    tracemalloc.start()
    try:
        value, backward = function(*inputs)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert backward is not None
    assert taken / 8 - np.asarray(value).nbytes / 8 == pytest.approx(numbers, abs=OVERHEAD)
