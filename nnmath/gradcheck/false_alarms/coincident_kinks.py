"""Points where several kinks coincide: there the values cannot say what a right backward pass returns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import Evidence, entry_evidence
from nnmath.gradcheck.false_alarms.remeasured_noise import sample, with_measured_noise
from nnmath.gradcheck.finite_differences import Floats
from nnmath.gradcheck.function_under_test import Subject, as_moved
from nnmath.gradcheck.numerical_derivatives import scales
from nnmath.gradcheck.report import NotJudged

#: Neighbouring points that are looked at, how many of them closely, and how far away they are in units of the inputs.
NEIGHBOURS, CLOSELY, DISTANCE = 16, 8, 2.0**-12
#: How far away points are that are as near as a kink can be and still be seen by itself.
VERY_NEAR = 2.0**-28
#: A gradient that is wrong at so many of them is wrong around here. (A few may be too near to another kink.)
TOO_MANY = 3
#: Gradients at neighbouring points that differ less than this, relative to the largest, lie on the same smooth piece.
SAME_PIECE = 0.01
#: A gradient is the same around a point where it changes by less than this much of its distance from the right one.
STEADY = 0.25
REASON = "several kinks coincide here; the gradient is right at every point around"


@dataclass(frozen=True)
class Neighbourhood:
    """What the backward pass returns at neighbouring points.

    Attributes
    ----------
    gradients : float64 array, shape (neighbours, rows, entries of all inputs)
    wrong : bool array, shape (rows, entries looked at)
    right : bool array, shape (rows, entries looked at)
        Whether anywhere it is seen to be right, with error bars that would show what is wrong at the point.
    """

    gradients: Floats
    wrong: NDArray[np.bool_]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Neighbour:
    """The function at a point nearby.

    Attributes
    ----------
    subject : Subject
    gradients : float64 array, shape (rows, entries of all inputs)
    evidence : Evidence or None
        On the rows and entries looked at; None where gradients are all that is wanted.
    """

    subject: Subject
    gradients: Floats
    evidence: Evidence | None


def settle_coincidences(
    subject: Subject, evidence: Evidence, noise: Floats, rng: np.random.Generator
) -> tuple[Evidence, list[NotJudged]]:
    """Take back the verdict on entries that are wrong at this very point only, if kinks may coincide there.

    All inputs are moved a little, in random directions, so that kinks which coincided come apart. A verdict stands
    where the backward pass is wrong at neighbours as well, where no more than one kink is in sight, and where the
    gradient is the same all around: a point at which kinks coincide is one where it is not.
    """
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    rows = rows[~_same_around(subject, evidence, rows, rng)]
    if len(rows) == 0:
        return evidence, []
    columns = np.flatnonzero(evidence.wrong.any(axis=0))
    around = _neighbourhood(subject, evidence, rows, columns, noise, rng)
    if around is None:
        return evidence, []
    found = subject.gradients(subject.inputs, evidence.upstreams[rows])
    first = sum(found[k].shape[1] for k in list(found)[: list(found).index(evidence.position)])
    here, gradients = _of_one_size(found, around.gradients)
    low, high = evidence.low.copy(), evidence.high.copy()
    not_judged: dict[int, NotJudged] = {}
    for i, row in enumerate(rows):
        steady = _steady(evidence, row, columns, around.gradients[:, i, first + evidence.entries[columns]])
        wrong = columns[evidence.wrong[row, columns] & ~around.wrong[i] & (around.right[i] | ~steady)]
        for column in wrong[~_stands(subject, evidence, row, wrong, here[i], gradients[:, i], first)]:
            low[row, column], high[row, column] = -np.inf, np.inf
            not_judged[int(column)] = NotJudged(evidence.position, evidence.place(subject, int(column)), REASON)
    return replace(evidence, low=low, high=high), list(not_judged.values())


def _neighbourhood(
    subject: Subject,
    evidence: Evidence,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    noise: Floats,
    rng: np.random.Generator,
) -> Neighbourhood | None:
    """What the backward pass returns around the point; None where it is wrong there too, for every row and entry."""
    some = sample(subject, evidence, columns, rng)  # where all are wrong at neighbours as well, nothing coincides
    first = list(_neighbours(subject, evidence, rows, some, noise, rng, TOO_MANY))
    everywhere = all(wrong[evidence.wrong[np.ix_(rows, some)]].all() for wrong in _wrong(first))
    if len(first) < TOO_MANY or everywhere:
        return None
    found = list(_neighbours(subject, evidence, rows, columns, noise, rng, NEIGHBOURS))
    if len(found) < NEIGHBOURS:
        return None
    times_wrong = np.sum(_wrong(found), axis=0)
    if ((times_wrong >= TOO_MANY) & (times_wrong < CLOSELY)).any():
        times_wrong = np.sum(_wrong_with_care(found, noise, rng), axis=0)
    distance = np.abs(evidence.analytic - evidence.numeric)[np.ix_(rows, columns)]
    right = [near.evidence.right_within(distance / 2) for near in found if near.evidence is not None]
    return Neighbourhood(np.stack([near.gradients for near in found]), times_wrong >= TOO_MANY, np.any(right, axis=0))


def _wrong(neighbours: list[Neighbour]) -> list[NDArray[np.bool_]]:
    """Where the gradient is wrong at a first glance."""
    return [near.evidence.wrong for near in neighbours if near.evidence is not None]


def _wrong_with_care(neighbours: list[Neighbour], noise: Floats, rng: np.random.Generator) -> list[NDArray[np.bool_]]:
    """Where it still is when it is compared with care: another kink may be too near, and too slight to be seen."""
    found = []
    for near in neighbours:
        if near.evidence is not None and near.evidence.wrong.any():
            found.append(with_measured_noise(near.subject, near.evidence, noise, rng).wrong)
    return found


def _neighbours(
    subject: Subject,
    evidence: Evidence,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    noise: Floats,
    rng: np.random.Generator,
    count: int,
) -> Iterator[Neighbour]:
    """The same function at neighbouring points, the first few of them compared."""
    k, upstreams = evidence.position, evidence.upstreams[rows]
    for i in range(count):
        moved = _moved(subject, DISTANCE, rng)
        neighbour = as_moved(subject, moved)
        if neighbour is None:
            return
        analytic = neighbour.gradients(moved, upstreams)
        found = None
        if i < CLOSELY:
            found = entry_evidence(neighbour, k, upstreams, analytic[k], noise, evidence.entries[columns])
        yield Neighbour(neighbour, _joined(analytic), found)


def _moved(subject: Subject, distance: float, rng: np.random.Generator) -> list[Any]:
    """All inputs moved in a random direction, by so much in their own units."""
    moved = list(subject.inputs)
    for position in subject.wrt:
        x = np.asarray(moved[position], dtype=np.float64)
        step = distance * scales(x) * rng.uniform(0.25, 1, x.shape) * rng.choice([-1.0, 1.0], x.shape)
        moved[position] = (x + step).astype(subject.inputs[position].dtype)
    return moved


def _same_around(
    subject: Subject, evidence: Evidence, rows: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """For which rows the gradient is the same at this point as at all points very near to it."""
    same = np.full(len(rows), True)
    if evidence.kink[rows].any():
        return ~same
    upstreams, distance = evidence.upstreams[rows], max(VERY_NEAR, 64 * subject.epsilon)
    gradients = subject.gradients(subject.inputs, upstreams)
    here = _joined(gradients)
    lengths = distance * np.concatenate([scales(np.asarray(subject.inputs[k], float)).reshape(-1) for k in gradients])
    flat = upstreams.reshape(len(rows), -1)
    for _ in range(NEIGHBOURS):
        moved = _moved(subject, distance, rng)
        around, value = subject.gradients_or_none(moved, upstreams), subject.value_at(moved)
        if around is None or value is None:
            return np.full(len(rows), False)
        change = np.abs(_joined(around) - here).max(axis=1)
        same &= change <= 1e3 * distance * np.abs(here).max(axis=1)
        jump = np.abs(flat @ (value - subject.value).reshape(-1))
        rounding = 64 * subject.epsilon * np.abs(flat) @ np.abs(subject.value).reshape(-1)
        same &= jump <= 10 * np.abs(here) @ lengths + rounding  # a jump is no kink, but no better known
    return same


def _steady(evidence: Evidence, row: np.intp, columns: NDArray[np.intp], around: Floats) -> NDArray[np.bool_]:
    """For which columns the gradient at all neighbours is what it is here: they lie on no kink, whatever others do."""
    here = evidence.analytic[row, columns]
    change = np.abs(around - here).max(axis=0)
    return np.asarray(change < STEADY * np.abs(here - evidence.numeric[row, columns]))


def _joined(gradients: dict[int, Floats]) -> Floats:
    return np.concatenate(list(gradients.values()), axis=1)


def _of_one_size(here: dict[int, Floats], around: Floats) -> tuple[Floats, Floats]:
    """The gradients here and around in units of the largest of the same input and row: none drowns in another."""
    ends = np.cumsum([rows.shape[1] for rows in here.values()])[:-1]
    units = [
        np.broadcast_to(np.max(np.abs(part), axis=(0, 2), initial=0.0)[:, np.newaxis], part.shape[1:])
        for part in np.split(around, ends, axis=2)
    ]
    unit = np.concatenate(units, axis=1)
    unit = np.where(unit > 0, unit, 1.0)
    return _joined(here) / unit, around / unit


def _stands(
    subject: Subject,
    evidence: Evidence,
    row: np.intp,
    columns: NDArray[np.intp],
    here: Floats,
    around: Floats,
    first: int,
) -> NDArray[np.bool_]:
    """Which verdicts on a row stand: those on a smooth point, and those that no kink can explain.

    `first` is the place of the first entry of the input in the gradients here and around.
    """
    curved = _curved(subject, evidence, row, columns)  # an activation function, say
    if np.count_nonzero(np.abs(around).max(axis=0) + np.abs(here)) == 1:
        return np.where(evidence.kink[row, columns], evidence.analytic[row, columns] != 0, curved)
    entries = first + evidence.entries[columns]
    own, levels = here[entries], around[:, entries]
    smooth = np.ptp(levels, axis=0) <= SAME_PIECE
    return np.where(smooth, curved, _beyond_both_sides(own, levels))


def _beyond_both_sides(here: Floats, around: Floats) -> NDArray[np.bool_]:
    """Which derivatives have two values around the point, as at a kink of their own, and lie beyond both at the point.

    Where two kinks hide in one, those that neither of them is counted in (0) and those that both are (the sum) may.
    """
    low, high = around.min(axis=0), around.max(axis=0)
    two = (np.minimum(around - low, high - around) <= SAME_PIECE).all(axis=0)
    beyond = (here < low - 0.1 * (high - low)) | (here > high + 0.1 * (high - low))
    hidden = (np.abs(here) <= SAME_PIECE) | (np.abs(here - low - high) <= SAME_PIECE)
    return np.asarray(two & beyond & ~hidden)


def _curved(subject: Subject, evidence: Evidence, row: np.intp, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the slope along the entries changes along them, or along others of the same input.

    That of a sum of cancelling kinks, as relu(x) - relu(-x), does not.
    """
    weights = evidence.upstreams[row].reshape(-1)
    x = np.array(subject.inputs[evidence.position], dtype=np.float64)
    far = np.asarray(DISTANCE * scales(x))
    aside = np.asarray(far * np.random.default_rng(0).uniform(0.5, 1, x.shape))
    at = float(weights @ subject.value.reshape(-1))

    def value(move: Floats) -> float:
        moved = list(subject.inputs)
        moved[evidence.position] = (x + move).astype(subject.inputs[evidence.position].dtype)
        found = subject.value_at(moved)
        return np.nan if found is None else float(weights @ found.reshape(-1))

    curved = []
    for column in columns:
        along, others = np.zeros(x.shape), aside.copy()
        place = evidence.place(subject, int(column))
        along[place], others[place] = far[place], 0.0
        up, down, over, both = (value(move) for move in (along, -along / 2, others, along + others))
        bends = abs(up - at + 2 * (down - at)), abs(both - over - up + at)
        jumps = abs(value(VERY_NEAR * along) - at) > abs(up - at) / 2
        curved.append(not jumps and max(bends) > 16 * subject.epsilon * max(abs(v) for v in (at, up, down, over, both)))
    return np.array(curved, dtype=bool)
