"""Each rule on false alarms: wider, it forgives a mistake; narrower, it blames a right function.

derivations/gradcheck/false_alarms.md lists the rules in this order, each with its reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import (
    check_gradients,
    directions,
    equal_inputs,
    few_digits,
    gradients,
    hidden_kinks,
    reference,
    single_entries,
)
from nnmath.gradcheck.false_alarms import cancellation, coincident_kinks, higher_precision, indeterminate, rounding
from nnmath.gradcheck.false_alarms import remeasured_noise as noise
from nnmath.gradcheck.report import GradientReport
from tests.gradcheck.all_cases import RIGHT
from tests.gradcheck.rule_examples import (
    AWAY_FROM_0,
    HILBERT,
    NEAR_ITS_PEAK,
    NEAR_POLES,
    RNG,
    SINGLE,
    WITH_0,
    absolute,
    another_when_wide,
    corner_of_inverse,
    density,
    difference_of_quotients,
    moved,
    normal_distribution,
    nothing,
    of_bfloat16,
    of_its_precision,
    of_numbers,
    sigmoid,
    single_inside,
    single_tanh,
    steep_sine,
)

CASES = {case.name: case for case in RIGHT}
Constants = Mapping[tuple[Any, str], Any]


@dataclass(frozen=True)
class Rule:
    """A rule, and what it must tell apart.

    Attributes
    ----------
    name : str
    mistake : callable
        Checks a wrong gradient.
    right : callable
        Checks a right one.
    wider, narrower : mapping
        Constants that make the rule forgive, or blame, too much.
    """

    name: str
    mistake: Callable[[], GradientReport]
    right: Callable[[], GradientReport]
    wider: Constants
    narrower: Constants


def of_case(name: str) -> Callable[[], GradientReport]:
    """A right function among the cases."""
    return lambda: CASES[name].check(seed=0)


RULES = [
    Rule(
        "noise that was underestimated",
        of_numbers(np.sin, lambda x: (1 + 1e-6) * np.cos(x), [0.3, 1.1, 2.0]),
        of_case("tanh of 1e-3, single precision in the middle"),
        {(noise, "UNDERSTATED"): 1e11, (noise, "GENEROUS"): 1e11},
        # another look at all outputs, or rule 12, may see it, too
        {
            (noise, "UNDERSTATED"): 0.0,
            (noise, "NOISIER"): np.inf,
            (gradients, "rounds_inside"): lambda *_: False,
        },
    ),
    Rule(
        "values that are badly rounded",
        of_numbers(another_when_wide, lambda x: 3 * x, [1.1]),
        of_case("-log(1 - sigmoid) by hand, 32"),
        {(higher_precision, "NARROW"): np.inf, (higher_precision, "LESS"): np.inf},
        {(higher_precision, "NARROW"): 0.0},
    ),
    Rule(
        "rounding at the point",
        lambda: check_gradients(
            lambda x: (difference_of_quotients(x)[0], lambda g: 1.0001 * difference_of_quotients(x)[1](g)), AWAY_FROM_0
        ),
        lambda: check_gradients(difference_of_quotients, AWAY_FROM_0),
        {(rounding, "ROUNDED_TWICE"): 1e6},
        {(rounding, "ROUNDED_TWICE"): 0.0},
    ),
    Rule(
        "rounding of large intermediate results",
        of_numbers(sigmoid, lambda z: -sigmoid(z) * (1 - sigmoid(z)), [-38.0]),
        of_case("1 - sigmoid, its gradient from sigmoid, in double precision only"),
        {(rounding, "_wrong_at"): lambda _, rows, __, columns: np.zeros((len(rows), len(columns)), dtype=bool)},
        {(rounding, "ROUNDINGS"): 0.0},
    ),
    Rule(
        "noise that was overestimated",
        of_numbers(steep_sine, lambda x: 1.01e10 * np.cos(1e10 * x), RNG(9).standard_normal(3)),
        of_numbers(steep_sine, lambda x: 1e10 * np.cos(1e10 * x), RNG(9).standard_normal(3)),
        {(noise, "SHORT_UNDERSTATED"): 300.0},
        {(noise, "CURVED"): np.inf},
    ),
    Rule(
        "noise that the shorter probe overestimates, too",
        of_numbers(steep_sine, lambda x: 1.01e10 * np.cos(1e10 * x), RNG(9).standard_normal(3)),
        lambda: check_gradients(steep_sine, NEAR_ITS_PEAK, backward=lambda g, x: g * 1e10 * np.cos(1e10 * x), seed=104),
        {(noise, "SHORT_UNDERSTATED"): 300.0},
        {(noise, "SHORT_PROBES"): noise.SHORT_PROBES[:1]},
    ),
    Rule(
        "rounding that the gradient itself shows",
        lambda: check_gradients(moved(1 + 1e-6), np.array([1.3, 0.4])),
        of_case("square, its gradient moved by 1e5, in double precision only"),
        {(rounding, "DEVIATIONS"): 1e9},
        {(rounding, "DEVIATIONS"): 0.0},
    ),
    Rule(
        "cancellation in the value",
        of_numbers(lambda x: np.maximum(x, 0), lambda x: (1 + 1e-8) * (x > 0), [1e-9]),
        of_case("1 - cos x, tiny"),
        {(cancellation, "FRACTION"): np.inf},
        {(cancellation, "FRACTION"): 1e-9},
    ),
    Rule(
        "derivatives that noise hides",
        of_numbers(normal_distribution, lambda z: 1.01 * density(z), [7.0]),
        of_case("softmax net, a unit near 0"),
        {(indeterminate, "LENGTHS"): (0.0,)},
        {(indeterminate, "CHANGED"): np.inf},
    ),
    Rule(
        "derivatives that noise hides next to a pole",
        of_numbers(normal_distribution, lambda z: 1.01 * density(z), [7.0]),
        lambda: check_gradients(corner_of_inverse, HILBERT, seed=6),
        {(indeterminate, "COARSE"): 0.0},
        {(indeterminate, "COARSE"): np.inf},
    ),
    Rule(
        "kinks that coincide",
        of_numbers(lambda x: np.maximum(x, 0).sum(), lambda x: np.where(x == 0, 2.0, x > 0), [0.0, 1.0]),
        of_case("net at 0, without biases"),
        {(coincident_kinks, "_unexplained"): nothing},
        {(coincident_kinks, "TOO_MANY"): 0},
    ),
    Rule(
        "random directions",
        lambda: check_gradients(absolute(2.0), WITH_0),
        lambda: check_gradients(np.tan, NEAR_POLES, backward=lambda g, x: g / np.cos(x) ** 2),
        {(directions.RandomDirections, "_compare_by_themselves"): lambda *_: None},
        {(hidden_kinks, "OTHER_STEPS"): np.zeros(0), (hidden_kinks, "SUMS"): 0},
    ),
    Rule(
        "single precision",
        lambda: check_gradients(single_tanh(1.0001), SINGLE),
        lambda: check_gradients(of_its_precision, SINGLE, backward=lambda g, x: np.float32(3) * g),
        {(reference, "AGREEING"): np.inf},
        {(reference, "AGREEING"): 0.0},
    ),
    Rule(
        "results that are rounded on the way",
        of_numbers(np.sin, lambda x: (1 + 1e-6) * np.cos(x), AWAY_FROM_0[:9]),
        lambda: check_gradients(single_inside, AWAY_FROM_0),
        {(gradients, "rounds_inside"): lambda *_: True, (gradients, "gradients_round"): lambda *_: True},
        {(gradients, "rounds_inside"): lambda *_: False},
    ),
    Rule(
        "few digits",
        lambda: of_bfloat16(2.0),
        lambda: of_bfloat16(None),
        {(few_digits, "LONGER"): 1.0},
        {(single_entries, "ROUNDINGS"): 0.0, (rounding, "ROUNDINGS"): 0.0, (rounding, "DEVIATIONS"): 0.0},
    ),
    Rule(
        "equal inputs",
        of_numbers(np.max, lambda x: x == x.max(), [2.0, 2, 1]),
        of_numbers(lambda x: np.maximum(x, 0) @ [1, -2], lambda x: np.array([1, -2]) * [x[0] > 0, x[1] >= 0], [0, 0.0]),
        {(equal_inputs, "DISTANCE"): np.inf},
        {(equal_inputs, "POINTS"): 0},
    ),
]
each = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@each
def test_a_mistake_is_found(rule: Rule) -> None:
    assert not rule.mistake().ok


@each
def test_a_right_gradient_is_not_blamed(rule: Rule) -> None:
    report = rule.right()
    assert report.ok, str(report)


@each
def test_wider_it_would_forgive_the_mistake(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), value in rule.wider.items():
        monkeypatch.setattr(module, name, value)
    assert rule.mistake().ok


@each
def test_narrower_it_would_blame_the_right_gradient(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), value in rule.narrower.items():
        monkeypatch.setattr(module, name, value)
    assert not rule.right().ok
