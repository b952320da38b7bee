"""A function with a rule of its own for reverse mode."""

import pytest

jax = pytest.importorskip("jax")


@jax.custom_vjp
def silu(x):
    """The sigmoid of x times x."""
    return x * jax.nn.sigmoid(x)


def forward(x):
    """The value, and what the backward pass needs."""
    return silu(x), x


def backward(x, grad):
    """The gradient of each input."""
    s = jax.nn.sigmoid(x)
    return (grad * s * (1 + x * (1 - s)),)


silu.defvjp(forward, backward)


def test_silu(gradcheck):
    gradcheck(silu, "x=N,3", examples=20)
