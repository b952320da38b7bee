"""Comparing single entries of one input: with a few steps, and where these leave doubts with all of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Floats, Indices
from nnmath.gradcheck.evidence import PRECISE_ENOUGH, ROUNDINGS, SAMPLE, Evidence
from nnmath.gradcheck.finite_differences import ALL_STEPS, DEVIATIONS, PLACES, QUICK_STEPS, amplification
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.projection import measured

#: The same where only a pattern is looked for, which is known to no more than a few of 1e-8.
FOR_PATTERNS = 0.5


def one_hot(function: FunctionUnderTest) -> Floats:
    """Upstream gradients that pick one output each."""
    return np.eye(function.value.size).reshape(-1, *function.value.shape)


def compare_entries(
    function: FunctionUnderTest,
    position: int,
    upstreams: Floats,
    gradients: Floats,
    noise: Floats,
    rng: np.random.Generator,
    entries: Indices | None = None,
    *,
    for_verdict: bool = True,
) -> Evidence:
    """Compare single entries of one input: with a few steps, and where these leave doubts with all of them.

    Parameters
    ----------
    position : int
        Of the input.
    upstreams : float64 array, shape (rows, *shape of the value)
    gradients : float64 array, shape (rows, entries of the input)
        From the backward pass, for these upstream gradients.
    noise : float64 array, shape of the value
    entries : int array, optional
        Those to be compared; by default all.
    for_verdict : bool
        Whether what is wrong is compared with all steps, too; a diagnosis only needs precise numbers.
    """
    entries = np.arange(function.inputs[position].size) if entries is None else entries
    intervals = measured(function, position, entries, upstreams, noise, QUICK_STEPS)
    columns = gradients[:, entries]
    sizes = np.abs(gradients)
    largest = np.max(sizes, axis=1, keepdims=True, initial=0.0, where=np.isfinite(sizes))
    allowance = ROUNDINGS * function.gradient_epsilon * np.broadcast_to(largest, columns.shape)
    confirmed = np.zeros(columns.shape, dtype=bool)
    evidence = Evidence(function, noise, rng, position, entries, upstreams, columns, intervals, allowance, confirmed)
    steepest = np.max(np.abs(evidence.numeric), axis=1, keepdims=True, initial=0.0, where=evidence.known)
    precise = PRECISE_ENOUGH if for_verdict else FOR_PATTERNS
    enough = np.maximum(function.epsilon**precise * steepest, _least_bars(evidence))
    imprecise = intervals.half_width > enough
    unclear = evidence.columns_where(evidence.kink | imprecise | ~evidence.known)
    evidence = _with_all_steps(evidence, unclear)
    wrong = np.setdiff1d(evidence.columns_where(evidence.wrong), unclear) if for_verdict else unclear[:0]
    first = rng.permutation(wrong)[:SAMPLE]
    finer = _with_all_steps(evidence, first)
    same = (finer.wrong == evidence.wrong).all()
    return finer if same else _with_all_steps(finer, np.setdiff1d(wrong, first))


def _with_all_steps(evidence: Evidence, columns: Indices) -> Evidence:
    """The same with some columns compared with all steps."""
    if not columns.size:
        return evidence
    finer = evidence.derivatives(columns, evidence.noise, ALL_STEPS)
    return evidence.taking(finer, columns, np.full(finer.wrong.shape, True))


def _least_bars(evidence: Evidence) -> Floats:
    """The error bars that the rounding of the values leaves with the longest steps: shorter ones have wider bars."""
    function = evidence.function
    rounding = DEVIATIONS * evidence.noise + PLACES * function.epsilon * np.abs(function.value)
    of_outputs = np.abs(evidence.upstreams).reshape(len(evidence.upstreams), -1) @ rounding.reshape(-1)
    longest = QUICK_STEPS[0] * evidence.units(np.arange(len(evidence.entries)))
    return np.asarray(amplification() * of_outputs[:, np.newaxis] / longest)


def compare_at(
    evidence: Evidence,
    inputs: Sequence[Any],
    rows: Indices | None = None,
    columns: Indices | None = None,
    *,
    for_verdict: bool = True,
) -> Evidence | None:
    """Evidence at other inputs, on some of the rows and columns; None where there is no value or no gradient."""
    function = evidence.function.perturbed(inputs)
    upstreams = evidence.upstreams if rows is None else evidence.upstreams[rows]
    gradients = None if function is None else function.gradients_or_none(inputs, upstreams)
    if function is None or gradients is None or evidence.position not in gradients:
        return None
    entries = evidence.entries if columns is None else evidence.entries[columns]
    there = compare_entries(
        function,
        evidence.position,
        upstreams,
        gradients[evidence.position],
        evidence.noise,
        evidence.rng,
        entries,
        for_verdict=for_verdict,
    )
    return replace(there, forgiven=evidence.forgiven)
