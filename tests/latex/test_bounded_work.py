"""Any file ends soon, or says what took too long; the same file on any machine, because work is counted."""

from itertools import pairwise

import pytest

from nnmath.latex import DerivationError, read_text, run
from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import functions, tensor, work
from tests.latex.documents import document, failing, verdict

NUMBER = "| $x$ | - | () | real | a number |"


def nested(depth: int) -> str:
    """Functions of which each one applies the one before it twice: 2 to the power of `depth` additions."""
    names = "fghijklmnopqrstvw"
    forward = ["f(u) := u + 1"]
    forward += [f"{after}(u) := {before}({before}(u))" for before, after in pairwise(names[:depth])]
    return document(NUMBER, "\n\n".join(forward), f"{names[depth - 1]}(x) = x + {2 ** (depth - 1)}")


def test_nested_functions_hold_as_long_as_they_can_be_computed() -> None:
    assert verdict(nested(6)).ok


def test_what_takes_too_long_is_named() -> None:
    report = run(read_text(nested(17)), shrink=False, work=4_000_000)
    assert [result.equation.block.tag for result in report.failures][-1] == "18"
    assert all("takes too long" in str(result.refutation) for result in report.failures)
    assert "equation (18) cannot be judged: it takes too long to compute" in str(report)


@pytest.mark.parametrize("base", ["10^4 x^7", "10^3 x^5"])
def test_a_steep_function_is_judged(base: str) -> None:
    slope = rf"\frac{{\partial}}{{\partial x}} ({base})"
    text = document(NUMBER, rf"a := \tanh({base})", rf"\frac{{\partial a}}{{\partial x}} = (1 - a^2) {slope}")
    assert verdict(text, examples=12).ok
    assert failing(text.replace("(1 - a^2)", "(1 + a^2)"), examples=12) == ["2"]


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        (r"\sin(10^{12} x)", r"10^{12} \cos(10^{12} x)", r"10^{12} \cos(10^{6} x)"),
        (
            r"\operatorname{erf}(x^{21})",
            r"\frac{42 x^{20}}{\sqrt{\pi}} e^{-x^{42}}",
            r"\frac{40 x^{20}}{\sqrt{\pi}} e^{-x^{42}}",
        ),
        (r"e^{-e^{x^2}}", r"-2 x e^{x^2} a", r"-2 x e^{x^2} a + a"),
    ],
)
def test_what_is_steep_or_nearly_zero_has_a_value(function: str, right: str, wrong: str) -> None:
    text = document(NUMBER, f"a := {function}", rf"\frac{{\partial a}}{{\partial x}} = {right}")
    assert verdict(text, examples=12).ok
    assert failing(text.replace(right, wrong), examples=12) == ["2"]


def test_what_cancels_ten_thousand_digits_is_judged() -> None:
    text = document(NUMBER, "a := x", "a = (x + 10^{10000}) - 10^{10000}")
    assert verdict(text).ok
    assert failing(text.replace("a = (x", "a = (2 x")) == ["2"]


@pytest.mark.parametrize("text", ["[" * 1_000_000, "[\n" * 500_000, "# a\n\n" + "*a\n\n" * 200_000, ""])
def test_a_file_that_no_one_would_write_is_refused(text: str) -> None:
    with pytest.raises(DerivationError):
        read_text(text)


def test_the_search_for_a_simple_counterexample_may_run_out_of_work() -> None:
    rows = "| $x$ | - | (T,) | real | signal |\n| $w$ | - | (U,) | real | kernel |"
    text = document(rows, "P := T - U + 1" + "\n\n" + r"y_p := \sum_u w_u x_{p+u-1}", r"y_p = 2 \sum_u w_u x_{p+u-1}")
    for allowed in range(12_000, 22_000, 800):
        assert "3" in [one.equation.block.tag for one in run(read_text(text), work=allowed).failures]


def test_work_is_counted_and_given_back() -> None:
    one = tensor.number(1)
    with work.at_most(1_000):
        before = work.left()
        functions.exp(one)
        assert work.left() < before
        with work.at_most(30):
            functions.exp(one)
            with pytest.raises(Undefined):
                functions.exp(one)
        assert 0 < work.left() < before
    assert work.left() == float("inf")
