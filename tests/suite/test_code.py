"""Code is compared with its derivation: what finite differences cannot see, digits lost, is seen here."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from nnmath.latex import Derivation, read
from nnmath.primitives import PRIMITIVES, gru
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport, check_code
from nnmath.suite.implementation import Implementation, input_forms
from nnmath.suite.rounding_errors import errors_of

EXAMPLES = 50
#: Examples of each primitive: one of each kind with short axes. `nnmath check` compares at 200, and with long ones.
SHORT = 7
Function = Callable[..., Any]


@cache
def derivation_of(name: str) -> Derivation:
    return read(os.path.relpath(catalogue()[name].path))


def check(name: str, function: Function) -> CodeReport:
    """Compare a function with a derivation."""
    derivation = derivation_of(name)
    arguments = list(function.__code__.co_varnames[: function.__code__.co_argcount])
    report = check_code(derivation, EXAMPLES, implementation=Implementation("test.py", function, arguments, derivation))
    assert report is not None
    return report


@pytest.mark.parametrize("name", [primitive.__name__ for primitive in PRIMITIVES])
def test_the_code_computes_what_its_derivation_says(name: str) -> None:
    report = check_code(derivation_of(name), SHORT)
    assert report is not None
    assert report.ok, str(report)
    assert report.examples == SHORT
    assert all(worst.inputs for worst in report.results.values()), "each result was compared"


def sigmoid(z: Any) -> Any:
    a = 1 / (1 + np.exp(-z))
    return a, lambda da: da * a * (1 - a)


def softmax(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p, lambda dp: p * (dp - (dp * p).sum(axis=1, keepdims=True))


def relu(z: Any) -> Any:
    return np.maximum(z, 0) * (1 + 1e-14), lambda da: da * (z > 0)


def dense(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, lambda dz: (dz @ W.T, (1 + 1e-13) * (x.T @ dz), dz.sum(axis=0))


def binary_cross_entropy(logits: Any, targets: Any) -> Any:
    p = 1 / (1 + np.exp(-logits))
    loss = -np.sum(targets * np.log(p) + (1 - targets) * np.log(1 - p)) / len(np.atleast_1d(logits))
    return loss, lambda upstream: (p - targets) * (upstream / len(np.atleast_1d(logits)))


def softmax_cross_entropy(logits: Any, targets: Any) -> Any:
    rows = targets if targets.ndim == 2 else np.eye(logits.shape[1], dtype=logits.dtype)[targets]
    p, _ = softmax(logits)
    return -np.sum(rows * np.log(p)) / len(p), lambda upstream: (p - rows) * (upstream / len(p))


TEXTBOOK = [sigmoid, softmax, relu, dense, binary_cross_entropy, softmax_cross_entropy]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("function", TEXTBOOK, ids=lambda f: f.__name__)
def test_a_formula_that_loses_digits_is_refused(function: Function) -> None:
    report = check(function.__name__, function)
    assert not report.ok
    tag = next(worst.tag for worst in report.results.values() if not worst.ok)
    assert f"equation ({tag}) of" in str(report)


def test_fewer_gradients_than_the_derivation_has_are_refused() -> None:
    def dense(x: Any, W: Any, b: Any) -> Any:
        return x @ W + b, lambda dz: (x.T @ dz, dz.sum(axis=0))

    assert "returns 2 gradients" in str(check("dense", dense))


def test_code_that_raises_is_a_finding() -> None:
    def relu(z: Any) -> Any:
        return np.maximum(z, 0), lambda da: 1 // 0

    assert "it raises ZeroDivisionError" in str(check("relu", relu))


@pytest.mark.parametrize("name", ["network", "l2_penalty", "optimizers"])
def test_a_function_that_is_no_primitive_is_not_compared(name: str) -> None:
    assert check_code(derivation_of(name)) is None


def test_a_derivation_without_a_module_has_no_code_to_check(tmp_path: Path) -> None:
    lone = tmp_path / "relu.md"
    lone.write_text(catalogue()["relu"].path.read_text().replace(".py", ".txt"))
    assert check_code(read(lone)) is None


@pytest.mark.parametrize(("most", "expected"), [(1e-5, "probabilities"), (np.inf, "nonnegative")])
def test_rows_that_a_function_refuses_are_not_drawn_for_it(most: float, expected: str) -> None:
    def loss(logits: Any, targets: Any) -> Any:
        if targets.ndim == 2 and (abs(targets.sum(axis=1) - 1) > most).any():
            raise ValueError("targets: expected rows that sum to 1")
        return textbook(logits, targets)

    textbook = softmax_cross_entropy
    derivation = derivation_of("softmax_cross_entropy")
    rows, labels = input_forms(Implementation("test.py", loss, ["logits", "targets"], derivation))
    assert str(rows[1].domain) == expected
    assert str(labels[1].domain) == "labels:K"


@pytest.mark.parametrize(("share", "right"), [(0.0, True), (3e-12, True), (1e-9, False)])
def test_a_slope_far_out_may_move_as_far_as_its_sum_does(share: float, right: bool) -> None:
    derivation = derivation_of("gru")

    def gru_with_an_error(x: Any, h0: Any, W: Any, U: Any, b: Any, c: Any) -> Any:
        h, backward = gru(x, h0, W, U, b, c)

        def backward_with_an_error(dh: Any) -> Any:
            dx, dh0, dW, dU, db, dc = backward(dh)
            return dx, dh0, dW, dU, db * (1 + share), dc

        return h, backward_with_an_error

    # the gates are those of 1,000 · 0.1: the rounding of such a sum is a thousand times that of the slope
    inputs = {"x": np.ones((1, 1, 1000)), "h0": np.ones((1, 1)), "W": np.full((1000, 3), 0.1), "U": np.ones((1, 3))}
    inputs |= {"b": np.zeros(3), "c": np.zeros(1), "dh": np.ones((1, 1, 1))}
    implementation = Implementation("test.py", gru_with_an_error, ["x", "h0", "W", "U", "b", "c"], derivation)
    assert CodeComparison(implementation, CodeReport("", "")).run(inputs) == right


def error_in_many_digits(computed: Any, exact: Any) -> float:
    """The error of one number in units in the last place of the exact one, as the definition says."""
    limits = np.finfo(computed.dtype)
    if not np.isfinite(computed):
        return 0.0 if abs(exact) > limits.max else np.inf
    error, size = abs(mp.mpf(float(computed)) - exact), abs(exact)
    if size < 4 * float(limits.tiny):
        return 0.0 if error <= 4 * float(limits.tiny) else np.inf
    return float(error / mp.mpf(2) ** (mp.floor(mp.log(size, 2)) - limits.nmant))


@given(
    dtype=st.sampled_from([np.float32, np.float64]),
    exponent=st.integers(-1080, 1030),
    offset=st.sampled_from([0, -1e-30, 1e-30, -1e-17, 1e-9, 0.3, -0.4, 0.999]),
    computed=st.sampled_from([np.inf, -np.inf, 0.0, 1.0, 1.5, -1.0, 1 + 1e-9, 1 - 1e-15]),
)
def test_errors_are_those_of_the_definition(dtype: Any, exponent: int, offset: float, computed: float) -> None:
    with mp.workdps(60), np.errstate(all="ignore"):
        exact = mp.ldexp(1 + mp.mpf(offset), exponent)
        code = dtype(float(mp.ldexp(computed, exponent)) if np.isfinite(computed) else computed)
        said = errors_of(np.array([code]), np.array([exact], object))[0]
        meant = error_in_many_digits(code, exact)
    assert said == pytest.approx(meant, rel=1e-6) or (said == np.inf and meant > 1e6)  # no number of 64 bits is near
