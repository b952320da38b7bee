"""The search for the largest errors of softmax and the losses finds more than random inputs do."""

from itertools import islice

import numpy as np
import pytest

from nnmath.accuracy import largest_error
from nnmath.accuracy.search import Screen, starts
from nnmath.latex import Derivation, read
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport
from nnmath.suite.implementation import implementation_of

extended = pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="long double has no more digits than double")


def derivation_of(name: str) -> Derivation:
    return read(catalogue()[name].path)


def screen_of(name: str, result: str) -> Screen:
    implementation = implementation_of(derivation_of(name))
    assert implementation is not None
    return Screen(implementation, CodeComparison(implementation, CodeReport("", "")), result)


@extended
@pytest.mark.parametrize(
    ("name", "result", "batch", "least"),
    [
        ("softmax", "p", 64, 2.4),
        ("log_softmax", "y", 64, 1.7),
        ("softmax_cross_entropy", "dlogits", 64, 3.4),
        ("softmax_cross_entropy", "loss", 1, 1.4),
        ("mean_squared_error", "loss", None, 1.6),
    ],
)
def test_it_finds_what_longer_searches_by_chance_do(name: str, result: str, batch: int | None, least: float) -> None:
    found = largest_error(derivation_of(name), 400, batch=batch)
    assert least < found[result].error <= 8
    assert found[result].unit == "ulp"


@extended
@pytest.mark.parametrize("name", ["softmax", "softmax_cross_entropy", "binary_cross_entropy", "huber"])
def test_the_screen_agrees_with_the_equations(name: str) -> None:
    derivation = derivation_of(name)
    implementation = implementation_of(derivation)
    assert implementation is not None
    for inputs in islice(starts(derivation, np.random.default_rng(3)), 12):
        report = CodeReport("", "")
        comparison = CodeComparison(implementation, report)
        comparison.run(inputs)
        for result, worst in report.results.items():
            if worst.unit == "ulp" and all(np.abs(x).max() < 300 for x in inputs.values()):
                assert Screen(implementation, comparison, result)(inputs).max() == pytest.approx(worst.error, abs=0.02)


def test_moved_inputs_stay_in_their_domain() -> None:
    screen, rng = screen_of("binary_cross_entropy", "loss"), np.random.default_rng(0)
    inputs = next(starts(derivation_of("binary_cross_entropy"), rng))
    names = set()
    for _ in range(200):
        name, array = screen.moved(inputs, rng)
        names.add(name)
        inputs = {**inputs, name: array}
        assert ((inputs["targets"] >= 0) & (inputs["targets"] <= 1)).all()
    assert names == {"logits", "targets", "upstream"}


def test_rows_that_sum_to_1_are_not_moved() -> None:
    assert "targets" not in screen_of("softmax_cross_entropy", "loss").free
