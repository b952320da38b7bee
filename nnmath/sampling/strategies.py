"""How Hypothesis draws the inputs of a function from what is declared of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from nnmath.sampling.declarations import Domain, Input

Array = NDArray[Any]
Shape = tuple[int, ...]

#: The largest size of a dimension, by the number of dimensions of the largest input; beyond those the last.
LARGEST_SIZES = (5, 5, 5, 4, 3)
#: Values that find what plain ones do not: about a kink, where it is flat, where digits get lost.
AWKWARD = (0.0, 1e-9, -1e-9, 3e-7, -3e-7, 1e-3, -1e-3, 12.5, -12.5, 30.0, -30.0)


def drawn_inputs(inputs: Sequence[Input]) -> SearchStrategy[tuple[Array, ...]]:
    """Draw the inputs of a function: the sizes of the dimensions first, then plain and awkward values.

    Parameters
    ----------
    inputs : sequence of Input
        From `declared_inputs`.

    Returns
    -------
    Hypothesis strategy
        Of tuples of float64 arrays, int64 where the domain is labels or integer.
    """
    most = max(len(i.dims) for i in inputs)
    largest = LARGEST_SIZES[min(most, len(LARGEST_SIZES) - 1)]
    names = _names(inputs)

    @st.composite
    def draw_all(draw: st.DrawFn) -> tuple[Array, ...]:
        sizes = {name: draw(st.integers(1, largest)) for name in names}
        return tuple(draw(_array(i.domain, _shape(i, sizes), sizes)) for i in inputs)

    return draw_all()


def telling_inputs(inputs: Sequence[Input], seed: int = 0) -> tuple[Array, ...]:
    """Make inputs at which no two mistakes look alike: all dimensions different and at least 2, no value special."""
    rng = np.random.default_rng(seed)
    names = _names(inputs)
    fixed = {dim for i in inputs for dim in i.dims if isinstance(dim, int)}
    free = [size for size in range(2, 2 + len(names) + len(fixed)) if size not in fixed]
    sizes = dict(zip(names, (int(size) for size in rng.permutation(free[: len(names)]))))
    return tuple(_telling(i.domain, _shape(i, sizes), sizes, rng) for i in inputs)


def _names(inputs: Sequence[Input]) -> list[str]:
    return list(dict.fromkeys(dim for i in inputs for dim in i.dims if isinstance(dim, str)))


def _shape(i: Input, sizes: dict[str, int]) -> Shape:
    return tuple(dim if isinstance(dim, int) else sizes[dim] for dim in i.dims)


def _classes(domain: Domain, sizes: dict[str, int]) -> int:
    return domain.classes if isinstance(domain.classes, int) else sizes[domain.classes]


def _array(domain: Domain, shape: Shape, sizes: dict[str, int]) -> SearchStrategy[Array]:
    count = int(np.prod(shape, dtype=int))
    if domain.kind == "probabilities":
        rows, length = count // shape[-1], shape[-1]
        return st.lists(_row(length), min_size=rows, max_size=rows).map(lambda drawn: np.array(drawn).reshape(shape))
    if domain.kind in ("labels", "integer"):
        low, high = (0, _classes(domain, sizes) - 1) if domain.kind == "labels" else (-3, 5)
        whole = st.lists(st.integers(low, high), min_size=count, max_size=count)
        return whole.map(lambda drawn: np.array(drawn, dtype=np.int64).reshape(shape))
    plain, awkward = _plain(domain), st.sampled_from(_awkward(domain))
    each = st.one_of(
        st.lists(plain, min_size=count, max_size=count),
        st.lists(st.one_of(plain, awkward), min_size=count, max_size=count),
        st.one_of(plain, awkward).map(lambda value: [value] * count),
    )
    return each.map(lambda drawn: np.array(drawn, dtype=np.float64).reshape(shape))


def _plain(domain: Domain) -> SearchStrategy[float]:
    """Draw values with two decimals at most, so that a counterexample is short to read; the simplest first."""
    if domain.kind == "real":
        return st.one_of(st.integers(-3, 3).map(float), st.integers(-300, 300).map(lambda i: i / 100))
    if domain.kind == "nonzero":
        positive = st.one_of(st.integers(1, 3).map(float), st.integers(1, 300).map(lambda i: i / 100))
        return st.builds(lambda size, negative: -size if negative else size, positive, st.booleans())
    low, high = domain.low, domain.high
    if high == float("inf"):
        return st.one_of(st.integers(1, 3).map(lambda i: low + i), st.integers(1, 300).map(lambda i: low + i / 100))
    return st.one_of(st.just((low + high) / 2), st.integers(1, 99).map(lambda i: low + (high - low) * i / 100))


def _awkward(domain: Domain) -> tuple[float, ...]:
    if domain.kind in ("real", "nonzero"):
        return tuple(value for value in AWKWARD if domain.holds(value))
    low, high = domain.low, domain.high
    upper = (low + 12.5, low + 30) if high == float("inf") else (high - (high - low) * 1e-9, high)
    values = (low, low + 1e-9 * min(high - low, 1), low + 1e-3 * min(high - low, 1), *upper)
    return tuple(value for value in values if domain.holds(value))


def _row(length: int) -> SearchStrategy[list[float]]:
    """Draw a row of probabilities in hundredths; in some, some are 0."""
    weights = st.one_of(*(st.lists(st.integers(low, 9), min_size=length, max_size=length) for low in (1, 0)))
    return weights.map(in_hundredths)


def in_hundredths(weights: list[int]) -> list[float]:
    """Turn weights into probabilities with two decimals."""
    weights = weights if any(weights) else [1] * len(weights)
    hundredths = [100 * weight // sum(weights) for weight in weights]
    hundredths[weights.index(max(weights))] += 100 - sum(hundredths)
    return [hundredth / 100 for hundredth in hundredths]


def _telling(domain: Domain, shape: Shape, sizes: dict[str, int], rng: np.random.Generator) -> Array:
    if domain.kind in ("labels", "integer"):
        return rng.integers(0, _classes(domain, sizes) if domain.kind == "labels" else 6, shape)
    if domain.kind == "probabilities":
        rows = rng.integers(1, 10, (int(np.prod(shape[:-1], dtype=int)), shape[-1]))
        return np.array([in_hundredths([int(weight) for weight in row]) for row in rows]).reshape(shape)
    hundredths = rng.integers(1, 100, shape) / 100
    if domain.kind == "interval":
        return domain.low + hundredths * (1 if domain.high == float("inf") else domain.high - domain.low)
    return np.asarray(2 * hundredths * rng.choice([-1.0, 1.0], shape))
