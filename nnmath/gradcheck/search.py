"""Where a failed direction is wrong: entries found by halving, and a grid of entries and outputs around them."""

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.directions import Probe
from nnmath.gradcheck.evidence import ROUNDINGS, Evidence, entry_evidence, one_hot
from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS, Floats
from nnmath.gradcheck.function_under_test import Subject, projected, sliced
from nnmath.gradcheck.numerical_derivatives import slopes_along, value_noise

#: Wrong entries that halving looks for, and how many halves are judged.
WANTED, MOST_HALVINGS = 3, 64
#: The number of entries, and of outputs, that are looked at one at a time; fewer where a call is costly.
LOOKED_AT, COSTLY = 64, 500_000


def look_closer(
    subject: Subject, k: int, probe: Probe, rng: np.random.Generator, *, at_a_glance: bool
) -> tuple[Subject, Evidence, Floats]:
    """Compare single entries of an input that a direction has shown to be wrong.

    Parameters
    ----------
    at_a_glance : bool
        Try first whether each output depends on its own entry alone, and is wrong there.

    Returns
    -------
    sliced : Subject
        The subject with a grid of its outputs alone.
    evidence : Evidence
        One row for each output of the grid.
    noise : float64 array
        Of the sliced subject.
    """
    wrong = [int(e) for found in probe.at_kinks for e in found.entries[found.wrong.any(axis=0)]][:WANTED]
    outputs: list[int] = []
    if probe.failed:
        direction, upstream = probe.failed[0]
        outputs = _wrong_on_diagonal(subject, k, direction, rng) if at_a_glance else []
        wrong += outputs or _wrong_entries(subject, k, direction, upstream, rng)
        outputs = outputs or [o for entry in wrong[:1] for o in _wrong_outputs(subject, k, entry, upstream, rng)]
    size = sum(np.size(x) for x in subject.inputs)
    most = int(np.clip(COSTLY // max(size, 1), 9, LOOKED_AT))
    order = rng.permutation(max((*subject.inputs[k].shape, *subject.value.shape, 1)))
    small = sliced(subject, _grid(subject.value.shape, order, outputs, LOOKED_AT))
    axes = _grid(subject.inputs[k].shape, order, [*wrong, *_mirrored(wrong, subject.inputs[k].shape)], most)
    mesh = [a.reshape(-1) for a in np.meshgrid(*axes, indexing="ij")]
    entries = np.unique(np.ravel_multi_index(mesh, subject.inputs[k].shape)).astype(np.intp)
    noise = value_noise(small, rng)
    upstreams = one_hot(small)
    rows = small.gradients(small.inputs, upstreams)[k]
    return small, entry_evidence(small, k, upstreams, rows, noise, entries), noise


def _mirrored(entries: list[int], shape: tuple[int, ...]) -> list[int]:
    """Where the entries of a square matrix are in its transpose, to see whether that is what is wrong."""
    if len(shape) != 2 or shape[0] != shape[1]:
        return []
    return [shape[0] * (entry % shape[0]) + entry // shape[0] for entry in entries]


def _grid(
    shape: tuple[int, ...], order: NDArray[np.intp], wanted: list[int], most: int
) -> tuple[NDArray[np.intp], ...]:
    """Some indices along each axis: those of the wanted entries, and others, the same along all axes."""
    if not shape:
        return ()
    side = max(2, int(most ** (1 / len(shape))))
    known = np.unravel_index(np.asarray(wanted, dtype=np.intp), shape)
    return tuple(
        np.unique([*along, *[i for i in order if i < length][: max(side - len(set(along)), 2)]]).astype(np.intp)
        for along, length in zip(known, shape)
    )


def _wrong_on_diagonal(subject: Subject, k: int, direction: Floats, rng: np.random.Generator) -> list[int]:
    """Some of the few entries that are wrong, if each output depends on its own entry alone: found at a glance."""
    if subject.value.shape != direction.shape:
        return []
    slopes = slopes_along(subject, k, direction, value_noise(subject, rng), ALL_STEPS)
    gradient = subject.gradients(subject.inputs, np.ones((1, *subject.value.shape)))[k][0]
    along = gradient * direction.reshape(-1)
    allowance = ROUNDINGS * subject.epsilon * np.max(np.abs(along), initial=0.0)
    off = (along < slopes.low.reshape(-1) - allowance) | (along > slopes.high.reshape(-1) + allowance)
    if 2 * off.sum() >= off.size:
        return []
    return [int(e) for e in rng.permutation(np.flatnonzero(off))[:WANTED]]


def _wrong_entries(
    subject: Subject, k: int, direction: Floats, upstream: Floats, rng: np.random.Generator
) -> list[int]:
    """Halve the entries of a failed direction until single ones are left; give some of those that fail."""
    single = projected(subject, upstream[np.newaxis])
    noise = value_noise(single, rng)
    gradient = single.gradients(single.inputs, np.ones((1, 1)))[k][0]
    found: list[int] = []
    queue = [np.arange(direction.size)]
    for _ in range(MOST_HALVINGS):
        if not queue or len(found) == WANTED:
            break
        entries = queue.pop()
        part = np.zeros(direction.size)
        part[entries] = direction.reshape(-1)[entries]
        allowance = ROUNDINGS * subject.epsilon * np.max(np.abs(gradient), initial=0.0) * np.linalg.norm(part)
        ladders = (slopes_along(single, k, part.reshape(direction.shape), noise, s) for s in (QUICK_STEPS, ALL_STEPS))
        if any(s.low[0] - allowance <= part @ gradient <= s.high[0] + allowance for s in ladders):
            continue
        if len(entries) == 1:
            found.append(int(entries[0]))
        else:
            queue += [entries[: len(entries) // 2], entries[len(entries) // 2 :]]
    return found


def _wrong_outputs(subject: Subject, k: int, entry: int, upstream: Floats, rng: np.random.Generator) -> list[int]:
    """Halve the outputs of an upstream gradient for which an entry is wrong."""
    unit = np.zeros(subject.inputs[k].shape)
    unit.reshape(-1)[entry] = abs(float(subject.inputs[k].reshape(-1)[entry])) or 1.0
    slopes = slopes_along(subject, k, unit, value_noise(subject, rng), ALL_STEPS)
    middle, width = ((slopes.high + s * slopes.low).reshape(-1) / 2 for s in (1, -1))
    found: list[int] = []
    queue = [np.arange(upstream.size)]
    for _ in range(MOST_HALVINGS):
        if not queue or len(found) == WANTED:
            break
        outputs = queue.pop()
        part = np.zeros(upstream.size)
        part[outputs] = upstream.reshape(-1)[outputs]
        gradient = subject.gradients(subject.inputs, part.reshape(1, *upstream.shape))[k][0]
        allowance = ROUNDINGS * subject.epsilon * np.max(np.abs(gradient), initial=0.0) * unit.max()
        if abs(gradient[entry] * unit.max() - part @ middle) <= np.abs(part) @ width + allowance:
            continue
        if len(outputs) == 1:
            found.append(int(outputs[0]))
        else:
            queue += [outputs[: len(outputs) // 2], outputs[len(outputs) // 2 :]]
    return found
