"""The gradient of a function of NumPy arrays as a function of its own, to check a Hessian-vector product."""

from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest


def gradient_as_function(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    backward: Backward | None,
    second: Backward | None,
    wrt: int | str | Sequence[int | str] | None,
) -> tuple[Callable[..., Any], Backward]:
    """The gradient for a random upstream gradient as a forward pass, and `second` as its backward pass.

    The parameters are those of `check_gradients`. Several gradients are one value: flattened, one after the other.

    Raises
    ------
    TypeError
        There is no `second`.
    """
    if second is None:
        raise TypeError("order=2: expected second=, the Hessian-vector product of a function of NumPy arrays; got none")
    first = FunctionUnderTest(function, inputs, backward, wrt)
    upstream = np.random.default_rng(0).standard_normal(first.value.shape).astype(first.value_dtype)
    shapes = [first.inputs[k].shape for k in first.wrt]

    def gradient(*given: Any) -> Array:
        _, backward_pass = first.call(given)
        found = first.gradients_of(backward_pass, upstream)
        parts = [np.zeros(shape) if g is None else np.asarray(g) for g, shape in zip(found, shapes)]
        return parts[0] if len(parts) == 1 else np.concatenate([g.reshape(-1) for g in parts])

    def backward_of_gradient(v: Array, *given: Any) -> Any:
        if len(shapes) == 1:
            return second(v, upstream, *given)
        ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
        return second(tuple(a.reshape(shape) for a, shape in zip(np.split(v, ends), shapes)), upstream, *given)

    gradient.__signature__ = _signature(first.names)  # type: ignore[attr-defined]  # read by inspect.signature
    return gradient, backward_of_gradient


def _signature(names: Sequence[str]) -> Any:

    return Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names if name.isidentifier()])
