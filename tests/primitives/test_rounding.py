"""The theorems of the sections *Rounding*: measured errors stay below the bounds, and use enough of them."""

from collections.abc import Callable, Iterator
from functools import cache
from math import ceil, log, log2
from typing import Any

import numpy as np
import pytest

from nnmath.accuracy import largest_error
from nnmath.accuracy.search import starts
from nnmath.latex import Derivation, evaluate, evaluate_magnitudes, read
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport
from nnmath.suite.implementation import Implementation, implementation_of

U = 2.0**-53

#: For each result of the code its bound in u: relative to the result, or to the size of the terms of its equation.
Bounds = dict[str, float]
#: The inputs of the code, by name.
Inputs = dict[str, Any]


def over_classes(K: int) -> int:
    """A: the additions that a term of a sum over the classes takes part in."""
    return max(K - 2, 0) if K <= 17 else 15 + ceil(log2(K / 16))


def over_batch(N: int) -> int:
    """C: the additions that a term of a sum over the batch takes part in."""
    return N - 1 if N <= 32 else 32 * ceil(log(N, 32)) - 1


def of_sigmoid(inputs: Inputs) -> Bounds:
    return {"a": 5, "dz": 7}


def of_relu(inputs: Inputs) -> Bounds:
    return {"a": 0, "dz": 0}


def of_dense(inputs: Inputs) -> Bounds:
    (N, D), M = inputs["x"].shape, len(inputs["b"])
    return {"z": D + 1, "dx": M, "dW": N, "db": over_batch(N)}


def of_softmax(inputs: Inputs) -> Bounds:
    A = over_classes(inputs["z"].shape[1])
    return {"p": 8 + A, "dz": 20 + 3 * A}


def of_log_softmax(inputs: Inputs) -> Bounds:
    A = over_classes(inputs["z"].shape[1])
    return {"y": 7 + A, "dz": 11 + 2 * A}


def of_rms_norm(inputs: Inputs) -> Bounds:
    N, D = inputs["x"].shape
    A = D - 1 if D <= 16 else 15 + ceil(log2(D / 16))
    return {"y": 5.5 + A / 2, "dgamma": 5.5 + A / 2 + over_batch(N), "dx": 18 + 3 * A}


def of_binary_cross_entropy(inputs: Inputs) -> Bounds:
    return {"loss": 6 + over_batch(inputs["logits"].size), "dlogits": 9}


def of_softmax_cross_entropy(inputs: Inputs) -> Bounds:
    N, K = inputs["logits"].shape
    A = over_classes(K)
    if inputs["targets"].ndim == 2:
        return {"loss": 12 + 2 * A + over_batch(N), "dlogits": 19 + 2 * A}
    return {"loss": 9 + A + over_batch(N), "dlogits": 11 + A}


THEOREMS: dict[str, Callable[[Inputs], Bounds]] = {
    "sigmoid": of_sigmoid,
    "relu": of_relu,
    "dense": of_dense,
    "softmax": of_softmax,
    "log_softmax": of_log_softmax,
    "rms_norm": of_rms_norm,
    "binary_cross_entropy": of_binary_cross_entropy,
    "softmax_cross_entropy": of_softmax_cross_entropy,
}
#: What a search uses of the bound of each result, at least. Worst cases of all roundings at once are rare.
USED = 0.1


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
    computed = comparison.computed(inputs)
    labels = "targets" in inputs and inputs["targets"].ndim == 1
    bounds = THEOREMS[name](inputs)
    exact = evaluate(derivation, inputs, bounds)
    for result, bound in bounds.items():
        relative = not any(s.result and s.code == result and s.result.componentwise for s in derivation.symbols)
        size = exact[result] if relative or labels else evaluate_magnitudes(derivation, inputs, [result])[result]
        for c, x, s in zip(np.ravel(computed[result]), np.ravel(exact[result]), np.ravel(size)):
            if abs(s) > 1e-280 and np.isfinite(c):  # nothing underflows
                yield result, float(abs(float(c) - x) / abs(s)) / U / max(bound, 1e-9)


@pytest.mark.parametrize("name", THEOREMS)
def test_errors_stay_below_the_bounds_of_the_theorem(name: str) -> None:
    derivation = derivation_of(name)
    most: int
    batch: int | None
    inputs: Inputs
    used: dict[str, float] = {}
    dimensions = {dimension for symbol in derivation.symbols if symbol.is_input for dimension in symbol.shape}
    longest = 1000 if len(dimensions) == 2 else 150  # an array of weights has two dimensions that grow
    sizes = [(4, None, 40), (40, 60, 3), (longest, 2, 2), (2, 4000, 1)]
    for most, batch, count in sizes if dimensions else sizes[:1]:
        for _, inputs in zip(range(count), starts(derivation, np.random.default_rng(most), most, batch)):
            for result, share in shares(name, inputs):
                assert share <= 1, (result, share, inputs)
                used[result] = max(used.get(result, 0), share)
    assert used.keys() == THEOREMS[name](inputs).keys()
    assert name == "relu" or all(share > USED for share in used.values()), used


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
