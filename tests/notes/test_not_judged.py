"""What is not judged, and why: sides without a meaning, conditions, and readings that may be others."""

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.equation_verdicts import UNEXPLAINED
from nnmath.notes.verdicts.judging import judged


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        (
            r"\[ h_t = \tanh(W h_{t-1} + U x_t) \] \[ o_t = V h_t \]"
            r"\[ \frac{\partial L}{\partial h_T} = V \frac{\partial L}{\partial o_T} \]",
            NOT_JUDGED,
            "it holds for single numbers",
        ),
        (
            r"\[ z = W x + b \] \[ L = \frac{1}{2} \|z - y\|^2 \] \[ \frac{\partial L}{\partial b} = z - y \]"
            r"\[ \frac{\partial L}{\partial x} = W^T (z - y) \] \[ \frac{\partial L}{\partial z} = (z - y)^T \]",
            NOT_JUDGED,
            "gradients are rows",
        ),
        (r"\[ D_{KL}(q \| p) = \log \sigma + \mu^2 \]", NOT_JUDGED, "it is taken for what D_{KL}"),
        (
            r"\[ y_i = \sum_{k=1}^K w_k x_{i+k-1} \]"
            r"\[ \frac{\partial L}{\partial w_k} = \sum_i \frac{\partial L}{\partial y_i} x_{i-k+1} \]",
            NOT_JUDGED,
            "entries have no value there",
        ),
        (
            r"% nnmath: x (), w ()" + "\n" + r"\[ y = w x \] \[ \frac{dy}{dx} = -w \] \[ \frac{dy}{dw} = -x \]"
            r"\[ \frac{d y^2}{dx} = -2 y w \] \[ \frac{d y^2}{dw} = -2 y x \]",
            FAILS,
            "the other sign",
        ),
        (
            r"% nnmath: X (D, N), Y (M, N)" + "\n" + r"\[ W = Y X^\top (X^2)^{-1} \]",
            FAILS,
            "a square matrix is needed here, not something of shape (D, N)",
        ),
        (
            r"% nnmath: x (), y (), u (), v ()" + "\n" + r"\[ p = v f(u x) \] \[ L = \frac{1}{2} (y - p)^2 \]"
            r"\[ \frac{\partial L}{\partial v} = (y - p) f(u x) \]"
            r"\[ \frac{\partial L}{\partial u} = (y - p) v f'(u x) x \]"
            r"\[ \frac{\partial L}{\partial x} = (y - p) v f'(u x) u \]",
            FAILS,
            "the other sign",
        ),
        (
            "% nnmath: x (m,), \\mu (), \\epsilon () positive\n"
            r"\[ v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2 \] \[ y_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}} \]"
            r"\[ \frac{\partial v}{\partial \mu} = -\frac{2}{m} \sum_{i=1}^m (x_i - \mu) \]"
            r"\[ \frac{\partial y_i}{\partial \mu} = -\frac{1}{\sqrt{v + \epsilon}} \]",
            NOT_JUDGED,
            "it holds where v is held",
        ),
        (
            "% nnmath: x (m,), \\mu (), \\epsilon () positive\n"
            r"\[ v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2 \] \[ y_i = \frac{x_i - \mu}{\sqrt{v + \epsilon}} \]"
            r"\[ \frac{\partial v}{\partial \mu} = -\frac{2}{m} \sum_{i=1}^m (x_i - \mu) \]"
            r"\[ \frac{\partial y_i}{\partial \mu} = \frac{1}{\sqrt{v + \epsilon}} \]",
            FAILS,
            "",
        ),
        (
            "% nnmath: x (D,)\n"
            r"\[ x = [u_1, \ldots, v_m] \] \[ a = w^\top x \] \[ \frac{\partial a}{\partial w} = -x \]",
            FAILS,
            "the other sign",
        ),
        (
            r"\[ s_n = \sum_k E_{n} \] \[ P_{nk} = \frac{E_{nk}}{s_n} \] \[ P = \frac{E}{s} \]"
            r"\[ \frac{\partial s_n}{\partial X_{nk}} = s_n P_{nk} \]",
            NOT_JUDGED,
            "of which one definition is not judged",
        ),
        (
            r"\[ L = \max(0, \|a - p\|^2 - \|a - n\|^2 + c) \] \[ \frac{\partial L}{\partial p} = 2(a - p) \]",
            FAILS,
            "the other sign",
        ),
        (
            r"\[ p = \sigma(w x + b) \] \[ \sigma' = \sigma(1 - \sigma) \]"
            r"\[ \frac{\partial p}{\partial b} = p (1 - p) \]",
            HOLDS,
            r"where \sigma is the sigmoid",
        ),
        (
            r"\[ L = -y_i \log p_i \] \[ p_i = \frac{e^{z_i}}{\sum_j e^{z_j}} \]"
            r"\[ \frac{\partial L}{\partial z_i} = p_i - y_i \]",
            NOT_JUDGED,
            "i stands on the right",
        ),
        (r"\[ D f [X] (V) = V^\top X + X^\top V \]", NOT_JUDGED, "derivatives in a direction"),
        (r"\[ df_X(H) = H^\top X + X^\top H \]", NOT_JUDGED, "derivatives in a direction"),
        (r"\[ u = W x \] \[ \frac{\partial L}{\partial W} \mathrel{+}= u x^\top \]", NOT_JUDGED, "an assignment"),
        (
            r"\[ L = u^\top u \] \[ \left.\frac{\partial L}{\partial u}\right|_{\text{當前}} = u \]",
            NOT_JUDGED,
            "name a part of a derivative",
        ),
        (
            r"\[ L = \log(1 + e^{-m}) \] \[ L \approx e^{-m} \] \[ \frac{dL}{dm} = -e^{-m} \]",
            NOT_JUDGED,
            "the notes give L approximately, too",
        ),
        (
            "% nnmath: X (m, v), W (v, q)\n" + r"\[ Q = W X \]",
            FAILS,
            "there is no matrix product of shapes (v, q) and (m, v)",
        ),
        (r"\[ Q = W X \]", HOLDS, ""),
        (r"\[ J(w) = \|X w - y\|_2^2 \] \[ J'(w) = X^\top (X w - y) \]", FAILS, ""),
        (r"\[ \frac{dz}{dx} = \mathrm{tr}(\frac{dz}{d\mathbf{Y}}\frac{d\mathbf{Y}}{dx}) \]", HOLDS, ""),
        (r"\[ L = \|W\|_{\text{F}}^2 \] \[ \frac{\partial L}{\partial W} = W \]", FAILS, ""),
        (r"\[ u = w^\top w \] \[ u = \text{prod}(w, 2 w) = w^\top w \]", HOLDS, "without"),
        (r"\[ u = w^\top w \] \[ u = w w = 2 w^\top w \]", FAILS, ""),
        (r"\[ c = a + b \] \[ b = a^2 \] \[ \frac{\partial c}{\partial a} = 1 \]", HOLDS, "local"),
        (r"\[ c = a + b \] \[ b = a^2 \] \[ \frac{\partial c}{\partial a} = 2 \]", FAILS, ""),
        (
            r"\[ J = CE(y, p) \] \[ \frac{\partial J}{\partial p} = p - y \]",
            NOT_JUDGED,
            "line such as % nnmath: CE(y, p) =",
        ),
        (
            "\\[ a = 1 \\]\n\\[ D_{ij} = [i = j] \\]\n\\[ b = 2 D \\]\n\\[ 2 b = 4 + b \\]",
            NOT_JUDGED,
            "it uses b, which depends on D; the definition of D on line 2 is not judged: ",
        ),
        (r"\[ J = w^\top w \] \[ w := w - \eta \nabla_w J \]", NOT_JUDGED, "claims nothing"),
        (r"\[ J = w^\top w \] \[ w = w - \eta \nabla_w J \]", NOT_JUDGED, "claims nothing"),
        (
            r"\[ O_{ab} = \sum_c A_{ac} V_{cb} \]"
            r"\[ \frac{\partial O_{ab}}{\partial V_{jp}} = 2 \sum_c A_{ac} \frac{\partial V_{cb}}{\partial V_{jp}} \]",
            FAILS,
            "",
        ),
        (
            r"\[ z = X w \] \[ L = z^\top z \] \[ \frac{\partial L}{\partial z} = 2 z \] \[ \nabla L = 2 X^\top z \]",
            NOT_JUDGED,
            r"write \nabla_x f, with the variable below",
        ),
        (
            r"\[ Y = W X \] \[ \frac{dC}{dX} = W^\top \frac{dC}{dY} \] \[ \frac{dC}{dX_1} = \frac{dC}{dY} \]",
            NOT_JUDGED,
            "X_1 may be",
        ),
        (r"\[ Df[X](V) = V^\top X + X^\top V \]", NOT_JUDGED, "derivatives in a direction"),
        (r"\[ (e^x + e^{-x})^2 - (e^x - e^{-x})^2 = 5 \]", FAILS, ""),
        (r"\[ w = 2 \] \[ x = 3 \] \[ z = w x \] \[ z = 5.5 \]", FAILS, ""),
        (r"\[ y = w^T x + b \] It follows that \[ y = w^T x \]", FAILS, ""),
        (
            r"\[ a = \text{tr }(X^T X) \] \[ \frac{1}{2} \text{tr }[X^T X + X^T X] = 2 a \]",
            FAILS,
            "",
        ),
        (r"\[ z = X w \] \[ X \in \R^{N \times D} \]", NOT_JUDGED, "where something lies"),
        (r"\[ z = X w \] \[ z_n \in \{0, 1\} \]", NOT_JUDGED, "where something lies"),
        (
            r"\[ y_i = x_i - \frac{1}{N} \sum_{k=1}^N x_k \] \[ (x_i - 1)' = \delta_{ij} - \frac{1}{N} \]",
            NOT_JUDGED,
            "what the derivative of the brackets is by",
        ),
        (
            r"\[ c_t = f_t \odot c_{t-1} + i_t \odot g_t \] \[ h_t = o_t \odot \tanh(c_t) \]"
            r"\[ \delta c_t = \delta h_t \odot o_t \odot (1 - \tanh^2(c_t)) \]",
            NOT_JUDGED,
            "what comes of one step",
        ),
        (
            r"\[ v = \frac{1}{m} \sum_{i=1}^m (x^{(i)} - \hat{\mu})^2 \] \[ \hat{\mu} = \frac{\sum x_i}{n} = \bar{x} \]"
            r"\[ F(\mu) = -\frac{n}{2} \log(2 s^2) - \frac{1}{2 s^2} \sum_{i=1}^n (x_i - \mu)^2 \]"
            r"\[ \frac{\partial F}{\partial \mu} = \frac{1}{s^2} \sum_{i=1}^n (x_i - \mu)"
            r" = \frac{1}{s^2} (\sum x_i - n \mu) \]",
            HOLDS,  # n and m are one length
            "",
        ),
        (r"\[ \int x^2 p = V(x) + E(x)^2 = s^2 + m^2 \] \[ q = s m \]", HOLDS, ""),
        (r"\[ n = 10, m = 5 \] \[ k = n m \] \[ k = 50 \] \[ n = 10, m = 3 \]", NOT_JUDGED, "another number above"),
        (r"\[ n = 10, m = 5 \] \[ k = n m \] \[ k = 30 \]", FAILS, ""),
        (r"\[ f(z) = \tanh(z) \] \[ f(z) = \max(0, z) \]", NOT_JUDGED, "another function of the same name"),
        (r"\[ y = \lim_{h \to 0} h = 2 x = 2 x + 0 \]", HOLDS, "without"),
        (r"\[ y = \int x = 2 x = 3 x \]", FAILS, ""),
        (r"\[ y = w^\top x \] \[ \frac{\partial y}{\partial w} = x + w \]", FAILS, ""),
        (r"\[ y = \log(-x^2 - 1) \] \[ \frac{dy}{dx} = \frac{2 x}{x^2 + 1} \]", NOT_JUDGED, "it uses y"),
        (
            r"\[ f(\theta) = e^{-\theta^\top\theta} \] \[ \mathrm{Hess}f (\theta) = \nabla^2 f(\theta) \]",
            HOLDS,
            "",
        ),
        (r"\[ f(\theta) = \theta^\top\theta \] \[ \mathrm{Hess} f(\theta) = I \]", FAILS, ""),
        (
            "% nnmath: A (m, n), x (n,), b (m,)\n" + r"\[ f(x) = ||Ax - b||^2 \] \[ \nabla f(x) = 2(Ax - b)^T A \]",
            HOLDS,
            "numerator layout",
        ),
        (r"\[ g(x) := \sqrt x \] \[ Dg(x) = {1\over 2} x^{{1\over2}} \]", FAILS, ""),
        (
            "We fit $y = m x + b$. " + r"\[ J = \sum_{i=1}^n (y_i - (m x_i + b))^2 \]"
            r"\[ \frac{\partial J}{\partial m} = 2 \sum_{i=1}^n (y_i - (m x_i + b)) x_i \]",
            FAILS,
            "",
        ),
        (
            r"\[ \frac{\partial a_j^L}{\partial w_{jk}^L} = \frac{\partial a_j^L}{\partial z_j^L}\frac{\partial z_j^L}"
            r"{\partial w_{jk}^L} = a_j^L(1-a_j^L)a_k^{L-1} \]",
            NOT_JUDGED,
            "does not depend on w",
        ),
        (
            r"\[ \frac{\partial E}{\partial w_{ij}} = \frac{\partial E}{\partial u_j}"
            r"\frac{\partial u_j}{\partial w_{ij}} \]",
            NOT_JUDGED,
            "does not depend on w",
        ),
        (
            r"$K$ is a $n \times n$ matrix that depends on $p$."
            r"\[ \frac{\partial K^{-1}}{\partial p} = -K^{-2}\frac{\partial K}{\partial p} \]",
            FAILS,
            "",
        ),
        (
            "% nnmath: \\mathbf{y} \\sim \\mathcal{N}(\\mu, \\Sigma)\n"
            r"\[ \mathbb{E}[\mathbf{y}^\top \mathbf{A} \mathbf{y}] = \operatorname{tr}(\mathbf{A} \mathbf{\Sigma})"
            r" + \boldsymbol{\mu} \mathbf{A} \boldsymbol{\mu} \]",
            FAILS,
            "no product of shapes",
        ),
        (r"\[ y = x^2 \] or, for classification, \[ y = \log(x) \]", NOT_JUDGED, "as another one"),
        (
            "% nnmath: p (K,) probabilities, L (N, K) positive\n"
            r"\[ r_{nk} = \frac{p_k L_{nk}}{\sum_{j=1}^K p_j L_{nj}} \] \[ p_k = \frac{1}{N} \sum_{n=1}^N r_{nk} \]",
            NOT_JUDGED,
            "a step, or a condition",
        ),
        (
            "% nnmath: x (N, D), S (D, D)\n"
            r"\[ r_n = e^{-x_n^\top S x_n} \] \[ S = \frac{1}{N} \sum_{n=1}^N r_n x_n^\top x_n \]",
            FAILS,
            "(D, D) and ()",
        ),
        (
            "% nnmath: V (K, H), W (H, H), U (H, D), x (T, D), y (T, K) one-hot\n"
            r"\[ h_t = \tanh(W h_{t-1} + U x_t) \] \[ p_t = \text{softmax}(V h_t) \]"
            r"\[ L_t = -\sum_{i=1}^{K} y_{t,i} \log p_{t,i} \]"
            r"\[ \frac{\partial L}{\partial h_t} = V^\top (p_t - y_t)"
            r" + W^\top \left( \frac{\partial L}{\partial h_{t+1}} \odot (1 - h_{t+1}^2) \right) \]",
            NOT_JUDGED,
            "may be the sum of all",
        ),
        (r"\[ f = \mathrm{Sq} w \] \[ \frac{\partial f}{\partial w} = 2 w \]", NOT_JUDGED, UNEXPLAINED),
        (r"\[ y = x^2 \] or equivalently \[ y = 2 x \]", FAILS, ""),
        (
            r"\[y_i = \gamma_i x_i + \beta_i\] \[ d\gamma_i = \sum_{b=1}^{N} dy_{b,i} \cdot x_{b,i} \]",
            NOT_JUDGED,
            "x stands with fewer indices",
        ),
        (
            r"\[ y_i = \sum_{k=0}^{K-1} w_k x_{i+k} \] \[ \frac{\partial L}{\partial w_k} = \sum_i y_i x_i \]",
            NOT_JUDGED,
            "",
        ),
        (
            "% nnmath: r (N,), \\hat{r} (N,), p (N,), q (N,)\n" r"\[ e_i = r_i - \hat{r}_i = r_i - p_i q_i \]",
            NOT_JUDGED,
            UNEXPLAINED,
        ),
        (
            "% nnmath: z (N,), p (N,) probabilities\n"
            r"\[ s_n = 2 z_n - 1 \] \[ \ell = \sum_n [s_n = 1] \log p_n = \sum_n z_n \log p_n \]",
            NOT_JUDGED,
            "z in {0, 1} would let",
        ),
        (
            "% nnmath: A (D, D), B (D, D), t ()\n"
            r"\[ X = A t + B \] \[ y = \log \det X \] \[ dy = \text{tr}(X^{-1} dX) \] \[ dX = dA\, t + A\, dt + dB \]"
            r"\[ dy = \text{tr}(X^{-1} A)\, dt \]",
            NOT_JUDGED,
            UNEXPLAINED,
        ),
        (
            r"where $Q = x W^Q$, $K = x W^K$, $V = x W^V$ \[ = \text{softmax}(Q K^\top) V"
            r" = \text{softmax}(x W^Q (W^K)^\top x^\top) x W^V \]",
            NOT_JUDGED,
            "W^{Q} (...)",
        ),
        (
            r"Let $A \in \mathbb{R}^{n \times n}$. \[ \lim_{n \to \infty} A_n = \oint B \]",
            NOT_JUDGED,
            "",
        ),  # none is read
    ],
)
def test_the_last_equation(text: str, state: str, reason: str) -> None:
    last = judged(read_notes_text(text)).verdicts[-1]
    assert (last.state, reason in last.reason) == (state, True), last.reason
