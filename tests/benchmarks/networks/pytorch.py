"""PyTorch, eager, as its users write it."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from nnmath.training import gpt, lenet, recurrent
from nnmath.training.recurrent import LSTM
from tests.benchmarks.networks.works import SIZES, UNITS, NetworkWork, Step
from tests.training.torch_gpt import TorchGPT
from tests.training.torch_networks import TorchLeNet, TorchLSTM


def step_of(work: NetworkWork) -> Step:
    """Return a step."""
    model: Any
    if work.name == "gpt":
        model = TorchGPT(gpt.unflatten(work.theta, SIZES), SIZES.heads)
        loss_of = model.loss
    elif work.name == "lenet":
        model = TorchLeNet(lenet.weights_of(work.theta))
        loss_of = lambda x, y: F.cross_entropy(model(torch.from_numpy(x)), torch.from_numpy(y))  # noqa: E731
    else:
        model = TorchLSTM(recurrent.weights_of(work.theta, 2, UNITS, LSTM))
        loss_of = lambda x, y: F.mse_loss(model(torch.from_numpy(x)), torch.from_numpy(y))  # noqa: E731
    parameters = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": work.decay},
        {"params": [p for p in parameters if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=work.rate, betas=(0.9, work.beta2))

    def step(x: Any, y: Any) -> float:
        loss = loss_of(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if np.isfinite(work.clip):
            torch.nn.utils.clip_grad_norm_(parameters, work.clip)
        optimizer.step()
        return float(loss.item())

    return step
