"""Functions that act on each entry of their inputs by itself: one call computes the values at many inputs.

What a derivative costs is a call for each step of each entry. A function that treats every entry alike takes all of
these inputs in a stack, whatever their shape, and returns the stack of their values.
"""

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Floats


class EntryByEntry:
    """A function of which somebody says that it acts on each entry of its inputs by itself.

    It is believed only where two of the values in a stack are the same as without one: those at the inputs under test,
    at both of its ends, and those at the first of the other inputs.

    Parameters
    ----------
    function : callable
        Returns its value and its backward pass.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        update_wrapper(self, function)  # its name and its signature

    def __call__(self, *inputs: Any) -> Any:
        """Call it."""
        return self.function(*inputs)


def values_of_stack(
    call: Callable[[Sequence[Any]], tuple[Any, Any]], inputs: Sequence[Any], value: Floats, points: Sequence[Any]
) -> Floats | None:
    """Compute the values of a function that acts on each entry by itself, at many points.

    Parameters
    ----------
    call : callable
        Takes inputs and returns a value and a backward pass.
    inputs : sequence
        The inputs under test.
    value : float64 array
        The value there.
    points : sequence of sequences
        Other inputs, of the shapes and dtypes of these.

    Returns
    -------
    float64 array or None
        The values, (points, *shape of the value). None where the function has none at one of the points, or where its
        values in a stack are others than by themselves: then it does not act on each entry by itself.
    """
    all_points = [inputs, *points, inputs]
    stacks = [
        np.stack([point[k] for point in all_points]) if isinstance(x, np.ndarray) else x for k, x in enumerate(inputs)
    ]
    try:
        (found, _), (first, _) = call(stacks), call(all_points[1])
    except Exception:  # it may raise anything outside of its domain
        return None
    if found.shape != (len(all_points), *value.shape):
        return None
    values = np.asarray(found, dtype=np.float64)
    known = ((0, value), (1, first), (-1, value))
    return values[1:-1] if all(np.array_equal(values[i], one, equal_nan=True) for i, one in known) else None
