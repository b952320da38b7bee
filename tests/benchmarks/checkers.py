"""Checking the gradients of a dense layer: nnmath's checker, those of the frameworks, and a loop written by hand."""

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from nnmath import dense
from nnmath.gradcheck import check_gradients

#: Rows, inputs and outputs of the layers.
LAYERS = ((4, 3, 2), (16, 64, 8), (32, 256, 10))

#: Says whether the gradients of a dense layer are right, at these x, W and b.
Check = Callable[[NDArray, NDArray, NDArray], bool]


def inputs(rows: int, ins: int, outs: int) -> tuple[NDArray, NDArray, NDArray]:
    """Draw x, W and b."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((rows, ins)), rng.standard_normal((ins, outs)), rng.standard_normal(outs)


def floor(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check by central differences, an entry at a time, of the value's product with one upstream gradient."""
    z, backward = dense.mathematics(x, W, b)
    upstream, right = np.random.default_rng(1).standard_normal(z.shape), True
    for array, gradient in zip((x, W, b), backward(upstream)):
        entries, numeric = array.reshape(-1), np.empty(array.size)
        for i, entry in enumerate(entries):
            entries[i] = entry + 1e-6
            above = x @ W + b
            entries[i] = entry - 1e-6
            below = x @ W + b
            entries[i] = entry
            numeric[i] = np.vdot(above - below, upstream) / 2e-6
        right &= np.allclose(numeric, gradient.reshape(-1), rtol=1e-5, atol=1e-6)
    return right


def ours(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check with nnmath."""
    return check_gradients(dense, x, W, b).ok


def torch_gradcheck(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check PyTorch's own layer with PyTorch."""
    import torch

    return bool(
        torch.autograd.gradcheck(lambda x, W, b: x @ W + b, [torch.tensor(a, requires_grad=True) for a in (x, W, b)])
    )


def jax_check_grads(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check JAX's own layer with JAX, which raises when it finds something wrong."""
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)
    check_grads(lambda x, W, b: x @ W + b, (x, W, b), order=1, modes=["rev"])
    return True


def autograd_check_grads(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check autograd's own layer with autograd, which raises when it finds something wrong."""
    from autograd import numpy as anp
    from autograd.test_util import check_grads

    check_grads(lambda x, W, b: anp.dot(x, W) + b, modes=["rev"], order=1)(x, W, b)
    return True


def scipy_check_grad(x: NDArray, W: NDArray, b: NDArray) -> bool:
    """Check the product of the value with one upstream gradient with SciPy."""
    from scipy.optimize import check_grad

    upstream = np.random.default_rng(1).standard_normal((len(x), len(b)))
    splits = np.cumsum([x.size, W.size])

    def parts(theta: NDArray) -> tuple[NDArray, NDArray, NDArray]:
        x_part, W_part, b_part = np.split(theta, splits)
        return x_part.reshape(x.shape), W_part.reshape(W.shape), b_part

    def value(theta: NDArray) -> float:
        x, W, b = parts(theta)
        return float(np.vdot(x @ W + b, upstream))

    def gradient(theta: NDArray) -> NDArray:
        return np.concatenate([g.reshape(-1) for g in dense.mathematics(*parts(theta))[1](upstream)])

    theta = np.concatenate([a.reshape(-1) for a in (x, W, b)])
    return bool(check_grad(value, gradient, theta) < 1e-3)  # of the norm of all errors


def installed() -> dict[str, Check]:
    """Return the checkers by name, the floor first."""
    peers = {
        "torch": ("PyTorch gradcheck", torch_gradcheck),
        "jax": ("JAX check_grads", jax_check_grads),
        "autograd": ("autograd check_grads", autograd_check_grads),
        "scipy": ("SciPy check_grad", scipy_check_grad),
    }
    return {"floor": floor, "nnmath": ours} | dict(peer for name, peer in peers.items() if find_spec(name))
