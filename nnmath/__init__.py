"""Neural-network gradients in NumPy, derived and verified."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnmath.primitives import *  # noqa: F403  # each primitive is a name of this package, too


def __getattr__(name: str) -> Any:
    """Import a primitive when it is asked for: NumPy takes longer to import than the command line to show its help."""
    if name == "__all__" or not name.startswith("__"):
        from nnmath.primitives import PRIMITIVES

        primitives = {primitive.__name__: primitive for primitive in PRIMITIVES}
        if name == "__all__":
            return list(primitives)
        if name in primitives:
            return primitives[name]
    raise AttributeError(f"module 'nnmath' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__getattr__("__all__")]
