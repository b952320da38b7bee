"""What notes do not say: how steps follow, whose mean an input is, at which point numbers are values."""

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged

NORMALIZED = r"\[ u_i = \frac{x_i - \mu}{\sqrt{s^2 + \epsilon}} \] "
LAYERS = r"\[ z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]} \] \[ a^{[l]} = g^{[l]}(z^{[l]}) \] "
MEAN = r"\[ J = \frac{1}{m} \sum_{i=1}^m y_i^2 \] "


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        (
            r"\[ \frac{\partial L}{\partial h_k} = \frac{\partial L}{\partial h_T}"
            r"\prod_{t=k+1}^{T} \frac{\partial h_t}{\partial h_{t-1}} \]",
            NOT_JUDGED,
            "how the steps of h follow",
        ),
        (
            NORMALIZED + r"\[ L = \sum_i u_i^2 \] \[ \frac{\partial L}{\partial x_i} = u_i \]",
            NOT_JUDGED,
            "mu may be the mean of x",
        ),
        (NORMALIZED + r"\[ \frac{\partial u_i}{\partial x_i} = \frac{1}{\sqrt{s^2 + \epsilon}} \]", HOLDS, ""),
        (LAYERS + r"\[ a^{[L]}_i = \frac{e^{z^{[L]}_i}}{\sum_j e^{z^{[L]}_j}} \]", NOT_JUDGED, "another one here"),
        (
            r"\[ f(x) = x^2 \] \begin{align} f(x + h) - f(x) &= 2 x h + h^2 \\"
            r"&= 2 x h \quad \text{neglecting the } h^2 \text{ term} \end{align}",
            NOT_JUDGED,
            "terms are left out",
        ),
        (
            r"\[ m_t = (1 - r) g_t + r m_{t-1} \] If $g_t = g$ for all t and $m_0 = 0$: \[ m_t = (1 - r^t) g \]",
            NOT_JUDGED,
            "it may hold where g_t = g, which the notes say",
        ),
        (r"\[ dy = \frac{dy}{dx} dx \]", NOT_JUDGED, "it speaks of differentials"),
        (r"Shape: \[ (T \times T) \cdot (T \times d) = T \times d \]", NOT_JUDGED, "which shapes there are"),
        (
            r"Up to a constant, \[ f(x) = 2 e^{-x^2} \] \[ \log f(x) = -x^2 \]",
            NOT_JUDGED,
            "the text leaves something out, 'Up to a constant'",
        ),
        (
            r"\[ J = (x - y)^2 \] The factor is absorbed into the rate: \[ \frac{dJ}{dx} = x - y \]",
            NOT_JUDGED,
            "leaves something out",
        ),
        (r"\[ J = (x - y)^2 \] The gradient is \[ \frac{dJ}{dx} = x - y \]", FAILS, ""),
        (MEAN + r"For one training example, \[ \frac{\partial J}{\partial y_i} = 2 y_i \]", NOT_JUDGED, "there are m"),
        (MEAN + r"So \[ \frac{\partial J}{\partial y_i} = 2 y_i \]", FAILS, ""),
        (
            r"\[ z = x_1^2 + x_2^2 \] \[ \nabla_x z = \begin{pmatrix} 4 \\ 6 \end{pmatrix} \]",
            NOT_JUDGED,
            "numbers at one point",
        ),
        (r"\[ z = x^2 \] \[ \frac{dz}{dx} = 6 \] \[ x = 2 \]", NOT_JUDGED, "x is given its value further down"),
        (r"\[ x = 2 \] \[ z = x^2 \] \[ \frac{dz}{dx} = 6 \]", FAILS, ""),
        (r"\[ s = \frac{1}{1 + e^{-1}} = 0.9 \]", FAILS, ""),
        (r"\[ s = \frac{1}{1 + e^{-1}} = 0.7311 \]", HOLDS, "decimal numbers are rounded"),
        (r"\[ [-1.5, -0.5] \times 0.894423 = [-1.34164, -0.44721] \]", NOT_JUDGED, "the last digits differ"),
        (r"\[ [-1.5, -0.5] \times 0.894423 = [-1.34264, -0.44721] \]", FAILS, ""),
        (
            r"\[ h_t = \tanh(U h_{t-1} + V x_t) \] \section{Gates} \[ o_t = \tanh(W [h_{t-1}, x_t]) \]"
            r"\[ h_t = o_t \odot \tanh(c_t) \]",
            NOT_JUDGED,
            "defined in another section",
        ),
        (
            r"\[ x = W y \] \[ e = \frac{1}{2} \sum_t (u_t - x_t)^2 \]"
            r"\[ \frac{\partial e}{\partial W} = \frac{\partial e}{\partial x} y \]",
            FAILS,
            "",
        ),
        (
            r"\[ x = W y \] \[ e = \frac{1}{2} \sum_t (u_t - x_t)^2 \]"
            r"\[ -\alpha \frac{\partial e}{\partial W} = -\alpha \frac{\partial e}{\partial x} y^\top \]",
            HOLDS,
            "",
        ),
        (
            r"\[ x = W y + b \] \[ L = \frac{1}{2} \sum_t (u_t - x_t)^2 \]"
            r"\[ -\eta \frac{\partial L}{\partial W} = -\eta \frac{\partial L}{\partial x} y \]",
            FAILS,
            "",
        ),
        (
            r"\[ \frac{\partial \ell_j}{\partial p_j} = -\frac{y_j}{p_j} \]"
            r"\[ L = -\sum_j y_j \log p_j = \sum_j \ell_j \]",
            NOT_JUDGED,
            "ell is defined nowhere",
        ),
        (
            r"\[ Y = \sigma(Z) \] \[ \delta = \frac{\partial \xi}{\partial Z_o} = Y - T \]",
            NOT_JUDGED,
            r"what is left of it defines \delta",
        ),
        (
            "% nnmath: y (K,) one-hot\n" + r"\[ q = [q_1, q_2, q_3]^T \] \[ J = -\sum_{i=1}^3 y_i \log(q_i) \]",
            HOLDS,
            "",
        ),
        (
            r"\[ y = w x \] \[ \frac{\partial y}{\partial w} = x + \text{const} \]",
            NOT_JUDGED,
            "const is defined nowhere",
        ),
        (
            r"\[ u = v + v s \] \[ u = v \] \section{Norms} \[ s = c r \]",
            NOT_JUDGED,
            "s is defined in a section below",
        ),
        (
            r"\[ L = \frac{1}{2} \sum_j (p_j - t_j)^2 \]"
            r"\[ \frac{\partial L}{\partial w_i} = \sum_j (p_j - t_j) x_{ij} \]",
            NOT_JUDGED,
            "but on p; a line such as % nnmath: p = ...",
        ),
        (
            r"\[ w_{t+1} = w_t - \alpha g_t \] \[ w_{t+1} = w_t - \alpha m_t \]",
            NOT_JUDGED,
            "another update above",
        ),
        (r"\[ s = \sum_i x_i^2 \] \[ E\!\left[s\right] = n v \]", NOT_JUDGED, "it may hold on average"),
        (r"\[ l = \sum_i a_i - \tfrac12,\alpha^\top K\alpha \]", NOT_JUDGED, "cannot be read"),
        (r"\[ y = 2 x, \text{ for all } x \] \[ \frac{dy}{dx} = 3 \]", FAILS, ""),
        (
            r"\[ z^{[l]} = W^{[l]} a^{[l-1]} \] \[ a^{[l]} = \tanh(z^{[l]}) \]"
            r"\[ \frac{\partial L}{\partial W^{[l]}} = \frac{\partial L}{\partial z^{[l]}} a^{[l-1]} \]",
            NOT_JUDGED,
            "of a layer are single numbers",
        ),
        (r"\[ y_i = 2 x_i \] where \[ i = j \] and \[ \frac{\partial y_i}{\partial x_i} = 3 \]", FAILS, ""),
        (r"% nnmath: W (N_{out}, H), y (H,)" + "\n" + r"\[ x = W y \] \[ x_i = 2 \sum_j W_{ij} y_j \]", FAILS, ""),
    ],
)
def test_what_is_not_said(text: str, state: str, reason: str) -> None:
    verdicts = judged(read_notes_text(text)).verdicts
    found = verdicts[1] if "further down" in reason or "below" in reason else verdicts[-1]
    assert (found.state, reason in found.reason) == (state, True), found.reason
