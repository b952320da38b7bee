"""What a backward pass keeps, as its docstring says."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nnmath

N, D = 30, 40
X = np.random.default_rng(0).standard_normal((N, D))
ROW = X[0].copy()

#: Inputs, and the numbers of 8 bytes that are kept.
KEPT: dict[str, tuple[tuple[Any, ...], float]] = {
    "tanh": ((X,), N * D),
    "leaky_relu": ((X,), N * D / 8),
    "selu": ((X,), N * D),
    "softplus": ((X,), N * D),
    "log_sigmoid": ((X,), N * D),
    "mish": ((X,), N * D),
    "silu": ((X,), N * D),
    "gelu": ((X,), N * D),
    "gelu_tanh": ((X,), N * D),
    "log_softmax": ((X,), N * D + 4 * N),  # and the numbers of the rows, which all primitives share
    "swiglu": ((X, X[::-1]), 3 * N * D),
    "rms_norm": ((X, ROW), N * D + N + D),  # and the scale, which is the caller's
    "residual": ((X, X), 0),
    "dropout": ((X, X), N * D),
}


def arrays(thing: Any) -> Iterator[Any]:
    """Yield every array that a function closes over."""
    if isinstance(thing, np.ndarray):
        yield thing if thing.base is None else thing.base
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from arrays(part)
    else:
        for cell in getattr(thing, "__closure__", None) or ():
            yield from arrays(cell.cell_contents)


@pytest.mark.parametrize("name", KEPT)
def test_a_backward_pass_keeps_no_more_than_it_says(name: str) -> None:
    inputs, numbers = KEPT[name]
    _, backward = getattr(nnmath, name)(*inputs)
    kept = {id(array): array.nbytes for array in arrays(backward.__wrapped__)}
    assert sum(kept.values()) == 8 * numbers
