"""The recurrent network: its gradients, and how far they reach back in time."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from nnmath.data.adding import adding
from nnmath.primitives import mean_squared_error
from nnmath.training.recurrent import LSTM, PLAIN, gradient_norms, initialize, recurrent, weights_of

X, TARGETS = adding(np.random.default_rng(0), 5, 20, np.float64)


def gradient_of(theta: Any, cell: Any, x: Any = X) -> Any:
    gradient = np.full_like(theta, np.nan)
    y, backward = recurrent(x, weights_of(theta, 2, 3, cell), cell)
    loss, loss_backward = mean_squared_error(y, TARGETS.astype(y.dtype))
    backward(loss_backward(), weights_of(gradient, 2, 3, cell))
    return float(loss), gradient


@pytest.mark.parametrize("cell", [LSTM, PLAIN])
def test_the_gradient_is_the_slope_of_the_loss(cell: Any) -> None:
    theta = initialize(2, 3, cell, 20, np.random.default_rng(1)).astype(np.float64)
    _, gradient = gradient_of(theta, cell)
    step = 1e-6
    for i in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += step
        behind[i] -= step
        slope = (gradient_of(ahead, cell)[0] - gradient_of(behind, cell)[0]) / (2 * step)
        assert gradient[i] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("cell", [LSTM, PLAIN])
def test_norms_are_those_of_the_slopes_of_the_answer(cell: Any) -> None:
    theta = initialize(2, 3, cell, 20, np.random.default_rng(1)).astype(np.float64)
    w, x, t, step = weights_of(theta, 2, 3, cell), X[:1, :7], 3, 1e-6
    states = cell.layer(x, np.zeros((1, 3 * cell.states)), w.W, w.U, w.b)[0]
    slopes = []
    for i in range(3 * cell.states):
        answers = []
        for sign in (1, -1):
            state = states[:, t].copy()
            state[0, i] += sign * step
            rest = cell.layer(x[:, t + 1 :], state, w.W, w.U, w.b)[0]
            answers.append(float((rest[:, -1, :3] @ w.V)[0, 0]))
        slopes.append((answers[0] - answers[1]) / (2 * step))
    assert gradient_norms(x, w, cell)[t] == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def test_an_lstm_that_is_set_to_remember_remembers() -> None:
    x, _ = adding(np.random.default_rng(0), 20, 100)
    norms = {}
    for name, cell in (("lstm", LSTM), ("plain", PLAIN)):
        theta = initialize(2, 16, cell, 100, np.random.default_rng(1))
        norms[name] = gradient_norms(x, weights_of(theta, 2, 16, cell), cell)
    assert norms["lstm"][0] > 0.01 * norms["lstm"][-1]
    assert norms["plain"][0] < 0.1 * norms["lstm"][0]


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_loss_and_gradient_are_those_of_pytorch() -> None:
    import torch

    from tests.training.torch_networks import TorchLSTM

    theta, x = initialize(2, 3, LSTM, 20, np.random.default_rng(1)), X.astype(np.float32)
    loss, gradient = gradient_of(theta, LSTM, x)
    model = TorchLSTM(weights_of(theta, 2, 3, LSTM))
    theirs = torch.nn.functional.mse_loss(model(torch.from_numpy(x)), torch.from_numpy(TARGETS.astype(np.float32)))
    theirs.backward()
    assert loss == pytest.approx(theirs.item(), rel=1e-5)
    expected = model.gradient()
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
