"""The mathematics of neural-network gradients, in which nothing is taken on trust."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnmath.primitives import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy

__all__ = ["binary_cross_entropy", "dense", "relu", "sigmoid", "softmax", "softmax_cross_entropy"]


def __getattr__(name: str) -> Any:
    """Import a primitive when it is asked for: NumPy takes longer to import than the command line to show its help."""
    if name not in __all__:
        raise AttributeError(f"module 'nnmath' has no attribute {name!r}")
    from nnmath import primitives

    return getattr(primitives, name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
