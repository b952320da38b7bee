"""Inputs that are equal, as at the ties of a maximum: they are also changed together, as one number.

Derivation: derivations/gradcheck/false_alarms.md, rule 14.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Array, Floats, Indices
from nnmath.gradcheck.comparison import random_directions
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.false_alarms import without_false_alarms
from nnmath.gradcheck.fewer_outputs import wrapping
from nnmath.gradcheck.function_under_test import Backward, FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import scales
from nnmath.gradcheck.report import Finding
from nnmath.gradcheck.single_entries import compare_entries, one_hot

#: The distance of the other points that are compared, in units of the inputs, and how many of them on each side.
DISTANCE, POINTS = 2.0**-12, 3
#: So many of the equal entries are named.
MOST_NAMED = 3


class DistinctNumbers:
    """A function of the distinct numbers of its inputs: each stands at all places where they are equal.

    Attributes
    ----------
    positions : list of int
        Of the inputs whose numbers are compared.
    groups : int array, shape (entries of these inputs together,)
        Which of the distinct numbers an entry is. They are numbered in the order of their first places.
    function : FunctionUnderTest
        Each of these inputs is replaced by the distinct numbers that have their first place in it.
    tied : dict of int array
        For each input, which of its distinct numbers have several places.
    """

    def __init__(self, function: FunctionUnderTest, positions: Sequence[int]) -> None:
        dtype = function.inputs[positions[0]].dtype
        self.positions = [k for k in positions if function.inputs[k].dtype == dtype]
        inputs = [function.inputs[k] for k in self.positions]
        entries = np.concatenate([x.reshape(-1) for x in inputs])
        _, first, inverse, counts = np.unique(entries, return_index=True, return_inverse=True, return_counts=True)
        order = np.argsort(first)
        self.groups = np.argsort(order)[inverse.reshape(-1)]
        self.ends = np.cumsum([x.size for x in inputs])[:-1]
        self._own_ends = np.searchsorted(first[order], self.ends)
        self._whole = function
        given = list(function.inputs)
        for k, own in zip(self.positions, self._of_owners(entries[first[order]])):
            given[k] = own
        self.tied = {
            k: np.flatnonzero(several)
            for k, several in zip(self.positions, self._of_owners(counts[order] > 1))
            if several.any()
        }
        wrt = [k for k in self.positions if given[k].size]
        self.function = wrapping(FunctionUnderTest(self._forward, given, None, wrt), function)

    def _of_owners(self, of_numbers: Array) -> list[Array]:
        """What belongs to each distinct number, for each of the inputs that they have their first places in."""
        return np.split(of_numbers, self._own_ends)

    def _forward(self, *given: Any) -> tuple[Array, Backward]:
        whole, inputs = self._whole, list(given)
        entries = np.concatenate([given[k] for k in self.positions])[self.groups]
        for k, part in zip(self.positions, np.split(entries, self.ends)):
            inputs[k] = part.reshape(whole.inputs[k].shape)
        value, backward_pass = whole.call(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            found = dict(zip(whole.wrt, whole.gradients_of(backward_pass, upstream)))
            sizes = [whole.inputs[k].size for k in self.positions]
            parts = [_flat(found[k], size) for k, size in zip(self.positions, sizes)]
            gradients = np.concatenate(parts)
            sums = np.zeros(self.groups.max() + 1, gradients.dtype)
            np.add.at(sums, self.groups, gradients)
            unit = 1.0 if whole.takes_upstream else float(upstream.sum())
            return tuple(own * unit for own in self._of_owners(sums) if own.size)

        return value, backward

    @property
    def numbers(self) -> list[Array]:
        """The distinct numbers, input by input."""
        return [self.function.inputs[k] for k in self.positions]

    def near(self, signs: Sequence[Floats], rng: np.random.Generator) -> FunctionUnderTest | None:
        """The function where each distinct number is a little larger or smaller; None where it has no value."""
        inputs = list(self.function.inputs)
        for k, x, sign in zip(self.positions, self.numbers, signs):
            step = DISTANCE * scales(x.astype(np.float64)) * rng.uniform(0.25, 1, x.shape) * sign
            inputs[k] = (x + step).astype(x.dtype)
        return self.function.perturbed(inputs)

    def places(self, k: int, number: int) -> list[tuple[int, tuple[int, ...]]]:
        """Where a distinct number of an input stands: the position of an input, and the index of an entry in it."""
        before = 0 if self.positions[0] == k else int(self._own_ends[self.positions.index(k) - 1])
        found = []
        for position, part in zip(self.positions, np.split(self.groups, self.ends)):
            entries = np.flatnonzero(part == before + number)
            index = np.stack(np.unravel_index(entries, self._whole.inputs[position].shape), axis=-1)
            found += [(position, tuple(int(i) for i in place)) for place in index]
        return found


def compare_equal_inputs(
    function: FunctionUnderTest, judged: Sequence[int], noise: Floats, rng: np.random.Generator, *, entry_by_entry: bool
) -> list[Finding]:
    """Compare the slopes where equal entries change together: of each input alone, then of all inputs.

    Parameters
    ----------
    judged : sequence of int
        Inputs whose gradients are right as far as single entries tell.
    noise : float64 array, shape of the value
    entry_by_entry : bool
        Otherwise all distinct numbers change at once, in random directions.

    Returns
    -------
    list of Finding
        One for each input at most.
    """
    found: dict[int, Finding] = {}
    for positions in ([k] for k in judged):
        found |= _findings(DistinctNumbers(function, positions), noise, rng, entry_by_entry)
    if not found and len(judged) > 1:
        found = _findings(DistinctNumbers(function, judged), noise, rng, entry_by_entry)
    return list(found.values())


def _findings(
    distinct: DistinctNumbers, noise: Floats, rng: np.random.Generator, entry_by_entry: bool
) -> dict[int, Finding]:
    """What is wrong here and at all points on one side: at a single point several kinks may coincide."""
    if not distinct.tied:
        return {}
    compared = _entries if entry_by_entry else _directions
    here = compared(distinct.function, distinct.tied, noise, rng)
    signs = [rng.choice([-1.0, 1.0], x.size) for x in distinct.numbers]
    for side in (1, -1):
        wrong = here
        for _ in range(POINTS if here else 0):
            there = distinct.near([side * sign for sign in signs], rng)
            found = {} if there is None else compared(there, distinct.tied, noise, rng)
            wrong = {k: evidence for k, evidence in wrong.items() if k in found}
        if wrong:
            return {k: _finding(distinct, evidence) for k, evidence in wrong.items()}
    return {}


def _entries(
    function: FunctionUnderTest, tied: dict[int, Indices], noise: Floats, rng: np.random.Generator
) -> dict[int, Evidence]:
    upstreams = one_hot(function)
    gradients = function.gradients(function.inputs, upstreams)
    compared = (compare_entries(function, k, upstreams, gradients[k], noise, rng, tied[k]) for k in tied)
    return {e.position: e for e in map(without_false_alarms, compared) if e.wrong.any()}


def _directions(
    function: FunctionUnderTest, tied: dict[int, Indices], noise: Floats, rng: np.random.Generator
) -> dict[int, Evidence]:
    return {e.position: e for e in random_directions(function, list(tied), noise, rng).wrong if e.wrong.any()}


def _flat(gradient: Array | None, size: int) -> Array:
    return np.zeros(size) if gradient is None else np.asarray(gradient).reshape(-1)


def _finding(distinct: DistinctNumbers, evidence: Evidence) -> Finding:
    row, column = np.unravel_index(int(np.argmax(evidence.deviation)), evidence.deviation.shape)
    names = distinct.function.names
    number = int(evidence.entries[column])
    places = [
        f"{names[k]}[{', '.join(map(str, place))}]" if place else names[k]
        for k, place in distinct.places(evidence.position, number)
    ]
    if len(places) > MOST_NAMED:
        places[MOST_NAMED:] = [f"{len(places) - MOST_NAMED} more"]
    analytic, numeric = float(evidence.analytic[row, column]), float(evidence.numeric[row, column])
    message = (
        f"{', '.join(places[:-1])} and {places[-1]} are equal. Each gradient alone may be right, but where they change "
        f"together, their gradients add up to {analytic:.6g}, and the slope is {numeric:.6g}: at a tie, is each of "
        "them taken for the largest, or none? It is one of them, or each has its share."
    )
    bar = float(evidence.half_width[row, column])
    return Finding(evidence.position, "mask", message, analytic=analytic, numeric=numeric, error_bar=bar)
