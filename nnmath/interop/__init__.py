"""Primitives, and functions of the same form, inside PyTorch and JAX; either is imported when it is asked for."""

from nnmath.interop.jax_function import as_jax
from nnmath.interop.torch_function import as_torch

__all__ = ["as_jax", "as_torch"]
