"""What a report says, and what is refused."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import CouldNotCheckError, assert_gradients, check_function, check_gradients
from tests.gradcheck.passes import (
    cross_entropy,
    cross_entropy_b,
    dense,
    dense_b,
    relu,
    relu_b,
    sigmoid,
    sigmoid_b,
    tanh_b,
)

RNG = np.random.default_rng(0)
X, W, B = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 2)), RNG.standard_normal(2)


def mean_db(g: Any, x: Any, W: Any, b: Any) -> Any:
    return g @ W.T, x.T @ g, g.mean(axis=0)


def test_a_finding_has_the_three_numbers_of_the_worst_entry() -> None:
    report = check_gradients(dense, X, W, B, backward=lambda g, x, W, b: (g @ W.T, 2 * x.T @ g, g.sum(0)))
    (finding,) = report.findings
    assert finding.where is not None
    assert (finding.input, finding.cause, finding.factor) == (1, "scale", 2.0)
    assert finding.analytic == pytest.approx(2 * finding.numeric)
    assert 0 < finding.error_bar < 1e-9 * abs(finding.numeric)
    row, column = finding.where
    assert 0 <= row < 3
    assert 0 <= column < 2


def test_numbers_are_given_where_only_a_signed_upstream_gradient_shows_the_mistake() -> None:
    report = check_gradients(np.tanh, X, backward=lambda g, x: np.abs(g) * (1 - np.tanh(x) ** 2))
    (finding,) = report.findings
    assert finding.cause == "upstream"
    assert finding.where is not None
    assert abs(finding.analytic - finding.numeric) > finding.error_bar > 0


def test_the_message_relates_a_factor_to_the_batch() -> None:
    report = check_gradients(dense, X, W, B, backward=mean_db)
    assert report.findings[0].message == (
        "The gradient is 1/4 times the right one, and the batch size is 4: a mean where a sum belongs?"
    )


def test_the_message_relates_a_factor_to_batch_times_classes() -> None:
    logits, labels = RNG.standard_normal((4, 3)), np.array([0, 1, 2, 1])
    report = check_gradients(cross_entropy, logits, labels, backward=lambda g, z, y: 12 * cross_entropy_b(g, z, y))
    assert "12 = batch × classes" in report.findings[0].message


def test_the_report_is_for_people() -> None:
    text = str(check_gradients(dense, X, W, B, backward=mean_db)).splitlines()
    assert text[0] == "gradient of b: wrong (scale)"
    assert text[1].strip().startswith("The gradient is 1/4 times the right one")
    assert text[2].strip().startswith("worst at b[")
    assert "finite differences 1 ±" in text[3]
    assert text[4] == "gradients of x, W: right"
    assert str(check_gradients(dense, X, W, B, backward=dense_b)).startswith("gradients of x, W, b: right")


def test_one_line_in_a_test() -> None:
    assert_gradients(dense, X, W, B, backward=dense_b)
    with pytest.raises(AssertionError, match=r"gradient of b: wrong \(scale\)"):
        assert_gradients(dense, X, W, B, backward=mean_db)


@pytest.mark.parametrize("wrt", [1, "W", (1,), ["W"], np.int64(1)])
def test_wrt_names_inputs(wrt: Any) -> None:
    report = check_gradients(dense, X, W, B, backward=lambda g, x, W, b: 2 * x.T @ g, wrt=wrt)
    assert [(finding.input, finding.factor) for finding in report.findings] == [(1, 2.0)]


def test_wrt_may_leave_out_what_backward_returns() -> None:
    assert check_gradients(dense, X, W, B, backward=dense_b, wrt=("b", "W")).ok  # whichever way round
    assert check_gradients(dense, X, W, B, backward=lambda *a: dense_b(*a), wrt=("W",)).ok


@pytest.mark.parametrize("wrt", ["c", 3, -1, (0, 0), ()])
def test_wrt_that_names_no_input_is_refused(wrt: Any) -> None:
    with pytest.raises(ValueError, match="wrt: expected"):
        check_gradients(dense, X, W, B, backward=dense_b, wrt=wrt)


@pytest.mark.parametrize("x", [np.arange(3), X + 0j, np.array(["a"]), "text", None, 3, [True, False]])
def test_what_is_not_real_is_refused_by_name(x: Any) -> None:
    with pytest.raises(TypeError, match="z: expected an array of real"):
        check_gradients(relu, x, backward=lambda g, z: g, wrt=0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_inputs_that_are_not_finite_are_refused_by_place(bad: Any) -> None:
    with pytest.raises(ValueError, match=r"z: expected finite numbers .* at index \(1,\)"):
        check_gradients(relu, np.array([1.0, bad]), backward=relu_b)


@pytest.mark.parametrize("gradients", [None, (None,), ()], ids=str)
def test_a_function_of_labels_alone_is_refused_by_the_kinds_of_its_inputs(gradients: Any) -> None:
    def counts(labels: Any) -> Any:
        return np.eye(3)[labels].sum(axis=0), lambda g: gradients

    with pytest.raises(TypeError, match=r"expected an array of floating point.*; labels is int64"):
        check_gradients(counts, np.array([0, 1, 2]))
    with pytest.raises(CouldNotCheckError, match=r"counts: expected an array of floating point.*labels is int64"):
        check_function(counts, "labels=N", "labels=labels:3")


def test_a_complex_value_is_refused() -> None:
    with pytest.raises(TypeError, match="array of real numbers, got complex128"):
        check_gradients(lambda x: x + 1j, X, backward=lambda g, x: g)


def test_a_function_that_returns_no_backward_pass_is_told_how() -> None:
    with pytest.raises(TypeError, match="backward="):
        check_gradients(relu, X)


def test_a_forward_pass_that_raises_at_the_inputs_raises() -> None:
    def picky(x: Any) -> None:
        raise KeyError("picky")

    with pytest.raises(KeyError, match="picky"):
        check_gradients(picky, X)


def test_too_many_gradients_are_refused() -> None:
    with pytest.raises(ValueError, match="2 gradients for 1 inputs"):
        check_gradients(relu, X, backward=lambda g, z: (g, g))


def test_too_few_gradients_are_a_finding() -> None:
    report = check_gradients(dense, X, W, B, backward=lambda g, x, W, b: (g @ W.T, x.T @ g), wrt=(0, 1, 2))
    assert [finding.cause for finding in report.findings] == ["shape"]


def test_empty_inputs_are_not_judged() -> None:
    report = check_gradients(relu, np.zeros((0, 3)), backward=relu_b)
    assert report.ok
    assert report.not_judged[0].reason == "the value has no entries"
    report = check_gradients(lambda x, e: x + e.sum(), X, np.zeros(0), backward=lambda g, x, e: (g, np.zeros(0)))
    assert report.ok
    assert [(item.input, item.reason) for item in report.not_judged] == [(1, "the input has no entries")]


def test_a_value_that_is_not_finite_is_a_finding() -> None:
    report = check_gradients(np.log, np.array([1.0, 0.0]), backward=lambda g, x: g / np.maximum(x, 1))
    assert report.findings[0].cause == "nonfinite"


def test_no_input_is_written_to_even_by_a_function_that_does() -> None:
    def rude(x: Any) -> Any:
        x *= 0
        return x.copy(), lambda g: 0 * g

    x = X.copy()
    assert check_gradients(rude, x).findings[0].cause == "mutates"
    assert np.array_equal(x, X)


def test_a_backward_pass_that_raises_later_is_a_finding() -> None:
    def backward(g: Any, z: Any) -> Any:
        if (g == 0).sum() > 1:
            raise RuntimeError("no zeros, please")
        return sigmoid_b(g, z)

    report = check_gradients(sigmoid, X, backward=backward)
    assert "RuntimeError: no zeros, please" in report.findings[0].message


def test_a_gradient_of_none_is_not_judged() -> None:
    report = check_gradients(lambda x, W: (x @ W, lambda g: (None, x.T @ g)), X, W)
    assert report.ok
    assert [(item.input, item.where) for item in report.not_judged] == [(0, None)]
    assert str(report).startswith("gradient of W: right\n")  # and not of x


def test_a_gradient_in_a_higher_precision_is_not_wrong_but_noted() -> None:
    x = X.astype(np.float32)
    report = check_gradients(lambda x: np.sin(x), x, backward=lambda g, x: g.astype(float) * np.cos(x))
    assert report.ok
    assert report.notes == ("the gradient of x is float64, its input and the value are float32",)
    assert "note: " in str(report)
    mixed = check_gradients(lambda x: x @ W, x, backward=lambda g, x: g @ W.T)  # float64 weights ask for it
    assert mixed.ok
    assert mixed.notes == ()


def test_a_function_that_computes_in_single_precision_is_noted() -> None:
    def forward(x: Any) -> Any:
        return np.tanh(x.astype(np.float32)).astype(float)

    def backward(g: Any, x: Any) -> Any:
        return tanh_b(g, x.astype(np.float32)).astype(np.float32).astype(float)

    note = "the value is float64, and rounded as float32 is, by a cast or where large terms cancel"
    report = check_gradients(forward, X, backward=tanh_b)
    assert report.ok
    assert report.notes == (note,)
    assert check_gradients(forward, X, backward=backward).notes == (note + ": the gradients may be off by as much",)
    assert check_gradients(np.tanh, X.astype(np.float32).astype(float), backward=tanh_b).notes == ()
    assert check_gradients(np.floor, X, backward=lambda g, x: 0 * g).notes == ()


def test_the_slopes_on_the_two_sides_of_a_kink_are_named() -> None:
    def forward(z: Any) -> Any:
        return relu(np.asarray(z, dtype=float))

    report = check_gradients(forward, np.zeros(3), backward=lambda g, z: 2 * g)
    assert "between those on its two sides, 0 and 1, would do" in report.findings[0].message


def test_coincident_kinks_are_not_judged() -> None:
    def both(x: Any) -> Any:
        return np.maximum(x, 0) - np.maximum(-x, 0)

    report = check_gradients(both, np.array([0.0, 1.0]), backward=lambda g, x: g * (x != 0))
    assert report.ok
    assert [item.where for item in report.not_judged] == [(0,)]


def test_what_cannot_be_differentiated_is_not_judged() -> None:
    report = check_gradients(np.sign, np.array([0.0, 2.0]), backward=lambda g, x: 0 * g)
    assert report.ok
    assert [item.where for item in report.not_judged] == [(0,)]
    assert "not judged: " in str(report)


def test_the_same_seed_gives_the_same_report() -> None:
    one, other = (check_gradients(dense, X, W, B, backward=mean_db, seed=5) for _ in range(2))
    assert one == other


def test_large_problems_are_found_down_to_the_entry() -> None:
    x, V, b = RNG.standard_normal((20, 40)), RNG.standard_normal((40, 30)), RNG.standard_normal(30)

    def backward(g: Any, x: Any, V: Any, b: Any) -> Any:
        dV = x.T @ g
        dV[17, 3] *= 1 + 1e-4
        return g @ V.T, dV, g.sum(axis=0)

    (finding,) = check_gradients(dense, x, V, b, backward=backward).findings
    assert (finding.input, finding.cause, finding.where) == (1, "entries", (17, 3))
