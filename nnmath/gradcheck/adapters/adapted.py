"""What an adapter gives to the checker."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.report import Finding


def no_findings(_: float) -> list[Finding]:
    """For a framework in which an array has one layout only."""
    return []


def as_it_is(function: Callable[..., Any]) -> Callable[..., Any]:
    """A reference that is a function of NumPy arrays already."""
    return function


@dataclass(frozen=True)
class Adapted:
    """A function of NumPy arrays in place of one of another framework.

    Attributes
    ----------
    function : callable
        Returns ``(value, backward)``. Several outputs are one value: flattened, one after the other.
    inputs : list
        Arrays for all that has numbers of floating point, complex ones as pairs of reals; anything else as it was.
    names : tuple of str
    wrt : tuple of int
        The inputs that have a gradient unless the user says otherwise.
    asked : tuple of int
        Those of them that were asked for a gradient, so that none at all is no answer.
    none_is_doubtful : bool
        Whether None comes from a backward pass that a person has written, who may have forgotten a gradient.
    notes : tuple of str
    epsilon : float
        The spacing of a format that NumPy lacks, and whose numbers are given in a wider one.
    contract : callable
        Looks for what the framework asks of a backward pass beyond its numbers; takes the spacing of numbers that
        results are rounded to on the way.
    during : callable
        A context in which the function is to be called.
    pairs : tuple of int
        The inputs that are complex, and given as pairs of reals.
    reference : callable
        Makes a function of NumPy arrays of the one that the user gives as a reference.
    """

    function: Callable[..., Any]
    inputs: list[Any]
    names: tuple[str, ...]
    wrt: tuple[int, ...]
    asked: tuple[int, ...] = ()
    none_is_doubtful: bool = False
    notes: tuple[str, ...] = ()
    epsilon: float = 0.0
    contract: Callable[[float], list[Finding]] = no_findings
    during: Callable[[], AbstractContextManager[None]] = nullcontext
    pairs: tuple[int, ...] = ()
    reference: Callable[[Callable[..., Any]], Callable[..., Any]] = as_it_is


def as_pairs(x: Array) -> Array:
    """Complex numbers as pairs of reals along a new last axis; real ones as they are."""
    if x.dtype.kind != "c":
        return x
    return np.stack([x.real, x.imag], axis=-1)


def as_complex(pairs: Array) -> Array:
    """Pairs of reals along the last axis as complex numbers."""
    return np.asarray(pairs[..., 0] + 1j * pairs[..., 1])
