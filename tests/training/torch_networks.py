"""The networks of the runs in PyTorch, from the weights of ours."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnmath.training.lenet import Weights


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
