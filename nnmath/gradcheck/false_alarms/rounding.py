"""What the rounding of a right backward pass may amount to."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.evidence import ROUNDINGS, Evidence, entry_evidence
from nnmath.gradcheck.finite_differences import Floats
from nnmath.gradcheck.function_under_test import Subject, as_moved
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
class Natural:
    """Where the gradients are largest, which is where nothing is saturated: how large, and at which inputs.

    Attributes
    ----------
    sizes : float64 array, shape (upstream gradients,)
    which : int array, shape (upstream gradients,)
        The position of its place.
    places : list of inputs
    """

    sizes: Floats
    which: NDArray[np.intp]
    places: list[list[Any]]

    def of_rows(self, rows: NDArray[np.intp]) -> Iterator[tuple[list[Any], NDArray[np.intp]]]:
        """Each place, with those of the rows that belong to it."""
        for place in np.unique(self.which[rows]):
            yield self.places[place], rows[self.which[rows] == place]


def natural_sizes(subject: Subject, k: int, upstreams: Floats) -> Natural:
    """Find where the gradient is largest: with all inputs scaled down together, and one after the other.

    All together are not enough: with a bias of -600, weights would be nothing where it does no longer saturate. And
    where logits saturate a softmax, its rounding errors are multiplied with the weights before it, as they are.
    """
    natural = Natural(np.zeros(len(upstreams)), np.zeros(len(upstreams), dtype=np.intp), [list(subject.inputs)])
    for power in range(len(SHRINKS)):
        _visit(subject, k, upstreams, dict.fromkeys(subject.wrt, power), natural)
    chosen: dict[int, int] = {}
    for position in sorted(subject.wrt, key=lambda other: other != k) if len(subject.wrt) > 1 else ():
        reached = np.array(
            [_visit(subject, k, upstreams, {**chosen, position: p}, natural) for p in range(len(SHRINKS))]
        )
        chosen[position] = int(np.argmax(reached >= reached.max() - ABOUT))  # no smaller than it need be
    return natural


def _visit(subject: Subject, k: int, upstreams: Floats, powers: dict[int, int], natural: Natural) -> float:
    """Note the sizes of the gradients where the inputs are scaled down; how large they are there, by and large."""
    moved, rng = list(subject.inputs), np.random.default_rng(0)
    for position in subject.wrt:  # each entry a little differently, but always so
        x = moved[position]
        moved[position] = (x * SHRINKS[powers.get(position, 0)] * rng.uniform(0.5, 1.0, x.shape)).astype(x.dtype)
    rows = subject.gradients_or_none(moved, upstreams)
    if rows is None or k not in rows:
        return -np.inf
    found = np.abs(rows[k])
    largest = np.max(found, axis=1, initial=0.0, where=np.isfinite(found))
    larger = largest > 1.01 * natural.sizes
    if larger.any():
        natural.places.append(moved)
        natural.sizes = np.where(larger, largest, natural.sizes)
        natural.which = np.where(larger, len(natural.places) - 1, natural.which)
    return float(np.log(np.maximum(largest, np.finfo(np.float64).tiny)).sum())


def allow_for_noise(subject: Subject, evidence: Evidence, rng: np.random.Generator) -> Evidence:
    """Allow for the rounding that the backward pass itself shows where all inputs are moved a little.

    Terms that cancel, as with two equal columns of weights, leave rounding errors that are larger than their sum.
    """
    rows = np.flatnonzero(evidence.wrong.any(axis=1))
    upstreams = evidence.upstreams[rows]

    def gradients(inputs: list[Any]) -> Floats | None:
        found = subject.gradients_or_none(inputs, upstreams)
        return None if found is None else found[evidence.position][:, evidence.entries]

    allowance = evidence.allowance.copy()
    allowance[rows] += DEVIATIONS * noise_of(subject, gradients, (len(rows), len(evidence.entries)), rng)
    return replace(evidence, allowance=np.where(evidence.wrong, allowance, evidence.allowance))


def _of_sums(subject: Subject, k: int, upstreams: Floats, natural: Floats) -> Floats:
    """The rounding that shows where upstream gradients are summed up: B(u + r) - B(u) - B(r), which should be 0.

    A saturated softmax returns a gradient of all but 0, the difference of numbers that are rounded as the upstream
    gradient is, and then multiplied with the weights before it. Moving inputs does not show that: nothing moves there.
    (What is much larger than rounding is no rounding: then the backward pass is not linear.)
    """
    sizes = np.abs(upstreams).max(axis=tuple(range(1, upstreams.ndim)), keepdims=True)
    plain, noise = subject.gradients(subject.inputs, upstreams)[k], np.zeros((len(upstreams), 1))
    rng = np.random.default_rng(0)
    for _ in range(SUMS):
        other = sizes * rng.standard_normal(upstreams.shape)
        rows = subject.gradients(subject.inputs, np.concatenate([upstreams + other, other]))[k]
        noise = np.fmax(noise, np.abs(rows[: len(plain)] - plain - rows[len(plain) :]))
    linear = noise.max(axis=1) <= subject.epsilon**0.5 * natural
    return np.where(linear[:, np.newaxis], noise, 0.0)


def allow_for_rounding(subject: Subject, evidence: Evidence) -> Evidence:
    """Allow for the rounding of intermediate results that are larger than the gradient itself.

    A backward pass that is right may lose digits where a derivative is small only because the function is saturated:
    a (1 - a) at a = 1 - 1e-13, or p - 1 where p is all but 1. How large its intermediate results are shows where the
    inputs are scaled down, each a little differently; and there a right backward pass is right, while a wrong one is
    wrong there as well.
    """
    suspicious = np.flatnonzero(evidence.wrong.any(axis=1))
    natural = natural_sizes(subject, evidence.position, evidence.upstreams[suspicious])
    sums = _of_sums(subject, evidence.position, evidence.upstreams[suspicious], natural.sizes)[:, evidence.entries]
    more = np.zeros(evidence.wrong.shape)
    more[suspicious] = np.fmax(ROUNDINGS * subject.epsilon * natural.sizes[:, np.newaxis], DEVIATIONS * sums)
    allowed = replace(evidence, allowance=evidence.allowance + more)
    forgiven = evidence.wrong & ~allowed.wrong
    for inputs, these in natural.of_rows(np.flatnonzero(forgiven[suspicious].any(axis=1))):
        rows = suspicious[these]
        forgiven[rows] &= ~_wrong_elsewhere(subject, evidence, rows, inputs)
    return replace(evidence, allowance=np.where(forgiven, allowed.allowance, evidence.allowance))


def _wrong_elsewhere(
    subject: Subject, evidence: Evidence, rows: NDArray[np.intp], inputs: list[Any]
) -> NDArray[np.bool_]:
    """Which derivatives, (rows, columns), are wrong at other inputs as well.

    Where a derivative is 0 there, as behind a ReLU that is off, the others of the same output speak for it.
    """
    there = as_moved(subject, inputs)
    if there is None:
        return np.zeros((len(rows), len(evidence.entries)), dtype=bool)
    upstreams = evidence.upstreams[rows]
    analytic = there.gradients(there.inputs, upstreams)[evidence.position]
    noise = value_noise(there, np.random.default_rng(0))
    found = entry_evidence(there, evidence.position, upstreams, analytic, noise, evidence.entries)
    return np.where(found.matters, found.wrong, found.wrong.any(axis=1, keepdims=True))
