"""At a kink a claim lies between the one-sided derivatives, or it is not judged."""

import pytest

from nnmath.latex import read_text, run
from tests.latex.documents import document, failing

AT_ZERO = "z := 0\n\nw := -2"
ROWS = "| $z$ | - | () | real | on the kink |\n| $w$ | - | () | real | upstream gradient |"
FORWARD = "a := \\max(z, 0)\n\nL := w a"


def at_zero(latex: str) -> list[str]:
    return failing(document(ROWS, FORWARD, example=f"{AT_ZERO}\n\n{latex}"))


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{\partial a}{\partial z} = 0",
        r"\frac{\partial a}{\partial z} = 1",
        r"\frac{\partial a}{\partial z} = \frac12",
        r"\frac{\partial L}{\partial z} = -2",
        r"\frac{\partial L}{\partial z} = -1",
        r"0.3 = \frac{\partial a}{\partial z}",
        r"\frac{\partial}{\partial z} \lvert z \rvert = -1",
        r"\frac{\partial}{\partial z} (\max(z, 0) + \min(z, 0)) = 1",
        r"\frac{\partial a}{\partial z} \approx 0.4",
        r"\frac{\partial a}{\partial z} \ne 1.1",
        r"\frac{\partial L}{\partial z} = w \frac{\partial a}{\partial z} = -1",
    ],
)
def test_between_the_one_sided_derivatives(latex: str) -> None:
    assert at_zero(latex) == []


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac{\partial a}{\partial z} = -0.1",
        r"\frac{\partial a}{\partial z} = 1.1",
        r"\frac{\partial L}{\partial z} = 1",
        r"\frac{\partial}{\partial z} \lvert z \rvert = 1.01",
        r"\frac{\partial}{\partial z} (z^2 + z) = 0",
        r"\frac{\partial a}{\partial z} \approx 1.2",
        r"\frac{\partial a}{\partial z} \ne 0.5",
        r"\frac{\partial L}{\partial z} = w \frac{\partial a}{\partial z} = 1",
    ],
)
def test_outside_of_them(latex: str) -> None:
    assert at_zero(latex) == ["5"]


def test_a_product_with_a_derivative_on_a_kink_lies_between_the_one_sided_derivatives() -> None:
    assert at_zero(r"w \frac{\partial a}{\partial z} = -1.5") == []
    assert at_zero(r"w \frac{\partial a}{\partial z} = 7") == ["5"]


@pytest.mark.parametrize(("claimed", "wrong"), [("0", []), ("1", ["2"])])
def test_the_derivative_of_a_constant_that_looks_like_a_kink(claimed: str, wrong: list[str]) -> None:
    rows = "| $z$ | - | () | real | x |"
    assert (
        failing(document(rows, r"a := \lvert z - z \rvert", rf"\frac{{\partial a}}{{\partial z}} = {claimed}")) == wrong
    )


def test_ties_of_a_maximum() -> None:
    rows = "| $z$ | - | (K,) | real | values |"
    text = document(
        rows,
        r"m := \max_k z_k",
        example=r"z := (1, 3, 3)"
        "\n\n"
        + "\n\n".join(
            rf"\frac{{\partial m}}{{\partial z_{k}}} = {slope}"
            for k, slope in [(1, 0), (2, "0.5"), (3, 1), (1, 1), (2, 2)]
        ),
    )
    assert failing(text) == ["6", "7"]


def test_the_logarithm_of_the_sum_has_no_kink_where_its_maximum_has_one() -> None:
    text = document(
        "| $z$ | - | (K,) | real | values |",
        r"""
        m := \max_k z_k

        s := m + \log \sum_k e^{z_k - m}

        \frac{\partial s}{\partial z_k} = \frac{e^{z_k}}{\sum_j e^{z_j}}
    """,
        example=r"z := (2, 2)" "\n\n" r"\frac{\partial s}{\partial z_1} = 0.4",
    )
    assert failing(text) == ["5"]


@pytest.mark.parametrize(("value", "wrong"), [("h", []), ("2 h", ["3"])])
def test_cases_that_meet_at_a_number_that_no_ball_holds_exactly(value: str, wrong: list[str]) -> None:
    rows = "| $z$ | - | () | real | x |\n| $h$ | - | () | positive | x |"
    cases = r"a := \begin{cases} z & z \le h \\ h & z > h \end{cases}"
    assert failing(document(rows, cases, example=f"h := 0.1\n\nz := 0.1\n\na = {value}")) == [
        tag.replace("3", "4") for tag in wrong
    ]


LAYER = """
    | $x$ | - | (N, D) | real | input |
    | $W$ | - | (D, M) | real | weights |
    | $v$ | - | (N, M) | real | upstream gradient |
"""


@pytest.mark.parametrize(("mask", "wrong"), [("[z > 0]", []), ("[z \\ge 0]", []), ("2 [z \\ge 0]", ["4"])])
def test_the_convention_of_a_layer_holds_where_several_units_have_their_kink_at_once(
    mask: str, wrong: list[str]
) -> None:
    forward = "z := x W\n\na_{nm} := \\max(z_{nm}, 0)\n\nL := \\sum_{n,m} v_{nm} a_{nm}"
    claim = rf"\frac{{\partial L}}{{\partial x}} = (v \odot {mask}) W^\top"
    assert failing(document(LAYER, forward, claim), examples=200) == wrong


#: A file in which a derivative is declared, and a claim whose mask is still open.
DECLARED = {
    "a function": (
        ROWS,
        "r(u) := \\max(u, 0)\n\nL := w r(z)\n\nr'(u) := [u > 0]",
        r"\frac{\partial L}{\partial z} = w MASK",
    ),
    "a quantity": (
        ROWS,
        FORWARD + "\n\n\\frac{\\partial a}{\\partial z} := [z > 0]",
        r"\frac{\partial L}{\partial z} = w MASK",
    ),
    "a layer": (
        LAYER + "| $b$ | - | (M,) | real | biases |",
        r"""
        z := x W + \mathbf 1_N b^\top

        a_{nm} := \max(z_{nm}, 0)

        \frac{\partial a_{nm}}{\partial z_{nm}} := [z_{nm} > 0]

        L := \sum_{n,m} v_{nm} a_{nm}^2 + \sum_{n,m} v_{nm} a_{nm}
        """,
        r"\frac{\partial L}{\partial W} = x^\top (v \odot MASK \odot (2 a + \mathbf 1_N \mathbf 1_M^\top))",
    ),
}


@pytest.mark.parametrize(("rows", "forward", "claimed"), DECLARED.values(), ids=DECLARED)
def test_a_declared_convention_holds_at_kinks_and_no_other(rows: str, forward: str, claimed: str) -> None:
    for seed in range(2):
        for mask, holds in (("[z > 0]", True), (r"[z \ge 0]", False), (r"\frac{1}{2} ([z > 0] + [z \ge 0])", False)):
            text = document(rows, forward, claimed.replace("MASK", mask))
            assert run(read_text(text), 6, seed=seed, shrink=False).ok == holds


@pytest.mark.parametrize(
    ("declared", "wrong"), [("[u > 0]", []), ("[u \\ge 1]", ["2"]), ("[u > 0] + 2 [u = 0]", ["2"])]
)
def test_what_is_declared_is_a_claim_itself(declared: str, wrong: list[str]) -> None:
    assert failing(document(ROWS, f"r(u) := \\max(u, 0)\n\nr'(u) := {declared}"), 12) == wrong


def test_a_kink_that_is_met_before_is_not_part_of_the_convention() -> None:
    forward = "y := \\lvert z \\rvert\n\n" + r"a := \max(y, 0)" + "\n\n\\frac{\\partial a}{\\partial y} := [y > 0]"
    text = document(ROWS, forward, example=f"{AT_ZERO}\n\n" + r"\frac{\partial a}{\partial z} = CLAIM")
    assert failing(text.replace("CLAIM", "0")) == []
    assert failing(text.replace("CLAIM", "0.5")) == ["6"]


@pytest.mark.parametrize("seed", range(3))
def test_a_convention_outside_is_found_among_the_drawn_examples(seed: int) -> None:
    claim = r"\frac{\partial a}{\partial z} = [z > 0] + 2 [z = 0]"
    assert not run(read_text(document(ROWS, FORWARD, claim)), 40, seed=seed, shrink=False).ok


@pytest.mark.parametrize("z", ["700", "-700", "0.000001", r"10^{-9}"])
def test_saturated_and_tiny_numbers_need_more_digits_and_get_them(z: str) -> None:
    text = document(
        "| $z$ | - | () | real | a number |",
        r"""
        \sigma(u) := \frac{1}{1 + e^{-u}}

        a := \sigma(z)

        \ell := \log(1 + e^{z})
    """,
        example=f"z := {z}"
        + r"""

        \frac{\partial a}{\partial z} = a (1 - a) = \sigma(z) \sigma(-z)

        \frac{\partial \ell}{\partial z} = a

        \frac{\partial a}{\partial z} = a (1 - a) + 10^{-315}

        1 - a = 1.00001 \sigma(-z)
    """,
    )
    missed = [] if "700" in z else ["7"]  # 1e-315 shows where the slope is 1e-304
    assert failing(text) == [tag for tag in ["7", "8"] if tag not in missed]


@pytest.mark.parametrize(
    "wrong",
    [
        r"\frac{\partial s}{\partial r} = 0.2 [-3 < r < 3]",
        r"\frac{\partial s}{\partial r} = 0.2 [-2.5 < r]",
        r"s = \max(0, 0.2 r + 0.5)",
        r"s = \max(0, \min(1, 0.2 r + 0.4))",
    ],
)
def test_numbers_are_drawn_beside_kinks_that_are_calculated(wrong: str) -> None:
    """The hard sigmoid bends at -2.5 and 2.5, which stand nowhere."""
    rows = "| $r$ | - | () | real | a number |"
    forward = "v := 0.2 r + 0.5\n\n" r"s := \max(0, \min(1, v))"
    assert failing(document(rows, forward, r"\frac{\partial s}{\partial r} = 0.2 [-2.5 < r < 2.5]"), 12) == []
    assert failing(document(rows, forward, wrong), 12) == ["3"]


@pytest.mark.parametrize("cut", ["9", "7", "6.05"])
def test_a_cut_beyond_the_true_one_is_seen_whatever_other_inputs_there_are(cut: str) -> None:
    rows = """
        | $z$ | `z` | () | real | input |
        | $b$ | `b` | () | real | upstream |
        | $c$ | `c` | () | positive | scale |
    """
    forward = r"a := \min(\max(z, 0), 6)" + "\n\n" + r"L := c b a"
    claim = rf"\frac{{\partial L}}{{\partial z}} = c b [0 < z] [z < {cut}]"
    assert failing(document(rows, forward, claim), 60) == ["3"]
