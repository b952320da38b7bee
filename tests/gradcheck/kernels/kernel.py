"""A fused kernel: a forward pass that keeps what its backward pass needs, as an `autograd.Function`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

torch: Any = pytest.importorskip("torch")
Tensor = Any


@dataclass(frozen=True)
class Kernel:
    """A kernel and inputs for it.

    Attributes
    ----------
    name : str
    forward : callable
        Returns the output and a tuple of what is kept.
    backward : callable
        ``backward(upstream, *kept)`` returns a tuple, one gradient for each input, None for those that have none.
    draw : callable
        Draws the inputs, tensors of double precision and anything else, with a generator of NumPy.
    """

    name: str
    forward: Callable[..., tuple[Tensor, tuple[Any, ...]]]
    backward: Callable[..., tuple[Any, ...]]
    draw: Callable[[np.random.Generator], tuple[Any, ...]]

    def inputs(self, seed: int, dtype: Any = None) -> list[Any]:
        """Inputs in double precision, or in another one; those of floating point ask for a gradient."""
        drawn = [
            torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in self.draw(np.random.default_rng(seed))
        ]
        return [
            x.to(dtype or torch.float64).requires_grad_() if torch.is_tensor(x) and x.is_floating_point() else x
            for x in drawn
        ]

    @property
    def function(self) -> Any:
        """The class that PyTorch calls."""
        return autograd_function(self.forward, self.backward)


def autograd_function(forward: Callable[..., Any], backward: Callable[..., Any]) -> Any:
    """A class of PyTorch's from two functions."""

    class Fused(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
        @staticmethod
        def forward(ctx: Any, *inputs: Any) -> Any:
            value, ctx.kept = forward(*inputs)
            return value

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            return backward(upstream, *ctx.kept)

    return Fused


def normal(*shapes: tuple[int, ...]) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Draw arrays of these shapes."""
    return lambda rng: tuple(rng.standard_normal(shape) for shape in shapes)
