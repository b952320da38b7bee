"""Use a primitive, or a function of the same form, in PyTorch and JAX. Neither is imported before it is needed."""

from nnmath.interop.jax_function import as_jax
from nnmath.interop.torch_function import as_torch

__all__ = ["as_jax", "as_torch"]
