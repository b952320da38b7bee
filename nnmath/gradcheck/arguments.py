"""The inputs, the value and the gradients of the function under test in one form: arrays."""

import inspect
import random
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array


def as_inputs(inputs: Sequence[Any], judged: Sequence[int] = ()) -> list[Any]:
    """Arrays and lists of numbers as arrays; anything else (a number, a string, None) as it is.

    A number of floating point is an array of its own where it is to be differentiated for: where it is `judged`, or no
    input is an array of floating point.
    """
    found = [_as_array(x) if isinstance(x, np.ndarray | list) else x for x in inputs]
    if not any(isinstance(x, np.ndarray) and x.dtype.kind in "fc" for x in found):
        judged = range(len(found))
    return [np.asarray(x) if k in judged and is_number(x) else x for k, x in enumerate(found)]


def is_number(x: Any) -> bool:
    """Whether something is a number of floating point, and no array."""
    return isinstance(x, float | complex | np.inexact)


def _as_array(x: Any) -> Any:
    try:
        array = np.asarray(x)
    except ValueError:  # a ragged list: the function may know what to do with it
        return x
    return array if array.dtype.kind in "fciub" else x


def as_value(value: Any) -> Array:
    """The value of a forward pass as a real array."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"the value must be an array of real numbers, got {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def as_gradients(result: Any, first: Any) -> tuple[Any, ...]:
    """What a backward pass returned as a tuple of arrays, with None for an input that has no gradient.

    A tuple holds one gradient for each input, and so does a list, unless it is itself a gradient of the shape of the
    first input, written as plain numbers.
    """
    if isinstance(result, dict | set):
        raise TypeError(
            f"the backward pass must return a tuple of gradients, or an array, got a {type(result).__name__}"
        )
    if isinstance(result, tuple):
        return tuple(_plain(g) for g in result)
    if isinstance(result, list):
        numbers = not any(isinstance(g, np.ndarray) or g is None for g in result)
        if numbers and isinstance(first, np.ndarray) and _shape(result) == first.shape:
            return (_plain(result),)
        return tuple(_plain(g) for g in result)
    return (_plain(result),)


def copies(inputs: Sequence[Any]) -> list[Any]:
    """Copy every array, so that nobody's arrays are written to."""
    return [np.array(x) if isinstance(x, np.ndarray) else x for x in inputs]


#: What random numbers are drawn from: each call moves it.
GENERATORS = np.random.Generator, np.random.RandomState, random.Random


def own_generator(x: Any) -> Any:
    """A copy of a random generator, so that each call draws the same numbers; anything else as it is."""
    return deepcopy(x) if isinstance(x, GENERATORS) else x


def total_size(inputs: Sequence[Any]) -> int:
    """How many numbers all arrays hold; what is no array, such as a tensor of labels, does not count."""
    return sum(x.size for x in inputs if isinstance(x, np.ndarray))


def parameter_names(function: Callable[..., Any], count: int, first: int = 0) -> tuple[str, ...]:
    """The names of so many inputs of a function, from its signature where it has them; `first` is that of input 0."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built-in functions need not have a signature
        parameters = []
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)][first:]
    return tuple(named[k] if k < len(named) else f"input {k}" for k in range(count))


def chosen(wrt: int | str | Sequence[int | str], names: tuple[str, ...]) -> tuple[int, ...]:
    """The positions of the inputs that `wrt` names, by position or by parameter name, in the order of the inputs."""
    items = [wrt] if isinstance(wrt, int | str | np.integer) else list(wrt)
    positions = []
    for item in items:
        if isinstance(item, str):
            if item not in names:
                raise ValueError(f"wrt: expected names among {', '.join(names)}, got {item!r}")
            positions.append(names.index(item))
        else:
            if not 0 <= item < len(names):
                raise ValueError(f"wrt: expected positions from 0 to {len(names) - 1}, got {item}")
            positions.append(int(item))
    if len(set(positions)) < len(positions) or not positions:
        raise ValueError(f"wrt: expected at least one input, and each once, got {wrt!r}")
    return tuple(sorted(positions))


def kind(x: Any) -> str:
    """What an input is, for messages: the dtype of an array, the type of anything else."""
    return str(x.dtype) if isinstance(x, np.ndarray) else type(x).__name__


def refusal_of_value(result: Any) -> str:
    """Say what a function must return that returned this, and no backward pass with it."""
    framework = type(result).__module__.partition(".")[0]
    if framework in ("jax", "jaxlib", "torch"):
        framework = "torch" if framework == "torch" else "jax"
        return f"the function returns arrays of {framework}: give it such arrays, or say arrays={framework!r}"
    return (
        "the function under test must return (value, backward); "
        "give the backward pass of a function that returns its value alone as backward="
    )


def refuse_undifferentiable(name: str, x: Any) -> None:
    """Raise an error that names an input which cannot be differentiated for."""
    if not isinstance(x, np.ndarray) or x.dtype.kind != "f":
        parts = ""
        if isinstance(x, np.ndarray) and x.dtype.kind == "c":
            parts = "; give its real and its imaginary part as two inputs"
        expected = "expected an array of real floating-point numbers to differentiate for"
        raise TypeError(f"{name}: {expected}, got {kind(x)}{parts}")
    if not np.isfinite(x).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(f"{name}: expected finite numbers to differentiate at, got {x[where]} at index {where}")


def refuse_without_gradient(names: Sequence[str], inputs: Sequence[Any], wrt: Sequence[int]) -> None:
    """Raise an error that says what the inputs are, where none of them has a gradient."""
    if not wrt:
        kinds = ", ".join(f"{name} is {kind(x)}" for name, x in zip(names, inputs)) or "there are no inputs"
        raise TypeError(f"expected an array of floating point with a gradient among the inputs; {kinds}")


def _plain(gradient: Any) -> Any:
    """Plain numbers, and lists of them, as a float array: they have no dtype that could be wrong."""
    if gradient is None or hasattr(gradient, "dtype"):
        return gradient
    try:
        return np.asarray(gradient, dtype=np.float64)
    except (TypeError, ValueError):
        return np.asarray(gradient, dtype=object)


def _shape(numbers: list[Any]) -> tuple[int, ...] | None:
    try:
        return np.shape(numbers)
    except ValueError:  # ragged
        return None
