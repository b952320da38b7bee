"""Inputs for code, drawn by what the symbols table of its derivation says: shapes, domains, and both precisions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath.latex.symbols.table import Domain, Symbol

#: The inputs of one example, by their names in the code.
Named = dict[str, Any]

#: Real inputs reach to here: the exponential of twice that is still a normal number, or just not.
LARGEST: dict[type, float] = {np.float64: 700.0, np.float32: 85.0}
#: How far apart they lie: digits are lost in different ways near 0, where functions bend, and where they are saturated.
SPREADS = (1.0, 30.0, 700.0, 10.0, 100.0, 0.01)
#: Lengths go up to here.
MOST = 4
#: Every so many examples single precision is drawn, and dimensions that are all different and at least 2.
SINGLE, UNMISTAKABLE = 3, 5


def draw_inputs(symbols: Sequence[Symbol], number: int, seed: int = 0, most: int = MOST) -> Named:
    """Draw arrays for the inputs of the code.

    Spreads, precisions and forms of input take turns, so that a few examples already have met them all.

    Parameters
    ----------
    symbols : sequence of Symbol
        The inputs that have a name in the code. Where several share one, they take turns.
    number : int
        Of the example, from 0 on.
    seed : int
        The same seed and number draw the same inputs.
    most : int
        The largest length of an axis.
    """
    rng = np.random.default_rng([seed, number, most])
    dtype = np.float32 if number % SINGLE == SINGLE - 1 else np.float64
    spread = SPREADS[number // SINGLE % len(SPREADS)]
    letters = sorted(
        {letter for symbol in symbols for letter in symbol.shape} | {"E", "F"}
    )  # E, F: where there is none
    if number % UNMISTAKABLE == 0 and most >= MOST:
        lengths = dict(zip(letters, (int(n) for n in rng.permutation(np.arange(2, 2 + len(letters))))))
    else:
        longest = most if number % 2 else min(most, 2)  # in a sum over few, one that has lost its digits is seen
        lengths = {letter: int(rng.integers(1, longest + 1)) for letter in letters}
    forms = [[s for s in symbols if s.code == code] for code in dict.fromkeys(s.code for s in symbols)]
    chosen = [form[int(rng.integers(len(form)))] for form in forms]
    entries = tuple(lengths[letter] for letter in "EF"[: rng.integers(3)]) if not any(s.shape for s in chosen) else ()
    return {
        s.code: _array(s.domain, entries or tuple(lengths[d] for d in s.shape), lengths, dtype, spread, rng)
        for s in chosen
    }


def _array(
    domain: Domain,
    shape: tuple[int, ...],
    lengths: dict[str, int],
    dtype: type,
    spread: float,
    rng: np.random.Generator,
) -> Any:
    if domain.kind == "label":
        classes = lengths.get(domain.classes) or int(domain.classes)
        return rng.integers(0, classes, shape)
    if domain.kind == "integer":
        return rng.integers(-3, 4, shape)
    if domain.kind == "distribution":
        return with_rows_that_sum_to_1(_between(0.0, 1.0, shape, rng)).astype(dtype)
    if domain.kind == "interval":
        low = 0.0 if domain.low is None else float(domain.low)
        high = low + spread if domain.high is None else float(domain.high)
        return np.asarray(_inside(_between(low, high, shape, rng), domain, low, high)).astype(dtype)
    return _real(shape, dtype, spread, rng)


def _real(shape: tuple[int, ...], dtype: type, spread: float, rng: np.random.Generator) -> Any:
    largest = min(spread, LARGEST[dtype])
    values = np.asarray(rng.uniform(-largest, largest, shape))
    kind = rng.integers(6)
    if kind == 0:
        values = np.round(values)  # ties, and zeros where the spread is small
    elif kind == 1:
        values = np.where(rng.random(shape) < 0.3, rng.choice([0.0, largest, -largest, 1e-9], shape), values)
    return values.astype(dtype)


def _between(low: float, high: float, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Uniform values, about half of them at the ends."""
    return np.where(rng.random(shape) < 0.5, rng.choice([low, high], shape), rng.uniform(low, high, shape))


def _inside(values: Any, domain: Domain, low: float, high: float) -> Any:
    middle = (low + high) / 2
    values = np.where((values == low) & domain.open_low, middle, values)
    return np.where((values == high) & domain.open_high, middle, values)


def with_rows_that_sum_to_1(values: Any) -> Any:
    """Scale rows to sum to 1; a row of zeros becomes one-hot."""
    values = np.array(values, dtype=np.float64)
    values[values.sum(axis=-1) == 0, 0] = 1
    return values / values.sum(axis=-1, keepdims=True)


def with_rows_that_sum_to_nearly_1(values: Any) -> Any:
    """Scale rows to sum to 1 but for a few millionths, as rows of probabilities do that were rounded once."""
    values = with_rows_that_sum_to_1(values)
    return values * (1 + 4e-6 * np.cos(np.arange(len(values))))[:, np.newaxis]
