"""The theorems of the sections *Rounding*: measured errors stay below the bounds, and use enough of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from nnmath.accuracy import largest_error
from nnmath.accuracy.search import starts
from nnmath.latex import Derivation, evaluate, evaluate_magnitudes, read
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport
from nnmath.suite.implementation import Implementation, implementation_of
from tests.primitives.rounding_theorems import THEOREMS, Bounds, Inputs

U = 2.0**-53
#: Of the sizes of terms.
DIGITS = 15

#: What these inputs use of the bound of each result, at least; less where many steps follow each other, whose worst
#: cases do not meet.
USED = 0.1
USED_OF_MANY_STEPS = {
    "layer_norm": 0.05,
    "batch_norm": 0.03,
    "causal_attention": 0.02,
    "multi_head_attention": 0.01,
    "rotary": 0.05,
    "conv2d": 0.05,
}
USED_OF_MANY_STEPS |= {"rnn": 0.05, "lstm": 0.02, "gru": 0.02}
#: The largest length of an axis, that of the first one, and how many inputs of this kind are drawn.
SHORT = ((1, None, 12), (2, None, 6), (4, None, 12))
LONG = ((40, 60, 1), (1000, 2, 1), (2, 4000, 1))
LONG_WITH_WEIGHTS = ((40, 60, 1), (150, 2, 1), (2, 4000, 1))
SHORTER = ((6, 2, 1),)


@cache
def derivation_of(name: str) -> Derivation:
    return read(catalogue()[name].path)


@cache
def code_of(name: str) -> Implementation:
    found = implementation_of(derivation_of(name))
    assert found is not None
    return found


def shares(name: str, inputs: Inputs) -> Iterator[tuple[str, float]]:
    """Yield for each result how much of its bound is used."""
    derivation, implementation = derivation_of(name), code_of(name)
    comparison = CodeComparison(implementation, CodeReport("", ""))
    bounds = THEOREMS[name](inputs)
    computed = comparison.computed(inputs)
    exact = evaluate(derivation, inputs, bounds)
    sizes = exact | sizes_of_terms(derivation, inputs, bounds)
    for result, bound in bounds.items():
        allowed = bound if isinstance(bound, np.ndarray) else bound * np.abs(sizes[result])
        for c, x, most in zip(np.ravel(computed[result]), np.ravel(exact[result]), np.ravel(allowed)):
            error = abs(float(c) - x)
            if np.isfinite(c) and (error == 0 or abs(x) > 1e-280):  # nothing underflows
                yield result, float(error / U / most) if most else float(error > 0)


def sizes_of_terms(derivation: Derivation, inputs: Inputs, bounds: Bounds) -> dict[str, Any]:
    """Return the sizes of the terms of the equations for those results whose bound is relative to them."""
    if "targets" in inputs and inputs["targets"].ndim == 1:
        return {}
    sums = {s.code for s in derivation.symbols if s.result and s.result.componentwise}
    wanted = [name for name, bound in bounds.items() if name in sums and not isinstance(bound, np.ndarray)]
    return evaluate_magnitudes(derivation, inputs, wanted, DIGITS)


def inputs_of_all_lengths(derivation: Derivation) -> Iterator[Inputs]:
    """Yield float64 inputs with short axes, and with long ones where the equations have few."""
    dimensions = dict.fromkeys(d for symbol in derivation.symbols if symbol.is_input for d in symbol.shape)
    few, batch = len(dimensions) <= 2, "N" in dimensions
    long = LONG if few else LONG_WITH_WEIGHTS if len(dimensions) == 3 and batch else SHORTER
    for most, first, count in [*SHORT, *(long if dimensions else ())]:
        drawn = starts(derivation, np.random.default_rng(most), most, first)
        yield from (inputs for _, inputs in zip(range(count), drawn))


@pytest.mark.parametrize("name", THEOREMS)
def test_errors_stay_below_the_bounds_of_the_theorem(name: str) -> None:
    used: dict[str, float] = {}
    for inputs in inputs_of_all_lengths(derivation_of(name)):
        for result, share in shares(name, inputs):
            assert share <= 1, (result, share, inputs)
            used[result] = max(used.get(result, 0), share)
    exact = {result for result, bound in THEOREMS[name](inputs).items() if np.max(bound) == 0}
    enough = USED_OF_MANY_STEPS.get(name, USED)
    assert all(share > enough for result, share in used.items() if result not in exact), used


@pytest.mark.parametrize(
    ("name", "most", "batch", "limit"),
    [
        *[("sigmoid", 4, None, 4), ("relu", 4, None, 0), ("binary_cross_entropy", 4, None, 4)],
        *[("softmax", 200, 2, 8), ("softmax_cross_entropy", 4, None, 8), ("softmax_cross_entropy", 1000, 2, 8)],
    ],
)
def test_a_search_finds_no_large_error(name: str, most: int, batch: int | None, limit: float) -> None:
    found = largest_error(derivation_of(name), 60 if most < 100 else 15, most=most, batch=batch)
    assert len(found) == 2
    assert all(worst.error <= limit for worst in found.values()), found
