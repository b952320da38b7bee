"""Each rule on false alarms: wider, it forgives a mistake; narrower, it blames a right function.

derivations/gradcheck/false_alarms.md lists the rules in this order, each with its reason.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients, directions, few_digits, gradients, reference, single_entries
from nnmath.gradcheck.false_alarms import cancellation, coincident_kinks, higher_precision, indeterminate, rounding
from nnmath.gradcheck.false_alarms import remeasured_noise as noise
from nnmath.gradcheck.report import GradientReport
from tests.gradcheck.all_cases import RIGHT

RNG = np.random.default_rng
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


def of_numbers(forward: Any, slope: Any, x: Any) -> Callable[[], GradientReport]:
    """A function of single numbers, with a slope that need not be its own."""
    return lambda: check_gradients(forward, np.asarray(x), backward=lambda g, x: g * slope(x))


def another_when_wide(x: Any) -> Any:
    """A square that is another function, and a noisy one, where it is called in an extended precision."""
    return 1.5 * x**2 + 1e-4 * np.sin(1e15 * x) if x.dtype == np.longdouble else x**2


def sigmoid(z: Any) -> Any:
    """A function that saturates."""
    return 1 / (1 + np.exp(-z))


def normal_distribution(z: Any) -> Any:
    """Its distribution function."""
    return np.array([0.5 * math.erfc(-t / 2**0.5) for t in np.ravel(z)]).reshape(np.shape(z))


def density(z: Any) -> Any:
    """The derivative of that."""
    return np.exp(-z * z / 2) / (2 * np.pi) ** 0.5


def difference_of_quotients(x: Any) -> tuple[Any, Any]:
    """A function whose backward pass subtracts numbers that are nearly equal."""
    u = x.dtype.type(1e-9)
    return np.log1p(u / x), lambda g: g * (1 / (x + u) - 1 / x)


def moved(factor: float) -> Any:
    """A square whose backward pass is noisy."""

    def square(x: Any) -> tuple[Any, Any]:
        x = x.astype(np.float64)
        return x**2, lambda g: factor * g * 2 * ((x + 1e5) - 1e5)

    return square


def absolute(at_0: float) -> Any:
    """The absolute value, with this slope at 0."""
    return lambda x: (np.abs(x), lambda g: g * np.where(x == 0, at_0, np.sign(x)))


def single_tanh(factor: float) -> Any:
    """A function of single precision."""
    return lambda x: (np.tanh(x), lambda g: g * np.float32(factor) * (1 - np.tanh(x) ** 2))


def single_inside(x: Any) -> Any:
    """A product of which one factor is computed in single precision, and so are its gradients."""
    a = np.exp(x.astype(np.float32)).astype(float)
    return a * x, lambda g: (g * x).astype(np.float32).astype(float) * a + g * a


def of_bfloat16(factor: float | None) -> GradientReport:
    """A square that casts its inputs, its backward pass off by a factor; or a tanh, with its values in double."""
    torch: Any = pytest.importorskip("torch")
    from tests.gradcheck.test_torch_functions import kernel

    x = torch.randn((4, 5), generator=torch.Generator().manual_seed(0)).bfloat16()
    if factor is None:
        return check_gradients(torch.tanh, x, reference=torch.tanh)
    return check_gradients(kernel(torch.bfloat16, factor), x)


def steep_sine(x: Any) -> Any:
    """A sine that oscillates within the steps of the longer probe of its noise."""
    return np.sin(1e10 * x)


def of_its_precision(x: Any) -> Any:
    """Three times the input, and in double precision a little more."""
    return x * x.dtype.type(3 if x.dtype == np.float32 else 3.03)


def corner_of_inverse(A: Any) -> Any:
    inverse = np.linalg.inv(A)

    def backward(g: Any) -> Any:
        whole = np.zeros(A.shape)
        whole[7:, 7:] = g
        return -inverse.T @ whole @ inverse.T

    return inverse[7:, 7:], backward


def nothing(_: Any, rows: Any, columns: Any, *__: Any) -> Any:
    """No derivative of these is wrong."""
    return np.zeros(len(columns), dtype=bool)


WITH_0 = np.concatenate([[0.0], RNG(0).standard_normal(600)])
NEAR_POLES = RNG(33).standard_normal(600)
HILBERT = 1 / (1.0 + np.arange(10)[:, np.newaxis] + np.arange(10))  # its inverse has two or three right digits
NEAR_ITS_PEAK = np.array([-2.0346254818318728, 0.6033017469247647, 0.7442945298799118])
SINGLE = RNG(1).standard_normal(5).astype(np.float32)
AWAY_FROM_0 = 0.5 + RNG(0).random(600)

RULES = [
    Rule(
        "noise that was underestimated",
        of_numbers(np.sin, lambda x: (1 + 1e-6) * np.cos(x), [0.3, 1.1, 2.0]),
        of_case("tanh of 1e-3, single precision in the middle"),
        {(noise, "UNDERSTATED"): 1e11, (noise, "GENEROUS"): 1e11},
        {(noise, "UNDERSTATED"): 0.0},
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
        {(directions, "OTHER_STEPS"): np.zeros(0)},
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
