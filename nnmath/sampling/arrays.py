"""Random arrays of any size, from a NumPy generator: in general position, where no two mistakes look alike.

Hypothesis chooses entry by entry, which shrinks well and is slow; here a single seed makes a whole array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.sampling.declarations import Input
from nnmath.sampling.domains import Domain
from nnmath.sampling.shapes import Shape, shape_of
from nnmath.sampling.values import awkward_values

Array = NDArray[Any]


@dataclass(frozen=True)
class Spread:
    """How the entries of random arrays lie.

    Attributes
    ----------
    size : float
        Real numbers are uniform from -size to size; where a domain has a lower end alone, from there on.
    rounded : bool
        Whether they are whole numbers, so that many are equal and some are 0.
    awkward : float
        The share of entries that are awkward: 0, at the ends, or next to them.
    subnormal : float
        The share of entries below the smallest normal number.
    lead : float
        What one entry of each row of real numbers, along the last axis, lies above the others.
    offset : float
        What is added to all entries of real numbers: a mean that is large beside their spread.
    soft : float
        The share of rows of probabilities, and of entries of an interval, that do not lie at the ends.
    """

    size: float = 2.0
    rounded: bool = False
    awkward: float = 0.0
    subnormal: float = 0.0
    lead: float = 0.0
    offset: float = 0.0
    soft: float = 0.5


#: Where nothing else is asked for: numbers around those places where functions bend.
NARROW = Spread()


def random_inputs(
    inputs: Sequence[Input],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    spread: Spread = NARROW,
    dtype: Any = np.float64,
) -> tuple[Array, ...]:
    """Make random inputs of a function, with these sizes of its dimensions; see `random_array`."""
    return tuple(random_array(i.domain, shape_of(i.dims, sizes), sizes, rng, spread, dtype) for i in inputs)


def random_array(
    domain: Domain,
    shape: Shape,
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    spread: Spread = NARROW,
    dtype: Any = np.float64,
) -> Array:
    """Make a random array.

    Parameters
    ----------
    domain : Domain
    shape : tuple of int
    sizes : mapping
        The sizes of the dimensions that labels may count up to.
    rng : Generator
    spread : Spread
    dtype : type
        np.float32 or np.float64; labels and integers are int64.

    Returns
    -------
    array
        Every entry lies in the domain, also after rounding to `dtype`.
    """
    if domain.kind == "labels":
        return rng.integers(0, classes_of(domain, sizes), shape)
    if domain.kind == "integer":
        first, last = (-3, 5) if domain.low is None or domain.high is None else (int(domain.low), int(domain.high))
        return rng.integers(first, last + 1, shape)
    if domain.kind == "probabilities":
        return _random_rows(shape, rng, spread.soft).astype(dtype)
    low, high = domain.limits(dtype)
    awkward = [float(value) for value in awkward_values(domain)]
    if np.isfinite(low):
        # beside an end that is left out, not the number next to it: its reciprocal overflows where that end is 0
        least = min(awkward)
        ends = least, max(awkward) if np.isfinite(high) else max(low + spread.size, least)
        inside = rng.uniform(ends[0], ends[1], shape)
        values = np.where(rng.random(shape) < spread.soft, inside, rng.choice(ends, shape))
    else:
        values = _with_lead(_random_reals(shape, rng, spread, dtype) + spread.offset, spread.lead, rng)
    awkward += [-0.0, *[0.0] * 4] if domain.holds(0) else []  # a mistake at a kink shows nowhere else
    values = np.where(rng.random(shape) < spread.awkward, rng.choice(awkward, shape), values)
    return fitted(domain, values, dtype)


def fitted(domain: Domain, values: Any, dtype: Any = np.float64) -> Array:
    """Round values of a domain to `dtype` so that they still lie in it; an end left out becomes its neighbour."""
    low, high = domain.limits(dtype)
    if domain.open_low and domain.low is not None:
        values = np.where(values <= float(domain.low), float(min(awkward_values(domain))), values)
    if domain.kind == "nonzero":
        values = np.where(values == 0, 1.0, values)
    return np.asarray(np.clip(np.asarray(values).astype(dtype), dtype(low), dtype(high)), dtype=dtype)


def classes_of(domain: Domain, sizes: Mapping[str, int]) -> int:
    """Return how many classes labels have."""
    return domain.classes if isinstance(domain.classes, int) else sizes[domain.classes]


def in_hundredths(weights: Sequence[int]) -> list[Fraction]:
    """Turn weights into probabilities with two decimals, whose sum is exactly 1."""
    weights = weights if any(weights) else [1] * len(weights)
    hundredths = [100 * weight // sum(weights) for weight in weights]
    hundredths[weights.index(max(weights))] += 100 - sum(hundredths)
    return [Fraction(hundredth, 100) for hundredth in hundredths]


def rows_that_sum_to_1(values: Any) -> Array:
    """Scale nonnegative rows to sum to 1; a row of zeros becomes one-hot."""
    values = np.array(values, dtype=np.float64)
    values[values.sum(axis=-1) == 0, 0] = 1
    return np.asarray(values / values.sum(axis=-1, keepdims=True))


def _random_reals(shape: Shape, rng: np.random.Generator, spread: Spread, dtype: Any) -> Array:
    size = float(spread.size)
    values = np.asarray(rng.uniform(-size, size, shape))
    if spread.rounded:
        values = np.round(values)
    if spread.subnormal:
        subnormal = rng.uniform(-1, 1, shape) * np.finfo(dtype).tiny
        values = np.where(rng.random(shape) < spread.subnormal, subnormal, values)
    return values


def _with_lead(values: Array, lead: float, rng: np.random.Generator) -> Array:
    if lead and values.ndim:
        ahead = rng.integers(0, values.shape[-1], (*values.shape[:-1], 1))
        np.put_along_axis(values, ahead, values.max(axis=-1, keepdims=True) + lead, axis=-1)
    return values


def _random_rows(shape: Shape, rng: np.random.Generator, soft: float) -> Array:
    """Rows that sum to 1: one-hot ones, and soft ones of which some entries are 0."""
    uniform = np.where(rng.random(shape) < 0.3, 0, rng.random(shape))
    hot = (np.arange(shape[-1]) == rng.integers(0, shape[-1], (*shape[:-1], 1))) * 1.0
    return rows_that_sum_to_1(np.where(rng.random((*shape[:-1], 1)) < soft, uniform, hot))
