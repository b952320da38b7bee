"""Thresholds of what is computed from inputs: a wrong one is refused, whatever other inputs there are."""

from fractions import Fraction

import pytest

from nnmath.latex.claims.between_thresholds import gaps
from nnmath.latex.claims.hints import hints_of
from nnmath.latex.claims.reading import read_text
from tests.latex.documents import document, failing

NUMBERS = "\n".join(
    f"| ${name}$ | - | () | {domain} | a number |"
    for name, domain in (("x", "positive"), ("w", "real"), ("b", "real"), ("v", "real"), (r"\bar a", "nonzero"))
)
ARRAYS = """
    | $x$ | - | (N, D) | real | input |
    | $W$ | - | (D, M) | real | weights |
    | $c$ | - | (N, M) | real | upstream |
"""
LAYER = "z := w x + b\n\na := \\min(\\max(z, 0), 6)\n\n"
TWO_LAYERS = LAYER + "y := v a + b\n\ns := \\min(\\max(y, 0), 6)\n\nL := \\bar a s"

#: What is true for 6 in the place of CUT, and wrong for any other number.
CUTS = {
    "affine": (NUMBERS, LAYER + r"L := \bar a a", r"\frac{\partial L}{\partial w} = \bar a x [0 < z] [z < CUT]"),
    "within an expression": (
        NUMBERS,
        r"L := \bar a \min(\max(w x + b, 0), 6)",
        r"\frac{\partial L}{\partial w} = \bar a x [0 < w x + b] [w x + b < CUT]",
    ),
    "within a function": (
        NUMBERS,
        "f(u) := \\min(\\max(u, 0), 6)\n\nL := \\bar a f(w x + b)",
        r"\frac{\partial L}{\partial w} = \bar a x [0 < w x + b] [w x + b < CUT]",
    ),
    "an earlier layer": (
        NUMBERS,
        TWO_LAYERS,
        r"\frac{\partial L}{\partial w} = \bar a v x [0 < y] [y < 6] [0 < z] [z < CUT]",
    ),
    "a later layer": (NUMBERS, TWO_LAYERS, r"\frac{\partial L}{\partial v} = \bar a a [0 < y] [y < CUT]"),
    "bars": (
        NUMBERS,
        "r := w x - b\n\n"
        r"L := \begin{cases} \frac12 r^2 & \lvert r \rvert \le 6 \\"
        r"6 (\lvert r \rvert - 3) & \text{otherwise} \end{cases}",
        r"\frac{\partial L}{\partial b} = -\max(-CUT, \min(CUT, r))",
    ),
    "a product of matrices": (
        ARRAYS,
        r"z := x W" + "\n\n" + r"L := \sum_{n,m} c_{nm} \min(\max(z_{nm}, 0), 6)",
        r"\frac{\partial L}{\partial W_{dm}} = \sum_n x_{nd} c_{nm} [0 < z_{nm}] [z_{nm} < CUT]",
    ),
    "a norm": (
        ARRAYS,
        r"L := \sum_n \min(\lVert x_n \rVert, 6)",
        r"\frac{\partial L}{\partial x_{nd}} = \frac{x_{nd}}{\lVert x_n \rVert} [\lVert x_n \rVert < CUT]",
    ),
    "not linear": (
        NUMBERS,
        r"z := e^{w} + b^2" + "\n\n" + r"L := \bar a \min(z, 6)",
        r"\frac{\partial L}{\partial w} = \bar a e^w [z < CUT]",
    ),
}


@pytest.mark.parametrize("name", CUTS)
def test_a_threshold_of_what_is_computed_is_met_from_both_sides(name: str) -> None:
    rows, forward, claim = CUTS[name]
    last = str(forward.count("\n\n") + 2)
    assert failing(document(rows, forward, claim.replace("CUT", "6")), 12) == []
    for wrong in ("9", "6.1", "5.9"):
        assert failing(document(rows, forward, claim.replace("CUT", wrong)), 12) == [last], wrong


def test_quantities_that_are_compared_have_thresholds_of_their_own() -> None:
    rows, forward, claim = CUTS["an earlier layer"]
    found = hints_of(read_text(document(rows, forward, claim.replace("CUT", "9")))).quantities
    assert [tuple(map(int, one.thresholds)) for one in found] == [(0, 6, 9), (0, 6)]


def test_what_is_compared_with_zero_alone_needs_no_more_examples() -> None:
    text = document(NUMBERS, r"L := \max(0, w x + b)", r"\frac{\partial L}{\partial b} = [0 < w x + b]")
    assert hints_of(read_text(text)).quantities == ()


def test_each_gap_holds_its_number() -> None:
    found = gaps([Fraction(number) for number in (-5, 0, 6, 9)])
    assert len(found) == 5
    assert all(gap.holds(number) and number for gap, number in found)
