"""Points where several kinks coincide: there the values cannot say what a right backward pass returns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.verify.evidence import Evidence, entry_evidence
from nnmath.verify.finite_differences import Floats
from nnmath.verify.hearing.careful import sample, with_measured_noise
from nnmath.verify.numeric import scales
from nnmath.verify.report import NotJudged
from nnmath.verify.subject import Subject, as_moved

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
        for column in wrong[~_stands(subject, evidence, row, wrong, here[i], gradients[:, i])]:
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
) -> NDArray[np.bool_]:
    """Which verdicts on a row stand: those with one kink at most, and a gradient that is no mixture of its sides."""
    if np.count_nonzero(np.abs(around).max(axis=0) + np.abs(here)) > 1:
        return np.full(len(columns), _beyond_a_single_kink(here, around))
    stands = _curved(subject, evidence, row, columns)  # an activation function, say
    return np.where(evidence.kink[row, columns], evidence.analytic[row, columns] != 0, stands)


def _beyond_a_single_kink(here: Floats, around: Floats) -> bool:
    """Whether the neighbours show one kink, between two smooth pieces, and a gradient that is no mixture of the two.

    The gradient at a kink between two pieces with the gradients p and q lies on the segment from p to q, whatever the
    convention. One that lies on the line beyond its ends has a slope that no convention gives. (A gradient of zero may
    be the sum of several flat sides.)
    """
    unit = SAME_PIECE * np.max(np.abs(around), initial=0.0)
    p = around[0]
    far = np.abs(around - p).max(axis=1) > unit
    if not far.any() or not here.any():
        return False
    q = around[far][0]
    if (np.minimum(np.abs(around - p).max(axis=1), np.abs(around - q).max(axis=1)) > unit).any():
        return False  # more than two pieces
    along = float((here - p) @ (q - p) / ((q - p) @ (q - p)))
    on_line = np.abs(here - p - along * (q - p)).max() <= unit
    return bool(on_line and not -0.1 <= along <= 1.1)


def _curved(subject: Subject, evidence: Evidence, row: np.intp, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the value is curved along the entries; a sum of cancelling kinks, as relu(x) - relu(-x), is not."""
    weights = evidence.upstreams[row].reshape(-1)
    curved = []
    for column in columns:
        entry = evidence.entries[column]
        values = [weights @ subject.value.reshape(-1)]
        for side in (1, -1):
            moved = list(subject.inputs)
            x = np.array(moved[evidence.position], dtype=np.float64)
            x[np.unravel_index(entry, x.shape)] += side * DISTANCE * scales(x).reshape(-1)[entry]
            moved[evidence.position] = x.astype(subject.inputs[evidence.position].dtype)
            value = subject.value_at(moved)
            values.append(np.nan if value is None else weights @ value.reshape(-1))
        bend = abs(values[1] - 2 * values[0] + values[2])
        curved.append(bend > 16 * subject.epsilon * max(abs(v) for v in values))
    return np.array(curved, dtype=bool)
