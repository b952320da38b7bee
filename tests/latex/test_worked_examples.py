"""A worked example: inputs get values, what is printed has to be right to its last digit."""

from typing import Any

import pytest

from nnmath.latex import DerivationError, read_text
from tests.latex.documents import document, failing

ROWS = r"""
    | $x$ | - | (N, D) | real | a matrix |
    | $b$ | - | (D,) | real | a vector |
    | $y$ | - | (N,) | label 1..D | labels |
    | $t$ | - | (N, D) | distribution | rows |
    | $s$ | - | () | [0, 1] | a number |
    | $\varepsilon$ | - | () | 0.25 | a constant |
"""
FORWARD = r"v := x b" "\n\n" r"w_n := x_{n y_n} + s + \varepsilon"
MATRIX = r"x := \begin{pmatrix} 1 & 2 & 3 \\ 0 & -1 & \frac12 \end{pmatrix}"


def example(*equations: str) -> list[str]:
    """The numbers of the equations of a worked example, from 3, that do not hold."""
    return failing(document(ROWS, FORWARD, example="\n\n".join(equations)))


def test_inputs_get_values_and_everything_above_is_computed_from_them() -> None:
    assert example(MATRIX, "b := (1, 10, 100)", r"v = (321, 40)", r"v_2 = 40", r"b^\top b = 10101") == []
    assert example(MATRIX, "y := (3, 2)", "s := 0.5", r"w \approx (3.75, -0.25)", r"N = 2 \approx 2.0") == []


def test_a_later_value_replaces_an_earlier_one() -> None:
    assert example("s := 0.5", "s = 0.5", "s := 1", "s = 1", "s = 0.5") == ["7"]


def test_new_things_may_be_defined_and_are_forgotten_afterwards() -> None:
    text = document(ROWS, FORWARD, example="s := 0.5\n\nq := 2 s\n\nq = 1", mistakes="q := 3 s\n\nq \\ne s")
    assert failing(text) == []


@pytest.mark.parametrize(
    ("printed", "right"),
    [
        ("0.333", True),
        ("0.334", False),
        ("0.3", True),
        ("0.3333333333", True),
        ("0.3333333334", False),
        (r"3.33 \cdot 10^{-1}", True),
        (r"3.34 \cdot 10^{-1}", False),
        (r"33 \times 10^{-2}", True),
        ("0", True),
        ("1", False),
        ("1 - 0.667", True),
        ("1 - 0.668", False),
        ("0.6667 / 2", True),
        ("0.66 / 2", False),
    ],
)
def test_printed_digits_are_right_to_half_a_unit_in_the_last(printed: Any, right: Any) -> None:
    assert example("s := 0.5", rf"\frac{{s}}{{1.5}} \approx {printed}") == ([] if right else ["4"])


def test_every_entry_of_a_matrix_has_its_own_digits() -> None:
    right = r"\begin{pmatrix} 1.0 & 2.00 & 3 \\ 0 & -1 & 0.5 \end{pmatrix}"
    assert example(MATRIX, rf"x \approx {right}") == []
    assert example(MATRIX, rf"x \approx {right.replace('0.5', '0.51')}") == ["4"]


@pytest.mark.parametrize(
    ("equation", "part"),
    [
        ("x := 3", "has the shape (N, D)"),
        ("b := 3", "has the shape (D,)"),
        ("s := 2", "not in the domain"),
        (r"b := \begin{pmatrix} 1 & 2 \end{pmatrix}", "what it is given has (1, 2)"),
        ("y := (1, 0)", "not in the domain"),
        ("y := (1, 1.5)", "not in the domain"),
        (r"t := \begin{pmatrix} 0.5 & 0.4 \end{pmatrix}", "not in the domain"),
        (r"\varepsilon := 2", "not in the domain"),
        ("s := q", "neither a symbol"),
        ("s := b_1", "b has no value here"),
        ("s_1 := 1", "as a whole"),
        ("v := (1, 2)", "defined above already"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(equation: Any, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        example(equation)
    assert part in str(caught.value)


def test_dimensions_have_to_agree() -> None:
    with pytest.raises(DerivationError, match="has the shape"):
        example(MATRIX, "b := (1, 2)")
    with pytest.raises(DerivationError, match="have the shapes"):
        example(MATRIX, "b := (1, 2, 3)", "v = (14, 1, 1)")
    with pytest.raises(DerivationError, match="not in the domain"):
        example(MATRIX, "y := (4, 1)")


def test_a_value_that_is_not_given_is_missed() -> None:
    report_of = document(ROWS, FORWARD, example=MATRIX + "\n\nv = v")
    assert failing(report_of) == ["4"]
    assert len(read_text(report_of).equations) == 4
