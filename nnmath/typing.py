"""The types that signatures of this package are written in."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

#: A float32 or float64 array: the only numbers that a derivative is taken of.
Array: TypeAlias = NDArray[np.floating[Any]]

#: From the upstream gradient, of the shape of the value, to the gradient with respect to the only input.
Backward: TypeAlias = Callable[[Array], Array]


class LossBackward(Protocol):
    """The backward pass of a loss: the upstream gradient is a number, by default 1."""

    def __call__(self, upstream: float = 1.0) -> Array:
        """Return the gradient with respect to the logits or predictions, of their shape."""


class DenseBackward(Protocol):
    """The backward pass of a dense layer: the gradient dx is None where it is skipped."""

    @overload
    def __call__(
        self, dz: Array, *, skip_dx: Literal[False] = False, out: tuple[Array, Array] | None = None
    ) -> tuple[Array, Array, Array]: ...

    @overload
    def __call__(
        self, dz: Array, *, skip_dx: Literal[True], out: tuple[Array, Array] | None = None
    ) -> tuple[None, Array, Array]: ...


#: A primitive, or a function of your own of its form: inputs go in, the value and its backward pass come out. The
#: backward pass returns one gradient for each of the leading inputs.
PrimitiveFunction: TypeAlias = Callable[..., tuple[Array, Callable[..., Any]]]

#: What stands between the layers of a network: a primitive that acts on each entry by itself.
Activation: TypeAlias = Callable[[Array], tuple[Array, Backward]]

#: From outputs of a network, shape (N, K), and targets to a mean over the examples.
Loss: TypeAlias = Callable[[Array, NDArray[Any]], tuple[Array, LossBackward]]

#: (W, b) of each dense layer, first layer first; the gradients of a network have the same form.
Layers: TypeAlias = Sequence[tuple[Array, Array]]
