"""Points where several kinks coincide: there the values cannot say what a right backward pass returns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.remeasured_noise import remeasure_noise, sample
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import scales
from nnmath.gradcheck.single_entries import compare_at

#: Neighbouring points at which the gradient is computed, how many of them are compared, and their distance in units
#: of the inputs.
NEIGHBOURS, COMPARED, DISTANCE = 16, 8, 2.0**-12
#: The distance of points that are as near as a kink can be and still be told from one at the point.
VERY_NEAR = 2.0**-28
#: What changes by more than half as much over the second of these distances as over the first jumps.
SHORT, VERY_SHORT = 2.0**-20, 2.0**-30
#: A gradient that is wrong at so many neighbours is wrong around here. (A few may be too near to another kink.)
TOO_MANY = 3
#: Gradients at neighbouring points that differ less than this, relative to the largest, lie on the same smooth piece.
SAME_PIECE = 0.01
#: What bends by less than this much of it over half of the distance bends not only at kinks, which halve.
AT_HALF = 0.4
#: A gradient is the same around a point where it changes by less than this much of its distance from the right one.
STEADY = 0.25
REASON = "several kinks coincide here; the gradient is right at every point around"


@dataclass(frozen=True)
class Neighbour:
    """A point nearby.

    Attributes
    ----------
    gradients : float64 array, shape (rows, entries of all inputs)
    evidence : Evidence or None
        On the rows and entries in question; None where only gradients are needed.
    """

    gradients: Floats
    evidence: Evidence | None


@dataclass(frozen=True)
class Neighbourhood:
    """What the backward pass returns at neighbouring points.

    Attributes
    ----------
    gradients : float64 array, shape (neighbours, rows, entries of all inputs)
    wrong : bool array, shape (rows, entries in question)
    right : bool array, shape (rows, entries in question)
        Whether anywhere it is seen to be right, with error bars that would show what is wrong at the point.
    """

    gradients: Floats
    wrong: Booleans
    right: Booleans


def exempt_coincident_kinks(evidence: Evidence) -> Evidence:
    """Do not judge entries that are wrong at this very point only, if kinks may coincide there.

    All inputs are perturbed a little, in random directions, so that kinks which coincide separate. An entry stays wrong
    where the backward pass is wrong at neighbours as well, where no more than one kink shows, and where the gradient is
    the same all around: where kinks coincide it is not.
    """
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    rows = rows[~_same_around(evidence, rows)]
    if len(rows) == 0:
        return evidence
    columns = evidence.columns_where(evidence.wrong)
    around = _neighbourhood(evidence, rows, columns)
    if around is None:
        return evidence
    found = evidence.function.gradients(evidence.function.inputs, evidence.upstreams[rows])
    first = sum(found[k].shape[1] for k in list(found)[: list(found).index(evidence.position)])
    here, gradients = _in_common_units(found, around.gradients)
    exempt = np.zeros(evidence.wrong.shape, dtype=bool)
    for i, row in enumerate(rows):
        steady = _steady(evidence, row, columns, around.gradients[:, i, first + evidence.entries[columns]])
        wrong = columns[evidence.wrong[row, columns] & ~around.wrong[i] & (around.right[i] | ~steady)]
        exempt[row, wrong[~_unexplained(evidence, row, wrong, here[i], gradients[:, i], first)]] = True
    return evidence.without(exempt, REASON)


def _neighbourhood(evidence: Evidence, rows: Indices, columns: Indices) -> Neighbourhood | None:
    """What the backward pass returns around the point; None where it is wrong there too, for every row and entry."""
    some = sample(evidence, columns)  # where all are wrong at neighbours as well, nothing coincides
    first = list(_neighbours(evidence, rows, some, TOO_MANY))
    everywhere = all(near.wrong[evidence.wrong[np.ix_(rows, some)]].all() for near in _compared(first))
    if len(first) < TOO_MANY or everywhere:
        return None
    found = list(_neighbours(evidence, rows, columns, NEIGHBOURS))
    if len(found) < NEIGHBOURS:
        return None
    times_wrong = np.sum([near.wrong for near in _compared(found)], axis=0)
    if ((times_wrong >= TOO_MANY) & (times_wrong < COMPARED)).any():  # another kink may be near, and too slight to show
        again = [remeasure_noise(near) for near in _compared(found) if near.wrong.any()]
        times_wrong = np.sum([near.wrong for near in again], axis=0)
    distance = np.abs(evidence.analytic - evidence.numeric)[np.ix_(rows, columns)]
    right = [near.right_within(distance / 2) for near in _compared(found)]
    return Neighbourhood(np.stack([near.gradients for near in found]), times_wrong >= TOO_MANY, np.any(right, axis=0))


def _compared(neighbours: list[Neighbour]) -> list[Evidence]:
    return [near.evidence for near in neighbours if near.evidence is not None]


def _neighbours(evidence: Evidence, rows: Indices, columns: Indices, count: int) -> Iterator[Neighbour]:
    """The function at neighbouring points, the first few of them compared.

    Behind a jump the function is another one, and tells nothing of the kinks here: where the value jumps, as it does
    where labels are moved, this input is perturbed alone.
    """
    positions = (evidence.position,) if _jumps(evidence, rows) else evidence.function.wrt
    for i in range(count):
        inputs = _perturbed(evidence.function, positions, DISTANCE, evidence.rng)
        function = evidence.function.perturbed(inputs)
        if function is None:
            return
        gradients = function.gradients(inputs, evidence.upstreams[rows])
        yield Neighbour(_joined(gradients), compare_at(evidence, inputs, rows, columns) if i < COMPARED else None)


def _jumps(evidence: Evidence, rows: Indices) -> bool:
    """Whether an output of these rows jumps where all inputs are moved: it changes as much by a shorter step."""
    function = evidence.function
    used = (evidence.upstreams[rows] != 0).any(axis=0)
    rounding = 64 * function.epsilon * np.abs(function.value)
    seed = int(evidence.rng.integers(2**31))
    changes = []
    for distance in (SHORT, VERY_SHORT):
        value = function.value_at(_perturbed(function, function.wrt, distance, np.random.default_rng(seed)))
        if value is None:
            return False
        changes.append(np.abs(value - function.value))
    return bool((used & (changes[1] > rounding) & (2 * changes[1] > changes[0])).any())


def _perturbed(
    function: FunctionUnderTest, positions: Sequence[int], distance: float, rng: np.random.Generator
) -> list[Any]:
    """Some of the inputs perturbed in a random direction, by so much in their own units."""
    perturbed = list(function.inputs)
    for position in positions:
        x = np.asarray(perturbed[position], dtype=np.float64)
        step = distance * scales(x) * rng.uniform(0.25, 1, x.shape) * rng.choice([-1.0, 1.0], x.shape)
        perturbed[position] = (x + step).astype(function.inputs[position].dtype)
    return perturbed


def _same_around(evidence: Evidence, rows: Indices) -> Booleans:
    """For which rows the gradient is the same at this point as at all points very near to it."""
    function, same = evidence.function, np.full(len(rows), True)
    if evidence.kink[rows].any():
        return ~same
    upstreams, distance = evidence.upstreams[rows], max(VERY_NEAR, 64 * function.gradient_epsilon)
    gradients = function.gradients(function.inputs, upstreams)
    here = _joined(gradients)
    lengths = distance * np.concatenate([scales(np.asarray(function.inputs[k], float)).reshape(-1) for k in gradients])
    flat = upstreams.reshape(len(rows), -1)
    for _ in range(NEIGHBOURS):
        inputs = _perturbed(function, function.wrt, distance, evidence.rng)
        around, value = function.gradients_or_none(inputs, upstreams), function.value_at(inputs)
        if around is None or value is None:
            return np.full(len(rows), False)
        change = np.abs(_joined(around) - here).max(axis=1)
        same &= change <= 1e3 * distance * np.abs(here).max(axis=1)
        jump = np.abs(flat @ (value - function.value).reshape(-1))
        rounding = 64 * function.epsilon * np.abs(flat) @ np.abs(function.value).reshape(-1)
        same &= jump <= 10 * np.abs(here) @ lengths + rounding  # a jump is no kink, but as unknown
        if not same.any():
            break
    return same


def _steady(evidence: Evidence, row: np.intp, columns: Indices, around: Floats) -> Booleans:
    """For which columns the gradient at all neighbours is what it is here: these entries lie on no kink."""
    here = evidence.analytic[row, columns]
    change = np.abs(around - here).max(axis=0)
    return np.asarray(change < STEADY * np.abs(here - evidence.numeric[row, columns]))


def _joined(gradients: dict[int, Floats]) -> Floats:
    return np.concatenate(list(gradients.values()), axis=1)


def _in_common_units(here: dict[int, Floats], around: Floats) -> tuple[Floats, Floats]:
    """The gradients here and around in units of the largest of the same input and row."""
    ends = np.cumsum([rows.shape[1] for rows in here.values()])[:-1]
    units = [
        np.broadcast_to(np.max(np.abs(part), axis=(0, 2), initial=0.0)[:, np.newaxis], part.shape[1:])
        for part in np.split(around, ends, axis=2)
    ]
    unit = np.concatenate(units, axis=1)
    unit = np.where(unit > 0, unit, 1.0)
    return _joined(here) / unit, around / unit


def _unexplained(
    evidence: Evidence, row: np.intp, columns: Indices, here: Floats, around: Floats, first: int
) -> Booleans:
    """Which deviations of a row no kink explains: those at a smooth point, and those beyond both sides of a kink.

    `first` is the place of the first entry of the input in the gradients here and around.
    """
    curved = _curved(evidence, row, columns)  # an activation function, say
    if np.count_nonzero(np.abs(around).max(axis=0) + np.abs(here)) == 1:
        return np.where(evidence.kink[row, columns], evidence.analytic[row, columns] != 0, curved)
    entries = first + evidence.entries[columns]
    own, levels = here[entries], around[:, entries]
    smooth = np.ptp(levels, axis=0) <= SAME_PIECE
    return np.where(smooth, curved, _beyond_both_sides(own, levels))


def _beyond_both_sides(here: Floats, around: Floats) -> Booleans:
    """Which derivatives have two values around the point, as at a kink of their own, and lie beyond both at the point.

    Where two kinks coincide, the derivative that counts neither of them (0) and the one that counts both (the sum of
    the two values) are possible.
    """
    low, high = around.min(axis=0), around.max(axis=0)
    two = (np.minimum(around - low, high - around) <= SAME_PIECE).all(axis=0)
    beyond = (here < low - 0.1 * (high - low)) | (here > high + 0.1 * (high - low))
    possible = (np.abs(here) <= SAME_PIECE) | (np.abs(here - low - high) <= SAME_PIECE)
    return np.asarray(two & beyond & ~possible)


def _curved(evidence: Evidence, row: np.intp, columns: Indices) -> Booleans:
    """Whether the slope along the entries changes along them, or along others of the same input, and not at a kink.

    Over half of the distance the change of a slope at a kink amounts to half as much, and curvature to a quarter.
    """
    function, weights, x = evidence.function, evidence.upstreams[row].reshape(-1), evidence.input
    far = np.asarray(DISTANCE * scales(x))
    aside = np.asarray(far * np.random.default_rng(0).uniform(0.5, 1, x.shape))
    at = float(weights @ function.value.reshape(-1))

    def value(step: Floats) -> float:
        perturbed = list(function.inputs)
        perturbed[evidence.position] = (x + step).astype(function.inputs[evidence.position].dtype)
        found = function.value_at(perturbed)
        return np.nan if found is None else float(weights @ found.reshape(-1))

    curved = []
    for column in columns:
        along, others = np.zeros(x.shape), aside.copy()
        place = evidence.place(int(column))
        along[place], others[place] = far[place], 0.0
        bends, rounding = _bends(value, at, along, others, function.epsilon)
        jumps = abs(value(VERY_NEAR * along) - at) > abs(value(along) - at) / 2
        if jumps or not max(bends) > rounding:
            curved.append(False)
            continue
        nearer, _ = _bends(value, at, along / 2, others / 2, function.epsilon)
        curved.append(any(bend > rounding and near <= AT_HALF * bend + rounding for bend, near in zip(bends, nearer)))
    return np.array(curved, dtype=bool)


def _bends(
    value: Callable[[Floats], float], at: float, along: Floats, others: Floats, epsilon: float
) -> tuple[tuple[float, float], float]:
    """By how much the value bends along an entry, and along it and all others; and what rounding amounts to there."""
    up, down, over, both = (value(step) for step in (along, -along / 2, others, along + others))
    bends = abs(up - at + 2 * (down - at)), abs(both - over - up + at)
    return bends, 16 * epsilon * max(abs(v) for v in (at, up, down, over, both))
