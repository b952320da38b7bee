"""The rounding of a right backward pass, which may be larger than its gradient suggests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.evidence import ROUNDINGS, Evidence
from nnmath.gradcheck.few_digits import in_format
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import noise_of, value_noise
from nnmath.gradcheck.single_entries import compare_at
from nnmath.gradcheck.wider_precision import gradients_in_wider_precision

#: The wider precision, in which the rounding error is measured, rounds as well.
ROUNDED_TWICE = 2.0
#: How often the inputs are changed in the second half of their digits, and how much of a difference is rounding that
#: varies by 1 there.
NEARBY, AS_MUCH = 8, 4.0
#: The noise that a backward pass shows, in units of its standard deviation, that is allowed for.
DEVIATIONS = 8.0
#: Entries that are compared first where the inputs are scaled down; all others only if any of these is right there.
SAMPLE = 6
#: How often an upstream gradient is added to another one to see that noise.
SUMS = 4
#: The inputs are scaled down by these to see how large the gradient is where nothing is saturated.
SHRINKS = 4.0 ** -np.arange(11.0)
#: The inputs as they are, and the two that are scaled down most. What is off by more than so many times the rounding of
#: the gradients there is not looked at between them.
ENDS, FAR = (0, len(SHRINKS) - 2, len(SHRINKS) - 1), 1e6
#: The logarithms of two sizes that are about the same.
ABOUT = 0.1
#: A size that is this many times another one is larger; a sequence that ends with such a step does not converge.
GROWTH = 1.01


@dataclass
class LargestGradients:
    """The largest gradients where inputs are scaled down, so that nothing is saturated, and the inputs there.

    Attributes
    ----------
    sizes : float64 array, shape (upstream gradients,)
    which : int array, shape (upstream gradients,)
        The position of its inputs in the list.
    inputs : list of inputs
    """

    sizes: Floats
    which: Indices
    inputs: list[list[Any]]

    def by_inputs(self, rows: Indices) -> Iterator[tuple[list[Any], Indices]]:
        """Each of the inputs, with those of the rows that belong to them."""
        for i in np.unique(self.which[rows]):
            yield self.inputs[i], rows[self.which[rows] == i]


def no_rounding(function: FunctionUnderTest, k: int, upstreams: Floats, least: float) -> bool:
    """Whether no intermediate result can be so large that its rounding amounts to this much."""
    ends = largest_gradients(function, k, upstreams, ENDS)
    return bool(FAR * ROUNDINGS * function.gradient_epsilon * np.max(ends.sizes, initial=0.0) < least)


def largest_gradients(
    function: FunctionUnderTest, k: int, upstreams: Floats, every: Sequence[int] = range(len(SHRINKS))
) -> LargestGradients:
    """Find where the gradient is largest: with all inputs scaled down together, and one after the other.

    All together are not enough: with a bias of -600, weights would be nothing where it does no longer saturate. And
    where logits saturate a softmax, its rounding errors are multiplied with the weights before it, as they are.

    Only sizes that converge count. Where a saturated function is scaled down, its gradient ends at that of a function
    that is not saturated; towards a pole it grows without end, and says nothing of the rounding at the point.
    """
    result = LargestGradients(
        np.zeros(len(upstreams)), np.zeros(len(upstreams), dtype=np.intp), [list(function.inputs)]
    )
    _sweep(function, k, upstreams, [dict.fromkeys(function.wrt, power) for power in every], result)
    chosen: dict[int, int] = {}
    for position in sorted(function.wrt, key=lambda other: other != k) if len(function.wrt) > 1 else ():
        reached = _sweep(function, k, upstreams, [{**chosen, position: power} for power in every], result)
        chosen[position] = every[int(np.argmax(reached >= reached.max() - ABOUT))]  # no smaller than necessary
    return result


def _sweep(
    function: FunctionUnderTest, k: int, upstreams: Floats, powers: list[dict[int, int]], result: LargestGradients
) -> Floats:
    """Note the sizes of the gradients that converge along a sequence of scaled inputs.

    Returns how large the gradients are at each of them, by and large: a sum of logarithms, of all that converge.
    """
    scaled = _unevenly_scaled(function)
    found = [_shrunk(function, scaled, these) for these in powers]
    sizes = np.stack([_sizes(function, k, upstreams, inputs) for inputs in found])
    with np.errstate(all="ignore"):
        converged = sizes[-1] <= GROWTH * sizes[-2]  # False where there is no gradient
    for inputs, size in zip(found, sizes):
        larger = converged & (size > GROWTH * result.sizes)
        if larger.any():
            result.inputs.append(inputs)
            result.sizes = np.where(larger, size, result.sizes)
            result.which = np.where(larger, len(result.inputs) - 1, result.which)
    known = np.where(np.isfinite(sizes) & converged, sizes, 0.0)
    return np.asarray(np.log(np.maximum(known, np.finfo(np.float64).tiny)).sum(axis=1))


def _unevenly_scaled(function: FunctionUnderTest) -> list[Any]:
    """The inputs times numbers from 1/2 to 1: each entry a little differently, but always so."""
    scaled, rng = list(function.inputs), np.random.default_rng(0)
    for position in function.wrt:
        scaled[position] = scaled[position] * rng.uniform(0.5, 1.0, scaled[position].shape)
    return scaled


def _shrunk(function: FunctionUnderTest, scaled: list[Any], powers: dict[int, int]) -> list[Any]:
    """These inputs scaled down, each by a power of its own."""
    shrunk = list(scaled)
    for position in function.wrt:
        x = scaled[position] * SHRINKS[powers.get(position, 0)]
        shrunk[position] = x.astype(function.inputs[position].dtype)
    return shrunk


def _sizes(function: FunctionUnderTest, k: int, upstreams: Floats, inputs: list[Any]) -> Floats:
    """The largest entry of each gradient, shape (upstream gradients,); NaN where there is none."""
    rows = function.gradients_or_none(inputs, upstreams)
    if rows is None or k not in rows:
        return np.full(len(upstreams), np.nan)
    found = np.abs(rows[k])
    largest = np.max(found, axis=1, initial=0.0, where=np.isfinite(found))
    return np.where(np.isfinite(found).any(axis=1), largest, np.nan)


def rounding_at_the_point(function: FunctionUnderTest, k: int, upstreams: Floats) -> Floats | None:
    """The rounding error of each gradient: by how much it changes when the backward pass is run in a wider precision.

    Twice the change, as the wider precision rounds as well. Rounding errors are others wherever the inputs are changed
    in the second half of their digits: a change that is about the same there is none, but a mistake in one of the two
    precisions. It counts only as far as that of any entry varies, as some entries are rounded alike by chance.

    Returns
    -------
    float64 array, shape (upstream gradients, entries), or None
        None where the backward pass does not compute in a wider precision.
    """
    change = _change_in_wider_precision(function, k, upstreams)
    if change is None:
        return None
    rng, varies = np.random.default_rng(0), np.zeros(change.shape)
    for _ in range(NEARBY):
        near = function.perturbed(_in_last_digits(function, rng))
        other = None if near is None else _change_in_wider_precision(near, k, upstreams)
        if other is not None:
            varies = np.fmax(varies, np.abs(other - change))
    most = np.max(varies, axis=1, keepdims=True, initial=0.0, where=np.isfinite(varies))
    rounding = ROUNDED_TWICE * np.minimum(np.abs(change), AS_MUCH * most)
    return np.where(np.isfinite(rounding), rounding, 0.0)


def _change_in_wider_precision(function: FunctionUnderTest, k: int, upstreams: Floats) -> Floats | None:
    """How much less each gradient is in a wider precision; None where the backward pass does not compute in one."""
    wide = gradients_in_wider_precision(function, upstreams)
    here = function.gradients_or_none(function.inputs, upstreams)
    return None if wide is None or here is None or k not in wide or k not in here else here[k] - wide[k]


def _in_last_digits(function: FunctionUnderTest, rng: np.random.Generator) -> list[Any]:
    """The inputs, each number changed in the second half of the digits of the precision that gradients have."""
    inputs, epsilon = list(function.inputs), max(function.gradient_epsilon, function.format_epsilon)
    for position in function.wrt:
        x = np.asarray(inputs[position])
        inputs[position] = in_format(x * (1 + epsilon**0.5 * rng.uniform(-1, 1, x.shape)), epsilon).astype(x.dtype)
    return inputs


def allow_for_rounding_at_the_point(evidence: Evidence) -> Evidence:
    """Allow for the rounding that a run of the backward pass in a wider precision shows."""
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    rounding = rounding_at_the_point(evidence.function, evidence.position, evidence.upstreams[rows])
    if rounding is None:
        return evidence
    allowance = evidence.allowance.copy()
    allowance[rows] += rounding[:, evidence.entries]
    return replace(evidence, allowance=np.where(evidence.wrong, allowance, evidence.allowance))


def allow_for_large_intermediates(evidence: Evidence) -> Evidence:
    """Allow for the rounding of intermediate results that are larger than the gradient itself.

    A backward pass that is right may lose digits where a derivative is small only because the function is saturated:
    a (1 - a) at a = 1 - 1e-13, or p - 1 where p is all but 1. How large its intermediate results are shows where the
    inputs are scaled down, each a little differently; and there a right backward pass is right, while a wrong one is
    wrong there as well.
    """
    function, k = evidence.function, evidence.position
    suspicious = np.flatnonzero(evidence.wrong.any(axis=1))
    distance = np.abs(evidence.analytic - evidence.numeric)
    if no_rounding(function, k, evidence.upstreams[suspicious], np.min(distance, where=evidence.wrong, initial=np.inf)):
        return evidence
    largest = largest_gradients(function, k, evidence.upstreams[suspicious])
    sums = _noise_of_sums(function, k, evidence.upstreams[suspicious], largest.sizes)[:, evidence.entries]
    more = np.zeros(evidence.wrong.shape)
    more[suspicious] = np.fmax(ROUNDINGS * function.gradient_epsilon * largest.sizes[:, np.newaxis], DEVIATIONS * sums)
    allowed = replace(evidence, allowance=evidence.allowance + more)
    right = evidence.wrong & ~allowed.wrong
    for inputs, these in largest.by_inputs(np.flatnonzero(right[suspicious].any(axis=1))):
        rows = suspicious[these]
        columns = np.flatnonzero(right[rows].any(axis=0))
        some = evidence.rng.permutation(columns)[:SAMPLE]
        if len(some) < len(columns) and _wrong_at(evidence, rows, inputs, some).all():
            right[rows] = False
        else:
            right[np.ix_(rows, columns)] &= ~_wrong_at(evidence, rows, inputs, columns)
    return replace(evidence, allowance=np.where(right, allowed.allowance, evidence.allowance))


def _noise_of_sums(function: FunctionUnderTest, k: int, upstreams: Floats, largest: Floats) -> Floats:
    """The rounding that shows where upstream gradients are summed up: B(u + r) - B(u) - B(r), which should be 0.

    A saturated softmax returns a gradient of all but 0, the difference of numbers that are rounded as the upstream
    gradient is, and then multiplied with the weights before it. Perturbed inputs do not show that: nothing changes
    there. (What is much larger than rounding is no rounding: then the backward pass is not linear.)
    """
    sizes = np.abs(upstreams).max(axis=tuple(range(1, upstreams.ndim)), keepdims=True)
    plain, noise = function.gradients(function.inputs, upstreams)[k], np.zeros((len(upstreams), 1))
    rng = np.random.default_rng(0)
    for _ in range(SUMS):
        other = sizes * rng.standard_normal(upstreams.shape)
        rows = function.gradients(function.inputs, np.concatenate([upstreams + other, other]))[k]
        noise = np.fmax(noise, np.abs(rows[: len(plain)] - plain - rows[len(plain) :]))
    linear = noise.max(axis=1) <= function.gradient_epsilon**0.5 * largest
    return np.where(linear[:, np.newaxis], noise, 0.0)


def _wrong_at(evidence: Evidence, rows: Indices, inputs: list[Any], columns: Indices) -> Booleans:
    """Which derivatives, (rows, columns), are wrong at other inputs as well, or cannot be compared there.

    Where a derivative is 0 there, as behind a ReLU that is off, the others of the same output are taken instead, the
    largest among them.
    """
    everywhere = np.ones((len(rows), len(columns)), dtype=bool)
    function, upstreams = evidence.function.perturbed(inputs), evidence.upstreams[rows]
    gradients = None if function is None else function.gradients_or_none(inputs, upstreams)
    if function is None or gradients is None:
        return everywhere
    largest = np.abs(gradients[evidence.position]).argmax(axis=1)
    noise = value_noise(function, np.random.default_rng(0))
    entries = np.append(evidence.entries[columns], np.unique(largest))
    there = compare_at(replace(evidence, noise=noise, entries=entries), inputs, rows)
    if there is None:
        return everywhere
    any_other = there.wrong.any(axis=1, keepdims=True) | ~there.matters.any(axis=1, keepdims=True)
    return np.where(there.matters, there.wrong, any_other)[:, : len(columns)]


def allow_for_noisy_gradients(evidence: Evidence) -> Evidence:
    """Allow for the rounding that the backward pass itself shows where all inputs are perturbed a little.

    Terms that cancel, as with two equal columns of weights, leave rounding errors that are larger than their sum. What
    is much larger than rounding is none: the gradient oscillates.
    """
    function, rows = evidence.function, np.flatnonzero(evidence.wrong.any(axis=1))
    upstreams, epsilon = evidence.upstreams[rows], evidence.function.gradient_epsilon
    ends = largest_gradients(function, evidence.position, upstreams, ENDS)
    sizes = np.fmax(ends.sizes, _sizes(function, evidence.position, upstreams, function.inputs))
    most = (epsilon**0.5 * sizes)[:, np.newaxis]
    allowed = replace(evidence.of_rows(rows), allowance=np.fmax(evidence.allowance[rows], DEVIATIONS * most))
    if (allowed.wrong == evidence.wrong[rows]).all():
        return evidence  # no noise that is rounding explains it

    def gradients(inputs: list[Any]) -> Floats | None:
        found = function.gradients_or_none(inputs, upstreams)
        return None if found is None else found[evidence.position][:, evidence.entries]

    shape = (len(rows), len(evidence.entries))
    noise = noise_of(function, partial(map, gradients), shape, evidence.rng, epsilon=epsilon)
    noise = np.where(noise <= most, noise, 0.0)
    allowance = evidence.allowance.copy()
    allowance[rows] = np.fmax(allowance[rows], DEVIATIONS * noise)  # two bounds of one error
    return replace(evidence, allowance=np.where(evidence.wrong, allowance, evidence.allowance))
