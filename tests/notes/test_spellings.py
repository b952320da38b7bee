"""Spellings of notes one by one: what stands for what, and what stays as it is."""

import pytest

from nnmath.notes.document.characters import with_commands
from nnmath.notes.spelling.bars import with_sides
from nnmath.notes.spelling.code import without_code
from nnmath.notes.spelling.dots import without_dots
from nnmath.notes.spelling.dotted_matrices import entries_one_by_one, with_entries
from nnmath.notes.spelling.factors import with_plain_factors
from nnmath.notes.spelling.function_powers import with_powers_outside
from nnmath.notes.spelling.norms import with_orders
from nnmath.notes.spelling.over import with_fractions
from nnmath.notes.spelling.respelling import respelled
from nnmath.notes.spelling.signed_braces import without_signed_braces
from nnmath.notes.syntax.names.primes import with_primes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"f(x_1, \dots, x_n)", "f(x)"),
        (r"x_1^2 + x_2^2 + \cdots + x_n^2 + b", r"\sum_{q=1}^{n} x_q^2 + b"),
        (r"b + w_1x_1 + \dots + w_n x_n", r"b + \sum_{q=1}^{n} w_qx_q"),
        (r"a_1 + \cdots = 3", r"a_1 + \cdots = 3"),
        (r"x_1 + x_3 + \cdots + x_n", r"x_1 + x_3 + \cdots + x_n"),
        (r"x_1 - x_2 + \cdots + x_n", r"x_1 - x_2 + \cdots + x_n"),
    ],
)
def test_dots(written: str, meant: str) -> None:
    assert without_dots(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\frac{a b}{|a||b|}", r"\frac{a b}{\lvert a\rvert \lvert b\rvert }"),
        ("||x||_2^2", r"\lVert x\rVert _2^2"),
        ("p(y|x) p(x|y)", "p(y|x) p(x|y)"),
        ("KL(q||p) = 3", "KL(q||p) = 3"),
        (r"\frac{\partial f}{\partial x}|_{x=0} + g|_{x=1}", r"\frac{\partial f}{\partial x}|_{x=0} + g|_{x=1}"),
        ("|f(|x|)|", r"\lvert f(\lvert x\rvert )\rvert "),
    ],
)
def test_bars(written: str, meant: str) -> None:
    assert with_sides(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"X = \begin{bmatrix} - x_1^T - \\ \vdots \\ - x_m^T - \end{bmatrix}", "X_{q} = x_q^T"),
        (r"X = \begin{bmatrix} | & & | \\ x^{(1)} & \cdots & x^{(m)} \\ | & & | \end{bmatrix}", "X_{:,r} = x^{(r)}"),
        (r"v = \begin{pmatrix} f(x_1) & \dots & f(x_n) \end{pmatrix}^T", "v_{r} = f(x_r)"),
        (
            r"S = \begin{bmatrix} s_1 & 0 & \cdots & 0 \\ 0 & s_2 & \cdots & 0 \\ \vdots & \vdots & \ddots & \vdots \\"
            r" 0 & 0 & \cdots & s_m \end{bmatrix}",
            "S_{qr} = [q = r] (s_q)",
        ),
        (
            r"A = \begin{pmatrix} a_{11} & \cdots & a_{1n} \\ \vdots & \ddots & \vdots \\"
            r" a_{m1} & \cdots & a_{mn} \end{pmatrix}",
            "A_{qr} = a_{qr}",
        ),
        (
            r"\nabla f = \left[ \begin{array}{c} \frac{\partial f}{\partial x_1} \\ \vdots \\"
            r" \frac{\partial f}{\partial x_n} \end{array} \right] = 2 x",
            r"\left( \nabla f \right)_{q} = \frac{\partial f}{\partial x_q} = \left( 2 x \right)_{q}",
        ),
    ],
)
def test_entries_of_matrices_with_dots(written: str, meant: str) -> None:
    assert with_entries(written).replace(" ", "") == meant.replace(" ", "")


@pytest.mark.parametrize(
    "written",
    [
        r"x = \begin{bmatrix} 1 \\ 2 \end{bmatrix}",
        r"x = \begin{bmatrix} x_0 \\ \vdots \\ x_n \end{bmatrix}",
        r"A = \begin{bmatrix} a_1 & \cdots & a_n \\ \vdots & & \vdots \\ b_1 & \cdots & b_n \end{bmatrix}",
        r"x = \begin{bmatrix} x_1 \\ y_2 \\ \vdots \\ x_n \end{bmatrix}",
        r"A x = \begin{bmatrix} a_1^T x \\ \vdots \end{bmatrix}",
    ],
)
def test_matrices_whose_entries_are_not_clear_stay(written: str) -> None:
    assert with_entries(written) == written


@pytest.mark.parametrize(
    ("written", "count"),
    [
        (
            r"J = \begin{bmatrix} a_1 & a_2 & \cdots \\ b_2 & a_2 & \cdots \\"
            r" \vdots & \vdots & \ddots \end{bmatrix} = 2 A",
            4,
        ),
        (r"g = \begin{bmatrix} w_0 \\ w_1 \\ \vdots \\ w_n \end{bmatrix} = 2 w", 0),
        (r"g = \begin{bmatrix} w_1 \\ v_2 \\ \vdots \\ w_n \end{bmatrix} = 2 w", 2),
        (r"g = \begin{bmatrix} w_1 \\ v_2 \\ \vdots \\ w_n \end{bmatrix}", 0),
    ],
)
def test_shown_entries_one_by_one(written: str, count: int) -> None:
    assert len(entries_one_by_one(written)) == count


def test_characters() -> None:
    written = with_commands("∂ℒ/∂𝑤₁ = −2·(y − ŷ)² Wᵀx")
    assert written == r"\partial L/\partial w_{1} = -2\cdot (y - \hat{y})^{2} W^{T}x"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"z^{(n_l)}_i", "z^{(L)}_i"),
        (r"W_{11}^{(1)}a_1^{(2)}", "W^{(1)}_{11}a^{(2)}_1"),
        (r"{z_L} = \sum_{i=0}^{n}{-T_i}", r"z_L = \sum_{i=0}^{n} -T_i"),
        (r"e^{o/T} x^{2T}", r"e^{o/T} x^{2}^\top"),
        (r"\frac{\partial}{\partial z}\cdot a^{(out)}", r"\frac{\partial}{\partial z} a^{\text{out}}"),
    ],
)
def test_respelled(written: str, meant: str) -> None:
    assert "".join(respelled(written).split()) == "".join(meant.split())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("np.sum(dZ, axis=1, keepdims=True)", r"(dZ) \mathbf{1}"),
        (r"\text{np.sum}(dZ, axis=0)", r"\mathbf{1}^\top (dZ)"),
        ("np.dot(W.T, dZ)", r"(W^\top ) (dZ)"),
        ("np.multiply(dA, A > 0)", r"(dA) \odot (A > 0)"),
        ("np.fft(x)", "np.fft(x)"),
        ("x >= 0, y <= 1", r"x \ge 0, y \le 1"),
        ("a => b, a <- b", "a => b, a <- b"),
    ],
)
def test_code(written: str, meant: str) -> None:
    assert without_code(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"1 - \tanh^2(z)", r"1 - (\tanh(z))^2"),
        (r"1 - \tanh(z)^2", r"1 - (\tanh(z))^2"),
        (r"\log(x)^{2} + \exp(-x^2)", r"(\log(x))^{2} + \exp(-x^2)"),
    ],
)
def test_powers_of_functions(written: str, meant: str) -> None:
    assert with_powers_outside(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("v = x_1x_1' + x_2x_2'", r"v = x_1x_1^\top  + x_2x_2^\top"),
        (r"v = \sum_{t=1}^T x_tx_t'", r"v = \sum_{t=1}^T x_tx_t^\top"),
        (r"x^\top x' = x_1x_1' + x_2x_2'", r"x^\top x' = x_1x_1' + x_2x_2'"),
    ],
)
def test_primes(written: str, meant: str) -> None:
    assert with_primes([written])[0].split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("(1 - a).x + w.x", r"(1 - a) \cdot x + w \cdot x"),
        (r"\left.\frac{a}{b}\right|_{x=0.5} + (0.5).", r"\left.\frac{a}{b}\right|_{x=0.5} + (0.5)."),
        (r"(a). \text{i.e. } b", r"(a). \text{i.e. } b"),
        (r"a \times -b + f(\cdot - 1)", r"a \times (-1) \cdot b + f(\cdot - 1)"),
        ("2 * -1 + 0", r"2 * (-1) \cdot 1 + 0"),
        (r"2 \times -0.5 x \cdot -3", r"2 \times (-1) \cdot 0.5 x \cdot (-1) \cdot 3"),
        (r"-1/2 (x - y) + e^{1/2}(x) + a^1/2(x)", r"-\frac{1}{2} (x - y) + e^{1/2}(x) + a^1/2(x)"),
        (r"1/N \sum_i x_i + 1/2x", r"\frac{1}{N} \sum_i x_i + 1/2x"),
        (r"\Sigma_{j}^{p}\beta_j + \Sigma_j^T \beta_j", r"\sum_{j}^{p}\beta_j + \Sigma_j^T \beta_j"),
        (r"\Sigma_{i=1}^n y + \Sigma_k^{-1} x_k", r"\Sigma_{i=1}^n y + \Sigma_k^{-1} x_k"),
    ],
)
def test_factors(written: str, meant: str) -> None:
    assert with_plain_factors(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a \underbrace{+ b - b}_{\text{zero}} c", "a + b - b c"),
        (r"a \textcolor{red}{\underbrace{- b}_{x}}", "a - b"),
        (r"a \underbrace{b + c}_{d}", r"a \underbrace{b + c}_{d}"),
    ],
)
def test_signed_braces(written: str, meant: str) -> None:
    assert without_signed_braces(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"{a \over b} {c \over d}", r"\frac{a }{ b} \frac{c }{ d}"),
        (r"\frac{a \over b}{c \over d}", r"\frac{\frac{a }{ b}}{\frac{c }{ d}}"),
        (r"x^{-1 \over 2} + {{a \over b} \over c}", r"x^{\frac{-1 }{ 2}} + \frac{\frac{a }{ b} }{ c}"),
        (r"\left( n \over k \right)^2", r"\left(\frac{ n }{ k }\right)^2"),
        (r"{a \overline{b}} \overrightarrow{c}", r"{a \overline{b}} \overrightarrow{c}"),
    ],
)
def test_fractions_of_tex(written: str, meant: str) -> None:
    assert with_fractions(written).split() == meant.split()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\|A\|_\text{fro}^2", r"\|A\| _{F} ^2"),
        (r"\lvert x\rvert_{\ell_1} + \lvert x\rvert_i", r"\lVert x\rVert _{1}  + \lvert x\rvert_i"),
        (r"\left| \lvert a\rvert_2 + 1 \right|^2_F", r"\left\lVert \lVert a\rVert _{2}  + 1 \right\rVert _{F}^2"),
        (r"\left. f \right|_1", r"\left. f \right|_1"),
    ],
)
def test_orders_of_norms(written: str, meant: str) -> None:
    assert with_orders(written).split() == meant.split()
