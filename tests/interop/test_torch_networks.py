"""The parts of networks beside PyTorch: the same values and gradients in a thousand random cases each."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import nnmath
from tests.interop.cases import COUNTS

torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")
functional = torch.nn.functional

#: Units of epsilon, times the size of the largest entry of a result and the number of terms, that rounding may make.
ALLOWED = 16


class Part(NamedTuple):
    """A primitive, how its inputs are drawn, and PyTorch's function of the same inputs.

    Attributes
    ----------
    draw : callable
        From a generator to the arrays that have a gradient, in their order.
    options : callable
        From a generator and the arrays to what else the function takes.
    """

    draw: Callable[[np.random.Generator], tuple[Any, ...]]
    options: Callable[..., tuple[Any, ...]]
    theirs: Callable[..., Any]


def _images(rng: np.random.Generator) -> Any:
    """Images of any shape from 1 on; in every other one the entries are whole numbers, of which many are equal."""
    x = rng.normal(0, 3, rng.integers(1, 7, 4))
    return np.round(x) if rng.random() < 0.5 else x


def _conv2d(rng: np.random.Generator) -> tuple[Any, ...]:
    groups = int(rng.integers(1, 3))
    N, C, M, U, V = rng.integers(1, 4, 5)
    H, W = 2 * U + rng.integers(0, 4), 2 * V + rng.integers(0, 4)
    x, w = rng.normal(size=(N, groups * C, H, W)), rng.normal(size=(groups * M, C, U, V))
    return x, w, rng.normal(size=groups * M)


def _conv2d_options(rng: np.random.Generator, x: Any, w: Any, b: Any) -> tuple[Any, ...]:
    return int(rng.integers(1, 4)), int(rng.integers(0, 3)), int(rng.integers(1, 3)), x.shape[1] // w.shape[1]


def _window(rng: np.random.Generator, x: Any) -> tuple[int, int]:
    return int(rng.integers(1, min(x.shape[2:]) + 1)), int(rng.integers(1, 4))


def _columns(rng: np.random.Generator) -> tuple[Any, ...]:
    N, D = rng.integers(5, 9), rng.integers(1, 9)  # of two rows, the gradients cancel but for a trace
    return rng.normal(rng.normal(0, 10), 3, (N, D)), rng.normal(size=D), rng.normal(size=D)


def _their_batch_norm(x: Any, gamma: Any, beta: Any) -> Any:
    return functional.batch_norm(x, None, None, gamma, beta, training=True)


def _sequence(rng: np.random.Generator, gates: int, states: int) -> tuple[Any, ...]:
    N, T, D, M = rng.integers(1, 6, 4)
    shapes = (N, T, D), (N, states * M), (D, gates * M), (M, gates * M), (gates * M,)
    return tuple(rng.normal(size=shape) for shape in shapes)


def _their_rnn(x: Any, h0: Any, W: Any, U: Any, b: Any) -> Any:
    found, h = [], h0
    for t in range(x.shape[1]):
        h = functional_rnn_cell(x[:, t], h, W.T, U.T, b, torch.zeros_like(b))
        found.append(h)
    return torch.stack(found, 1)


functional_rnn_cell = torch._VF.rnn_tanh_cell


def _their_lstm(x: Any, s0: Any, W: Any, U: Any, b: Any) -> Any:
    found, (h, c) = [], s0.chunk(2, 1)
    for t in range(x.shape[1]):
        h, c = torch._VF.lstm_cell(x[:, t], (h, c), W.T, U.T, b, torch.zeros_like(b))
        found.append(torch.cat([h, c], 1))
    return torch.stack(found, 1)


def _gru(rng: np.random.Generator) -> tuple[Any, ...]:
    inputs = _sequence(rng, 3, 1)
    return *inputs, rng.normal(size=len(inputs[3]))


def _their_gru(x: Any, h0: Any, W: Any, U: Any, b: Any, c: Any) -> Any:
    found, h = [], h0
    inner = torch.cat([torch.zeros_like(b)[: 2 * len(c)], c])
    for t in range(x.shape[1]):
        h = torch._VF.gru_cell(x[:, t], h, W.T, U.T, b, inner)
        found.append(h)
    return torch.stack(found, 1)


def _positions(rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.normal(size=(*rng.integers(1, 4, 2), rng.integers(1, 9), 2 * rng.integers(1, 5))),)


def _their_rotary(x: Any) -> Any:
    """As a product of complex numbers."""
    T, D = x.shape[-2:]
    angles = torch.outer(torch.arange(T).double(), 10000.0 ** (-torch.arange(0, D, 2).double() / D))
    turns = torch.polar(torch.ones_like(angles), angles).to(torch.complex64 if x.dtype == torch.float32 else None)
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], D // 2, 2))
    return torch.view_as_real(pairs * turns).reshape(x.shape)


def _none(rng: np.random.Generator, *_: Any) -> tuple[Any, ...]:
    return ()


PARTS = {
    "batch_norm": Part(_columns, _none, _their_batch_norm),
    "gru": Part(_gru, _none, _their_gru),
    "lstm": Part(lambda rng: _sequence(rng, 4, 2), _none, _their_lstm),
    "rotary": Part(_positions, _none, _their_rotary),
    "rnn": Part(lambda rng: _sequence(rng, 1, 1), _none, _their_rnn),
    "conv2d": Part(_conv2d, _conv2d_options, functional.conv2d),
    "max_pool": Part(lambda rng: (_images(rng),), _window, functional.max_pool2d),
    "average_pool": Part(lambda rng: (_images(rng),), _window, functional.avg_pool2d),
}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other take longer than these small arrays."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("dtype", COUNTS)
@pytest.mark.parametrize("name", PARTS)
def test_values_and_gradients_are_theirs(name: str, dtype: Any) -> None:
    part, rng = PARTS[name], np.random.default_rng([len(name), np.dtype(dtype).itemsize])
    for _ in range(COUNTS[dtype]):
        drawn = [np.asarray(x, dtype) for x in part.draw(rng)]
        options = part.options(rng, *drawn)
        value, backward = getattr(nnmath, name)(*drawn, *options)
        tensors = [torch.tensor(x, requires_grad=True) for x in drawn]
        expected = part.theirs(*tensors, *options)
        upstream = rng.normal(size=value.shape).astype(dtype)
        found = backward(upstream)
        found = found if isinstance(found, tuple) else (found,)
        theirs = torch.autograd.grad(expected, tensors, torch.tensor(upstream))
        for one, other in zip((value, *found), (expected.detach(), *theirs), strict=True):
            assert_close(one, other.numpy(), sum(x.size for x in drawn))


def assert_close(one: Any, other: Any, terms: int) -> None:
    """Compare with a tolerance for sums of so many terms."""
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    allowed = ALLOWED * np.finfo(one.dtype).eps * (1 + np.sqrt(terms)) * (1 + np.abs(other).max())
    np.testing.assert_allclose(one, other, rtol=0, atol=float(allowed))
