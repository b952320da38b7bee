"""Pairs of `test_constructs` for names, indices and brackets as the field writes them."""

from tests.latex.constructs import BELOW, NUMBERS, RANDOM, STEPS

SEQUENCE = r"""
    | $x$ | - | (T,) | real | signal |
    | $w$ | - | (U,) | real | kernel |
    | $g$ | - | (P,) | real | upstream |
    | $s$ | - | () | integer 1..3 | stride |
"""
PLAIN = "\n".join(line for line in SEQUENCE.splitlines() if "$g$" not in line)
LAYERS = r"""
    | $x$ | - | (D,) | real | input |
    | $w^{1}$ | - | (M, D) | real | weights |
    | $V$ | - | (M, D) | real | weights |
    | $y$ | - | (M,) | real | target |
"""
SLOPE = r"\frac{\partial L}{\partial w_u} = "
LENGTH = r"P := \lfloor (T - U) / s \rfloor + 1" + BELOW
OVER_WINDOWS = r"y_i := \sum_u w_u x_{s (i - 1) + u}" + BELOW

#: The table, what is defined before, the right equation, the wrong one.
NOTATION = {
    "powers of functions": (
        NUMBERS,
        r"q := 1",
        r"\cosh^2(r) - \sinh^2 r + \operatorname{sech}^{2}(r) = 2 - \tanh^{2}(r)",
        r"\cosh^2(r) - \sinh^2 r + \operatorname{sech}^{2}(r) = 2 - \tanh(r^2)",
    ),
    "silu": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial}{\partial r} \operatorname{silu}(r) = "
        r"\operatorname{sigmoid}(r) + \operatorname{swish}(r) (1 - \operatorname{logistic}(r))",
        r"\frac{\partial}{\partial r} \operatorname{silu}(r) = "
        r"\operatorname{sigmoid}(r) + \operatorname{swish}(r) \operatorname{logistic}(r)",
    ),
    "softsign": (
        NUMBERS,
        r"q := 1",
        r"\operatorname{softsign}'(r) = \frac{1}{(1 + |r|)^2}",
        r"\operatorname{softsign}'(r) = \frac{1}{1 + r^2}",
    ),
    "logit": (
        NUMBERS,
        r"q := 1",
        r"\operatorname{logit}(\operatorname{sigmoid}(r)) = r",
        r"\operatorname{logit}(\operatorname{sigmoid}(r)) = -r",
    ),
    "csch": (NUMBERS, r"q := 1", r"\operatorname{csch}(s) \sinh(s) = 1", r"\operatorname{csch}(s) \cosh(s) = 1"),
    "a word that is a quantity": (
        NUMBERS,
        r"\operatorname{mean} := \frac{1}{D} \sum_d x_d" + BELOW + r"\operatorname{swish}(u) := u^2",
        r"\operatorname{swish}(\operatorname{mean}) = \operatorname{mean}^2 + \operatorname{silu}(0)",
        r"\operatorname{silu}(\operatorname{mean}) = \operatorname{mean}^2",
    ),
    "two signs": (
        NUMBERS,
        r"q := 1",
        r"x \otimes y \otimes 2 I x = 2 ((x \otimes y) \otimes x)",
        r"x \otimes y \otimes 2 I x = 2 ((y \otimes x) \otimes x)",
    ),
    "a dimension that a later equation says": (
        SEQUENCE,
        LENGTH + OVER_WINDOWS + r"L := \sum_i g_i y_i",
        SLOPE + r"\sum_i g_i x_{s (i - 1) + u}",
        SLOPE + r"\sum_i g_i x_{i - 1 + u}",
    ),
    "an index that runs as far as it can": (
        PLAIN,
        OVER_WINDOWS + r"L := \frac{1}{2} \sum_i y_i^2",
        SLOPE + r"\sum_i y_i x_{s (i - 1) + u}",
        SLOPE + r"\sum_i y_i x_{i - 1 + u}",
    ),
    "an index times two": (
        PLAIN,
        r"y_i := x_{2i-1} - x_{2i}",
        r"\frac{\partial y_i}{\partial x_t} = [t = 2i - 1] - [t = 2i]",
        r"\frac{\partial y_i}{\partial x_t} = [t = 2i] - [t = 2i - 1]",
    ),
    "an index that is rounded": (
        SEQUENCE,
        r"P := 2 T" + BELOW + r"L := \sum_i g_i x_{\lceil i / 2 \rceil}",
        r"\frac{\partial L}{\partial x_t} = g_{2t-1} + g_{2t}",
        r"\frac{\partial L}{\partial x_t} = g_{2t} + g_{2t}",
    ),
    "a window that counts backwards": (
        PLAIN,
        r"y_i := \sum_u w_u x_{i - u + U}",
        r"\frac{\partial y_i}{\partial w_u} = x_{i - u + U}",
        r"\frac{\partial y_i}{\partial w_u} = x_{i + u - 1}",
    ),
    "an index between two bounds": (
        SEQUENCE,
        LENGTH.replace("U", "s") + r"y_i := \max_{1 \le u \le s} x_{s (i - 1) + u}",
        r"y_i = \max_{0 \le u < s} x_{s i - u}",
        r"y_i = \max_{0 < u < s} x_{s i - u}",
    ),
    "a square that is a name": (
        NUMBERS,
        r"\mu := \operatorname{mean}(x)" + BELOW + r"\sigma^2 := \frac{1}{D} \sum_i (x_i - \mu)^2",
        r"\frac{\partial \sqrt{\sigma^2 + s}}{\partial \sigma^2} = \frac{1}{2 \sqrt{\sigma^2 + s}}",
        r"\frac{\partial \sqrt{\sigma^2 + s}}{\partial \sigma^2} = \frac{1}{2 (\sigma^2 + s)}",
    ),
    "a square behind an index that is a name": (
        NUMBERS,
        r"\sigma_i^2 := \sum_j A_{ij}^2",
        r"\frac{\partial \sigma_i^2}{\partial A_{ij}} = 2 A_{ij}",
        r"\frac{\partial \sigma_i^2}{\partial A_{ij}} = A_{ij}",
    ),
    "numbers of layers": (
        LAYERS,
        r"z^{1} := w^{1} x"
        + BELOW
        + r"C := \frac{1}{2} \|\tanh(z^1) - y\|^2"
        + BELOW
        + r"\delta^1 := \frac{\partial C}{\partial z^{1}}",
        r"\frac{\partial C}{\partial w^{1}_{jk}} = x_k \delta^{1}_j",
        r"\frac{\partial C}{\partial w^{1}_{jk}} = x_k z^{1}_j",
    ),
    "a name that begins with d": (
        LAYERS,
        r"z := V x" + BELOW + r"J := \frac{1}{2} \|z - y\|^2" + BELOW + r"dz := \frac{\partial J}{\partial z}",
        r"\frac{\partial J}{\partial V} = dz x^{\!\top}",
        r"\frac{\partial J}{\partial V} = z x^{\!\top}",
    ),
    "names with numbers below": (
        LAYERS,
        r"A_1 := V x" + BELOW + r"A_2 := \tanh(A_1)",
        r"\frac{\partial (A_2)_m}{\partial (A_1)_m} = 1 - (A_2)_m^2 \quad \text{for all } m",
        r"\frac{\partial (A_2)_m}{\partial (A_1)_m} = 1 - (A_1)_m^2 \quad \text{for all } m",
    ),
    "a quantity of its variable": (
        NUMBERS,
        r"J := \frac{1}{2} x^\top x",
        r"\nabla J(x) = \nabla_x J(x) = x",
        r"\nabla J(x) = \nabla_x J(x) = 2 x",
    ),
    "the variance of one number": (
        RANDOM,
        r"z \sim \mathcal{N}(\mu, s^2)",
        r"\operatorname{var}(z) = s^2",
        r"\operatorname{var}(z) = s",
    ),
    "a matrix of one number": (
        NUMBERS,
        r"R(\phi) := \begin{pmatrix} \cos \phi & -\sin \phi \\ \sin \phi & \cos \phi \end{pmatrix}",
        r"R(r) R(s) = R(r + s)",
        r"R(r) R(s) = R(r - s)",
    ),
    "a function of three matrices": (
        LAYERS,
        r"A(q, r, v) := \operatorname{softmax}(q r^\top) v" + BELOW + r"Y := A(w^{1}, V, V)",
        r"Y_m = V^\top \operatorname{softmax}(V w^{1}_m)",
        r"Y_m = V^\top \operatorname{softmax}(V V_m)",
    ),
    "a function of a matrix row by row": (
        LAYERS,
        r"f(u) := V u" + BELOW + r"B := V^\top V" + BELOW + r"Y := f(w^{1})",
        r"Y_m = V w^{1}_m",
        r"Y_m = V V_m",
    ),
    "a mean over a batch": (
        NUMBERS,
        r"\mu_B := \operatorname{mean}(x)"
        + BELOW
        + r"\sigma_B^2 := \operatorname{mean}((x - \mu_B) \odot (x - \mu_B))",
        r"\frac{\partial \sigma_B^2}{\partial x_i} = \frac{2}{D} (x_i - \mu_B)",
        r"\frac{\partial \sigma_B^2}{\partial x_i} = \frac{2}{D} (x_i + \mu_B)",
    ),
    "a dot behind a gradient": (
        NUMBERS,
        r"f := \frac{1}{2} x^\top x",
        r"\nabla_x f \cdot y = x^\top y",
        r"\nabla_x f \cdot y = y^\top y",
    ),
    "one random number of many": (
        RANDOM,
        r"w_d \sim \mathcal{N}(0, s^2)" + BELOW + r"a_d := \max(0, w_d)",
        r"\mathbb{E}[a_d - \max(0, w_1)] = 0",
        r"\mathbb{E}[a_d + \max(0, w_1)] = 0",
    ),
    "Kronecker's product beside a product": (
        NUMBERS,
        r"q := 1",
        r"x^\top A y = \operatorname{vec}(A)^\top (y \otimes I x)",
        r"x^\top A y = \operatorname{vec}(A)^\top (x \otimes I y)",
    ),
    "a transposed cosine": (NUMBERS, r"q := 1", r"\cos(A)^T x = (\cos(A))^\top x", r"\cos(A)^T x = \cos(A) x"),
    "products of matrices beside one entry by entry": (
        LAYERS,
        r"a := w^{1} x \odot V x",
        r"a_m = (w^{1} x)_m (V x)_m",
        r"a_m = (w^{1} x)_m + (V x)_m",
    ),
    "a condition beside a product entry by entry": (
        STEPS,
        r"h_t := v h_{t-1} + x_t" + BELOW + r"L := \sum_t h_t x_t",
        r"\frac{\partial L}{\partial h_t} = x_t + [t < T] v \odot \frac{\partial L}{\partial h_{t+1}}",
        r"\frac{\partial L}{\partial h_t} = x_t + [t < T] u \odot \frac{\partial L}{\partial h_{t+1}}",
    ),
    "a function of what its body is computed from": (
        NUMBERS,
        r"u := r s" + BELOW + r"J(r) := u^2 + r",
        r"J'(r) - J(0) = 2 u s + 1",
        r"J'(r) - J(0) = 1",
    ),
    "a policy": (
        NUMBERS,
        r"\pi := \operatorname{softmax}(x)" + BELOW + r"J := \pi^\top y",
        r"\frac{\partial J}{\partial x_k} = \pi_k (y_k - J)",
        r"\frac{\partial J}{\partial x_k} = \pi_k (y_k + J)",
    ),
    "sigma": (NUMBERS, r"q := 1", r"\sigma'(r) = \sigma(r) (1 - \sigma(r))", r"\sigma'(r) = 1 - \sigma(r) \sigma(r)"),
    "powers of each value": (NUMBERS, r"q := 1", r"\cosh^2(A) - \sinh^2(A) = 1", r"\cosh^2(A) - \sinh(A) \sinh(A) = 1"),
    "squares of differences": (
        NUMBERS,
        r"k_{ij} := \exp( -\frac{(x_i - x_j)^2}{2 s^2} )",
        r"\frac{\partial k_{ij}}{\partial s} = k_{ij} \frac{(x_i - x_j)^2}{s^3}",
        r"\frac{\partial k_{ij}}{\partial s} = k_{ij} \frac{(x_i - x_j)^2}{s^2}",
    ),
    "what stands above a name": (
        NUMBERS
        + r"| $W^Q$ | - | (H, D, D) | real | heads |"
        + "\n"
        + r"| $x^-$ | - | (D,) | real | another |"
        + "\n"
        + r"| $z^{\text{old}}$ | - | (D,) | real | one more |",
        r"x^* := A^\top y" + BELOW + r"L := \sum_h y^\top W^Q_h x^- + \lVert x^\star - x^- \rVert^2",
        r"\frac{\partial L}{\partial x^-} = \sum_h (W^Q_h)^\top y + 2 (x^- - x^{*})",
        r"\frac{\partial L}{\partial x^-} = \sum_h (W^Q_h)^\top y - 2 (x^- - x^{*})",
    ),
    "quantities below a name": (
        NUMBERS,
        r"f_s(u) := s u^2" + BELOW + r"K_y := y y^\top + s I",
        r"f_s'(r) + \det(s K_y) = 2 s r + s^D \det(K_y)",
        r"f_s'(r) + \det(s K_y) = 2 s r + s \det(K_y)",
    ),
    "rows of what has a capital letter": (
        NUMBERS + r"| $V$ | - | (N, D) | real | examples |",
        r"L := \frac{1}{2} \sum_n (y^\top v_n)^2",
        r"\nabla_y L = \sum_n v_n v_n^\top y",
        r"\nabla_y L = v_1 v_1^\top y",
    ),
    "a dimension that is a number": (
        r"| $q$ | - | (2,) | real | point |" + "\n" + r"| $t$ | - | () | real | angle |",
        r"p := \begin{pmatrix} \cos t & -\sin t \\ \sin t & \cos t \end{pmatrix} q",
        r"\frac{\partial p}{\partial t} = (-p_2, p_1)",
        r"\frac{\partial p}{\partial t} = (p_2, -p_1)",
    ),
}
