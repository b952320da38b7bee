"""The rounding of a right backward pass, which may be larger than its gradient suggests."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.evidence import ROUNDINGS, Evidence
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import noise_of, value_noise

#: The noise that a backward pass shows, in units of its standard deviation, that is allowed for.
DEVIATIONS = 8.0
#: How often an upstream gradient is added to another one to see that noise.
SUMS = 4
#: The inputs are scaled down by these to see how large the gradient is where nothing is saturated.
SHRINKS = 4.0 ** -np.arange(11.0)
#: The logarithms of two sizes that are about the same.
ABOUT = 0.1


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


def largest_gradients(function: FunctionUnderTest, k: int, upstreams: Floats) -> LargestGradients:
    """Find where the gradient is largest: with all inputs scaled down together, and one after the other.

    All together are not enough: with a bias of -600, weights would be nothing where it does no longer saturate. And
    where logits saturate a softmax, its rounding errors are multiplied with the weights before it, as they are.
    """
    result = LargestGradients(
        np.zeros(len(upstreams)), np.zeros(len(upstreams), dtype=np.intp), [list(function.inputs)]
    )
    for power in range(len(SHRINKS)):
        _measure(function, k, upstreams, dict.fromkeys(function.wrt, power), result)
    chosen: dict[int, int] = {}
    for position in sorted(function.wrt, key=lambda other: other != k) if len(function.wrt) > 1 else ():
        reached = np.array(
            [_measure(function, k, upstreams, {**chosen, position: p}, result) for p in range(len(SHRINKS))]
        )
        chosen[position] = int(np.argmax(reached >= reached.max() - ABOUT))  # no smaller than necessary
    return result


def _measure(
    function: FunctionUnderTest, k: int, upstreams: Floats, powers: dict[int, int], result: LargestGradients
) -> float:
    """Note the sizes of the gradients where the inputs are scaled down; how large they are there, by and large."""
    perturbed, rng = list(function.inputs), np.random.default_rng(0)
    for position in function.wrt:  # each entry a little differently, but always so
        x = perturbed[position]
        perturbed[position] = (x * SHRINKS[powers.get(position, 0)] * rng.uniform(0.5, 1.0, x.shape)).astype(x.dtype)
    rows = function.gradients_or_none(perturbed, upstreams)
    if rows is None or k not in rows:
        return -np.inf
    found = np.abs(rows[k])
    largest = np.max(found, axis=1, initial=0.0, where=np.isfinite(found))
    larger = largest > 1.01 * result.sizes
    if larger.any():
        result.inputs.append(perturbed)
        result.sizes = np.where(larger, largest, result.sizes)
        result.which = np.where(larger, len(result.inputs) - 1, result.which)
    return float(np.log(np.maximum(largest, np.finfo(np.float64).tiny)).sum())


def allow_for_large_intermediates(evidence: Evidence) -> Evidence:
    """Allow for the rounding of intermediate results that are larger than the gradient itself.

    A backward pass that is right may lose digits where a derivative is small only because the function is saturated:
    a (1 - a) at a = 1 - 1e-13, or p - 1 where p is all but 1. How large its intermediate results are shows where the
    inputs are scaled down, each a little differently; and there a right backward pass is right, while a wrong one is
    wrong there as well.
    """
    function, k = evidence.function, evidence.position
    suspicious = np.flatnonzero(evidence.wrong.any(axis=1))
    largest = largest_gradients(function, k, evidence.upstreams[suspicious])
    sums = _noise_of_sums(function, k, evidence.upstreams[suspicious], largest.sizes)[:, evidence.entries]
    more = np.zeros(evidence.wrong.shape)
    more[suspicious] = np.fmax(ROUNDINGS * function.epsilon * largest.sizes[:, np.newaxis], DEVIATIONS * sums)
    allowed = replace(evidence, allowance=evidence.allowance + more)
    right = evidence.wrong & ~allowed.wrong
    for inputs, these in largest.by_inputs(np.flatnonzero(right[suspicious].any(axis=1))):
        rows = suspicious[these]
        right[rows] &= ~_wrong_at(evidence, rows, inputs)
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
    linear = noise.max(axis=1) <= function.epsilon**0.5 * largest
    return np.where(linear[:, np.newaxis], noise, 0.0)


def _wrong_at(evidence: Evidence, rows: Indices, inputs: list[Any]) -> Booleans:
    """Which derivatives, (rows, columns), are wrong at other inputs as well.

    Where a derivative is 0 there, as behind a ReLU that is off, the others of the same output are taken instead.
    """
    function = evidence.function.perturbed(inputs)
    if function is None:
        return np.zeros((len(rows), len(evidence.entries)), dtype=bool)
    noise = value_noise(function, np.random.default_rng(0))
    there = replace(evidence, noise=noise).at(inputs, rows)
    if there is None:
        return np.zeros((len(rows), len(evidence.entries)), dtype=bool)
    return np.where(there.matters, there.wrong, there.wrong.any(axis=1, keepdims=True))


def allow_for_noisy_gradients(evidence: Evidence) -> Evidence:
    """Allow for the rounding that the backward pass itself shows where all inputs are perturbed a little.

    Terms that cancel, as with two equal columns of weights, leave rounding errors that are larger than their sum.
    """
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    upstreams = evidence.upstreams[rows]

    def gradients(inputs: list[Any]) -> Floats | None:
        found = evidence.function.gradients_or_none(inputs, upstreams)
        return None if found is None else found[evidence.position][:, evidence.entries]

    allowance = evidence.allowance.copy()
    shape = (len(rows), len(evidence.entries))
    allowance[rows] += DEVIATIONS * noise_of(evidence.function, gradients, shape, evidence.rng)
    return replace(evidence, allowance=np.where(evidence.wrong, allowance, evidence.allowance))
