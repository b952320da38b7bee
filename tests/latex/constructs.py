"""Tables of symbols for the pairs of `test_constructs`, and pairs of norms, matrices, expectations and spellings."""

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
OTHERS = {
    "hessian times a vector": (
        NUMBERS,
        r"f := (x^\top A x)^2",
        r"\nabla_x^2 f \, y = (\nabla_x^2 f) y",
        r"\nabla_x^2 f \, y = (\nabla_x^2 f) x",
    ),
    "curvature along a vector": (
        NUMBERS,
        r"f := (x^\top A x)^2",
        r"y^\top \nabla^2 f(x) A y = y^\top (\nabla_x^2 f) (A y)",
        r"y^\top \nabla^2 f(x) A y = y^\top (\nabla_x^2 f) y",
    ),
    "slope along a vector": (
        NUMBERS,
        r"f := (x^\top A x)^2" + BELOW + r"g(u) := u^\top u",
        r"\nabla f(x)^\top y + \nabla g(x)^\top y = y^\top \nabla_x f + 2 x^\top y",
        r"\nabla f(x)^\top y + \nabla g(x)^\top y = y^\top \nabla_x f + x^\top y",
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

#: Indices that run over what has their capital letter, sizes that follow from others, recursions backwards, names with
#: letters below them.
WINDOWS = {
    "index of its capital letter": (
        SIGNAL,
        r"y_t := \sum_u w_u x_{t-u+1}",
        r"\frac{\partial y_t}{\partial x_s} = \sum_u w_u [t - u + 1 = s]",
        r"\frac{\partial y_t}{\partial x_s} = \sum_u w_u [t + u - 1 = s]",
    ),
    "stride": (
        SIGNAL + r"| $s$ | - | () | integer 1..3 | stride |" + "\n" + r"| $v$ | - | (P,) | real | upstream |",
        r"P := \lfloor (T - U) / s \rfloor + 1" + BELOW + r"L := \sum_{p,u} v_p w_u x_{s(p-1)+u}",
        r"\frac{\partial L}{\partial w_u} = \sum_p v_p x_{s(p-1)+u}",
        r"\frac{\partial L}{\partial w_u} = \sum_p v_p x_{p-1+u}",
    ),
    "literal index": (NUMBERS, r"q := \sum_d d x_d", r"\frac{\partial q}{\partial x_5} = 5",
                      r"\frac{\partial q}{\partial x_6} = 5"),
    "pairs": (
        NUMBERS,
        r"q := \sum_{1 \le i < j \le D} x_i x_j",
        r"2 q = (\sum_i x_i)^2 - \sum_i x_i^2",
        r"q = (\sum_i x_i)^2 - \sum_i x_i^2",
    ),
    "backwards": (
        STEPS + r"| $G$ | - | (T,) | (2), zero outside | sum of what comes |",
        r"h_t := u h_{t-1} + x_t" + BELOW + r"G_t := x_t + u G_{t+1}",
        r"G_t = \sum_{k=t}^{T} u^{k-t} x_k",
        r"G_t = \sum_{k=1}^{t} u^{t-k} x_k",
    ),
    "begins with zeros": (
        LAYER + r"| $h$ | - | (N, M) | (2) | states |",
        r"h_0 := 0" + BELOW + r"h_n := h_{n-1} + W^\top X_n",
        r"h_2 = W^\top (X_1 + X_2)",
        r"h_2 = W^\top X_2",
    ),
    "names with letters": (
        LAYER + r"| $W_{hh}$ | - | (M, M) | real | weights |" + "\n" + r"| $b_h$ | - | (M,) | real | biases |",
        r"z_n := W_{hh}^\top b + b_h + W^\top X_n",
        r"\frac{\partial z_n}{\partial b_h} + \frac{\partial z_{nm}}{\partial (W_{hh})_{km}} = I + b_k",
        r"\frac{\partial z_n}{\partial b_h} + \frac{\partial z_{nm}}{\partial (W_{hh})_{km}} = I + b_m",
    ),
    "zeros": (LAYER, r"q := \lVert b \rVert^2", r"\left. \nabla_b q \right|_{b = \mathbf{0}} = 0", r"\nabla_b q = 0"),
    "nabla of a function": (NUMBERS, r"f(u) := u^\top A u", r"\nabla f(x) = (A + A^\top) x", r"\nabla f(x) = 2 A x"),
    "held in brackets": (
        NUMBERS,
        r"t := r s" + BELOW + r"f := r t",
        r"\left( \frac{\partial f}{\partial r} \right)_{t} = t",
        r"\left( \frac{\partial f}{\partial r} \right)_{t} = 2 t",
    ),
    "diagonal": (
        NUMBERS,
        r"q := 1",
        r"\mathbf{1}^\top \operatorname{diag}(A) = \operatorname{tr}(A)",
        r"\mathbf{1}^\top \operatorname{diag}(A) = \det(A)",
    ),
    "bars of a determinant": (
        NUMBERS,
        r"q := 1",
        r"\begin{vmatrix} r & s \\ s & r \end{vmatrix} = r^2 - s^2",
        r"\begin{vmatrix} r & s \\ s & r \end{vmatrix} = r^2 + s^2",
    ),
    "largest norm": (NUMBERS, r"q := 1", r"\|x\|_\infty = \max_d \lvert x_d \rvert", r"\|x\|_\infty = \max_d x_d"),
    "primes of known functions": (
        NUMBERS,
        r"q := 1",
        r"\Phi'(r) = \frac{1}{\sqrt{2 \pi}} e^{-r^2 / 2}",
        r"\Phi'(r) = \frac{1}{\sqrt{2 \pi}} e^{-r^2}",
    ),
    "inverse functions": (
        NUMBERS,
        r"q := 1",
        r"\frac{\partial}{\partial r} \operatorname{arsinh}(\tan(\arcsin(\tanh(r)))) = 1",
        r"\frac{\partial}{\partial r} \operatorname{arsinh}(\tan(\arcsin(\tanh(r)))) = \operatorname{sech}(r)",
    ),
    "expected norm": (
        RANDOM,
        r"w_d \sim \mathcal{N}(0, s^2)",
        r"\operatorname{E}[\lVert w \rVert^2] = D s^2",
        r"\operatorname{E}[\lVert w \rVert^2] = s^2",
    ),
    "defined by another sign": (NUMBERS, r"f(u) \coloneqq u^2", r"f(r) \ge 0", r"f(r) \ge r"),
}  # fmt: skip
