"""What is not judged because nothing defines a quantity, two equations do, or the one that does cannot be read."""

import pytest

from nnmath.notes import HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged


@pytest.mark.parametrize(
    ("text", "state", "reason"),
    [
        (r"\[ L = \int (x - y)^2 dy \] \[ L = x^2 + 3 = 3 + x^2 \]", HOLDS, "which cannot be read"),
        (r"\[ L = \int (x - y)^2 dy \] \[ L = x^2 + 3 \]", NOT_JUDGED, "which cannot be read"),
        (
            r"\[ x = [u_1, \ldots, v_m] \] \[ a = w^\top x \] \[ \frac{\partial a}{\partial w} = -x \]",
            NOT_JUDGED,
            "cannot be read; a line such as % nnmath: x (D,) would let it be judged",
        ),
        (
            "% nnmath: x (D,), u (D,)\n"
            r"\[ x = [u_1, \ldots, v_m] \] \[ a = u^\top x \] \[ \frac{\partial a}{\partial u} = -x \]",
            NOT_JUDGED,
            "cannot be read",
        ),
        (
            r"\[ a = \sum_{i \in I_u} x_i \] \[ b = \sum_{i \in I_v} x_i \] \[ a = b \]",
            NOT_JUDGED,
            "which cannot be read",
        ),
        (r"\[ \log \sigma(x) = -\log(1 + e^x) \]", NOT_JUDGED, r"do not define \sigma"),
        (
            r"\[ W = \begin{bmatrix} a & b \\ c & d \end{bmatrix} \]"
            r"\[ W = \begin{bmatrix} 0.5 & -0.2 \\ 0.1 & 0.3 \end{bmatrix} \]",
            NOT_JUDGED,
            "W is defined above",
        ),
        (r"\[ z = w x + b \] With the numbers above, \[ z = 0.5 \]", NOT_JUDGED, "z is defined above"),
        (r"\[ y = w^T x + b \] \section{No bias} \[ y = w^T x \]", NOT_JUDGED, "defined in another section"),
        (
            r"\[ C = A + t B \] \[ \ell = \log|C| \]"
            r"\[ \frac{\partial \ell}{\partial t} = \mathrm{tr}(K^{-1}\frac{\partial K}{\partial t}) \]",
            NOT_JUDGED,
            "the notes do not define K",
        ),
        (r"\[ q = s m \] \[ \int x^2 p = V(x) + E(x)^2 = s^2 + m^2 \]", NOT_JUDGED, "the notes do not define E"),
        (r"\[ J(w) = \int w \] \[ \nabla_w J(w) = 3 w \]", NOT_JUDGED, "an equation that gives it cannot be read"),
        (r"\[ y = w^\top x \] \[ \frac{\partial y}{\partial w} = x + v \]", NOT_JUDGED, "v is defined nowhere"),
        (r"\[ y = x^2 \] \[ \frac{dy}{dx} = 2 x + \text{rowmean}(x) \]", NOT_JUDGED, "do not define rowmean"),
        (
            "% nnmath: X (n, m), Y (n,)\n"
            r"\[ \frac{\partial L(\theta)}{\partial \theta} = "
            r"\frac{\partial (X\theta - Y)^T (X\theta - Y)}{\partial\theta} \]",
            NOT_JUDGED,
            "do not define L",
        ),
        (
            r"\[ L = |y - t| \Rightarrow L_y = \mathrm{sign}(y - t) \] "
            r"\[ L = (y - t)^2 \Rightarrow \frac{\partial L}{\partial y} = 2 (y - t) \]",
            NOT_JUDGED,
            "L is defined twice",
        ),
        (
            "% nnmath: y (), t ()\n"
            r"\[ L = |y - t| \Rightarrow L_y = \mathrm{sign}(y - t) \] \[ L = (y - t)^2 \Rightarrow L_y = 2 (y - t) \]",
            NOT_JUDGED,
            "L is defined twice",
        ),
        (
            "% nnmath: p (), x ()\n" r"\[ z = x^2 + p \] \[ \hat{f}^{[0]}(x) = \frac{1}{2} \log(1 + p^2) \]",
            NOT_JUDGED,
            "defined nowhere",
        ),
    ],
)
def test_the_last_equation(text: str, state: str, reason: str) -> None:
    last = judged(read_notes_text(text)).verdicts[-1]
    assert (last.state, reason in last.reason) == (state, True), last.reason
