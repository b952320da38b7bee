"""A function that returns its value and its backward pass: what both frameworks call, with its results checked."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: From an upstream gradient to one gradient for each input; None for one that has none, such as targets.
Gradients = Callable[[Array], list[Array | None]]


class VjpFunction:
    """A primitive, or a user's function of the same form. The backward pass computes vector-Jacobian products (VJP).

    Attributes
    ----------
    function : callable
        ``function(*inputs)`` returns ``(value, backward)``; ``backward(upstream)`` returns one gradient for each
        differentiable input, in their order; integers and trailing inputs may have none.
    name : str
        Used in messages.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)

    def forward(self, inputs: Sequence[Any]) -> tuple[Array, Gradients]:
        """Call the forward pass; return a copy of its value, and the backward pass.

        The framework may write to what it is given. The value itself may be an input, or be needed by the backward
        pass, so the framework gets a copy.
        """
        result = self.function(*inputs)
        if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
            raise TypeError(f"{self.name}: expected it to return (value, backward), got {type(result).__name__}")
        value, backward = np.array(result[0]), result[1]
        return value, lambda upstream: self._gradients(_pulled_back(backward, upstream), inputs)

    def input_name(self, position: int) -> str:
        """The name of an input, from the signature where there is one."""
        try:
            parameters = list(inspect.signature(self.function).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        named = position < len(parameters) and parameters[position].kind is not inspect.Parameter.VAR_POSITIONAL
        return parameters[position].name if named else f"input {position + 1}"

    def no_gradient_error(self, position: int) -> TypeError:
        """Return the error for a gradient that is asked for and that backward does not return."""
        name = self.input_name(position)
        return TypeError(
            f"{self.name}: the gradient with respect to {name} was asked for, but its backward pass returns none"
        )

    def no_second_derivative_error(self) -> TypeError:
        """Return the error for a derivative of a gradient."""
        return TypeError(f"{self.name}: a second derivative was asked for, but it has only a first one")

    def _gradients(self, found: Any, inputs: Sequence[Any]) -> list[Array | None]:
        gradients = list(found) if isinstance(found, (tuple, list)) else [found]
        if len(gradients) > len(inputs):
            raise ValueError(f"{self.name}: backward returned {len(gradients)} gradients for {len(inputs)} inputs")
        if len(gradients) < len(inputs):  # then they belong to the inputs of real numbers, in their order
            real = [k for k, x in enumerate(inputs) if np.asarray(x).dtype.kind in "fc"]
            places = real if len(gradients) <= len(real) else list(range(len(gradients)))
            by_place = dict(zip(places, gradients))
            gradients = [by_place.get(k) for k in range(len(inputs))]
        arrays = [None if gradient is None else np.array(gradient) for gradient in gradients]
        for k, (gradient, x) in enumerate(zip(arrays, inputs)):
            if gradient is not None and gradient.shape != np.shape(x):
                expected = f"expected shape {np.shape(x)}, that of {self.input_name(k)}"
                raise ValueError(f"{self.name}: gradient {k + 1}: {expected}, got {gradient.shape}")
        return arrays


def _pulled_back(backward: Callable[..., Any], upstream: Array) -> Any:
    """Call a backward pass. That of a loss may take no upstream gradient; its result is then multiplied by it."""
    try:
        takes_it = bool(inspect.signature(backward).parameters)
    except (TypeError, ValueError):
        takes_it = True
    if takes_it:
        return backward(upstream)
    found = backward()
    return [g * upstream for g in found] if isinstance(found, (tuple, list)) else found * upstream
