"""Functions of vectors, slices, calculated indices, sums with bounds, blocks: right claims beside wrong ones."""

import pytest

from nnmath.latex import DerivationError, read_text
from tests.latex.documents import document, failing

LAYER = r"""
    | $x$ | - | (N, D) | real | rows |
    | $W$ | - | (D, K) | real | weights |
    | $b$ | - | (K,) | real | a vector |
"""
FUNCTIONS = r"""
    \operatorname{softmax}(z)_k := \frac{e^{z_k}}{\sum_j e^{z_j}}

    q(u) := b^\top u

    g(u, v) := u^\top v

    h_n := W^\top x_n + b

    p := \operatorname{softmax}(x W)
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"p_n = \operatorname{softmax}(W^\top x_n)", r"p_n = \operatorname{softmax}(h_n + h_n)"),
        (r"p_{nk} = \operatorname{softmax}(W^\top x_n)_k", r"p_{nk} = \operatorname{softmax}(W^\top x_1)_k"),
        (r"\sum_k \operatorname{softmax}(b)_k = 1", r"\sum_k \operatorname{softmax}(b)_k = K"),
        (r"p_{nk} = \operatorname{softmax}(h_n - b)_k", r"p_{nk} = \operatorname{softmax}(h_n)_k"),
        (r"q(W^\top x_n) = x_n^\top W b", r"q(W^\top x_n) = x_n^\top W b + 1"),
        (r"g(b, h_n) = q(h_n)", r"g(b, b) = \sum_k b_k"),
        (r"h = x W + \mathbf 1_N b^\top", r"h = x W"),
        (
            r"\frac{\partial}{\partial b_k} \operatorname{softmax}(b)_j = \operatorname{softmax}(b)_j "
            r"(\delta_{jk} - \operatorname{softmax}(b)_k)",
            r"\frac{\partial}{\partial b_k} \operatorname{softmax}(b)_j = \operatorname{softmax}(b)_j "
            r"(1 - \operatorname{softmax}(b)_k)",
        ),
    ],
)
def test_functions_of_vectors_and_slices(right: str, wrong: str) -> None:
    assert failing(document(LAYER, FUNCTIONS, right)) == []
    assert failing(document(LAYER, FUNCTIONS, wrong)) == ["6"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"p_n = \operatorname{softmax}(x_n)", "the shapes (K,) and (D,)"),
        (r"q(x_n) = 1", "takes something of shape (K,), not of shape (D,)"),
        (r"q(b_k) = 1", "takes something of shape (K,), not of shape ()"),
        (r"f(u) := z_n + u", "unknown"),
        (r"f(u) := b", "a function of a number is a number"),
        (r"\operatorname{softmax}(b, b)_k = 1", "one argument"),
        (r"g(b, x_n) = 1", "not of shape (D,)"),
        (r"(b_k)_k = 1", "1 index on something of shape ()"),
    ],
)
def test_functions_of_vectors_that_do_not_fit(latex: str, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        read_text(document(LAYER, FUNCTIONS, latex))
    assert part in str(caught.value)


SIGNAL = r"""
    | $x$ | - | (T,) | real, zero outside | signal |
    | $w$ | - | (U,) | real | kernel |
    | $y$ | - | (T,) | (1), zero outside | result |
    | $\bar y$ | - | (T,) | real, zero outside | upstream gradient |
"""
CONVOLUTION = r"""
    y_t := \sum_u w_u x_{t+u-1}

    L := \sum_t \bar y_t y_t
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            r"\frac{\partial L}{\partial x_t} = \sum_u \bar y_{t-u+1} w_u",
            r"\frac{\partial L}{\partial x_t} = \sum_u \bar y_{t+u-1} w_u",
        ),
        (
            r"\frac{\partial L}{\partial w_u} = \sum_t \bar y_t x_{t+u-1}",
            r"\frac{\partial L}{\partial w_u} = \sum_t \bar y_t x_{t+u}",
        ),
        (r"\sum_t [1 \le t - 1] x_{t-1} = \sum_t x_{t-1}", r"\sum_t x_{t-1} = \sum_t x_t"),
        (r"\sum_{j=1}^{t} x_j = \sum_j [j \le t] x_j", r"\sum_{j=1}^{t} x_j = \sum_j [j < t] x_j"),
        (r"\sum_{j \le t} x_j = \sum_{j=1}^{t} x_j", r"\sum_{j \ge t} x_j = \sum_{j=1}^{t} x_j"),
        (r"x_{2 t - t} = x_t", r"x_{3 t - t} = x_t"),
    ],
)
def test_calculated_indices_and_bounds(right: str, wrong: str) -> None:
    assert failing(document(SIGNAL, CONVOLUTION, right)) == []
    assert failing(document(SIGNAL, CONVOLUTION, wrong)) == ["3"]


def test_an_index_outside_has_no_value_unless_the_table_says_zero() -> None:
    text = document(SIGNAL.replace("real, zero outside | signal", "real | signal"), CONVOLUTION)
    assert failing(text) == ["1", "2"]
    inside = document(SIGNAL, CONVOLUTION, r"\sum_t [t < T] x_{t+1} = \sum_t x_t - x_1")
    assert failing(inside.replace("real, zero outside | signal", "real | signal"))[2:] == []


def test_a_dimension_that_is_defined_by_others() -> None:
    rows = "| $x$ | - | (T,) | real | signal |\n| $w$ | - | (U,) | real | kernel |\n| $y$ | - | (P,) | (2) | result |"
    forward = r"P := T + U - 1" "\n\n" r"y_t := \sum_u w_u [t - u + 1 \le T] [t \ge u] x_{t-u+1}"
    assert failing(document(rows, forward, r"\sum_t y_t = (\sum_u w_u) (\sum_t x_t)".replace("_t x_t", "_i x_i"))) == []
    with pytest.raises(DerivationError, match="defined once"):
        read_text(document(rows, "P := T\n\nP := U\n\n" + forward))
    with pytest.raises(DerivationError, match="calculated from other dimensions"):
        read_text(document(rows, "P := P + 1\n\n" + forward))


IMAGES = r"""
    | $x$ | - | (N, C, H, W) | real, zero outside | images |
    | $k$ | - | (O, C, U, V) | real | kernels |
    | $b$ | - | (O,) | real | biases |
    | $s$ | - | () | integer 1..3 | stride |
    | $p$ | - | () | integer 0..2 | padding |
    | $\bar y$ | - | (N, O, P, Q) | real | upstream gradient |
    | $y$ | - | (N, O, P, Q) | (3) | result |
"""
CONVOLUTION_2D = r"""
    P := \left\lfloor \frac{H + 2 p - U}{s} \right\rfloor + 1

    Q := \left\lfloor \frac{W + 2 p - V}{s} \right\rfloor + 1

    y_{noij} := b_o + \sum_{c,u,v} k_{ocuv} x_{n,c,s (i - 1) + u - p,s (j - 1) + v - p}

    L := \sum_{n,o,i,j} \bar y_{noij} y_{noij}
"""
#: What the index of the image is, right and wrong.
PLACES = ["s (i - 1) + u - p", "s (i - 1) + u", "s i + u - p", "(i - 1) + u - p", "s (i - 1) - u + p"]


@pytest.mark.parametrize("place", PLACES)
def test_a_batched_convolution_of_several_channels_with_stride_and_padding(place: str) -> None:
    gradients = rf"""
    \frac{{\partial L}}{{\partial b_o}} = \sum_{{n,i,j}} \bar y_{{noij}}

    \frac{{\partial L}}{{\partial k_{{ocuv}}}} = \sum_{{n,i,j}} \bar y_{{noij}} x_{{n,c,{place},s (j - 1) + v - p}}

    \frac{{\partial L}}{{\partial x_{{ncgh}}}}
      = \sum_{{o,u,v,i,j}} \bar y_{{noij}} k_{{ocuv}} [{place} = g] [s (j - 1) + v - p = h]
    """
    wrong = [] if place == PLACES[0] else ["6", "7"]
    assert failing(document(IMAGES, CONVOLUTION_2D, gradients)) == wrong


JOINED = r"""
    | $x$ | - | (T, D) | real | inputs |
    | $W$ | - | (M, P) | real | weights of both |
    | $A$ | - | (M, M) | real | weights of the state |
    | $B$ | - | (M, D) | real | weights of the input |
    | $h_0$ | - | (M,) | real | first state |
    | $v$ | - | (T, M) | real | upstream gradient |
    | $h$ | - | (T, M) | (2) | states |
"""
JOINED_CELL = r"""
    P := M + D

    h_t := \tanh(W [h_{t-1}, x_t])

    L := \sum_{t,m} v_{tm} h_{tm}
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            r"\begin{pmatrix} A & B \end{pmatrix} [h_1; x_1] = A h_1 + B x_1",
            r"\begin{pmatrix} A & B \end{pmatrix} [h_1; x_1] = A h_1",
        ),
        (
            r"\begin{pmatrix} A & B \\ B^\top & I_D \end{pmatrix} \begin{bmatrix} h_1 \\ x_1 \end{bmatrix} "
            r"= (A h_1 + B x_1, B^\top h_1 + x_1)",
            r"\begin{pmatrix} A & B \\ B^\top & I_D \end{pmatrix} \begin{bmatrix} h_1 \\ x_1 \end{bmatrix} "
            r"= (A h_1 + B x_1, B^\top h_1)",
        ),
        (r"\operatorname{concat}(h_1, x_1)_1 = h_{11}", r"\operatorname{concat}(h_1, x_1)_1 = x_{11}"),
        (
            r"\frac{\partial L}{\partial W} = \sum_t (\frac{\partial L}{\partial h_t} \odot (1 - h_t \odot h_t)) "
            r"[h_{t-1}, x_t]^\top",
            r"\frac{\partial L}{\partial W} = \sum_t (v_t \odot (1 - h_t \odot h_t)) [h_{t-1}, x_t]^\top",
        ),
    ],
)
def test_vectors_and_matrices_of_blocks(right: str, wrong: str) -> None:
    assert failing(document(JOINED, JOINED_CELL, right)) == []
    assert failing(document(JOINED, JOINED_CELL, wrong)) == ["4"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"W [x_1, x_1] = h_1", "(M, P) and (2·D,)"),
        (r"(A, B) = A", "blocks"),
        (r"\begin{pmatrix} A & B^\top \end{pmatrix} = A", "side by side"),
        (r"\begin{pmatrix} A \\ B \end{pmatrix} = A", "above each other"),
    ],
)
def test_blocks_that_do_not_fit(latex: str, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        read_text(document(JOINED, JOINED_CELL, latex))
    assert part in str(caught.value)
    with pytest.raises(DerivationError, match="calculated from other dimensions"):
        read_text(document(JOINED, JOINED_CELL + "\n\n    M := P"))


def test_the_first_entries_along_a_longer_axis_need_an_index_that_is_calculated() -> None:
    rows = r"""
        | $h$ | - | (H,) | real | state |
        | $x$ | - | (D,) | real | input |
        | $W$ | - | (M, F) | real | weights |
        | $g$ | - | (M,) | real | upstream |
    """
    forward = "F := H + D\n\nz := W [h; x]\n\n" + r"L := g^\top z"
    claim = r"\frac{\partial L}{\partial h_i} = \sum_m W_{m,i+0} g_m"
    assert failing(document(rows, forward, claim)) == []
    assert failing(document(rows, forward, claim.replace("i+0", "i+1"))) == ["4"]
    with pytest.raises(DerivationError, match=r"for the first H entries of F write the index i \+ 0"):
        failing(document(rows, forward, claim.replace("i+0", "i")))
