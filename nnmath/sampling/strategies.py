"""Hypothesis strategies for the inputs of a function: everybody who draws inputs draws them from here."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from nnmath.sampling.arrays import Array, Spread, classes_of, fitted, in_hundredths, random_inputs
from nnmath.sampling.declarations import Input
from nnmath.sampling.domains import Domain
from nnmath.sampling.shapes import DerivedSizes, Shape, distinct_sizes, names_of, shape_of
from nnmath.sampling.values import mixed_values, plain_values

#: The largest size of a dimension, by the number of dimensions of the largest input; beyond those the last.
LARGEST_SIZES = (5, 5, 5, 4, 3)
#: The largest number where nothing else is asked for: finite differences of an exponential are still judged there.
LARGEST = 30
#: How far random arrays spread, as shares of the largest number.
SPREADS = (1 / 15, 1 / 5)


def drawn_inputs(
    inputs: Sequence[Input],
    *,
    largest: float = LARGEST,
    hints: Iterable[float | Fraction] = (),
    dtype: Any = np.float64,
    distinct: bool = False,
    derived: DerivedSizes | None = None,
) -> SearchStrategy[tuple[Array, ...]]:
    """Draw the inputs of a function: about half of them entry by entry, the others in general position.

    Parameters
    ----------
    inputs : sequence of Input
    largest : float
        Real numbers are drawn over all scales up to this size.
    hints : iterable of numbers
        Constants that matter, such as thresholds: values are drawn on them, beside them and beyond them.
    dtype : type
        np.float32 or np.float64.
    distinct : bool
        Whether all dimensions are different and at least 2, so that no axis can be taken for another.
    derived : DerivedSizes, optional
        The dimensions that are not drawn but follow from the others.

    Returns
    -------
    Hypothesis strategy
        Of tuples of arrays; int64 where the domain is labels or integer.
    """
    sizes = _distinct_sizes(inputs, derived) if distinct else _sizes(inputs, _largest_size(inputs), derived)
    exact_hints = tuple(Fraction(hint) for hint in hints)

    def random(sizes: dict[str, int], seed: int, share: float, awkward: bool) -> tuple[Array, ...]:
        spread = Spread(share * largest, awkward=0.3, soft=0.5) if awkward else Spread(share * largest, soft=1)
        return random_inputs(inputs, sizes, np.random.default_rng(seed), spread, dtype)

    general = st.builds(random, sizes, st.integers(0, 2**32 - 1), st.sampled_from(SPREADS), st.booleans())
    return st.one_of(_entry_by_entry(inputs, sizes, largest, exact_hints, dtype, with_alike=True), general)


def plain_inputs(
    inputs: Sequence[Input],
    *,
    largest: float = LARGEST,
    hints: Iterable[float | Fraction] = (),
    dtype: Any = np.float64,
    largest_size: int | None = None,
    derived: DerivedSizes | None = None,
) -> SearchStrategy[tuple[Array, ...]]:
    """Draw inputs entry by entry, from values that are short to read: what Hypothesis shrinks to small examples.

    The parameters are those of `drawn_inputs`, and `largest_size`, the largest size of a dimension.
    """
    sizes = _sizes(inputs, largest_size or _largest_size(inputs), derived)
    return _entry_by_entry(inputs, sizes, largest, tuple(Fraction(hint) for hint in hints), dtype, with_alike=False)


def _entry_by_entry(
    inputs: Sequence[Input],
    all_sizes: SearchStrategy[dict[str, int]],
    largest: float,
    hints: tuple[Fraction, ...],
    dtype: Any,
    with_alike: bool,
) -> SearchStrategy[tuple[Array, ...]]:
    @st.composite
    def draw_all(draw: st.DrawFn) -> tuple[Array, ...]:
        sizes = draw(all_sizes)
        arrays = []
        for i in inputs:
            shape = shape_of(i.dims, sizes)
            entries = draw(
                _entries(i.domain, shape, _classes(i.domain, sizes), 2, Fraction(largest), hints, with_alike)
            )
            arrays.append(_as_array(i.domain, entries, shape, dtype))
        return tuple(arrays)

    return draw_all()


def _sizes(inputs: Sequence[Input], largest: int, derived: DerivedSizes | None) -> SearchStrategy[dict[str, int]]:
    names = _free_names(inputs, derived)
    return _completed(st.fixed_dictionaries({name: st.integers(1, largest) for name in names}), derived)


def _distinct_sizes(inputs: Sequence[Input], derived: DerivedSizes | None) -> SearchStrategy[dict[str, int]]:
    names = _free_names(inputs, derived)
    sizes = distinct_sizes([(*names, *(dim for i in inputs for dim in i.dims if isinstance(dim, int)))])
    return _completed(st.permutations(sizes).map(lambda sizes: dict(zip(names, sizes))), derived)


def _free_names(inputs: Sequence[Input], derived: DerivedSizes | None) -> list[str]:
    """Return the names of the dimensions that are drawn."""
    return [name for name in names_of(i.dims for i in inputs) if derived is None or name not in derived.names]


def _completed(drawn: SearchStrategy[dict[str, int]], derived: DerivedSizes | None) -> SearchStrategy[dict[str, int]]:
    """Add the sizes that follow from those that are drawn."""
    if derived is None:
        return drawn
    both = drawn.map(lambda sizes: (sizes, derived.of(sizes)))
    return both.filter(lambda pair: pair[1] is not None).map(lambda pair: {**pair[0], **(pair[1] or {})})


def exact_entries(
    domain: Domain,
    shape: Shape,
    sizes: Mapping[str, int],
    *,
    awkwardness: int = 2,
    largest: float = LARGEST,
    hints: Iterable[float | Fraction] = (),
) -> SearchStrategy[list[Fraction]]:
    """Draw the entries of one array as exact numbers, row after row.

    Parameters
    ----------
    domain : Domain
    shape : tuple of int
    sizes : mapping
        The sizes of the dimensions that labels may count up to.
    awkwardness : int
        0 for plain values, 1 for awkward ones and hints as well, 2 for all scales up to `largest`.
    largest, hints
        As in `drawn_inputs`.
    """
    exact_hints = tuple(Fraction(hint) for hint in hints)
    return _entries(domain, shape, _classes(domain, sizes), awkwardness, Fraction(largest), exact_hints, True)


def distinct_inputs(inputs: Sequence[Input], seed: int = 0) -> tuple[Array, ...]:
    """Make inputs at which no two mistakes look alike: all dimensions different and at least 2, no value special."""
    rng = np.random.default_rng(seed)
    names = names_of(i.dims for i in inputs)
    sizes = dict(zip(names, (int(size) for size in rng.permutation(distinct_sizes(i.dims for i in inputs)))))
    arrays = []
    for i in inputs:
        shape = shape_of(i.dims, sizes)
        arrays.append(_as_array(i.domain, distinct_entries(i.domain, shape, sizes, rng), shape, np.float64))
    return tuple(arrays)


def distinct_entries(
    domain: Domain, shape: Shape, sizes: Mapping[str, int], rng: np.random.Generator, *, shift: float = 0
) -> list[Fraction]:
    """Make the entries of one array as exact numbers: two decimals, and no number whole where that can be avoided.

    With the same generator, a `shift` of 0.5 takes each number from the other half of the domain, so that two examples
    have a number of either sign.
    """
    count = int(np.prod(shape, dtype=int))
    if domain.kind == "probabilities" and shape:
        rows = rng.integers(1, 10, (count // shape[-1], shape[-1])).tolist()
        return [p for row in rows for p in in_hundredths(row)]
    values = _not_whole(domain, _classes(domain, sizes))
    chosen = rng.integers(0, len(values), count) + round(shift * len(values))
    return [values[i % len(values)] for i in chosen.tolist()]


@cache
def _not_whole(domain: Domain, classes: int) -> list[Fraction]:
    """Return the plain values that are not whole, from the smallest on; all of them where all are whole."""
    plain = plain_values(domain, classes)
    return sorted([value for value in plain if value.denominator > 1] or plain)


@cache
def _entries(
    domain: Domain,
    shape: Shape,
    classes: int,
    awkwardness: int,
    largest: Fraction,
    hints: tuple[Fraction, ...],
    with_alike: bool,
) -> SearchStrategy[list[Fraction]]:
    """Draw the entries of one array. Cached, because Hypothesis validates every strategy that is new to it.

    Where counterexamples are shrunk, `with_alike` is False: for Hypothesis an array of equal numbers, which is a single
    choice, would be simpler than one of zeros and a one.
    """
    count = int(np.prod(shape, dtype=int))
    if domain.kind == "probabilities":
        rows = st.tuples(*[_row(shape[-1], awkwardness > 0)] * (count // shape[-1]))
        return rows.map(lambda drawn: [p for row in drawn for p in row])
    plain = st.sampled_from(plain_values(domain, classes))
    if not awkwardness:
        return st.tuples(*[plain] * count).map(list)
    mixed = st.sampled_from(mixed_values(domain, classes, largest if awkwardness > 1 else Fraction(0), hints))
    alike = mixed.map(lambda value: (value,) * count)
    kinds = [plain, mixed, mixed, alike] if with_alike and count > 1 else [plain, mixed, mixed]
    return st.one_of(*(kind if kind is alike else st.tuples(*[kind] * count) for kind in kinds)).map(list)


def _row(length: int, with_zeros: bool) -> SearchStrategy[list[Fraction]]:
    """Draw a row of probabilities in hundredths; in some, some are 0."""
    lows = (1, 0) if with_zeros else (1,)
    return st.one_of(*(st.tuples(*[st.integers(low, 9)] * length) for low in lows)).map(in_hundredths)


def _as_array(domain: Domain, entries: Sequence[Fraction], shape: Shape, dtype: Any) -> Array:
    if not domain.has_gradient:
        return np.array([int(value) for value in entries], dtype=np.int64).reshape(shape)
    return fitted(domain, np.array([_as_float(value) for value in entries], dtype=np.float64), dtype).reshape(shape)


@cache
def _as_float(value: Fraction) -> float:
    return float(value)


def _classes(domain: Domain, sizes: Mapping[str, int]) -> int:
    return classes_of(domain, sizes) if domain.kind == "labels" else 0


def _largest_size(inputs: Sequence[Input]) -> int:
    return LARGEST_SIZES[min(max((len(i.dims) for i in inputs), default=0), len(LARGEST_SIZES) - 1)]
