"""Functions of PyTorch and JAX as functions of NumPy arrays that return ``(value, backward)``.

The core of the checker knows NumPy alone. A function is recognised by what it is given and by its own type, so that
neither framework is imported here unless its user has imported it already.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nnmath.gradcheck.adapters.adapted import Adapted

__all__ = ["Adapted", "adapted"]


def adapted(
    function: Callable[..., Any], inputs: Sequence[Any], keywords: Mapping[str, Any], order: int = 1
) -> Adapted | None:
    """Adapt a function of tensors or JAX arrays; None where it is neither.

    Parameters
    ----------
    function : callable
        A `torch.autograd.Function` class, an `nn.Module`, a function with `jax.custom_vjp`, or any function.
    inputs : sequence
    keywords : mapping
        Passed on to the function as they are.
    order : int
        1 for the function itself, 2 for its gradient.
    """
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None:
        from nnmath.gradcheck.adapters.torch_function import adapted_torch, is_torch

        if is_torch(function, inputs):
            return adapted_torch(function, inputs, keywords, order)
    if jax is not None:
        from nnmath.gradcheck.adapters.jax_function import adapted_jax, is_jax

        if is_jax(function, inputs):
            return adapted_jax(function, inputs, keywords, order)
    return None
