"""Smaller inputs that may show the same mistake: fewer rows and columns first, then simpler numbers."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.sampling.declarations import Domain, Input
from nnmath.sampling.strategies import in_hundredths

Arrays = tuple[NDArray[Any], ...]


def smaller_inputs(inputs: Sequence[Input], arrays: Arrays) -> Iterator[Arrays]:
    """Go through what the inputs of a function may be shrunk to in one step, the largest steps first.

    Parameters
    ----------
    inputs : sequence of Input
        What was declared of them.
    arrays : tuple of arrays
        The inputs as they are.
    """
    names = dict.fromkeys(dim for i in inputs for dim in i.dims if isinstance(dim, str))
    sizes = {dim: size for i, x in zip(inputs, arrays) for dim, size in zip(i.dims, x.shape)}
    for name in names:
        if sizes[name] > 1:
            every = range(sizes[name])
            for kept in [[i] for i in every] + [[j for j in every if j != i] for i in every if len(every) > 2]:
                yield tuple(_keep(i, x, name, kept) for i, x in zip(inputs, arrays))
    for k, (i, x) in enumerate(zip(inputs, arrays)):
        for simpler in _simpler(i.domain, x):
            yield (*arrays[:k], simpler, *arrays[k + 1 :])


def length(arrays: Sequence[Any]) -> tuple[int, int]:
    """How long inputs are to read: how many numbers, then how many digits, where 0 and 1 are the shortest."""
    numbers = [number for x in arrays for number in np.ravel(x).tolist()]
    return len(numbers), sum(_rank(number) for number in numbers)


def _rank(number: Any) -> int:
    return [0, 1].index(number) if number in (0, 1) else 1 + len(repr(number))


def _keep(i: Input, x: NDArray[Any], name: str, kept: list[int]) -> NDArray[Any]:
    """Keep some of the indices of a dimension; labels that count up to it are numbered anew."""
    for axis, dim in enumerate(i.dims):
        if dim == name:
            x = x.take(kept, axis)
    if i.domain.kind == "labels" and i.domain.classes == name:
        x = np.array([kept.index(label) if label in kept else 0 for label in x.reshape(-1)]).reshape(x.shape)
    if i.domain.kind == "probabilities" and i.dims[-1] == name:
        rows = x.reshape(-1, x.shape[-1])
        x = np.array([in_hundredths([round(100 * p) for p in row]) for row in rows]).reshape(x.shape)
    return x


def _simpler(domain: Domain, x: NDArray[Any]) -> Iterator[NDArray[Any]]:
    if domain.kind == "probabilities":
        return  # simple enough, and no entry can be changed alone
    plain = [value for value in (0.0, 1.0, domain.low + 1, (domain.low + domain.high) / 2) if np.isfinite(value)]
    plain = [value for value in plain if domain.holds(value)] if domain.kind != "labels" else [0.0]
    for value in plain:
        yield np.full_like(x, value)
    for entry in np.ndindex(x.shape):
        before = x[entry].item()
        for value in (*plain, float(round(before)), round(before, 1)):
            if domain.holds(value) and _rank(value) < _rank(before):
                changed = x.copy()
                changed[entry] = value
                yield changed
