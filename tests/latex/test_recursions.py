"""Recursions in time, and gradients through it: right claims beside wrong ones."""

import pytest

from nnmath.latex import DerivationError
from tests.latex.documents import document, failing

RECURRENT = r"""
    | $x$ | - | (T, D) | real | inputs |
    | $U$ | - | (D, M) | real | weights of the input |
    | $W$ | - | (M, M) | real | weights of the state |
    | $h_0$ | - | (M,) | real | first state |
    | $v$ | - | (T, M) | real | upstream gradient |
    | $h$ | - | (T, M) | (1) | states |
"""
CELL = r"""
    h_t := \tanh(W^\top h_{t-1} + U^\top x_t)

    L := \sum_{t,m} v_{tm} h_{tm}

    \frac{\partial L}{\partial h_{tm}} = v_{tm}
      + [t < T] \sum_j \frac{\partial L}{\partial h_{t+1,j}} (1 - h_{t+1,j}^2) W_{mj}
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            r"\frac{\partial L}{\partial W_{ij}} = \sum_t \frac{\partial L}{\partial h_{tj}} (1 - h_{tj}^2) h_{t-1,i}",
            r"\frac{\partial L}{\partial W_{ij}} = \sum_t v_{tj} (1 - h_{tj}^2) h_{t-1,i}",
        ),
        (
            r"\frac{\partial L}{\partial h_0} = W ((1 - h_1 \odot h_1) \odot \frac{\partial L}{\partial h_1})",
            r"\frac{\partial L}{\partial h_0} = W ((1 - h_1 \odot h_1) \odot v_1)",
        ),
        (
            r"\frac{\partial h_{tm}}{\partial h_{t-1,j}} = W_{jm} (1 - h_{tm}^2)",
            r"\frac{\partial h_{tm}}{\partial h_{t-1,j}} = W_{mj} (1 - h_{tm}^2)",
        ),
        (
            r"\frac{\partial^+ h_{tm}}{\partial W_{ij}} = \delta_{mj} (1 - h_{tm}^2) h_{t-1,i}",
            r"\frac{\partial h_{tm}}{\partial W_{ij}} = \delta_{mj} (1 - h_{tm}^2) h_{t-1,i}",
        ),
        (
            r"\frac{\partial^+ h_{tm}}{\partial h_{t-1,j}} = W_{jm} (1 - h_{tm}^2)",
            r"\frac{\partial^+ h_{tm}}{\partial h_{tj}} = W_{jm} (1 - h_{tm}^2)",
        ),
        (
            r"\frac{\partial L}{\partial W} = \sum_t \sum_m \frac{\partial L}{\partial h_{tm}} "
            r"\frac{\partial^+ h_{tm}}{\partial W}",
            r"\frac{\partial L}{\partial W} = \sum_t \sum_m \frac{\partial L}{\partial h_{tm}} "
            r"\frac{\partial h_{tm}}{\partial W}",
        ),
    ],
)
def test_a_recurrent_network_and_its_gradients_through_time(right: str, wrong: str) -> None:
    assert failing(document(RECURRENT, CELL, right), 4) == []
    assert failing(document(RECURRENT, CELL, wrong), 4) == ["4"]


def test_a_recursion_of_several_quantities() -> None:
    rows = r"""
        | $x$ | - | (T,) | real | input |
        | $w$ | - | () | real | a weight |
        | $h_0$ | - | () | real | first state |
        | $c_0$ | - | () | real | first cell |
        | $h$ | - | (T,) | (3) | states |
        | $c$ | - | (T,) | (2) | cells |
    """
    cell = r"""
        f_t := \tanh(w x_t + h_{t-1})

        c_t := f_t c_{t-1} + x_t

        h_t := f_t \tanh(c_t)
    """
    right = (
        r"c_2 = \tanh(w x_2 + f_1 \tanh(c_1)) (f_1 c_0 + x_1) + x_2" "\n\n" r"\frac{\partial c_1}{\partial c_0} = f_1"
    )
    assert failing(document(rows, cell, right)) == []
    assert failing(document(rows, cell, right.replace("+ x_2", "- x_2").replace("= f_1", "= f_2"))) == ["4", "5"]


def test_momentum_from_zero() -> None:
    rows = """
        | $g$ | - | (T,) | real | gradients |
        | $b$ | - | () | [0, 1] | decay |
        | $m$ | - | (T,) | (2) | momentum |
    """
    forward = "m_0 := 0\n\nm_t := b m_{t-1} + (1 - b) g_t"
    assert failing(document(rows, forward, r"m_t = (1 - b) \sum_{i=1}^{t} b^{t - i} g_i")) == []
    assert failing(document(rows, forward, r"m_t = (1 - b) \sum_{i=1}^{t} b^{i} g_i")) == ["3"]


HIDDEN_STATES = r"""
    | $s$ | - | (T, K) | real | scores |
    | $A$ | - | (K, K) | positive | transitions |
    | $\alpha$ | - | (T, K) | (2) | forward |
    | $\beta$ | - | (T, K) | (4) | backward |
"""
BOTH_WAYS = r"""
    \alpha_{1k} := e^{s_{1k}}

    \alpha_{tk} := e^{s_{tk}} \sum_j \alpha_{t-1,j} A_{jk}

    \beta_{Tk} := 1

    \beta_{tk} := \sum_j A_{kj} e^{s_{t+1,j}} \beta_{t+1,j}
"""


def test_a_first_step_and_a_last_one_are_entries() -> None:
    right = r"\sum_k \alpha_{tk} \beta_{tk} = \sum_k \alpha_{Tk}"
    assert failing(document(HIDDEN_STATES, BOTH_WAYS, right)) == []
    assert failing(document(HIDDEN_STATES, BOTH_WAYS, right.replace(r"k \alpha_{Tk}", r"k \beta_{Tk}"))) == ["5"]
    assert failing(document(HIDDEN_STATES, BOTH_WAYS, r"\alpha_{1k} = s_{1k}")) == ["5"]
    with pytest.raises(DerivationError, match="nowhere the others"):
        failing(document(HIDDEN_STATES, BOTH_WAYS.partition(r"\alpha_{tk}")[0]))
