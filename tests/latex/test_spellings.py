"""Spellings that people have for what the language has: right claims, and wrong ones that differ in little else."""

import pytest

from tests.latex.documents import document, verdict

ROWS = r"""
    | $x$ | - | (N, D) | real | a matrix |
    | $W$ | - | (D, K) | real | a matrix |
    | $b$ | - | (K,) | real | a vector |
    | $v$ | - | (D,) | real | a vector |
    | $u$ | - | (D,) | real | a vector |
    | $r$ | - | () | real | a number |
    | $s$ | - | () | positive | a number |
    | $t$ | - | () | real | a number |
    | $W^{(1)}$ | - | (D, D) | real | a matrix |
    | $W^{[2]}$ | - | (D, D) | real | a matrix |
    | $\hat{y}$ | - | (N,) | real | a vector |
    | $f$ | - | () | real | a number |
"""

RIGHT = [
    r"\|v\|^2 = v^\top v",
    r"\|v\|_2^2 = \sum_i v_i^2",
    r"\lVert W \rVert_F^2 = \sum_{i,j} W_{ij}^2",
    r"\left| r \right| = |r|",
    r"\left\| v \right\| = \|v\|",
    r"\mathbb 1[r > 0] r = \max(r, 0)",
    r"\mathbb{1}_{r > 0} r = \max(r, 0)",
    r"\mathbf{1}[r > 0] r = \max(r, 0)",
    r"\mathbb{1}\{r > 0\} r = \max(r, 0)",
    r"\mathbb{I}(r > 0) r = \max(r, 0)",
    r"\mathbf{1}_{\{r > 0\}} r = \max(r, 0)",
    r"\mathbf{1}\left(r > 0\right) r = \max(r, 0)",
    r"v \circ u = u \odot v",
    r"\hat y_n = \hat{y}_n",
    r"x^{(i)} = x_i",
    r"x^{(i)}_d = x_{id}",
    r"x_d^{(i)} = x_{id}",
    r"W^{(1)} W^{[2]} = (W^{[2]\top} W^{(1)\top})^\top",
    r"{W^{(1)}}^\top = (W^{(1)})^\top",
    r"W^{(1)\top} = (W^{(1)})^\top",
    r"W^{(1)T} = (W^{(1)})^T",
    r"(W^{(1)}{}^\top)_{ij} = W^{(1)}_{ji}",
    r"r + 1 = 1 + r \quad \text{(by symmetry)}",
    r"[r > 0] 2 r = 2 \max(r, 0)",
    r"\frac{\partial (s^2 r)}{\partial \log s} = 2 s^2 r",
    r"\frac{\partial (s^2 r)}{\partial \log s^2} = s^2 r",
    r"\frac{\partial v_i^3}{\partial \log(v_j)} = 3 v_i^3 \delta_{ij}",
    r"\frac{\partial \sum_i u_i v_i^3}{\partial \ln v} = 3 u \odot v \odot v \odot v",
    r"\frac{\partial^2 s^3}{\partial \log s \, \partial \log s} = 9 s^3",
    r"\frac{\partial (s^2 r)}{\partial s^2} = r",
    r"\frac{\partial}{\partial s^{-2}} (s^{-2} v) = v",
    r"\frac{\partial^2 (s^6 r)}{\partial (s^2)^2} = 6 s^2 r",
    r"r + \mathrm{e}^{t} = r + e^t = r + \exp t",
    r"\bigl( r + t \bigr) s = \Big( r + t \Big) s = \biggl[ r + t \biggr] s",
    r"\underbrace{r + t}_{\text{a sum}} s = (r + t) s",
    r"\overbrace{r + t}^{=q} s = (r + t) s",
    r"\underbrace{r}_{a} + \underbrace{t}_{b} = r + t",
    r"r \hspace{1cm} + t = r + t",
    r"r + 1e{-5} = r + 10^{-5}",
    r"r + 1\mathrm{e}{-5} = r + 10^{-5}",
    r"r + 1 \times 10^{-5} = r + 0.00001",
    r"r + 1{,}000 = r + 1000",
    r"r + 1\,000 = r + 1000",
    r"r + \tfrac12 = r + 0.5",
    r"\frac12 r = r/2",
    r"\frac r2 = 0.5 r",
    r"\sqrt[3]{s} = s^{1/3}",
    r"\sqrt s = \sqrt{s}",
    r"\log_2 s = \frac{\log s}{\log 2}",
    r"\ln s = \log s",
    r"\lg s = \frac{\log s}{\log 10}",
    r"\operatorname{sigmoid}(r) = \frac{1}{1 + e^{-r}}",
    r"\operatorname{ReLU}(r) = \max(0, r)",
    r"\operatorname{relu}(r) = \max(0, r)",
    r"\mathrm{softmax}(b)_k = \frac{e^{b_k}}{\sum_j e^{b_j}}",
    r"\operatorname{sgn}(r) |r| = r",
    r"\operatorname{sign}(r) \lvert r \rvert = r",
    r"\operatorname{diag}(v) u = v \odot u",
    r"\max\{r, t\} = \max(r, t)",
    r"\max\left(r, t\right) = \max(t, r)",
    r"\max_{i} v_i = \max_j v_j",
    r"\operatorname*{argmax}_k b_k = \arg\max_k b_k",
    r"\prod_{i=1}^D v_i = \prod_i v_i",
    r"\sum_{i = 1}^{D} \sum_{j = 1}^{K} W_{ij} = \sum_{i,j} W_{ij}",
    r"\sum_{i \neq j} v_i = \sum_i v_i - v_j",
    r"\sum\limits_i v_i = \sum_i v_i",
    r"\begin{bmatrix} r & t \end{bmatrix} \begin{bmatrix} t \\ r \end{bmatrix} = 2 r t",
    r"(r, t)^\top (t, r) = 2 r t",
    r"[r, t]^\top [t, r] = 2 r t",
    r"\langle v, u \rangle = v^\top u",
    r"v \cdot u = v^\top u",
    r"v^\mathsf{T} u = u^{\mathsf T} v",
    r"v^{\rm T} u = u^\top v",
    r"r \neq r + 1",
    r"r \leqslant r + 1",
    r"r - (-r) = 2r",
    r"2 r \cdot 3 = 6r",
    r"r\left(t + s\right) = r t + r s",
    r"-\!\!r = -r",
    r"\displaystyle r = r + t - t",
    r"r = t + (r - t).",
    r"r = t + (r - t)\,.",
    r"\delta_{ij} v_j = [i = j] v_i",
    r"\mathbf{1}_D^\top v = \sum_i v_i",
    r"\mathbb{1}_D^\top v = \sum_i v_i",
    r"\mathbf{I}_D v = v",
    r"\mathbb{I} v = v",
    r"x_{n,:} = x_n",
    r"\partial_r r^2 = 2r",
    r"\frac{d}{dr} r^2 = 2r",
    r"\frac{\mathrm{d}}{\mathrm{d} r} r^2 = 2r",
    r"\frac{d r^2}{d r} = 2r",
    r"\frac{\partial}{\partial r}\left[ r^2 \right] = 2r",
    r"\nabla_W (u^\top W b) = u b^\top",
    r"\nabla_{v} \left( v^\top u \right) = u",
    r"\boldsymbol{1}_D^\top v = \sum_i v_i",
    r"\vec{1}_D^\top v = \sum_i v_i",
    r"\exp\{r\} = \exp\left\{r\right\} = \exp[r]",
    r"\left\{ r + t \right\} s = (r + t) s",
    r"\left. r^2 \right|_{r = 2} = 4",
    r"r^2|_{r=2} = 4",
    r"\frac{\partial r^2}{\partial r} \bigg|_{r=2} = 4",
    r"\left. \frac{\partial r^2}{\partial r} \right\vert_{r=t} = 2 t",
    r"\begin{cases} r, & \text{if } r > 0, \\ 0, & \text{otherwise.} \end{cases} = \max(r, 0)",
    r"\begin{cases} r & r > 0 \\ 0 & r \le 0 \end{cases} = \max(r, 0)",
    r"\begin{cases} r & \mbox{if } r > 0 \\ 0 & \mbox{else} \end{cases} = \max(r, 0)",
    r"\left\{ \begin{array}{ll} r & r > 0 \\ 0 & r \le 0 \end{array} \right. = \max(r, 0)",
    r"f(r + 1) = f r + f",
    r"r(t+1) = r t + r",
    r"(x_{:,d})_n = x_{nd}",
]

WRONG = [
    r"\|v\|^2 = u^\top v",
    r"\|v\|_1^2 = \sum_i v_i^2",
    r"\left| r \right| = r",
    r"\mathbb 1[r > 0] = r",
    r"v \circ u = v",
    r"x^{(i)}_d = v_d + x_{id}",
    r"\underbrace{r + t}_{\text{a sum}} s = r + t s",
    r"r + 1e{-5} = r + 10^{-4}",
    r"\log_2 s = \log s",
    r"\langle v, u \rangle = v^\top v",
    r"r^2|_{r=2} = r",
    r"[r > 0] 2 r = 2 r",
    r"\frac{\partial (s^2 r)}{\partial \log s^2} = 2 s^2 r",
    r"\frac{\partial v_i^3}{\partial \log v_j} = 3 v_i^2 \delta_{ij}",
    r"\frac{\partial (s^2 r)}{\partial s^2} = 2 s r",
]


@pytest.mark.parametrize(("claims", "hold"), [(RIGHT, True), (WRONG, False)], ids=["right", "wrong"])
def test_spellings(claims: list[str], hold: bool) -> None:
    report = verdict(document(ROWS, "q := 1", "\n\n".join(claims)), 6)
    judged = {result.equation.block.latex.strip(): result.ok for result in report.results[1:]}
    assert list(judged) == claims
    assert [latex for latex, holds in judged.items() if holds != hold] == []
