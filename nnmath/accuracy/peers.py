"""The same functions in NumPy as textbooks write them, in PyTorch and in JAX, for comparison.

A function that a framework has under the name of the primitive is found by that name.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from nnmath.accuracy.functions import Array, ScalarFunction, ValueAndSlope


def _textbook_sigmoid(z: Array) -> tuple[Array, Array]:
    a = 1 / (1 + np.exp(-z))
    return a, a * (1 - a)


def _textbook_cost(t: float) -> ValueAndSlope:
    def cost(z: Array) -> tuple[Array, Array]:
        p = 1 / (1 + np.exp(-z))
        return -np.log(p) if t else -np.log(1 - p), p - np.float32(t)

    return cost


def _textbook_tanh(z: Array) -> tuple[Array, Array]:
    a = np.tanh(z)
    return a, 1 - a * a


#: By label: what a textbook computes, value and derivative.
TEXTBOOK: dict[str, ValueAndSlope] = {
    "sigmoid": _textbook_sigmoid,
    "tanh": _textbook_tanh,
    "relu": lambda z: (np.maximum(z, 0), (z > 0).astype(z.dtype)),
    "leaky_relu, alpha = 0.01": lambda z: (
        np.where(z > 0, z, np.float32(0.01) * z),
        np.where(z > 0, 1, 0.01).astype("f"),
    ),
    "binary_cross_entropy, targets = 0": _textbook_cost(0),
    "binary_cross_entropy, targets = 1": _textbook_cost(1),
}


#: What has another name in PyTorch.
IN_TORCH = {"log_sigmoid": "logsigmoid"}

#: The frameworks have one GELU, and an option for the approximation of it by tanh.
APPROXIMATE = {"gelu": False, "gelu_tanh": True}


def peers(function: ScalarFunction) -> dict[str, ValueAndSlope]:
    """Return what else computes a function, by its name in the table, of what is installed."""
    found: dict[str, ValueAndSlope] = {}
    if function.label in TEXTBOOK:
        found["NumPy"] = TEXTBOOK[function.label]
    if find_spec("torch") and (in_torch := _in_torch(function)):
        found["PyTorch"] = in_torch
    if find_spec("jax") and (in_jax := _in_jax(function)):
        found["JAX"] = in_jax
    return found


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return the version of NumPy, which computes nnmath as well, and of each framework among the names."""
    return {
        name: version({"PyTorch": "torch"}.get(name, name.lower()))
        for name in {"NumPy": 0, **dict.fromkeys(names)}
        if name != "nnmath"
    }


def _in_torch(function: ScalarFunction) -> ValueAndSlope | None:
    import torch

    options: dict[str, Any] = {}
    name = IN_TORCH.get(function.name, function.name) + ("_with_logits" if function.fixed else "")
    if name in APPROXIMATE:
        name, options = "gelu", {"approximate": "tanh" if APPROXIMATE[name] else "none"}
    if function.fixed:
        options["reduction"] = "none"
    compute = getattr(torch.nn.functional, name, None)
    if compute is None:
        return None

    def value_and_slope(x: Array) -> tuple[Array, Array]:
        z = torch.from_numpy(x).requires_grad_()
        fixed = [torch.full_like(z, value, requires_grad=False) for value in function.fixed.values()]
        value = compute(z, *fixed, **options)
        (slope,) = torch.autograd.grad(value.sum(), z)
        return value.detach().numpy(), slope.numpy()

    return value_and_slope


def _in_jax(function: ScalarFunction) -> ValueAndSlope | None:
    import jax

    approximate = APPROXIMATE.get(function.name)
    compute: Callable[..., Any] | None = getattr(jax.nn, function.name if approximate is None else "gelu", None)
    if compute is None or function.fixed:
        return None
    options = {} if approximate is None else {"approximate": approximate}

    def of_one(z: Any) -> Any:
        return compute(z, **options)

    both = jax.jit(jax.vmap(jax.value_and_grad(of_one)))

    def value_and_slope(x: Array) -> tuple[Array, Array]:
        value, slope = both(x)
        return np.asarray(value), np.asarray(slope)

    return value_and_slope
