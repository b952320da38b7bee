"""What the notation means: claims that hold, and beside them claims that do not."""

import pytest

from tests.latex.documents import claim, document, failing

HOLDS = [
    r"\sum_k p_{nk} = 1",
    r"\sum_{k=1}^{K} p_{nk} = \sum_{k=2}^{K} p_{nk} + p_{n1}",
    r"\sum_{k \ne y_n} p_{nk} = 1 - p_{n y_n}",
    r"\sum_{n,k} p_{nk} = \sum_n \sum_k p_{nk} = N",
    r"\sum p = N",
    r"\sum_{k=1}^{4} k^2 = 30",
    r"\sum_{k=1}^{K} k = \frac{K (K + 1)}{2} = \tfrac12 K (K + 1)",
    r"\prod_k e^{z_{nk}} = \exp(\sum_k z_{nk})",
    r"\max_k z_{nk} = -\min_k (-z_{nk})",
    r"\max(c, -r) \ge c",
    r"z_{nk} \le \max_j z_{nj}",
    r"p_{nk} > 0",
    r"\delta_{nm} c = [n = m] c = c \mathbb 1[n = m]".replace("c", "x_{n1} x_{m1}"),
    r"[c > 0] = 1",
    r"[0 < c \le c] = 1",
    r"\log p_{nk} = z_{nk} - \log \sum_j e^{z_{nj}}",
    r"\frac{1 - e^{-r}}{1 + e^{-r}} = \tanh(r / 2)",
    r"2^{-1} = 1/2 = 0.5",
    r"\lVert b \rVert^2 = b^\top b = \sum_k b_k^2",
    r"\| b \|^2 = \left\| b \right\|_2^2 = \|b\| \, \|b\|",
    r"\left| r \right| = \max(r, -r) \hspace{2em}",
    r"\lVert z \rVert_F^2 = \sum z \odot z",
    r"\lVert b \rVert_1 = \sum_k \lvert b_k \rvert",
    r"z b = \sum_k z_{n k} b_k".replace("z b", "(z b)_n"),
    r"(x W)_{nm} = \sum_d x_{nd} W_{dm}",
    r"(x W)^\top = W^\top x^\top",
    r"\mathbf 1_N b^\top = \mathbf{1}_N b^T",
    r"\operatorname{diag}(b) b = b \odot b",
    r"\sigma(z) = \frac{1}{1 + e^{-z}}",
    r"\sigma(z)_{nk} = \sigma(z_{nk})".replace(r"\sigma(z)_{nk}", r"(\sigma(z))_{nk}"),
    r"\sigma(-u) = 1 - \sigma(u)",
    r"\sigma(r)^2 = \sigma(r) \sigma(r)",
    r"\sigma'(u) = \frac{d \sigma}{d u} = \frac{d \sigma(u)}{d u} = \sigma(u) (1 - \sigma(u))",
    r"\frac{\partial}{\partial r} (r^2 c) = 2 r c",
    r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - [k = y_n])",
    r"\frac{\partial L}{\partial p_{nk}} = -\frac{[k = y_n]}{N p_{nk}}",
    r"\frac{\partial p_{nk}}{\partial z_{ij}} = \delta_{ni} p_{nk} (\delta_{kj} - p_{nj})",
    r"r = \begin{cases} r & r > 0 \\ r & \text{otherwise} \end{cases}",
    r"\lvert r \rvert = \begin{cases} r & \text{if } r \ge 0 \\ -r & \text{if } r < 0 \text{ and } r \ne 0 \end{cases}",
    r"\sin(\pi / 2) = 1 \approx 1.0",
    r"\pi \approx 3.14159",
    r"e^{-37} \approx 8.53 \cdot 10^{-17}",
    r"(1, 2, 3)^\top \begin{pmatrix} 1 \\ 1 \\ 1 \end{pmatrix} = 6",
    r"c r \bigl( c + r \bigr) \, \odot \left[ c \right] = c^2 r (c + r)",
    r"z_{n, \, k} = {z}_{nk}",
    r"q := z_{11} \cdot 2",
    r"c \ne r",
    r"\sum_{n} p_{n \operatorname{K}} \le N".replace(r"\operatorname{K}", "K"),
]
FAILS = [
    r"\sum_n p_{nk} = 1",
    r"\sum_{k=2}^{K} p_{nk} = 1",
    r"\sum_{k=0}^{K} p_{nk} = 1",
    r"\sum_{k \ne y_n} p_{nk} = 1",
    r"\max_k z_{nk} = \min_k z_{nk}",
    r"p_{nk} < 0.5",
    r"p_{nk} < 1",
    r"p_{n y_n} = p_{n1}",
    r"b_k = b_{1}",
    r"\frac{\partial L}{\partial z_{nk}} = p_{nk} - [k = y_n]",
    r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - [k \ne y_n])",
    r"\frac{\partial p_{nk}}{\partial z_{ij}} = p_{nk} (\delta_{kj} - p_{nj})",
    r"\sigma'(u) = \sigma(u)",
    r"\lvert r \rvert = \begin{cases} r & r > 0 \\ -r & r < 0 \end{cases}",
    r"c = \begin{cases} c & c > 0 \\ r & r < 0 \end{cases}",
    r"\pi \approx 3.14158",
    r"\pi = 3.14159",
    r"e^{-37} \approx 8.54 \cdot 10^{-17}",
    r"\log(-c) = r",
    r"\sum_{k=1}^{K+1} z_{nk} = r",
    r"c \ne \lvert c \rvert",
    r"e^{e^{e^{e^{700}}}} = 1",
    r"c = c = r = r",
    r"\frac{\partial}{\partial c} (\frac{\partial}{\partial c} (c r)) = r",
]


@pytest.mark.parametrize("latex", HOLDS)
def test_a_claim_that_holds(latex: str) -> None:
    assert failing(claim(latex)) == []


@pytest.mark.parametrize("latex", FAILS)
def test_a_claim_that_does_not_hold(latex: str) -> None:
    assert failing(claim(latex)) == ["4"]


def test_a_d_that_is_a_symbol_differentiates_where_it_is_upright() -> None:
    rows = "| $d$ | - | () | positive | a number |\n| $x$ | - | () | real | a number |"
    right = r"\frac{\mathrm{d} x^2 d}{\mathrm{d} x} = 2 x d" "\n\n" r"\frac{d x^2}{d} = x^2"
    assert failing(document(rows, "q := 1", right + "\n\n" + r"\frac{d x^2}{d x} = 2 x")) == ["4"]


@pytest.mark.parametrize(("claimed", "wrong"), [("2 (1 + m)", []), ("2 m", ["4"])])
def test_a_derivative_by_what_is_zero_but_for_rounding(claimed: str, wrong: list[str]) -> None:
    forward = r"\mu := \frac{1}{D} \sum_d x_d" "\n\n" r"m := \sum_d (x_d - \mu)" "\n\n" "L := (1 + m)^2"
    text = document("| $x$ | - | (D,) | real | x |", forward, rf"\frac{{\partial L}}{{\partial m}} = {claimed}")
    assert failing(text, 12) == wrong


def test_a_delta_that_is_declared_or_defined_is_not_kroneckers() -> None:
    declared = document(r"| $\delta$ | - | (N, D) | real | x |", r"q_{nd} := 2 \delta_{nd}", r"q_{nd} = 2 \delta_{dd}")
    assert failing(declared.replace("dd}", "nd}")) == []
    defined = document(r"| $x$ | - | (N, D) | real | x |", r"\delta_{nd} := 2 x_{nd}", r"\delta_{nd} = x_{nd} + x_{nd}")
    assert failing(defined) == []
    assert failing(defined.replace("+ x_", "- x_")) == ["2"]


@pytest.mark.parametrize(
    ("rows", "right", "wrong"),
    [
        ("$z^{[2]}$ | - | ()", "z^{[2]} + z^{[2]} = 2 z^{[2]}", "z^{[2]} = z^{[2]} z^{[2]}"),
        ("$x$ | - | (D,)", r"\sum_d x_d \delta_{d1} = x_1", r"\sum_d x_d \delta_{d1} = x_2"),
        ("$x$ | - | (D, M)", r"(x^\top)_{21} = x_{12}", "x_{21} = x_{12}"),
        (r"$w$ | - | (D, D, D)", r"w_{11u} = w_{1,1,u}", "w_{12u} = w_{1,1,u}"),
        (r"$\beta$ | - | ()", r"\beta^T = \prod_{t=1}^{T} \beta", r"\beta^T = \beta"),
        ("$x$ | - | (D, M)", r"x^{(i)}_m = x_{im}", r"x^{(i)}_m = x_{i1}"),
        ("$x$ | - | (D, M)", r"\lVert x_d \rVert^2 = \sum_m x_{dm}^2", r"\lVert x_d \rVert^2 = x_{d1}^2"),
    ],
)
def test_scripts_are_read_as_the_field_reads_them(rows: str, right: str, wrong: str) -> None:
    table = f"| {rows} | real | x |\n| $q$ | - | (T,) | real | x |"
    assert failing(document(table, "a := q_1", right)) == []
    assert failing(document(table, "a := q_1", wrong)) == ["2"]


def test_names_may_carry_accents_labels_primes_and_numbers() -> None:
    rows = r"""
        | $W^{(1)}$ | - | (D, M) | real | a name with a label |
        | $W_1$ | - | (D, M) | real | a name with a number |
        | $\bar z^{(2)}$ | - | (M,) | real | a name with both |
        | $x'$ | - | (D,) | real | a name with a prime |
        | $s_{\text{in}}$ | - | () | real | a name with a word |
        | $\tilde\ell$ | - | () | real | a Greek one |
    """
    text = document(
        rows,
        r"""
        q_m := \sum_d x'_d W^{(1)}_{dm} + \bar{z}^{(2)}_m s_{\text{in}} + \sum_d {W_1}_{dm} - \sum_d W_{1,dm}

        q = {W^{(1)}}^\top x' + s_{\mathrm{in}} \bar z^{(2)}

        \frac{\partial q_m}{\partial W^{(1)}_{dj}} = \delta_{mj} x'_d

        \tilde\ell = \tilde{\ell}
    """,
    )
    assert failing(text) == []


def test_an_accent_may_reach_over_the_index() -> None:
    rows = r"| $\hat y$ | - | (N,) | real | x |" "\n" r"| $\bar x$ | - | (N, D) | real | x |"
    assert failing(document(rows, r"q := \hat{y_1}", r"\hat{y_n} \overline{x_{nd}} = \hat{y}_n \bar x_{nd}")) == []


def test_an_e_is_eulers_number_until_it_is_defined() -> None:
    text = document("| $z$ | - | () | real | a number |", "v := e^{-z}\n\ne := 2 z\n\ne^2 = 4 z^2\n\nv = \\exp(-z)")
    assert failing(text) == []


def test_a_function_may_sum_over_a_letter_that_its_caller_uses() -> None:
    rows = "| $w$ | - | (J,) | real | weights |"
    assert (
        failing(
            document(
                rows,
                r"""
        f(u) := \sum_j w_j u^j

        \sum_j f(w_j) = \sum_{i,j} w_i w_j^i
    """,
            )
        )
        == []
    )


def test_a_free_index_is_free_on_either_side() -> None:
    assert failing(claim(r"N = \sum_k p_{nk} + N - 1")) == []
    assert failing(claim(r"L = -\log p_{n y_n}")) == ["4"]


def test_what_lies_between_is_computed_again_and_everything_else_is_held() -> None:
    text = document(
        "| $x$ | - | () | real | a number |",
        r"""
        u := x^2

        v := x^3

        w := u v

        \frac{\partial w}{\partial u} = v

        \frac{\partial w}{\partial x}
          = \frac{\partial w}{\partial u} \frac{\partial u}{\partial x} + u \frac{\partial v}{\partial x} = 5 x^4

        \frac{\partial w}{\partial u} = \frac{5}{2} u^{3/2}
    """.replace("u^{3/2}", "x^3"),
    )
    assert failing(text) == ["6"]


def test_mistakes_may_be_given_with_the_numbers_of_the_worked_example() -> None:
    text = document(
        "| $z$ | - | () | real | a number |",
        "a := z^2",
        example="z := 3",
        mistakes=r"""
            \frac{\partial a}{\partial z} \ne z \approx 3.0

            \frac{\partial a}{\partial z} \ne z^3 \approx 26.0
        """,
    )
    assert failing(text) == ["4"]


def test_a_definition_may_go_on_as_a_claim() -> None:
    assert failing(claim(r"q := c + r = r + c")) == []
    assert failing(claim(r"q := c + r = r - c")) == ["4"]
    assert failing(claim(r"q_{nk} := p_{nk} \cdot 2 = p_{nk} + p_{nk} = 3 p_{nk}")) == ["4"]


@pytest.mark.parametrize(
    "latex", [r"\frac{1}{[1 = y_n]} c = c", r"q_n := \log z_{n1}", r"\frac{z_{n,K+1}}{z_{n,K+1}} = 1"]
)
def test_a_claim_for_all_inputs_has_a_value_for_all_plain_ones(latex: str) -> None:
    assert failing(claim(latex)) == ["4"]
