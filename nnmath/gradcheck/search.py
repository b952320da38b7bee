"""Where a failed direction is wrong: entries found by halving, and a grid of entries and outputs around them."""

import math
from collections.abc import Callable, Sequence
from itertools import zip_longest

import numpy as np

from nnmath.gradcheck.arguments import total_size
from nnmath.gradcheck.arrays import Floats, Indices
from nnmath.gradcheck.directions import CLEARLY, DirectionalEvidence, weighted
from nnmath.gradcheck.evidence import COSTLY, PRECISE_ENOUGH, ROUNDINGS, Evidence
from nnmath.gradcheck.fewer_outputs import projected, sliced
from nnmath.gradcheck.finite_differences import ALL_STEPS, QUICK_STEPS
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import differentiate_along, scales, value_noise
from nnmath.gradcheck.single_entries import compare_entries, one_hot

#: Wrong entries that halving looks for, and how many halves are judged.
WANTED, MOST_HALVINGS = 3, 64
#: On the diagonal first, where each output depends on its own entry alone; by halving the entries, with the sum of all
#: outputs; and the same with each output by itself, so that those on kinks can be left out.
HOW_TO_SEARCH = "diagonal", "sum", "by output"
#: The number of entries, and of outputs, that are compared one at a time; fewer where the inputs of all these calls
#: together have more numbers than this.
MOST_COMPARED, MANY_NUMBERS = 36, 500_000


def locate_wrong_entries(
    function: FunctionUnderTest, found: DirectionalEvidence, noise: Floats, rng: np.random.Generator, how: str
) -> Evidence:
    """Compare single entries of an input that a direction has shown to be wrong.

    Parameters
    ----------
    noise : float64 array, shape of the value
    how : str
        One of `HOW_TO_SEARCH`.

    Returns
    -------
    Evidence
        Of the function with a grid of its outputs alone: one row for each output of the grid.
    """
    k = found.position
    wrong = [int(e) for kink in found.by_themselves for e in kink.entries[kink.wrong.any(axis=0)]][:WANTED]
    outputs: list[int] = []
    if found.failed:
        direction, upstream = found.failed[0]
        outputs = _wrong_on_diagonal(function, k, direction, noise, rng) if how == "diagonal" else []
        wrong += outputs or _wrong_entries(function, k, direction, upstream, rng, by_output=how == "by output")
        outputs = outputs or [o for entry in wrong[:1] for o in _wrong_outputs(function, k, entry, upstream, noise)]
    size = total_size(function.inputs)
    others = [int(e) for e in rng.permutation(function.inputs[k].size)[: WANTED if size <= COSTLY else 1]]
    outputs += _outputs_of(function, k, others if function.value.ndim != 1 else [*wrong[:WANTED], *others])
    most = int(np.clip(MANY_NUMBERS // max(size, 1), 9, MOST_COMPARED))
    order = rng.permutation(max((*function.inputs[k].shape, *function.value.shape, 1)))
    small = sliced(function, _grid(function.value.shape, order, outputs, MOST_COMPARED))
    shape = function.inputs[k].shape
    axes = _grid(shape, order, _in_turn(wrong, others, _mirrored(wrong, shape)), most, widened=size <= COSTLY)
    mesh = [a.reshape(-1) for a in np.meshgrid(*axes, indexing="ij")]
    entries = np.unique(np.ravel_multi_index(mesh, shape)).astype(np.intp)
    upstreams = one_hot(small)
    gradients = small.gradients(small.inputs, upstreams)[k]
    return compare_entries(small, k, upstreams, gradients, noise[np.ix_(*small.output_axes)], rng, entries)


def _outputs_of(function: FunctionUnderTest, k: int, entries: list[int]) -> list[int]:
    """For each entry the output that changes most with it, so that the grid does not show wrong entries alone.

    Of a value with one axis two: it may hold several outputs, one after the other, of which only some are wrong.
    """
    found, x = [], np.asarray(function.inputs[k])
    count = 2 if function.value.ndim == 1 else 1
    for entry in entries:
        perturbed, y = list(function.inputs), np.array(x)
        y.reshape(-1)[entry] += QUICK_STEPS[1] * scales(x.astype(np.float64)).reshape(-1)[entry]
        perturbed[k] = y
        value = function.value_at(perturbed)
        if value is not None:
            change = np.nan_to_num(np.abs(value - function.value)).reshape(-1)
            found += [int(o) for o in np.argsort(-change, kind="stable")[:count]]
    return found


def _mirrored(entries: list[int], shape: tuple[int, ...]) -> list[int]:
    """Where entries are in the transpose of the last two axes, if these are square."""
    if len(shape) < 2 or shape[-1] != shape[-2]:
        return []
    index = np.unravel_index(np.asarray(entries, dtype=np.intp), shape)
    return [int(e) for e in np.ravel_multi_index((*index[:-2], index[-1], index[-2]), shape)]


def _grid(
    shape: tuple[int, ...], order: Indices, wanted: Sequence[int], most: int, *, widened: bool = True
) -> tuple[Indices, ...]:
    """Some indices along each axis: those of the wanted entries, and others, the same along all axes.

    The grid has at least two indices along each axis, and no more than `most` places, or twice as many for the sake of
    a wanted entry if it may be `widened`.
    """
    limit = 2 * most if widened else most
    axes: list[list[int]] = [[] for _ in shape]
    known = np.stack(np.unravel_index(np.asarray(wanted, dtype=np.intp), shape), axis=-1) if shape else ()
    for place in known:
        larger = [along if i in along else [*along, int(i)] for along, i in zip(axes, place)]
        axes = larger if math.prod(map(len, larger)) <= limit else axes
    for i in order:
        for along, length in zip(axes, shape):
            room = len(along) < 2 or math.prod(map(len, axes)) * (len(along) + 1) <= most * len(along)
            if i < length and i not in along and room:
                along.append(int(i))
    return tuple(np.sort(np.array(along, dtype=np.intp)) for along in axes)


def _in_turn(*lists: list[int]) -> list[int]:
    """The first of each list, then the second of each."""
    return [item for items in zip_longest(*lists) for item in items if item is not None]


def _wrong_on_diagonal(
    function: FunctionUnderTest, k: int, direction: Floats, noise: Floats, rng: np.random.Generator
) -> list[int]:
    """Some of the wrong entries, if each output depends on its own entry alone: one direction shows them all."""
    if function.value.shape != direction.shape:
        return []
    found = differentiate_along(function, k, direction, noise, ALL_STEPS)
    gradient = function.gradients(function.inputs, np.ones((1, *function.value.shape)))[k][0]
    along = gradient * direction.reshape(-1)
    allowance = ROUNDINGS * function.gradient_epsilon * np.max(np.abs(along), initial=0.0)
    off = (along < found.low.reshape(-1) - allowance) | (along > found.high.reshape(-1) + allowance)
    if 2 * off.sum() >= off.size:
        return []
    return [int(e) for e in rng.permutation(np.flatnonzero(off))[:WANTED]]


def _wrong_entries(
    function: FunctionUnderTest,
    k: int,
    direction: Floats,
    upstream: Floats,
    rng: np.random.Generator,
    *,
    by_output: bool,
) -> list[int]:
    """Halve the entries of a failed direction until single ones are left; give some of those that fail.

    A few single ones come first: most mistakes are everywhere.
    """
    single = function if by_output else projected(function, upstream[np.newaxis])
    weights = upstream if by_output else np.ones(1)
    noise = value_noise(single, rng)

    def fails(entries: Indices) -> bool:
        part = np.zeros(direction.size)
        part[entries] = direction.reshape(-1)[entries]
        return _fails(single, k, part.reshape(direction.shape), weights, noise)

    anywhere = np.unique(rng.integers(direction.size, size=WANTED))
    found = [int(entry) for entry in anywhere if fails(anywhere[anywhere == entry])]
    return found or _halved(np.arange(direction.size), fails)


def _fails(function: FunctionUnderTest, k: int, direction: Floats, upstream: Floats, noise: Floats) -> bool:
    """Whether the slope along a direction is wrong, of all outputs that lie on no kink along it."""
    for steps in (QUICK_STEPS, ALL_STEPS):
        intervals = differentiate_along(function, k, direction, noise, steps)
        smooth = intervals.known & ~intervals.kink if function.value.size > 1 else np.full(upstream.shape, True)
        weights = np.where(smooth, upstream, 0)
        gradient = function.gradients(function.inputs, weights[np.newaxis])[k][0]
        slope, bar = weighted(intervals, weights)
        bar += (
            ROUNDINGS
            * function.gradient_epsilon
            * np.max(np.abs(gradient), initial=0.0)
            * float(np.linalg.norm(direction))
        )
        distance = abs(float(direction.reshape(-1) @ gradient) - slope)
        if smooth.all() and distance > CLEARLY * bar:
            return True
        size = float(np.abs(weights.reshape(-1)) @ np.abs(intervals.middle.reshape(-1)))
        if distance <= bar <= function.epsilon**PRECISE_ENOUGH * size:
            return False
    return bool(distance > bar)  # False where the slope is not known


def _wrong_outputs(function: FunctionUnderTest, k: int, entry: int, upstream: Floats, noise: Floats) -> list[int]:
    """Some of the outputs of an upstream gradient for which an entry is wrong.

    The steepest ones come first, as most mistakes are everywhere; then all of them are halved.
    """
    unit = np.zeros(function.inputs[k].shape)
    unit.reshape(-1)[entry] = abs(float(function.inputs[k].reshape(-1)[entry])) or 1.0
    intervals = differentiate_along(function, k, unit, noise, ALL_STEPS)
    middle, width = intervals.middle.reshape(-1), intervals.half_width.reshape(-1)

    def fails(outputs: Indices) -> bool:
        part = np.zeros(upstream.size)
        part[outputs] = upstream.reshape(-1)[outputs]
        gradient = function.gradients(function.inputs, part.reshape(1, *upstream.shape))[k][0]
        allowance = ROUNDINGS * function.gradient_epsilon * np.max(np.abs(gradient), initial=0.0) * unit.max()
        return bool(abs(gradient[entry] * unit.max() - part @ middle) > np.abs(part) @ width + allowance)

    steepest = np.argsort(-np.nan_to_num(np.abs(upstream.reshape(-1) * middle)))[:WANTED]
    found = [int(output) for output in steepest if fails(steepest[steepest == output])]
    return found or _halved(np.arange(upstream.size), fails)


def _halved(items: Indices, fails: Callable[[Indices], bool]) -> list[int]:
    """Halve what fails until single items are left; give some of those that fail."""
    found: list[int] = []
    queue = [items]
    for _ in range(MOST_HALVINGS):
        if not queue or len(found) == WANTED:
            break
        part = queue.pop()
        if not fails(part):
            continue
        if len(part) == 1:
            found.append(int(part[0]))
        else:
            queue += [part[: len(part) // 2], part[len(part) // 2 :]]
    return found
