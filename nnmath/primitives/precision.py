"""Single precision with one rounding: float32 is computed in float64."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np

from nnmath.primitives.entrywise import BLOCK
from nnmath.typing import Array

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
    def at_either_precision(*arguments: Any) -> tuple[Any, Callable[..., Any]]:
        if arguments[0].dtype.char != "f":
            return mathematics(*arguments)  # type: ignore[no-any-return]
        value, in_double = mathematics(*map(_double, arguments))

        def backward(*upstream: Any) -> Any:
            gradients = in_double(*map(_double, upstream))
            return tuple(map(_single, gradients)) if isinstance(gradients, tuple) else _single(gradients)

        backward.__wrapped__ = in_double  # type: ignore[attr-defined]  # where `inspect.signature` looks
        return _single(value), backward

    return cast(F, at_either_precision)


def rounded_once_by_rows(mathematics: F) -> F:
    """Do the same for a function of an array whose rows, along the first axis, do not depend on each other.

    Rows are computed so many at a time that they, and all that is computed of them, stay in the cache of one core:
    several times as fast for a large array, which would otherwise be carried to and from memory at each operation.
    """
    of_block = rounded_once(mathematics)

    @wraps(mathematics)
    def at_either_precision(z: Array, *options: Any) -> tuple[Array, Callable[[Array], Array]]:
        if z.dtype.char != "f" or z.size <= BLOCK:
            return of_block(z, *options)  # type: ignore[no-any-return]
        rows = max(1, BLOCK * len(z) // z.size)
        blocks = [slice(first, first + rows) for first in range(0, len(z), rows)]
        value, in_blocks = np.empty_like(z), []
        for block in blocks:
            value[block], backward_of_block = of_block(z[block], *options)
            in_blocks.append(backward_of_block)

        def backward(upstream: Array) -> Array:
            gradient = np.empty_like(upstream)
            for block, backward_of_block in zip(blocks, in_blocks, strict=True):
                gradient[block] = backward_of_block(upstream[block])
            return gradient

        backward.__wrapped__ = in_blocks[0]  # type: ignore[attr-defined]  # where `inspect.signature` looks
        return value, backward

    return cast(F, at_either_precision)


def _double(value: Any) -> Any:
    return value.astype(np.float64) if getattr(value, "dtype", None) == np.float32 else value


def _single(value: Any) -> Any:
    return value.astype(np.float32)
