"""Inputs for code, drawn by what the symbols table of its derivation says: shapes, domains, and both precisions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from nnmath.verify.equations.symbols import Domain, Symbol

#: The inputs of one example, by their names in the code.
Named = dict[str, Any]

#: Real inputs reach to here: the exponential of twice that is still a normal number, or just not.
LARGEST = {np.float64: 700.0, np.float32: 85.0}
#: How far apart they lie: digits are lost in different ways near 0, where functions bend, and where they are saturated.
SPREADS = (0.01, 1.0, 10.0, 30.0, 100.0, 700.0)
MOST = 4


def code_inputs(symbols: Sequence[Symbol], unmistakable: bool) -> SearchStrategy[Named]:
    """Arrays for the inputs of the code.

    Parameters
    ----------
    symbols : sequence of Symbol
        The inputs that have a name in the code. Where several share one, each example takes one of them.
    unmistakable : bool
        Whether all dimensions are to be different and at least 2.
    """
    choices = [[s for s in symbols if s.code == code] for code in dict.fromkeys(s.code for s in symbols)]
    letters = sorted(
        {letter for symbol in symbols for letter in symbol.shape} | set("EF")
    )  # E, F: axes of what has none
    if unmistakable:
        lengths = st.permutations(range(2, 2 + len(letters))).map(lambda order: dict(zip(letters, order)))
    else:
        lengths = st.fixed_dictionaries({letter: st.integers(1, MOST) for letter in letters})
    return st.builds(
        _draw,
        st.tuples(*map(st.sampled_from, choices)),
        lengths,
        st.integers(0, 2),
        st.sampled_from((np.float64, np.float64, np.float32)),
        st.sampled_from(SPREADS),
        st.integers(0, 2**32 - 1),
    )


def _draw(
    chosen: tuple[Symbol, ...], lengths: dict[str, int], axes: int, dtype: type, spread: float, seed: int
) -> Named:
    rng = np.random.default_rng(seed)
    every_entry_alone = all(symbol.shape == () for symbol in chosen)
    entries = tuple(lengths[letter] for letter in "EF"[:axes]) if every_entry_alone else ()
    return {
        symbol.code: _array(
            symbol.domain, entries or tuple(lengths[d] for d in symbol.shape), lengths, dtype, spread, rng
        )
        for symbol in chosen
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
