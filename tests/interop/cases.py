"""Random cases of each primitive, and how closely two ways to compute a gradient can be expected to agree on them."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnmath.primitives import softmax
from nnmath.primitives.regularization.dropout import dropout_mask
from tests.conftest import EXAMPLES

#: Units of epsilon times the size of the terms within which a gradient of theirs must agree with ours.
ALLOWED = 8

#: For a framework that compiles once for each shape: n examples, d inputs, m outputs.
FEW = ((1, 4, 3), (3, 2, 5))


class Case(NamedTuple):
    """Inputs of a primitive, of which the first `wrt` have a gradient, and an upstream gradient."""

    inputs: tuple[Any, ...]
    upstream: Any
    wrt: int


def any_shape(rng: np.random.Generator) -> tuple[int, ...]:
    """Draw n, d and m from 1 to 8."""
    return tuple(int(n) for n in rng.integers(1, 9, 3))


def one_of_few(rng: np.random.Generator) -> tuple[int, ...]:
    """Draw one of a few shapes."""
    return FEW[rng.integers(len(FEW))]


#: How many cases of each primitive: more in the precision that the mathematics is checked in.
COUNTS = {np.float64: 2 * EXAMPLES, np.float32: EXAMPLES}


def _dense(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    n, d, m = shape
    return rng.normal(0, spread, (n, d)), rng.normal(0, spread, (d, m)), rng.normal(0, spread, m)


def _logits(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    return (rng.normal(0, spread, (shape[0], shape[2])),)


def _binary(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    (z,) = _logits(rng, shape, spread)
    return z, rng.choice((0.0, 1.0, 0.25, rng.random()), z.shape)


def _classes(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    (z,) = _logits(rng, shape, spread)
    n, m = z.shape
    return z, rng.integers(m, size=n) if rng.random() < 0.5 else rng.dirichlet(np.ones(m), n)


def _pair(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    return (*_logits(rng, shape, spread), *_logits(rng, shape, spread))


def _masked(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    (x,) = _logits(rng, shape, spread)
    return x, dropout_mask(x.shape, rng.choice((0.0, 0.1, 0.5)), rng)


def _scaled(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> tuple[Any, ...]:
    (x,) = _logits(rng, shape, spread)
    return x, rng.normal(0, spread, x.shape[1])


#: How the inputs of each primitive that is compared are drawn. A primitive without a row here is not compared.
INPUTS: dict[str, Callable[[np.random.Generator, tuple[int, ...], float], tuple[Any, ...]]] = {
    "sigmoid": _logits,
    "relu": _logits,
    "dense": _dense,
    "softmax": _logits,
    "binary_cross_entropy": _binary,
    "softmax_cross_entropy": _classes,
    **dict.fromkeys(
        ["tanh", "leaky_relu", "selu", "softplus", "log_sigmoid", "silu", "mish", "gelu", "gelu_tanh", "log_softmax"],
        _logits,
    ),
    "swiglu": _pair,
    "residual": _pair,
    "dropout": _masked,
    "rms_norm": _scaled,
}
#: The names of the primitives that are compared with the frameworks.
NAMES = list(INPUTS)
#: Those whose last input has no gradient.
LAST_IS_FIXED = {"binary_cross_entropy", "softmax_cross_entropy", "dropout"}


def cases(name: str, count: int, dtype: type, dims: Callable[..., tuple[int, ...]]) -> Iterator[Case]:
    """Draw cases of a primitive: numbers around 1, around 10, and so large that sigmoids saturate."""
    rng = np.random.default_rng([len(name), np.dtype(dtype).itemsize])
    for k in range(count):
        drawn = INPUTS[name](rng, dims(rng), (1, 10, 40)[k % 3])
        inputs = tuple(x.astype(dtype) if x.dtype.kind == "f" else x for x in drawn)
        scalar = name.endswith("entropy")
        shape = () if scalar else (len(inputs[0]), inputs[-1].shape[-1])
        upstream = dtype(rng.normal()) if scalar else rng.normal(size=shape).astype(dtype)
        yield Case(inputs, upstream, len(inputs) - (name in LAST_IS_FIXED))


def agree(name: str, case: Case, ours: Any, theirs: Any) -> float:
    """Return by how many units the gradients differ, at worst."""
    worst = []
    for one, other, size in zip(ours, theirs, sizes(name, case), strict=True):
        one, other = np.asarray(one), np.asarray(other)
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        unit = np.finfo(one.dtype).eps * size + np.finfo(one.dtype).tiny  # below it, JAX flushes to 0
        worst.append((np.abs(one.astype(float) - other) / unit).max())
    return float(np.max(worst))  # NaN where there is a NaN


def sizes(name: str, case: Case) -> list[Any]:
    """Return the size of the terms that each gradient is summed from, in which rounding errors are measured.

    They form the slope of the sigmoid as a (1 - a) and the gradients of the losses as p - t, so that an error of
    epsilon in 1 - a or in p remains where the true difference is far smaller: at z = 37 theirs is 0, the true one
    8.5e-17. And they round z - max z, or a logarithm of p, before they take its exponential, which makes a relative
    error of epsilon times its size.
    """
    z, up = np.asarray(case.inputs[0], float), np.abs(np.asarray(case.upstream, float))
    if name in OTHER_SIZES:
        return OTHER_SIZES[name](up, z, *(np.asarray(x, float) for x in case.inputs[1:]))
    if name == "dense":
        x, W, _ = (np.abs(np.asarray(array, float)) for array in case.inputs)
        return [up @ W.T, x.T @ up, up.sum(axis=0)]
    if name == "relu":
        return [np.zeros_like(z)]  # the same to the last bit
    e = np.exp(-np.abs(z))
    a = np.where(z >= 0, 1, e) / (1 + e)
    if name == "sigmoid":
        return [up * a]
    if name == "binary_cross_entropy":
        t = case.inputs[1]
        exponentials = (1 + np.abs(z)) * ((1 - t) * a + t * (np.where(z >= 0, e, 1) / (1 + e)))
        return [(a + t + exponentials) * up / len(z)]
    p = softmax(z)[0]
    amplified = 1 + np.ptp(z, axis=1, keepdims=True)
    if name == "softmax":
        return [amplified * p * (up + (up * p).sum(axis=1, keepdims=True))]
    y = case.inputs[1]
    t = np.eye(z.shape[1])[y] if y.ndim == 1 else y
    return [amplified * (p + t) * up / len(z)]


def _of_rms_norm(up: Any, x: Any, gamma: Any) -> list[Any]:
    r = 1 / np.sqrt((x**2).mean(axis=1, keepdims=True) + 1e-5)
    h, g = np.abs(x) * r, up * np.abs(gamma)
    return [r * (g + h * (g * h).mean(axis=1, keepdims=True)) * 2, (up * h).sum(axis=0) * 2]


def _of_log_softmax(up: Any, z: Any) -> list[Any]:
    return [up + softmax(z)[0] * (1 + np.ptp(z, axis=1, keepdims=True)) * up.sum(axis=1, keepdims=True)]


def _gate(z: Any) -> Any:
    return 1 / (1 + np.exp(-z)) + 1e-30  # theirs underflows, and is multiplied by z then


#: From the sizes of upstream gradient and inputs to those of the terms of each gradient. Where a framework forms
#: 1 - a**2, 1 + erf or 1 + tanh, an error of epsilon remains, and is multiplied by what comes next; its exponential in
#: single precision has an error of epsilon times the exponent.
OTHER_SIZES: dict[str, Callable[..., list[Any]]] = {
    "tanh": lambda up, z: [up],
    "leaky_relu": lambda up, z: [up * np.where(z > 0, 1, 0.01)],
    "selu": lambda up, z: [2 * up],
    "softplus": lambda up, z: [up * _gate(z)],
    "log_sigmoid": lambda up, z: [up * _gate(-z)],
    "mish": lambda up, z: [up * (1 + np.abs(z))],
    "silu": lambda up, z: [up * _gate(z) * (1 + np.abs(z)) ** 2],
    "gelu": lambda up, z: [up * (1 + np.abs(z) * (1 + z**2) * np.exp(-(z**2) / 2))],
    "gelu_tanh": lambda up, z: [up * (1 + np.abs(z) * (1 + z**2))],
    "log_softmax": _of_log_softmax,
    "swiglu": lambda up, z, x: [up * size * _gate(z) * (1 + np.abs(z)) ** 2 for size in (np.abs(x), 1)],
    "residual": lambda up, x, f: [np.zeros_like(up), np.zeros_like(up)],  # the same to the last bit
    "dropout": lambda up, x, mask: [np.zeros_like(up)],
    "rms_norm": _of_rms_norm,
}
#: From the inputs to the size of the terms of the value, for those whose values are compared as well.
VALUE_SIZES: dict[str, Callable[..., Any]] = {
    "tanh": lambda z: np.abs(np.tanh(z)),
    "leaky_relu": np.abs,
    "selu": lambda z: 2 * np.abs(z),
    "softplus": lambda z: np.logaddexp(z, 0),
    "log_sigmoid": lambda z: np.logaddexp(-z, 0),
    "mish": np.abs,
    "silu": lambda z: np.abs(z) * _gate(z) * (1 + np.abs(z)),
    "gelu": np.abs,
    "gelu_tanh": np.abs,
    "log_softmax": lambda z: 1 + np.ptp(z, axis=1, keepdims=True),
    "swiglu": lambda z, x: np.abs(z * x) * _gate(z) * (1 + np.abs(z)),
    "residual": lambda x, f: np.abs(x + f),
    "dropout": lambda x, mask: np.abs(x * mask),
    "rms_norm": lambda x, gamma: np.abs(gamma * x) / np.sqrt((x**2).mean(axis=1, keepdims=True)),
}


def values_agree(name: str, case: Case, ours: Any, theirs: Any) -> float:
    """Return by how many units the values differ, at worst; 0 where no sizes are known."""
    if name not in VALUE_SIZES:
        return 0.0
    size = VALUE_SIZES[name](*(np.asarray(x, float) for x in case.inputs))
    unit = np.finfo(ours.dtype).eps * size + np.finfo(ours.dtype).tiny
    return float((np.abs(ours.astype(float) - theirs) / unit).max())
