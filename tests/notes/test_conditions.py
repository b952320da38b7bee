r"""Conditions: what notes say that their symbols are like, what is to be solved, cases of indices and of \max."""

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.equation_verdicts import UNEXPLAINED
from nnmath.notes.verdicts.judging import judged

_OF_LENGTH_ONE = "% nnmath: S (D, D) symmetric, u (D,)\n" + r"As $u^T u = 1$, \[ R = \frac{u^T S u}{u^T u} \]"


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        (r"\[ w^\top w = 1 \]", NOT_JUDGED, "it says what its symbols are like"),
        (
            r"\[ \text{if} \; i \neq j : \frac{\partial y_i}{\partial z_j} = -y_i y_j \]"
            r"\[ \text{if} \; i = j : \frac{\partial y_i}{\partial z_i} = 7 y_i \]",
            NOT_JUDGED,
            "its sides are 0 at all",
        ),
        (
            r"% nnmath: a (D,), p (D,), n (D,), c ()" + "\n"
            r"\[ L = \max(0, \|a - p\|^2 - \|a - n\|^2 + c) \] \[ \frac{\partial L}{\partial p} = 2(p - a) \]",
            NOT_JUDGED,
            r"it holds where the second argument of \max in L counts",
        ),
        (
            r"Linear: $y = w x$. \[ \frac{dC}{dx} = w \frac{dC}{dy} \]"
            r"Square: $y = x^2$. \[ \frac{dC}{dx} = 2 x \frac{dC}{dy} \]",
            NOT_JUDGED,
            "it may hold where y = w x, which the notes say",
        ),
        (r"\[ Q^T Q = I \] \[ \|Q x\|^2 = \|x\|^2 \]", NOT_JUDGED, "it may hold where"),
        (
            r"Given $W^T W = I, z_i = W^T x_i$, \[ x^T W W^T W W^T x = x^T W W^T x \]",
            NOT_JUDGED,
            "it may hold where W^T W = I",
        ),
        (
            r"\[ L = u^T S u + \lambda (1 - u^T u) \] Setting its derivative to zero, \[ S u = \lambda u \]",
            NOT_JUDGED,
            "the condition of the text is met, 'Setting its derivative to zero'",
        ),
        (
            r"\[ L = u^T S u + \lambda (1 - u^T u) \] Set this to 0:"
            r"\[ \frac{\partial L}{\partial u} = S u - 2 \lambda u \]",
            FAILS,
            "it would hold",
        ),
        (
            r"\[ L = w^T w - \sum_i a_i w^T x_i \] \[ \frac{\partial L}{\partial w} = 2 w - \sum_i a_i x_i = 0 \]"
            "\n" + r"\[ L = -\frac{1}{4} \sum_i \sum_j a_i a_j x_i^T x_j \]",
            NOT_JUDGED,
            r"it may hold where 2 w - \sum_i a_i x_i = 0, which the notes say",
        ),
        (
            r"y is one-hot: \[ C = -\sum_i y_i \ln a_i \] \[ \frac{\partial C}{\partial a_i} = -\frac{y_i}{a_i} \]"
            r"This is \[ C = -\ln a_j \]",
            NOT_JUDGED,
            "it holds where j is y",
        ),
        (
            r"y_t is one-hot: \[ p_t = \text{softmax}(z_t) \] \[ L_t = -\sum_i y_{t,i} \log p_{t,i} \]"
            r"\[ \frac{\partial L_t}{\partial z_t} = p_t - y_t + p_t \]",
            FAILS,
            "it would hold",
        ),
        (r"\[ m = \frac{1}{N} \sum_i x_i \] \[ u_i = x_i + m \] \[ \sum_i u_i = 0 \]", NOT_JUDGED, UNEXPLAINED),
        (
            "% nnmath: x (N,)\n" + r"\[ m = \frac{1}{N} \sum_i x_i \] \[ u_i = x_i + m \] \[ \sum_i u_i = 0 \]",
            FAILS,
            "",
        ),
        (
            r"\[ F = \sum_i (x_i - u)^2 / s + n \log s \]"
            r"\[ \frac{\partial F}{\partial u} = -\frac{2}{s} \sum_i (x_i - u) = 0 \]"
            r"\[ \frac{\partial F}{\partial s} = -\frac{1}{s^2} \sum_i (x_i - \bar{x})^2 + \frac{n}{s} \]",
            NOT_JUDGED,
            "which the notes say",
        ),
        (r"\[ u_i = y_i - a - b x_i \] \[ \sum_i u_i = 0 \]", NOT_JUDGED, "a condition that is to be solved"),
        (
            r"\[ \hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \] \[ J = -\log \hat y_c \]"
            r"\[ \frac{\partial J}{\partial z_k} = \hat y_k - y_k \]",
            NOT_JUDGED,
            "y is defined nowhere",
        ),
        (
            r"\[ \hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}} \] \[ J = -\log \hat y_c \]"
            r"\[ \frac{\partial J}{\partial z_k} = y_k - \hat y_k \]",
            NOT_JUDGED,
            UNEXPLAINED,
        ),
        (r"Here $A$ is an $n \times n$ matrix. \[ \frac{\partial x^T A x}{\partial x} = 2 A x \]", FAILS, ""),
        (_OF_LENGTH_ONE + r"\[ \nabla_u R = 2 (S u - R u) \]", HOLDS, "where u has length 1"),
        (_OF_LENGTH_ONE + r"\[ \nabla_u R = 2 (S u + R u) \]", FAILS, ""),
        (r"If $A = A^T$, \[ \frac{\partial x^T A x}{\partial x} = 2 A x \]", HOLDS, "symmetric"),
        (r"If $A = A^T$, \[ \frac{\partial x^T A x}{\partial x} = 3 A x \]", FAILS, ""),
    ],
)
def test_the_last_equation(text: str, state: str, reason: str) -> None:
    last = judged(read_notes_text(text)).verdicts[-1]
    assert (last.state, reason in last.reason) == (state, True), last.reason
