"""Numerical derivatives of a function of arrays: its value along entries and directions of its inputs.

Derivation: derivations/gradcheck/finite_differences.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.arguments import copies
from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.few_digits import in_format, longer_where_coarse
from nnmath.gradcheck.finite_differences import ALL_STEPS, Intervals, differentiate
from nnmath.gradcheck.function_under_test import FunctionUnderTest

#: Lengths of the noise probe, as powers of epsilon: short enough for a smooth function to be a straight line to the
#: last digit, long enough for every rounding in it to come out differently.
PROBE_POWERS = (0.7, 0.55)
#: Points of the noise probe on each side, and the order of the differences that are taken of them.
PROBE_POINTS, PROBE_ORDER = 9, 4
#: The standard deviation of fourth differences of independent errors is the root of 1 + 16 + 36 + 16 + 1 times theirs,
#: and the median of their absolute values is 0.6745 times that.
PROBE_UNIT = 0.6745 * 70**0.5  # (20)
#: The points around each step whose differences are the noise there: how far apart, in steps; how many; the order of
#: the differences; the sum of the squares of their weights. The distance is no power of 2, as the steps are: a cast to
#: single precision would round all points alike.
LOCAL_DISTANCE, LOCAL_POINTS, LOCAL_ORDER, LOCAL_UNIT = 1 / 61, 11, 6, 924  # (21)
#: The sides of a point: to the right and to the left.
BOTH = (1, -1)
#: So many numbers of values along single entries are kept at most.
MOST_KEPT = 1_000_000
#: Noise at two neighbouring steps, a factor of 4 apart, is similar; a sixth difference of curvature differs by 4**6.
SIMILAR = 8


def scales(x: Floats) -> Floats:
    """The unit of the steps for each entry: its size, or the typical size in its array if larger; a power of 2."""
    largest = np.max(np.abs(x), initial=0.0)
    if largest == 0:
        return np.ones(x.shape)
    typical = largest * np.sqrt(np.mean((x / largest) ** 2))
    return np.asarray(2.0 ** np.round(np.log2(np.maximum(np.abs(x), typical))))


def value_noise(
    function: FunctionUnderTest, rng: np.random.Generator, powers: Sequence[float] = PROBE_POWERS
) -> Floats:
    """The standard deviation of the rounding error of each entry of the value, measured.

    All inputs are perturbed a little along a random direction. Fourth differences of a smooth function's values
    vanish there, so what is left is rounding. The median ignores the few that a kink takes part in. Where results are
    rounded to fewer digits on the way, steps that show it are longer: they are tried as well.
    """
    noise = noise_of(function, function.values_at, function.value.shape, rng, powers)
    if function.inner_epsilon <= function.epsilon or powers is not PROBE_POWERS:
        return noise
    inner = noise_of(function, function.values_at, function.value.shape, rng, powers, function.inner_epsilon)
    return np.asarray(np.fmax(noise, inner))


def noise_of(
    function: FunctionUnderTest,
    compute: Callable[[Iterable[list[Any]]], Iterable[Floats | None]],
    shape: tuple[int, ...],
    rng: np.random.Generator,
    powers: Sequence[float] = PROBE_POWERS,
    epsilon: float | None = None,
    points: int = PROBE_POINTS,
    sides: tuple[int, ...] = BOTH,
) -> Floats:
    """The standard deviation of the rounding error of whatever is computed, in an array of this shape, at inputs."""
    starts = [np.asarray(function.inputs[k], dtype=np.float64) for k in function.wrt]
    directions = [scales(x) * rng.uniform(0.5, 1, x.shape) * rng.choice([-1.0, 1.0], x.shape) for x in starts]
    noise = np.zeros(shape)
    for power in powers:
        differences = []
        for side in sides:
            lengths = side * np.arange(1, points + 1) * (epsilon or function.epsilon) ** power
            found = [
                np.array(value)
                for value in compute(_along(function, function.wrt, starts, directions, lengths))
                if value is not None
            ]
            if len(found) == points:
                differences.append(np.abs(np.diff(np.stack(found), PROBE_ORDER, axis=0)))
        if differences:
            measured = np.median(np.concatenate(differences), axis=0) / PROBE_UNIT
            noise = np.fmax(noise, np.where(np.isfinite(measured), measured, 0))  # (19)
    return noise


def _along(
    function: FunctionUnderTest,
    positions: Sequence[int],
    starts: Sequence[Floats],
    directions: Sequence[Floats],
    lengths: Floats,
) -> Iterator[list[Any]]:
    """The inputs, those at some positions so far away from their starts along directions, one length after another."""
    for length in lengths:
        perturbed = list(function.inputs)
        for k, x, v in zip(positions, starts, directions):
            point = in_format(x + length * v, function.format_epsilon)
            perturbed[k] = point.astype(function.inputs[k].dtype, copy=False)
        yield perturbed


def noise_at_entries(
    function: FunctionUnderTest,
    position: int,
    entries: Sequence[int],
    units: Floats,
    steps: Floats = ALL_STEPS,
    signs: tuple[int, ...] = BOTH,
) -> Floats:
    """The rounding error of the values along single entries, measured at each of the steps.

    Where a saturated intermediate result is rounded, the value is piecewise constant, and the pieces may be longer than
    the finest steps: there it seems to have no noise. So the noise is measured around each step as well, from sixth
    differences. A kink near one step, or curvature, is no noise, and at one step all points may happen to be rounded
    alike. So the second largest of three neighbouring steps counts where the largest is similar, otherwise the least of
    them, and of both sides the smaller: one side alone, where it has values, shows no less.

    Returns
    -------
    float64 array, shape (entries, *shape of the value)
    """
    around = 1 + LOCAL_DISTANCE * (np.arange(LOCAL_POINTS) - LOCAL_POINTS // 2)
    points = (steps[:, np.newaxis] * around).reshape(-1)
    values, _ = values_at_entries(function, position, entries, points, units, signs)
    if signs != BOTH and not all(np.isfinite(found).all() for found in values.values()):
        return noise_at_entries(function, position, entries, units, steps)
    sides = []
    for found in values.values():
        found = found.reshape(len(steps), len(around), *found.shape[1:])
        at_step = np.sqrt(np.mean(np.diff(found, LOCAL_ORDER, axis=1) ** 2, axis=1) / LOCAL_UNIT)
        least, middle, most = np.sort(np.stack([at_step[:-2], at_step[1:-1], at_step[2:]]), axis=0)
        sides.append(np.where(most <= SIMILAR * middle, middle, least))
    with np.errstate(all="ignore"):
        noise = np.fmax.reduce(np.fmin.reduce(sides), axis=0)
    return np.asarray(np.where(np.isfinite(noise), noise, 0.0))


def differentiate_along(
    function: FunctionUnderTest, position: int, direction: Floats, noise: Floats, steps: Floats
) -> Intervals:
    """Differentiate the value along a direction of one input.

    Parameters
    ----------
    position : int
        Of the input.
    direction : float64 array, shape of the input
        A step of 1 changes the input by this much.
    noise : float64 array, shape of the value
    steps : float64 array
        The steps, the longest first.

    Returns
    -------
    Intervals
        Each array of the shape of the value.
    """
    steps = longer_where_coarse(steps, function.format_epsilon)
    start = np.asarray(function.inputs[position], dtype=np.float64)
    values = {sign: np.full((len(steps), *function.value.shape), np.nan) for sign in (1, -1)}
    for sign in (1, -1):
        points = _along(function, [position], [start], [direction], sign * steps)
        for s, value in enumerate(function.values_at(points)):
            if value is not None:
                values[sign][s] = value
    lengths = steps.reshape((-1,) + (1,) * function.value.ndim)
    return differentiate(values[1], values[-1], function.value, lengths, lengths, noise, function.epsilon)


def differentiate_entries(
    function: FunctionUnderTest,
    position: int,
    entries: Sequence[int],
    noise: Floats,
    steps: Floats,
    units: Floats | None = None,
    *,
    both_sides: bool = False,
) -> Intervals:
    """Differentiate the value by single entries of one input.

    Parameters
    ----------
    position : int
        Of the input.
    entries : sequence of int
        Positions in the flattened input.
    noise : float64 array, shape of the value, or (entries, *shape of the value)
    steps : float64 array
        The steps, the longest first.
    units : float64 array, shape (entries,), optional
        The units of the steps; by default the scales of the entries.
    both_sides : bool
        As in `differentiate`.

    Returns
    -------
    Intervals
        Each array of shape (entries, *shape of the value).
    """
    if units is None:
        units = scales(np.asarray(function.inputs[position], dtype=np.float64)).reshape(-1)[list(entries)]
    values, lengths = values_at_entries(function, position, entries, steps, units)
    ones = (1,) * function.value.ndim
    right, left = (lengths[sign].reshape(lengths[sign].shape + ones) for sign in (1, -1))
    return differentiate(
        values[1],
        values[-1],
        function.value,
        right,
        left,
        noise,
        function.epsilon,
        both_sides=both_sides,
    )


def values_at_entries(
    function: FunctionUnderTest,
    position: int,
    entries: Sequence[int],
    steps: Floats,
    units: Floats,
    signs: tuple[int, ...] = BOTH,
) -> tuple[dict[int, Floats], dict[int, Floats]]:
    """Values, (steps, entries, *value), and the steps as they came out, (steps, entries), to the right and the left.

    No value is computed twice: with other noise or units the same numbers come again.
    """
    steps = longer_where_coarse(steps, function.format_epsilon)
    perturbed = copies(function.inputs)
    perturbed[position] = np.ascontiguousarray(perturbed[position]).reshape(function.inputs[position].shape)
    flat: NDArray[np.floating] = perturbed[position].reshape(-1)  # a view: what is written here, the function sees

    def with_entry(entry: int, points: Iterable[Any]) -> Iterator[list[Any]]:
        for point in points:
            flat[entry] = point
            yield perturbed

    def compute(entry: int, points: Sequence[Any]) -> list[Floats | None]:
        known = function.known_values
        if len(known) * function.value.size > MOST_KEPT:
            known.clear()
        new = [point for point in dict.fromkeys(points) if (position, entry, point) not in known]
        for point, value in zip(new, function.values_at(with_entry(entry, new))):
            known[position, entry, point] = None if value is None else np.array(value)
        return [known[position, entry, point] for point in points]

    shape = (len(steps), len(entries))
    values = {sign: np.full((*shape, *function.value.shape), np.nan) for sign in signs}
    lengths = {sign: np.ones(shape) for sign in signs}
    for e, entry in enumerate(entries):
        start = flat[entry]
        for sign in signs:
            points = in_format(start + sign * steps * units[e], function.format_epsilon).astype(flat.dtype)
            taken = np.abs(points.astype(np.longdouble) - np.longdouble(start)).astype(np.float64)
            lengths[sign][:, e] = np.where(taken > 0, taken, np.nan)
            for s, value in enumerate(compute(entry, list(points))):
                if value is not None:
                    values[sign][s, e] = value
        flat[entry] = start
    return values, lengths
