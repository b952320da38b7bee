"""Nothing of an example leaks into another one: what is computed for a row does not depend on the other rows."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from nnmath.latex import Derivation, read, read_document
from nnmath.primitives import PRIMITIVES
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport
from nnmath.suite.code_inputs import SINGLE, draw_inputs
from nnmath.suite.implementation import implementation_of

Named = dict[str, Any]
#: Examples in a batch: a power of 2, so that the mean over it is exact.
N = 8
#: What the other rows are replaced by, in each precision.
WILD = {
    np.float64: (1e300, -700.0, 1e-310, np.inf, np.nan),
    np.float32: (1e30, -700.0, 1e-40, np.inf, np.nan),
}
#: How many inputs are drawn.
DRAWN = 3
#: Mean and variance are those of the batch.
OF_THE_BATCH = {"batch_norm"}
#: BLAS adds up the products of one row in another order than those of several, so the last bits may be others.
BY_PRODUCTS = {"dense", "linear", "conv2d", "rnn", "lstm", "gru", "layer_norm", "rms_norm"}
#: These add up their rows by a product with ones.
BY_PRODUCTS |= {"softmax", "log_softmax", "softmax_cross_entropy"}


def has_batch(name: str) -> bool:
    """Whether a derivation has an axis of examples."""
    return any(
        row.cells[1] != "-" and row.cells[2].startswith("(N") for row in read_document(catalogue()[name].path).rows
    )


NAMES = [p.__name__ for p in PRIMITIVES if p.__name__ not in OF_THE_BATCH and has_batch(p.__name__)]


@cache
def derivation_of(name: str) -> Derivation:
    return read(catalogue()[name].path)


@cache
def comparison_of(name: str) -> CodeComparison:
    found = implementation_of(derivation_of(name))
    assert found is not None
    return CodeComparison(found, CodeReport("", ""))


def first_row(name: str, inputs: Named) -> Named:
    """Return what is computed for the first example: of each result that has a row for each."""
    computed = comparison_of(name).computed(inputs)
    return {
        s.code: computed[s.code][0]
        for s in derivation_of(name).symbols
        if s.result and s.shape[:1] == ("N",) and s.code
    }


def of_batch(name: str) -> set[str]:
    return {s.code for s in derivation_of(name).symbols if s.is_input and s.code and s.shape[:1] == ("N",)}


def drawn(name: str, number: int, dtype: type) -> Named:
    own = SINGLE * number + (SINGLE - 1 if dtype is np.float32 else 0)
    inputs = draw_inputs(derivation_of(name), own, most=4, batch=N)
    assert {x.dtype for x in inputs.values() if x.dtype.kind == "f"} == {np.dtype(dtype)}
    return inputs


@pytest.mark.parametrize("dtype", WILD)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_does_not_depend_on_what_its_neighbours_are(name: str, dtype: type) -> None:
    for number in range(DRAWN):
        inputs = drawn(name, number, dtype)
        before = first_row(name, inputs)
        assert before
        for wild in WILD[dtype]:
            changed = dict(inputs)
            for key in of_batch(name) - {"targets"}:
                if inputs[key].dtype.kind == "f":
                    changed[key] = inputs[key].copy()
                    changed[key][1:] = wild
            after = first_row(name, changed)
            for result, value in before.items():
                np.testing.assert_array_equal(after[result], value, err_msg=f"{result} beside {wild}")


@pytest.mark.parametrize("dtype", WILD)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_alone_is_what_it_is_in_a_batch(name: str, dtype: type) -> None:
    eps = float(np.finfo(dtype).eps)
    for number in range(DRAWN):
        inputs = drawn(name, number, dtype)
        alone = {key: x[:1] if key in of_batch(name) else x for key, x in inputs.items()}
        together, single = first_row(name, inputs), first_row(name, alone)
        for result, value in single.items():
            expected = value / N if "targets" in inputs else value  # a loss is a mean
            if name in BY_PRODUCTS:
                size = np.abs(expected).max(initial=1e-300)
                near = {"rtol": 500 * eps, "atol": 50 * eps * size}
                np.testing.assert_allclose(together[result], expected, **near, err_msg=result)
            else:
                np.testing.assert_array_equal(together[result], expected, err_msg=result)
