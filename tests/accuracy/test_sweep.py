"""A sample of the sweep over all float32 numbers, which itself is `make exhaustive`."""

from pathlib import Path

import numpy as np
import pytest

from nnmath.accuracy import ScalarFunction, sample, scalar_functions, sweep
from nnmath.accuracy.errors import errors_in_ulp
from nnmath.accuracy.functions import Array
from nnmath.accuracy.sweep import CHUNK, measured, neighbourhood, reference_error

FUNCTIONS = scalar_functions()

#: Inputs at which some version of a primitive, or a peer, was worst.
WORST_EVER = [
    *(-3.4570289, 3.4066508, 1.1920929e-07, -1.035801e-03, -88.73586, 85.257126, -87.343544, 21.333332, -95.99999),
    *(-73.02693, 0.09748225, 5.9604645e-08, 16.0, 17.0, 37.0, 88.72284, -103.97208, 1e-45, float("inf"), float("nan")),
]


def inputs() -> Array:
    both = neighbourhood([*WORST_EVER, *(-x for x in WORST_EVER)])
    return np.concatenate([both, sample()])


def test_every_function_of_one_number_is_swept() -> None:
    costs = {f"binary_cross_entropy, targets = {t}" for t in (0, 1)}
    assert {"sigmoid", "relu", *costs} <= set(FUNCTIONS)


@pytest.mark.parametrize("label", FUNCTIONS)
def test_float32_is_right_to_one_ulp(label: str) -> None:
    found = measured(FUNCTIONS[label], inputs())["nnmath"]
    assert all(ulp <= 1 for ulp, _ in found.values()), found


@pytest.mark.parametrize("label", FUNCTIONS)
def test_the_reference_is_what_the_derivation_says(label: str) -> None:
    found = reference_error(FUNCTIONS[label], sample(20, seed=1)[::20])
    assert all(ulp <= 1e-6 for ulp in found.values()), found


def test_an_error_of_the_textbook_is_measured() -> None:
    def textbook(z: Array) -> tuple[Array, object]:
        a = 1 / (1 + np.exp(-z))
        return a, lambda da: da * a * (1 - a)

    found = measured(ScalarFunction("sigmoid", textbook, {}), np.array([0, 20], np.float32))
    ulp, at = found["nnmath"]["derivative"]
    assert at == 20
    assert ulp > 2**22


@pytest.mark.parametrize(
    ("computed", "reference", "ulp"),
    [
        (1.0, 1.0, 0),
        (1.0, 1 + 2**-24, 0.5),
        (2.0, 2 - 2**-25, 0.25),
        (0.0, 2.0**-149, 1),
        (2.0**-149, 2.0**-150, 0.5),
        (1.0, 0.0, 2**24),
        (np.inf, 4e38, 0),
        (3.4028235e38, np.inf, np.inf),
        (np.nan, 1.0, np.inf),
        (np.nan, np.nan, 0),
        (0.0, np.nan, np.inf),
        (-1.0, 1.0, 2**24),
    ],
)
def test_ulp(computed: float, reference: float, ulp: float) -> None:
    assert errors_in_ulp(np.array([computed], np.float32), np.array([reference]))[0] == ulp


def test_a_sweep_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    told: list[int] = []
    first = sweep("relu", tmp_path, processes=1, chunks=1, with_peers=False)
    assert first.inputs == CHUNK
    again = sweep("relu", tmp_path, processes=1, chunks=2, with_peers=False, said=told.append)
    assert told == [1, 1]  # one was done before
    assert again.inputs == 2 * CHUNK
    assert again.worst == {"nnmath": {"value": (0.0, 0.0), "derivative": (0.0, 0.0)}}
