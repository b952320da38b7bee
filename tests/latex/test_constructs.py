"""Pairs of a right and a wrong equation, one or more for each construct of the language: one holds, one does not."""

import pytest

from tests.latex.constructs import BELOW, LAYER, NUMBERS, OTHERS, SIGNAL, STEPS, WINDOWS
from tests.latex.documents import document, failing
from tests.latex.notation import NOTATION

#: The table, what is defined before, the right equation, the wrong one.
PAIRS = {
    "same convolution": (
        SIGNAL,
        r"L := \sum_t g_t \sum_u w_u x_{t+u-2}",
        r"\frac{\partial L}{\partial w_u} = \sum_t g_t x_{t+u-2}",
        r"\frac{\partial L}{\partial w_u} = \sum_t g_t x_{t-u+2}",
    ),
    "difference": (SIGNAL, r"d_t := x_{t+1} - x_{t}", r"\sum_t d_t = -x_1", r"\sum_t d_t = x_1"),
    "causal sum": (
        NUMBERS,
        r"c_i := \sum_{j=1}^{i} x_j",
        r"\frac{\partial c_i}{\partial x_j} = [j \le i]",
        r"\frac{\partial c_i}{\partial x_j} = [i \le j]",
    ),
    "cumulative gradient": (
        NUMBERS,
        r"c_i := \sum_{j \le i} x_j" + BELOW + r"L := \sum_i y_i c_i",
        r"\frac{\partial L}{\partial x_j} = \sum_{i \ge j} y_i",
        r"\frac{\partial L}{\partial x_j} = \sum_{i \le j} y_i",
    ),
    "row slice": (LAYER, r"z := X W", r"z_{n} = W^\top X_n", r"z_{n} = W^\top X_n + W^\top X_n"),
    "column slice": (LAYER, r"z := X W", r"z_{:,m} = X W_{:,m}", r"z_{:,m} = 2 X W_{:,m}"),
    "element of product": (
        LAYER,
        r"z := X W",
        r"\frac{\partial z_{nm}}{\partial W_{dk}} = X_{nd} \delta_{mk}",
        r"\frac{\partial z_{nm}}{\partial W_{dk}} = X_{nd} X_{nd} \delta_{mk}",
    ),
    "bias of a batch": (
        LAYER,
        r"z := X W + \mathbf 1_N b^\top" + BELOW + r"L := \sum_{n,m} G_{nm} z_{nm}",
        r"\frac{\partial L}{\partial b} = G^\top \mathbf 1_N",
        r"\frac{\partial L}{\partial b} = \frac{1}{N} G^\top \mathbf 1_N",
    ),
    "linear recursion": (
        STEPS,
        r"h_t := u h_{t-1} + v x_t",
        r"\frac{\partial h_2}{\partial u} = h_1 + u h_0",
        r"\frac{\partial h_2}{\partial u} = h_1",
    ),
    "tanh recursion": (
        STEPS,
        r"h_t := \tanh(u h_{t-1} + v x_t)",
        r"\frac{\partial h_1}{\partial h_0} = (1 - h_1^2) u",
        r"\frac{\partial h_1}{\partial h_0} = (1 - h_1^2) v",
    ),
    "by the steps before, the first included": (
        STEPS,
        r"h_t := \tanh(u h_{t-1} + v x_t)",
        r"\frac{\partial h_t}{\partial h_{t-1}} = (1 - h_t^2) u",
        r"\frac{\partial h_t}{\partial h_{t-1}} = (1 - h_t^2) v",
    ),
    "a sum over the steps before": (
        STEPS,
        r"h_t := u h_{t-1} + v x_t",
        r"h_t + \sum_{s=1}^{t-1} \frac{\partial^+ h_s}{\partial h_{s-1}} = h_t + \sum_{s=1}^{t-1} u",
        r"h_t + \sum_{s=1}^{t-1} \frac{\partial^+ h_s}{\partial h_{s-1}} = h_t",
    ),
    "momentum": (
        STEPS,
        r"h_t := u h_{t-1} + x_t",
        r"\frac{\partial h_2}{\partial x_1} = u",
        r"\frac{\partial h_2}{\partial x_1} = u^2",
    ),
    "immediate": (
        STEPS,
        r"h_t := u h_{t-1} + v x_t",
        r"\frac{\partial^+ h_t}{\partial u} = h_{t-1}",
        r"\frac{\partial^+ h_t}{\partial u} = h_t",
    ),
    "hessian of a quadratic": (NUMBERS, r"f := x^\top A x", r"\nabla_x^2 f = A + A^\top", r"\nabla_x^2 f = 2 A"),
    "mixed": (
        NUMBERS,
        r"f := e^{r} \log(s)",
        r"\frac{\partial^2 f}{\partial r \partial s} = \frac{e^{r}}{s}",
        r"\frac{\partial^2 f}{\partial r \partial s} = e^{r} s",
    ),
    "second of sigmoid": (
        NUMBERS,
        r"\sigma(u) := \frac{1}{1 + e^{-u}}",
        r"\sigma''(u) = \sigma(u) (1 - \sigma(u)) (1 - 2 \sigma(u))",
        r"\sigma''(u) = \sigma(u) (1 - \sigma(u))^2",
    ),
    "third of log": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial^3}{\partial s^3} \log(s) = \frac{2}{s^3}",
        r"\frac{\partial^3}{\partial s^3} \log(s) = -\frac{2}{s^3}",
    ),
    "hessian vector": (
        NUMBERS,
        r"f := \frac{1}{4} (x^\top x)^2",
        r"\nabla_x^2 f = (x^\top x) I + 2 x x^\top",
        r"\nabla_x^2 f = (x^\top x) I + x x^\top",
    ),
    "hvp": (
        NUMBERS,
        r"f := \frac{1}{2} x^\top A x",
        r"\nabla_x (y^\top \nabla_x f) = \frac{1}{2} (A + A^\top) y",
        r"\nabla_x (y^\top \nabla_x f) = \frac{1}{2} (A - A^\top) y",
    ),
    "tanh''": (
        NUMBERS,
        r"a := \tanh(r)",
        r"\frac{\partial^2 a}{\partial r^2} = -2 a (1 - a^2)",
        r"\frac{\partial^2 a}{\partial r^2} = 2 a (1 - a^2)",
    ),
    "erf'": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial}{\partial r} \operatorname{erf}(r) = \frac{2}{\sqrt{\pi}} e^{-r^2}",
        r"\frac{\partial}{\partial r} \operatorname{erf}(r) = \frac{2}{\sqrt{\pi}} e^{-r^2 / 2}",
    ),
    "Phi erf": (
        NUMBERS,
        r"q := 1",
        r"\Phi(r) = \frac{1}{2} \left( 1 + \operatorname{erf}\left( \frac{r}{\sqrt{2}} \right) \right)",
        r"\Phi(r) = \frac{1}{2} \left( 1 + \operatorname{erf}(r) \right)",
    ),
    "gelu'": (
        NUMBERS,
        r"g(u) := u \Phi(u)",
        r"g'(r) = \Phi(r) + \frac{r}{\sqrt{2 \pi}} e^{-\frac{r^2}{2}}",
        r"g'(r) = \Phi(r) + \frac{1}{\sqrt{2 \pi}} e^{-\frac{r^2}{2}}",
    ),
    "Gamma": (NUMBERS, r"q := 1", r"\Gamma(s + 1) = s \Gamma(s)", r"\Gamma(s + 1) = (s + 1) \Gamma(s)"),
    "Gamma half": (
        NUMBERS,
        r"q := 1",
        r"\Gamma\left(\frac{1}{2}\right) = \sqrt{\pi}",
        r"\Gamma\left(\frac{1}{2}\right) = \pi",
    ),
    "trace": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \operatorname{tr}(A^\top A)}{\partial A} = 2 A",
        r"\frac{\partial \operatorname{tr}(A^\top A)}{\partial A} = 2 A^\top",
    ),
    "trace of square": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \operatorname{tr}(A^2)}{\partial A} = 2 A^\top",
        r"\frac{\partial \operatorname{tr}(A^2)}{\partial A} = 2 A",
    ),
    "det": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \det(A)}{\partial A} = \det(A) A^{-\top}",
        r"\frac{\partial \det(A)}{\partial A} = \det(A) A^{-1}",
    ),
    "log det": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \log(\det(A^\top A))}{\partial A} = 2 A^{-\top}",
        r"\frac{\partial \log(\det(A^\top A))}{\partial A} = A^{-\top}",
    ),
    "inverse": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial y^\top A^{-1} x}{\partial A} = -A^{-\top} y x^\top A^{-\top}",
        r"\frac{\partial y^\top A^{-1} x}{\partial A} = A^{-\top} y x^\top A^{-\top}",
    ),
    "kronecker": (
        NUMBERS,
        r"q := 1",
        r"\operatorname{vec}(x y^\top) = y \otimes x",
        r"\operatorname{vec}(x y^\top) = x \otimes y",
    ),
    "frobenius": (
        LAYER,
        r"q := 1",
        r"\frac{\partial \lVert X W \rVert_F^2}{\partial W} = 2 X^\top X W",
        r"\frac{\partial \lVert X W \rVert_F^2}{\partial W} = X^\top X W",
    ),
    "trace cyclic": (
        LAYER,
        r"q := 1",
        r"\operatorname{tr}(X W G^\top) = \operatorname{tr}(W G^\top X)",
        r"\operatorname{tr}(X W G^\top) = 2 \operatorname{tr}(W G^\top X)",
    ),
    "softmax jacobian": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \operatorname{softmax}(x)_i}{\partial x_j} = "
        r"\operatorname{softmax}(x)_i (\delta_{ij} - \operatorname{softmax}(x)_j)",
        r"\frac{\partial \operatorname{softmax}(x)_i}{\partial x_j} = "
        r"\operatorname{softmax}(x)_i (1 - \operatorname{softmax}(x)_j)",
    ),
    "logsumexp": (
        NUMBERS,
        r"q := 1",
        r"\nabla_x \operatorname{logsumexp}(x) = \operatorname{softmax}(x)",
        r"\nabla_x \operatorname{logsumexp}(x) = 1 - \operatorname{softmax}(x)",
    ),
    "variance": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \operatorname{var}(x)}{\partial x_i} = \frac{2}{D} (x_i - \operatorname{mean}(x))",
        r"\frac{\partial \operatorname{var}(x)}{\partial x_i} = \frac{2}{D} x_i",
    ),
    **OTHERS,
    **WINDOWS,
    **NOTATION,
}


@pytest.mark.long_list
@pytest.mark.parametrize("name", PAIRS)
def test_the_right_equation_holds_and_the_wrong_one_does_not(name: str) -> None:
    rows, forward, right, wrong = PAIRS[name]
    last = str(forward.count(BELOW) + 2)
    assert failing(document(rows, forward, right)) == []
    assert failing(document(rows, forward, wrong)) == [last]
