"""Inputs for code, drawn by what the symbols table of its derivation says: shapes, domains, and both precisions."""

from collections.abc import Mapping, Sequence
from itertools import count
from math import prod
from typing import Any

import numpy as np

from nnmath.latex import Derivation, Symbol, lengths_of
from nnmath.sampling import Input, forms, random_inputs
from nnmath.sampling.arrays import Spread, rows_that_sum_to_1
from nnmath.sampling.shapes import distinct_sizes, names_of

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


def inputs_in_code(derivation: Derivation) -> list[Symbol]:
    """Return the inputs of a derivation that have a name in the code, the upstream gradient among them."""
    return [symbol for symbol in derivation.symbols if symbol.code and symbol.is_input]


def draw_inputs(
    derivation: Derivation,
    number: int,
    seed: int = 0,
    most: int = MOST,
    *,
    batch: int | None = None,
    spread: Spread | None = None,
) -> Named:
    """Draw arrays for the inputs of the code.

    Spreads, precisions and forms of input take turns, so that a few examples already have met them all.

    Parameters
    ----------
    derivation : Derivation
        Its inputs that have a name in the code are drawn. Where several share one, they take turns.
    number : int
        Of the example, from 0 on.
    seed : int
        The same seed and number draw the same inputs.
    most : int
        The largest length of an axis; 1,000 is not too much.
    batch : int, optional
        The length of the first axis, N; by default it is drawn like the others. 10,000 is not too much.
    spread : Spread, optional
        How far apart the entries lie, with leads of one class over the others, subnormal numbers, and one-hot and soft
        rows. By default spreads take turns.

    Returns
    -------
    dict
        For each input its array, of float32 or float64; labels and integers are int64.
    """
    rng = np.random.default_rng([seed, number, most])
    dtype = np.float32 if number % SINGLE == SINGLE - 1 else np.float64
    every_form = _forms(derivation)
    form = every_form[int(rng.integers(len(every_form)))]
    names = _free_dimensions(derivation, form)
    for attempt in count():
        if number % UNMISTAKABLE == 0 and most >= MOST and not attempt % 2:
            sizes = dict(zip(names, rng.permutation(distinct_sizes([tuple(names)])).tolist()))
        else:
            longest = most if number % 2 else min(most, 2)  # in a sum over few, one that has lost its digits is seen
            sizes = {name: int(rng.integers(1, longest + 1)) for name in names}
        if batch is not None and names:
            sizes[names[0]] = batch
        drawn = _drawn(derivation, form, sizes, rng, spread or _spread(number, dtype, rng), dtype)
        if drawn is not None:
            return drawn
    raise AssertionError


def _forms(derivation: Derivation) -> list[tuple[Input, ...]]:
    """Return the forms in which the inputs come: targets as labels or as rows."""
    return forms([symbol.as_input() for symbol in inputs_in_code(derivation)])


def _free_dimensions(derivation: Derivation, form: Sequence[Input]) -> list[str]:
    """Return the dimensions whose sizes are drawn; others follow from them by equations."""
    return [name for name in names_of(i.dims for i in form) if name not in derivation.lengths]


def _drawn(
    derivation: Derivation,
    form: Sequence[Input],
    sizes: Mapping[str, int],
    rng: np.random.Generator,
    spread: Spread,
    dtype: type,
) -> Named | None:
    """Draw the arrays for these sizes; None where a dimension that follows from them would be less than 1."""
    first = [i for i in form if not derivation.lengths.intersection(i.dims)]
    arrays = {i.name: array for i, array in zip(first, random_inputs(first, sizes, rng, spread, dtype))}
    if len(first) == len(form):
        return arrays
    lengths = lengths_of(derivation, arrays, sizes)
    if lengths is None:
        return None
    rest = [i for i in form if i not in first]
    return arrays | dict(zip((i.name for i in rest), random_inputs(rest, {**sizes, **lengths}, rng, spread, dtype)))


#: Every so many examples one axis is long: the batch up to the first length, any other up to the second.
LONG, LONGEST = 8, (10_000, 1_000)
#: What the sizes of all dimensions may multiply to, where one is long.
MOST_ENTRIES = 90_000
#: The first axis for a function of one number, which takes little time, and may lose digits in a small interval only.
NUMBERS = 32
#: What one entry of each row lies above the others, where it does: digits are lost in different ways.
LEADS = (20.0, 37.0, 5.0, 100.0, 346.0, 700.0)

#: What all entries lie away from 0, where they do: differences from their mean lose digits.
OFFSETS = (60.0, -80.0, 10.0)


def example_inputs(derivation: Derivation, number: int, seed: int = 0, shorter: int = 1) -> Named:
    """Draw the inputs of an example as `nnmath check` does: mostly short axes, now and then a long one.

    Each axis has its full length once in each form of the inputs. In half of the examples with a long axis, and in some
    of the others, one entry of each row leads. Long axes are `shorter` times as short.
    """
    if has_long_axis(derivation, number):
        return _with_long_axis(derivation, number, seed, shorter)
    dims = _drawn_dimensions(derivation)
    if dims and number % 8 == 1:
        single = number % SINGLE == SINGLE - 1
        largest = LARGEST[np.float32 if single else np.float64]
        return draw_inputs(derivation, number, seed, spread=Spread(largest, awkward=0.3))  # 0 is among them
    if dims and number % 8 == 4:
        return draw_inputs(derivation, number, seed, spread=Spread(1.0, offset=OFFSETS[number // 8 % len(OFFSETS)]))
    if not dims:
        return draw_inputs(derivation, number, seed, batch=NUMBERS)
    which = number // 8 if number % 2 else number // 4  # an odd number has longer axes
    lead = LEADS[which % len(LEADS)] if number % 8 in (2, 3, 6) else 0.0
    return draw_inputs(derivation, number, seed, spread=Spread(1.0, lead=lead, soft=0.5) if lead else None)


def has_long_axis(derivation: Derivation, number: int) -> bool:
    """Whether the inputs of an example have a long axis."""
    return number % LONG == LONG - 1 and bool(_drawn_dimensions(derivation))


def _drawn_dimensions(derivation: Derivation) -> list[str]:
    return [d for d in names_of(s.shape for s in inputs_in_code(derivation)) if d not in derivation.lengths]


def _with_long_axis(derivation: Derivation, number: int, seed: int, shorter: int) -> Named:
    dims, turn = _drawn_dimensions(derivation), number // LONG
    rng = np.random.default_rng([seed, number])
    which = turn % len(dims)
    every_form = _forms(derivation)
    form = every_form[turn // len(dims) % len(every_form)]
    longest = LONGEST[min(which, 1)] // shorter
    length = (
        longest
        if turn < len(dims) * len(every_form)
        else int(np.exp(rng.uniform(np.log(min(20, longest)), np.log(longest))))
    )
    lead = LEADS[turn % len(LEADS)] * (turn % 2)
    dtype = np.float64 if turn % 3 else np.float32
    spread = Spread(
        SPREADS[turn % 3], lead=min(lead, LARGEST[dtype]), soft=turn % 2 * 0.5, subnormal=0.1 * (turn % 5 == 4)
    )
    while True:
        sizes = {dim: length if dim == dims[which] else int(rng.integers(1, 4)) for dim in dims}
        others = prod(size for dim, size in sizes.items() if dim != dims[which])
        sizes[dims[which]] = min(length, MOST_ENTRIES // others)
        drawn = _drawn(derivation, form, sizes, rng, spread, dtype)
        if drawn is not None:
            return drawn
        length = max(1, length // 2)  # a window that is longer than its image


def _spread(number: int, dtype: type, rng: np.random.Generator) -> Spread:
    """Return one of the spreads, in turn; in some, numbers are whole, awkward, or at the ends."""
    kind = rng.integers(6)
    size = min(SPREADS[number // SINGLE % len(SPREADS)], LARGEST[dtype])
    soft = 0.1 if kind in (2, 3) else 0.5
    return Spread(size, rounded=bool(kind == 0), awkward=0.3 if kind == 1 else 0.0, soft=soft)


def with_rows_that_sum_to_nearly_1(values: Any) -> Any:
    """Scale rows to sum to 1 but for a few millionths, as rows of probabilities do that were rounded once."""
    values = rows_that_sum_to_1(values)
    return values * (1 + 4e-6 * np.cos(np.arange(len(values))))[:, np.newaxis]
