"""Single precision with one rounding: float32 is computed in float64."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


def rounded_once(mathematics: F) -> F:
    """Compute what is given in float32 in float64, and round the value and each gradient to float32 once.

    The result is then off by half a unit in the last place, and by what float64 adds, which is far less. Below the
    mathematics of a primitive this costs two conversions, and memory for float64 copies of the arrays.

    Parameters
    ----------
    mathematics : callable
        From arrays to a value and a backward pass. The first argument decides on the precision; arguments that are not
        float32 are passed on as they are.
    """

    @wraps(mathematics)
    def of_double(*arguments: Any) -> Any:
        return mathematics(*map(in_double, arguments))

    @wraps(mathematics)
    def at_either_precision(*arguments: Any) -> Any:
        return (rounded(of_double) if arguments[0].dtype.char == "f" else mathematics)(*arguments)

    return cast(F, at_either_precision)


def rounded(mathematics: F) -> F:
    """Do the same with mathematics that is given float32 as it is, and itself computes in float64."""

    @wraps(mathematics)
    def at_either_precision(*arguments: Any) -> tuple[Any, Callable[..., Any]]:
        value, in_double_precision = mathematics(*arguments)
        if arguments[0].dtype.char != "f":
            return value, in_double_precision

        def backward(*upstream: Any) -> Any:
            gradients = in_double_precision(*map(in_double, upstream))
            return tuple(map(_single, gradients)) if isinstance(gradients, tuple) else _single(gradients)

        backward.__wrapped__ = in_double_precision  # type: ignore[attr-defined]  # where `inspect.signature` looks
        return _single(value), backward

    return cast(F, at_either_precision)


def in_double(value: Any) -> Any:
    """Return a float32 array or number in float64, and anything else as it is."""
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.float32 else value


def _single(value: Any) -> Any:
    return value.astype(np.float32)
