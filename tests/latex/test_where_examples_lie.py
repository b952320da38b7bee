r"""Claims that are wrong at few numbers alone: beyond the fourth entry, between 19 and 20, just above 30."""

import pytest

from tests.latex.documents import document, failing

NUMBER = "| $x$ | - | () | real | a number |"
POSITIVE = "| $x$ | - | () | positive | a number |"
SHARE = POSITIVE.replace("positive", "(0, 1)")
VECTOR = "| $x$ | - | (D,) | real | a vector |"
SIGNAL = "| $x$ | - | (T,) | real, zero outside | a signal |"
LABELLED = "| $z$ | - | (N, K) | real | logits |\n| $y$ | - | (N,) | labels:K | labels |"
STATES = """
    | $x$ | - | (T,) | real | inputs |
    | $w$ | - | () | real | weight |
    | $h$ | - | (T,) | (1) | states |
    | $h_0$ | - | () | real | first state |
"""
SOFTMAX = r"p := \operatorname{softmax}(x)" + "\n\n" + r"L := \max(0.01, p_1)"
SIGMOID = r"p := \operatorname{sigmoid}(x)" + "\n\n" + r"L := -\log(\max(p, 10^{-7}))"
STEPS = " + ".join(rf"\max(x - {i}0, 0)" for i in range(1, 7))

#: The table, what is defined, what is claimed of it; in the place of @ stands what is right, and then what is wrong.
CLAIMS = [
    (VECTOR, r"a := \sum_d x_d", "a = @", [r"\sum_d x_d", r"\sum_d [d \le 4] x_d", r"\sum_d [d < 5] x_d"]),
    (VECTOR, r"a := \sum_d x_d", "a = @", [r"\sum_d x_d", r"\sum_{d \le 4} x_d"]),
    (VECTOR, "a_d := x_d", "a_d = @ x_d", ["1", r"[D \le 6]", r"[\min(D, 7) = D]"]),
    (VECTOR, r"a := \max_d x_d", "a = @", [r"\max_k x_k", r"\max(x_1, x_2)", r"\max(x_1, x_D)"]),
    (VECTOR, r"a := \min_d x_d", "a = @", [r"\min_k x_k", r"\min(x_1, x_2)", r"\min(x_1, x_D)"]),
    (VECTOR + "\n| $u$ | - | () | real | upstream |", "a := \\max_d x_d\n\nL := u a",
     r"\frac{\partial L}{\partial x_k} = u @",
     [r"[k = \operatorname{argmax}_j x_j]", r"[x_k > 0] [k = \operatorname{argmax}_j x_j]"]),
    (SIGNAL, r"a_t := \sum_{u=1}^{6} x_{t-u}", r"a_t = \sum_{u=1}^{@} x_{t-u}", ["6", "5"]),
    (SIGNAL, "a_t := x_t - x_{t-7}", "a_t = @", ["x_t - x_{t-7}", "x_t"]),
    (SIGNAL, r"a_t := \sum_{u=0}^{2} x_{t-3u}", r"a_t = \sum_{u=0}^{@} x_{t-3u}", ["2", "1"]),
    (STATES, "h_t := w h_{t-1} + x_t", r"\frac{\partial h_T}{\partial h_0} = w^@", ["T", r"{\min(T, 5)}"]),
    (LABELLED, r"L := \sum_n \max(0, 5 - z_{n y_n})", r"L = \sum_n (5 - z_{n y_n}) [z_{n y_n} < @]", ["5", "5.5"]),
    (LABELLED, r"L := \sum_n \max(0, 5 - z_{n y_n})",
     r"\frac{\partial L}{\partial z_{nk}} = -[k = y_n] [z_{nk} < @]", ["5", "6"]),
    (NUMBER, r"a := \max(x^2 - 400, 0)", r"\frac{\partial a}{\partial x} = 2 x [|x| > @]", ["20", "19", "21"]),
    (NUMBER, r"a := \max(e^x, 5)", r"\frac{\partial a}{\partial x} = e^x [@]", ["e^x > 5", "x > 1.6", "x > 1.61"]),
    (NUMBER, r"a := \tanh(x)", "a = [x < @] a + [x \\ge @]", ["1000", "30"]),
    (NUMBER, r"a := \operatorname{erf}(x)", "a = [x < @] a + [x \\ge @]", ["1000", "8"]),
    (NUMBER, f"a := {STEPS}", rf"a = {STEPS.replace('60', '@')}", ["60", "61"]),
    (VECTOR, SOFTMAX, r"\frac{\partial L}{\partial p_1} = [p_1 > @]", ["0.01", "0.02", "0.005"]),
    (NUMBER, SIGMOID, r"\frac{\partial L}{\partial x} = -(1 - p) [p > @]", ["10^{-7}", "10^{-8}", "2 \\cdot 10^{-7}"]),
    (POSITIVE, r"a := \max(\log(x), -100)", "a = @", [r"\max(-100, \log(x))", r"\log(x)"]),
    (SHARE, r"a := \max(\log(x), -100)", "a = @", [r"\max(-100, \log(x))", r"\log(x)"]),
    (VECTOR.replace("real", "[0, 255]"), r"a_d := \min(x_d, 254)", "a_d = @", [r"\min(254, x_d)", "x_d"]),
    (NUMBER.replace("real", "integer 1..1000"), r"a := \min(x, 500)", "a = @", [r"\min(500, x)", "x"]),
    (POSITIVE + "\n| $k$ | - | () | integer 1..9 | power |", "a := x^k",
     r"\frac{\partial a}{\partial x} = k x^{@ - 1}", ["k", r"\min(k, 8)"]),
    (VECTOR, "P := D - 4\n\n" + r"y_p := \sum_{u=0}^{4} x_{p+u}", r"y_p = \sum_{u=0}^{@} x_{p+u}", ["4", "3"]),
]  # fmt: skip


@pytest.mark.long_list
@pytest.mark.parametrize(("rows", "forward", "claim", "fillings"), CLAIMS)
def test_what_is_wrong_at_few_numbers_alone_is_refused(
    rows: str, forward: str, claim: str, fillings: list[str]
) -> None:
    last = str(forward.count("\n\n") + 2)
    right, *wrong = (failing(document(rows, forward, claim.replace("@", one)), 12) for one in fillings)
    assert right == []
    assert wrong == [[last]] * len(wrong)
