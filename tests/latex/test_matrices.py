"""Second derivatives, Jacobians, matrices, and functions that everybody knows: right claims beside wrong ones."""

import pytest

from nnmath.latex import DerivationError, read_text
from tests.latex.documents import document, failing, verdict

ROWS = r"""
    | $x$ | - | (N,) | real | a vector |
    | $a$ | - | (N,) | real | a vector |
    | $A$ | - | (N, N) | real | a matrix |
    | $X$ | - | (N, N) | real | a matrix |
    | $r$ | - | () | real | a number |
"""
FORWARD = r"""
    f(u) := u^3

    L := \sum_i x_i^3 a_i
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            r"\frac{\partial^2 L}{\partial x_i \partial x_j} = 6 x_i a_i \delta_{ij}",
            r"\frac{\partial^2 L}{\partial x_i \partial x_j} = 6 x_i a_i",
        ),
        (r"\frac{\partial^2 r^3}{\partial r^2} = 6 r", r"\frac{\partial^2 r^3}{\partial r^2} = 3 r^2"),
        (r"f''(r) = 6 r", r"f''(r) = f'(r)"),
        (
            r"\frac{\partial}{\partial x_i} (\sum_j \frac{\partial L}{\partial x_j} a_j) = 6 x_i a_i^2",
            r"\frac{\partial}{\partial x_i} (\sum_j \frac{\partial L}{\partial x_j} a_j) = 6 x_i a_i",
        ),
        (r"\nabla_x L = 3 x \odot x \circ a", r"\nabla_x L = 3 x \circ a"),
        (r"\frac{\partial A x}{\partial x} = A", r"\frac{\partial (A x)}{\partial x} = A^\top"),
        (r"\operatorname{erf}(r) = 2 \Phi(\sqrt{2} r) - 1", r"\operatorname{erf}(r) = 2 \Phi(r) - 1"),
        (
            r"\frac{\partial}{\partial r} \Phi(r) = \frac{1}{\sqrt{2 \pi}} e^{-r^2/2}",
            r"\frac{\partial}{\partial r} \Phi(r) = \frac{1}{2 \pi} e^{-r^2/2}",
        ),
        (r"\operatorname{softplus}(r) = \log(1 + e^r)", r"\operatorname{softplus}(r) = \log(1 + e^{-r})"),
        (r"\operatorname{logsumexp}(x) = \log \sum_i e^{x_i}", r"\operatorname{logsumexp}(x) = \sum_i x_i"),
        (
            r"\operatorname{var}(x) = \frac{1}{N} \sum_i (x_i - \operatorname{mean}(x))^2",
            r"\operatorname{var}(x) = \sum_i (x_i - \operatorname{mean}(x))^2",
        ),
        (r"\operatorname{tr}(A X) = \operatorname{tr}(X A)", r"\operatorname{tr}(A X) = \operatorname{tr}(A^\top X)"),
        (r"\det(A X) = \det(A) \det(X)", r"\det(A + X) = \det(A) + \det(X)"),
        (r"X^{-1} X = I = I_N", r"X^{-1} X = X"),
        (r"X^2 = X X", r"X^2 = X \odot X"),
        (r"X^{22} = (X^{11})^2", r"X^{22} = (X^{10})^2"),
        (r"(1 - r) \sum_{k=0}^{60} r^k = 1 - r^{61}", r"(1 - r) \sum_{k=0}^{60} r^k = 1 - r^{60}"),
        (r"X^{-T} = (X^{-1})^\top", r"X^{-T} = X^{-1}"),
        (r"X^{-\top} = (X^{-1})^\top", r"X^{-\top} = X"),
        (r"|X| = \det(X)", r"|X| = \operatorname{tr}(X)"),
        (r"\mathbf 1^\top x = \sum_i x_i", r"\mathbf 1^\top x = \sum_i x_i^2"),
        (r"\tanh'(r) = 1 - (\tanh(r))^2", r"\tanh'(r) = (\tanh(r))^2"),
        (r"\sin''(r) = -\sin(r)", r"\sin''(r) = -\cos(r)"),
        (r"{r \over 1 + r^2} = \frac{r}{1 + r^2}", r"{r \over 1 + r^2} = {1 \over r}"),
        (r"\binom{N}{2} = \frac{N!}{2! (N-2)!} [N > 1]", r"\binom{N}{2} = \frac{N!}{2!}"),
        (r"\operatorname{clip}(r, -1, 1) = \max(-1, \min(r, 1))", r"\operatorname{clip}(r, -1, 1) = r"),
        (r"\lfloor r \rfloor \le r", r"\lfloor r \rfloor = \lceil r \rceil"),
    ],
)
def test_what_is_in_every_library(right: str, wrong: str) -> None:
    assert failing(document(ROWS, FORWARD, right)) == []
    assert failing(document(ROWS, FORWARD, wrong)) == ["3"]


def test_an_identity_matrix_has_a_number_below() -> None:
    rows, forward = r"| $X$ | - | (E, E) | real | a matrix |", r"E := 2"
    for identity in (r"\mathbf{I}_2", "I_{2}", "I_E", "I"):
        assert failing(document(rows, forward, rf"X {identity} + {identity} = {identity} + X")) == []
    assert failing(document(rows, forward, r"X + I_2 = X")) == ["2"]
    with pytest.raises(DerivationError, match=r"\(3, 3\)"):
        read_text(document(rows, forward, r"X + I_3 = X"))


def test_a_dimension_that_is_a_number_has_that_size() -> None:
    rows = r"| $X$ | - | (2, 2) | real | a matrix |"
    assert failing(document(rows, r"y := X", r"y_{11} + y_{22} = \operatorname{tr}(X)")) == []
    with pytest.raises(DerivationError, match=r"has the shape \(2, 2\)"):
        read_text(document(rows, r"y := X", example=r"X := \begin{pmatrix} 1 & 2 & 3 \end{pmatrix}"))


CHAIN = r"""
    m := \frac{1}{N} \sum_i x_i

    L := \sum_i (x_i - m)^2 a_i

    q(u) := u^3 + m u
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\left. L \right|_{x = 0} = 0", r"\left. L \right|_{x = a} = 0"),
        (r"\left. L \right|_{m = 0} = \sum_i x_i^2 a_i", r"\left. L \right|_{m = 0} = L"),
        (r"m^2|_{x = a} = (\frac{1}{N} \sum_i a_i)^2", r"m^2|_{x = a} = m^2"),
        (
            r"\left. \frac{\partial L}{\partial x_i} \right|_{m} = 2 (x_i - m) a_i",
            r"\frac{\partial L}{\partial x_i} = 2 (x_i - m) a_i",
        ),
        (
            r"\frac{\partial^+ L}{\partial x_i} = 2 (x_i - m) a_i",
            r"\frac{\partial^+ L}{\partial x_i} = \frac{\partial L}{\partial x_i}",
        ),
        (
            r"\frac{\partial L}{\partial x_i} = \frac{\partial^+ L}{\partial x_i} "
            r"+ \frac{\partial L}{\partial m} \frac1N",
            r"\frac{\partial L}{\partial x_i} = \frac{\partial^+ L}{\partial x_i} + \frac{\partial L}{\partial m}",
        ),
        (
            r"\left. \frac{d q(u)}{d u} \right|_{u = r} = 3 r^2 + m",
            r"\left. \frac{d q(u)}{d u} \right|_{u = r} = 3 r^2",
        ),
        (
            r"\left. \frac{\partial^2 L}{\partial x_i^2} \right|_{x = a} = 2 a_i (1 - \frac2N) "
            r"+ \frac{2}{N^2} \sum_j a_j",
            r"\left. \frac{\partial^2 L}{\partial x_i^2} \right|_{x = a} = 2 a_i",
        ),
    ],
)
def test_values_below_a_bar_and_what_is_held(right: str, wrong: str) -> None:
    assert failing(document(ROWS, CHAIN, right)) == []
    assert failing(document(ROWS, CHAIN, wrong)) == ["4"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\left. L \right|_{m} = 1", "only below a derivative"),
        (r"\left. L \right|_{x_1 = 0} = 1", "a symbol gets a value"),
        (r"\left. L \right|_{x = A} = 1", "its value below the bar"),
        (r"\left. L \right|_{x > 0} = 1", "below the bar stands x = 0"),
        (r"\left. \frac{\partial L}{\partial x_i} \right|_{p} = 1", "which could be held"),
        (r"\frac{\partial}{\partial x} L m = 1", "how far the derivative reaches"),
        (r"A a \otimes a = a", "have the shapes"),
        (r"\operatorname{vec}(x) = x", "takes a matrix"),
        (r"\sum_{k=0}^{r} k = 1", "no whole numbers"),
    ],
)
def test_what_stands_below_a_bar_is_checked(latex: str, part: str) -> None:
    if part == "no whole numbers":
        assert part in str(verdict(document(ROWS, CHAIN, latex)))
        return
    with pytest.raises(DerivationError) as caught:
        read_text(document(ROWS, CHAIN, latex))
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\operatorname{tr}(x) = r", "takes a square matrix"),
        (r"\operatorname{mean}(A) = r", "takes a vector"),
        (r"A^r = A", "the power of a matrix"),
        (r"A^{0.5} = A", "whole numbers"),
        (r"I = I", "how large this constant"),
        (r"\frac{\partial^2 L}{\partial x_i} = x_i", "order 2 by 1"),
        (r"\nabla L = x", "with the variable below"),
    ],
)
def test_what_does_not_fit_is_refused(latex: str, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        read_text(document(ROWS, FORWARD, latex))
    assert part in str(caught.value)


def test_a_derivation_may_define_such_a_function_itself() -> None:
    own = r"\operatorname{softplus}(u) := \log(1 + e^u)" "\n\n" r"\Phi(u) := 2 u"
    assert failing(document(ROWS, own, r"\operatorname{softplus}'(r) + \Phi(r) = \frac{1}{1 + e^{-r}} + 2 r")) == []
