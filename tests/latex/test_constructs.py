"""Pairs of a right and a wrong equation, one or more for each construct of the language: one holds, one does not."""

import pytest

from tests.latex.documents import document, failing

NUMBERS = r"""
    | $x$ | - | (D,) | real | vector |
    | $y$ | - | (D,) | real | vector |
    | $A$ | - | (D, D) | real | square |
    | $r$ | - | () | real | number |
    | $s$ | - | () | positive | number |
"""
LAYER = r"""
    | $X$ | - | (N, D) | real | matrix |
    | $W$ | - | (D, M) | real | weights |
    | $b$ | - | (M,) | real | biases |
    | $G$ | - | (N, M) | real | upstream |
"""
SIGNAL = r"""
    | $x$ | - | (T,) | real, zero outside | signal |
    | $w$ | - | (U,) | real | kernel |
    | $g$ | - | (T,) | real | upstream |
"""
STEPS = r"""
    | $x$ | - | (T,) | real | inputs |
    | $u$ | - | () | real | weight |
    | $v$ | - | () | real | weight |
    | $h$ | - | (T,) | (1) | state |
    | $h_0$ | - | () | real | first state |
"""
RANDOM = r"""
    | $w$ | - | (D,) | real | weights |
    | $x$ | - | (D,) | real | input |
    | $s$ | - | () | positive | scale |
    | $z$ | - | () | real | noise |
    | $\mu$ | - | () | real | mean |
"""
BELOW = "\n\n"

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
    "norm": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial \|x\|}{\partial x} = \frac{x}{\|x\|}",
        r"\frac{\partial \|x\|}{\partial x} = \frac{x}{\|x\|^2}",
    ),
    "unit vector": (
        NUMBERS,
        r"n := \frac{x}{\|x\|}",
        r"\frac{\partial n}{\partial x} = \frac{1}{\|x\|} (I - n n^\top)",
        r"\frac{\partial n}{\partial x} = \frac{1}{\|x\|} (I + n n^\top)",
    ),
    "max": (
        NUMBERS,
        r"m := \max_i x_i",
        r"\frac{\partial m}{\partial x_i} = [i = \operatorname{argmax}_j x_j]",
        r"\frac{\partial m}{\partial x_i} = \frac{1}{D}",
    ),
    "concat": (
        NUMBERS,
        r"z := [x; y]" + BELOW + r"L := \frac{1}{2} z^\top z",
        r"\frac{\partial L}{\partial y} = y",
        r"\frac{\partial L}{\partial y} = x",
    ),
    "layer norm": (
        NUMBERS,
        r"\mu := \operatorname{mean}(x)"
        + BELOW
        + r"v := \operatorname{var}(x)"
        + BELOW
        + r"n_i := \frac{x_i - \mu}{\sqrt{v + 1}}"
        + BELOW
        + r"L := \sum_i y_i n_i",
        r"\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{v + 1}} "
        r"\left( y_i - \operatorname{mean}(y) - \frac{n_i}{D} \sum_j y_j n_j \right)",
        r"\frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{v + 1}} \left( y_i - \operatorname{mean}(y) \right)",
    ),
    "softplus": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial}{\partial r} \operatorname{softplus}(r) = \operatorname{sigmoid}(r)",
        r"\frac{\partial}{\partial r} \operatorname{softplus}(r) = \operatorname{sigmoid}(-r)",
    ),
    "hadamard chain": (
        LAYER,
        r"a := \tanh(X W)" + BELOW + r"L := \sum_{n,m} G_{nm} a_{nm}",
        r"\frac{\partial L}{\partial W} = X^\top (G \odot (1 - a \odot a))",
        r"\frac{\partial L}{\partial W} = X^\top (G \odot (1 - a))",
    ),
    "variance of a sum": (
        RANDOM,
        r"w_d \sim \mathcal{N}(0, s^2)" + BELOW + r"q := \sum_d w_d x_d",
        r"\operatorname{Var}[q] = s^2 \sum_d x_d^2",
        r"\operatorname{Var}[q] = s \sum_d x_d^2",
    ),
    "reparametrization": (
        RANDOM,
        r"z \sim \mathcal{N}(\mu, s^2)",
        r"\frac{\partial}{\partial \mu} \mathbb{E}_{z \sim p}[z^2] = 2 \mu",
        r"\frac{\partial}{\partial \mu} \mathbb{E}_{z \sim p}[z^2] = 2 \mu + s^2",
    ),
    "fourth moment": (RANDOM, r"z \sim \mathcal{N}(0, s^2)", r"\mathbb{E}[z^4] = 3 s^4", r"\mathbb{E}[z^4] = s^4"),
    "uniform": (
        RANDOM,
        r"z \sim \mathcal{U}(-s, s)",
        r"\mathbb{E}[z^2] = \frac{s^2}{3}",
        r"\mathbb{E}[z^2] = \frac{s^2}{12}",
    ),
    "stein": (
        RANDOM,
        r"z \sim \mathcal{N}(0, 1)",
        r"\mathbb{E}[z \tanh(z)] = \mathbb{E}[1 - (\tanh(z))^2]",
        r"\mathbb{E}[z \tanh(z)] = \mathbb{E}[1 - \tanh(z)]",
    ),
    "relu moment": (
        RANDOM,
        r"z \sim \mathcal{N}(0, s^2)",
        r"\mathbb{E}[(\max(0, z))^2] = \frac{s^2}{2}",
        r"\mathbb{E}[(\max(0, z))^2] = \frac{s^2}{4}",
    ),
    "indicator": (NUMBERS, r"q := 1", r"\max(0, r) = r \mathbb{1}[r > 0]", r"\max(0, r) = r \mathbb{1}[r < 0]"),
    "cases": (
        NUMBERS,
        r"f(u) := \begin{cases} u & \text{if } u > 0 \\ e^{u} - 1 & \text{otherwise} \end{cases}",
        r"f'(-s) = e^{-s}",
        r"f'(-s) = 1",
    ),
    "underbrace": (
        NUMBERS,
        r"q := 1",
        r"\underbrace{r^2 + 2 r + 1}_{\text{square}} = (r + 1)^2",
        r"\underbrace{r^2 + 2 r + 1}_{\text{square}} = (r - 1)^2",
    ),
    "bigl": (NUMBERS, r"q := 1", r"\bigl( r + s \bigr)^2 = r^2 + 2 r s + s^2", r"\bigl( r + s \bigr)^2 = r^2 + s^2"),
    "overline": (
        NUMBERS,
        r"\overline{x} := \frac{1}{D} \sum_d x_d",
        r"\sum_d (x_d - \overline{x}) = 0",
        r"\sum_d (x_d + \overline{x}) = 0",
    ),
    "hat with index": (
        NUMBERS,
        r"\hat{y_i} := x_i - r",
        r"\frac{\partial \hat{y_i}}{\partial r} = -1",
        r"\frac{\partial \hat{y_i}}{\partial r} = 1",
    ),
    "scientific": (NUMBERS, r"q := 1", r"10^{-5} + 0 r = 1e{-5}", r"10^{-4} + 0 r = 1e{-5}"),
    "evaluated": (
        NUMBERS,
        r"f := r^3",
        r"\left. \frac{\partial f}{\partial r} \right|_{r = 2} = 12",
        r"\left. \frac{\partial f}{\partial r} \right|_{r = 2} = 8",
    ),
    "minus in a sum": (
        NUMBERS,
        r"q := 1",
        r"\sum_d -2 (x_d - y_d) = 2 \sum_d (y_d - x_d)",
        r"\sum_d -2 (x_d - y_d) = 2 \sum_d (x_d - y_d)",
    ),
    "mathring": (
        NUMBERS,
        r"\mathring{x}_d := 2 x_d",
        r"\frac{\partial \mathring{x}_d}{\partial x_k} = 2 \delta_{dk}",
        r"\frac{\partial \mathring{x}_d}{\partial x_k} = \delta_{dk}",
    ),
    "held": (
        NUMBERS,
        r"a := r^2" + BELOW + r"f := a r",
        r"\left. \frac{\partial f}{\partial r} \right|_{a} = a",
        r"\left. \frac{\partial f}{\partial r} \right|_{a} = 3 a",
    ),
    "binomial": (
        NUMBERS,
        r"q := 1",
        r"\sum_{k=0}^{4} \binom{4}{k} r^k = (1 + r)^4",
        r"\sum_{k=0}^{4} \binom{4}{k} r^k = 1 + r^4",
    ),
    "log base": (NUMBERS, r"q := 1", r"\log_2(s) = \frac{\log(s)}{\log(2)}", r"\log_2(s) = \log(s) \log(2)"),
}


@pytest.mark.long_list
@pytest.mark.parametrize("name", PAIRS)
def test_the_right_equation_holds_and_the_wrong_one_does_not(name: str) -> None:
    rows, forward, right, wrong = PAIRS[name]
    last = str(forward.count(BELOW) + 2)
    assert failing(document(rows, forward, right)) == []
    assert failing(document(rows, forward, wrong)) == [last]
