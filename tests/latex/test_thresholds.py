"""Thresholds of what is computed from inputs: a wrong one is refused, whatever other inputs there are."""

from fractions import Fraction

import pytest

from nnmath.latex.claims.between_thresholds import gaps
from nnmath.latex.claims.hints import hints_of
from nnmath.latex.claims.reading import read_text
from nnmath.latex.claims.running import run
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
    "an absolute value": (
        NUMBERS,
        r"L := \bar a \lvert w x + b - 6 \rvert",
        r"\frac{\partial L}{\partial b} = \bar a \operatorname{sign}(w x + b - CUT)",
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


@pytest.mark.parametrize(
    "z", ["e^{e^{w}}", r"\frac{1}{w}", "10^{30} (w x)^9", r"\log(w)", "0 w", r"\lvert w \rvert + 20"]
)
def test_what_cannot_be_brought_to_a_threshold_is_left_as_it_is(z: str) -> None:
    text = document(NUMBERS, f"z := {z}\n\n" + r"L := \min(z, 6)", r"L = \min(z, 6)")
    assert run(read_text(text), 12, shrink=False, total=False).ok


CLIPPED = """
    | $X$ | - | (K, D) | real | features |
    | $\\theta$ | - | (D,) | real | parameters |
    | $r$ | - | (K,) | real | rewards |
    | $b$ | - | () | real | a baseline |
    | $\\rho$ | - | () | positive | a ratio |
    | $A$ | - | () | real | an advantage |
    | $c$ | - | () | (0, 1) | how far the ratio may go |
"""


@pytest.mark.parametrize(
    ("claimed", "failures"),
    [
        (r"A [A > 0] [\rho < 1 + c] + A [A < 0] [\rho > 1 - c]", []),
        (r"A [\rho < 1 + c] [\rho > 1 - c]", ["6"]),
        (r"A [A > 0] [\rho < 1 + c] + A [A < 0] [\rho > 1 + c]", ["6"]),
    ],
)
def test_a_claim_with_several_thresholds_is_tried_in_all_cells_of_them(claimed: str, failures: list[str]) -> None:
    forward = (
        r"h_k := \sum_{d=1}^D X_{kd} \theta_d"
        "\n\n"
        r"\pi_k := \frac{e^{h_k}}{\sum_{j=1}^K e^{h_j}}"
        "\n\n"
        r"J := \sum_{k=1}^K \pi_k (r_k - b)"
        "\n\n"
        r"S := -\sum_{k=1}^K \pi_k \log(\pi_k)"
        "\n\n"
        r"C := \min(\rho A, \operatorname{clip}(\rho, 1 - c, 1 + c) A)"
    )
    text = document(CLIPPED, forward, rf"\frac{{\partial C}}{{\partial \rho}} = {claimed}")
    for seed in range(8):
        found = run(read_text(text), 12, seed, shrink=False).failures
        assert [result.equation.block.tag for result in found] == failures, seed


def test_a_number_that_no_ball_holds_exactly_is_as_large_as_itself() -> None:
    rows = r"| $\tau$ | - | (N,) | positive | durations |" + "\n" + r"| $w$ | - | (N,) | real | scores |"
    forward = r"s_i := \sum_{j=1}^N [\tau_j \ge \tau_i] e^{w_j}" + "\n\n" + r"q_i := \log(s_i)"
    claim = r"\frac{\partial q_i}{\partial w_j} = \frac{[\tau_j SIGN \tau_i] e^{w_j}}{s_i}"
    assert failing(document(rows, forward, claim.replace("SIGN", r"\ge")), 12) == []
    assert failing(document(rows, forward, claim.replace("SIGN", ">")), 12) == ["3"]
