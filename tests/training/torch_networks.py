"""The networks of the runs in PyTorch, from the weights of ours."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnmath.training.lenet import Weights
from nnmath.training.recurrent import Weights as RecurrentWeights


def parameter(array: Any) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.ascontiguousarray(array).copy()))


class TorchLeNet(nn.Module):
    """LeNet-5 as PyTorch's users write it."""

    def __init__(self, w: Weights) -> None:
        super().__init__()
        self.w = nn.ParameterList(parameter(array) for array in w)

    def forward(self, x: Tensor) -> Any:
        C1, b1, C3, b3, C5, b5, F6, b6, W, b = self.w
        h = F.relu(F.max_pool2d(F.conv2d(x.view(-1, 1, 28, 28), C1, b1, padding=2), 2))
        h = F.relu(F.max_pool2d(F.conv2d(h, C3, b3), 2))
        h = F.relu(h.flatten(1) @ C5 + b5)
        return F.relu(h @ F6 + b6) @ W + b

    def gradient(self) -> Any:
        """Join the gradients as ours are joined."""
        return np.concatenate([p.grad.numpy().ravel() for p in self.w])


class TorchLSTM(nn.Module):
    """An LSTM over a sequence, and a linear layer on its last output."""

    def __init__(self, w: RecurrentWeights) -> None:
        super().__init__()
        self.lstm: Any = nn.LSTM(w.W.shape[0], w.U.shape[0], batch_first=True)
        self.lstm.weight_ih_l0, self.lstm.weight_hh_l0 = parameter(w.W.T), parameter(w.U.T)
        self.lstm.bias_ih_l0 = parameter(w.b)
        self.lstm.bias_hh_l0 = nn.Parameter(torch.zeros(len(w.b)), requires_grad=False)  # the layer has two biases
        self.V, self.c = parameter(w.V), parameter(w.c)

    def forward(self, x: Tensor) -> Any:
        h, _ = self.lstm(x)
        return h[:, -1] @ self.V + self.c

    def gradient(self) -> Any:
        """Join the gradients as ours are joined."""
        of = self.lstm
        arrays = [of.weight_ih_l0.grad.T, of.weight_hh_l0.grad.T, of.bias_ih_l0.grad, self.V.grad, self.c.grad]
        return np.concatenate([array.numpy().ravel() for array in arrays])
