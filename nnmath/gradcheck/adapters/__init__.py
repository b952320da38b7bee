"""Functions of PyTorch and JAX as functions of NumPy arrays that return ``(value, backward)``.

The core of the checker knows NumPy alone. A function is recognised by what it is given and by its own type, so that
neither framework is imported here unless its user has imported it already.
"""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from nnmath.gradcheck.adapters.adapted import Adapted

__all__ = ["Adapted", "adapted", "converter", "forward_pass", "framework_of"]


def adapted(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    keywords: Mapping[str, Any],
    order: int = 1,
    framework: str | None = None,
    wrt: int | str | Sequence[int | str] | None = None,
) -> Adapted | None:
    """Adapt a function of tensors or JAX arrays; None where it is neither.

    Parameters
    ----------
    function : callable
        A `torch.autograd.Function` class, an `nn.Module`, a function with `jax.custom_vjp`, or any function.
    inputs : sequence
    keywords : mapping
        Passed on to the function as they are; a tensor that asks for a gradient is an input.
    order : int
        1 for the function itself, 2 for its gradient.
    framework : str, optional
        numpy, torch or jax where the caller knows it.
    wrt : int, str or sequence of them, optional
        The inputs that are judged, where the caller says so: tensors ask for a gradient then.

    Raises
    ------
    ValueError
        There is no such framework.
    """
    if framework not in (None, "numpy", "torch", "jax"):
        raise ValueError(f"arrays: expected numpy, torch or jax, got {framework!r}")
    if framework == "numpy":
        return None
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None:
        from nnmath.gradcheck.adapters.torch_function import adapted_torch, is_torch

        if framework == "torch" or is_torch(function, inputs):
            return adapted_torch(function, inputs, keywords, order, wrt)
    if jax is not None:
        from nnmath.gradcheck.adapters.jax_function import adapted_jax, is_jax

        if framework == "jax" or is_jax(function, inputs):
            return adapted_jax(function, inputs, keywords, order)
    return None


def framework_of(function: Callable[..., Any]) -> str:
    """The framework whose arrays a function takes, as far as its own type tells: numpy, torch or jax."""
    kinds = [kind.__module__.partition(".")[0] for kind in (type(function), *getattr(type(function), "__mro__", ()))]
    if isinstance(function, type):
        kinds += [parent.__module__.partition(".")[0] for parent in function.__mro__]
    if "torch" in kinds:
        return "torch"
    return "jax" if {"jax", "jaxlib"} & set(kinds) else "numpy"


def forward_pass(function: Callable[..., Any]) -> Callable[..., Any]:
    """What has the parameters of a function: the forward pass of a class of PyTorch's, without its context."""
    forward = getattr(function, "forward", None)
    if framework_of(function) != "torch" or forward is None:
        return function
    if not isinstance(function, type):
        return partial(forward)
    parameters = list(inspect.signature(forward).parameters.values())
    unset = sys.modules["torch"].autograd.Function.setup_context
    with_context = function.setup_context is unset  # type: ignore[attr-defined]

    def stand_in(*inputs: Any) -> Any:
        return function.apply(*inputs)  # type: ignore[attr-defined]

    stand_in.__signature__ = inspect.Signature(parameters[with_context:])  # type: ignore[attr-defined]
    return stand_in


def converter(framework: str) -> Callable[[Any], Any]:
    """What makes an array of a framework of one of NumPy's.

    Raises
    ------
    ValueError
        There is no such framework.
    """
    if framework == "numpy":
        return lambda x: x
    if framework == "torch":
        import torch

        return lambda x: torch.from_numpy(np.array(x)) if isinstance(x, np.ndarray) else x
    if framework == "jax":
        import jax  # noqa: F401  # what follows is given to a function of JAX

        return lambda x: x
    raise ValueError(f"arrays: expected numpy, torch or jax, got {framework!r}")
