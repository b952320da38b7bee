"""Second derivatives, Jacobians, matrices, and functions that everybody knows: right claims beside wrong ones."""

import pytest

from nnmath.latex import DerivationError, read_text
from tests.latex.documents import document, failing

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
        (r"X^{-T} = (X^{-1})^\top", r"X^{-T} = X^{-1}"),
        (r"\operatorname{clip}(r, -1, 1) = \max(-1, \min(r, 1))", r"\operatorname{clip}(r, -1, 1) = r"),
        (r"\lfloor r \rfloor \le r", r"\lfloor r \rfloor = \lceil r \rceil"),
    ],
)
def test_what_is_in_every_library(right: str, wrong: str) -> None:
    assert failing(document(ROWS, FORWARD, right)) == []
    assert failing(document(ROWS, FORWARD, wrong)) == ["3"]


#: The Matrix Cookbook of Petersen and Pedersen, 2012, by the numbers of its equations.
COOKBOOK = {
    69: (r"\frac{\partial x^T a}{\partial x} = a", r"\frac{\partial x^T a}{\partial x} = x"),
    70: (r"\frac{\partial a^T X b}{\partial X} = a b^T", r"\frac{\partial a^T X b}{\partial X} = b a^T"),
    71: (r"\frac{\partial a^T X^T b}{\partial X} = b a^T", r"\frac{\partial a^T X^T b}{\partial X} = a b^T"),
    77: (
        r"\frac{\partial b^T X^T X c}{\partial X} = X (b c^T + c b^T)",
        r"\frac{\partial b^T X^T X c}{\partial X} = X (b c^T - c b^T)",
    ),
    81: (r"\frac{\partial x^T B x}{\partial x} = (B + B^T) x", r"\frac{\partial x^T B x}{\partial x} = 2 B x"),
    82: (
        r"\frac{\partial b^T X^T D X c}{\partial X} = D^T X b c^T + D X c b^T",
        r"\frac{\partial b^T X^T D X c}{\partial X} = D X b c^T + D X c b^T",
    ),
    83: (
        r"\frac{\partial}{\partial X} (X b + c)^T D (X b + c) = (D + D^T) (X b + c) b^T",
        r"\frac{\partial}{\partial X} (X b + c)^T D (X b + c) = 2 D (X b + c) b^T",
    ),
    49: (
        r"\frac{\partial \det(X)}{\partial X} = \det(X) (X^{-1})^T",
        r"\frac{\partial \det(X)}{\partial X} = \det(X) X^{-1}",
    ),
    57: (
        r"\frac{\partial \ln \lvert \det(X) \rvert}{\partial X} = (X^{-1})^T = (X^T)^{-1}",
        r"\frac{\partial \ln \lvert \det(X) \rvert}{\partial X} = X^{-1}",
    ),
    61: (
        r"\frac{\partial a^T X^{-1} b}{\partial X} = -X^{-T} a b^T X^{-T}",
        r"\frac{\partial a^T X^{-1} b}{\partial X} = -X^{-T} b a^T X^{-T}",
    ),
    63: (
        r"\frac{\partial \operatorname{Tr}(A X^{-1} B)}{\partial X} = -(X^{-1} B A X^{-1})^T",
        r"\frac{\partial \operatorname{Tr}(A X^{-1} B)}{\partial X} = -X^{-1} B A X^{-1}",
    ),
    99: (
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X) = I",
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X) = X",
    ),
    100: (
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X A) = A^T",
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X A) = A",
    ),
    101: (
        r"\frac{\partial}{\partial X} \operatorname{Tr}(A X B) = A^T B^T",
        r"\frac{\partial}{\partial X} \operatorname{Tr}(A X B) = B^T A^T",
    ),
    106: (
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X^2) = 2 X^T",
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X^2) = 2 X",
    ),
    108: (
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X^T B X) = B X + B^T X",
        r"\frac{\partial}{\partial X} \operatorname{Tr}(X^T B X) = 2 B X",
    ),
}
SYMBOLS = (
    "\n".join(f"| ${name}$ | - | (N,) | real | a vector |" for name in "abcx")
    + "\n"
    + "\n".join(f"| ${name}$ | - | (N, N) | real | a matrix |" for name in "ABDX")
)


@pytest.mark.parametrize("number", COOKBOOK)
def test_an_identity_of_the_matrix_cookbook_runs_as_it_is_printed(number: int) -> None:
    right, wrong = COOKBOOK[number]
    assert failing(document(SYMBOLS, "q := a_1", right), 4) == []
    assert failing(document(SYMBOLS, "q := a_1", wrong), 4) == ["2"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\operatorname{tr}(x) = r", "a square matrix is needed"),
        (r"\operatorname{mean}(A) = r", "takes a vector"),
        (r"A^r = A", "the power of an array"),
        (r"A^{0.5} = A", "a whole power"),
        (r"I = I", "how large this identity"),
        (r"\frac{\partial^2 L}{\partial x_i} = x_i", "order 2 by 1"),
        (r"\nabla L = x", "not expected"),
    ],
)
def test_what_does_not_fit_is_refused(latex: str, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        read_text(document(ROWS, FORWARD, latex))
    assert part in str(caught.value)


def test_a_derivation_may_define_such_a_function_itself() -> None:
    own = r"\operatorname{softplus}(u) := \log(1 + e^u)" "\n\n" r"\Phi(u) := 2 u"
    assert failing(document(ROWS, own, r"\operatorname{softplus}'(r) + \Phi(r) = \frac{1}{1 + e^{-r}} + 2 r")) == []
