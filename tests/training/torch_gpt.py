"""The same GPT in PyTorch, as nanoGPT's model.py writes it: no biases, a table used twice, GELU in its tanh form."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from nnmath.training.gpt import BlockWeights, Weights


def parameter(array: Any) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.ascontiguousarray(array).copy()))


class TorchBlock(nn.Module):
    def __init__(self, w: BlockWeights, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out, self.up, self.down = (parameter(matrix.T) for matrix in w[:4])
        self.scale1, self.scale2 = parameter(w.scale1), parameter(w.scale2)

    def forward(self, x: Tensor) -> Tensor:
        B, T, C = x.shape
        n = F.layer_norm(x, (C,), self.scale1, None, 1e-5)
        q, k, v = (
            part.view(B, T, self.heads, C // self.heads).transpose(1, 2)
            for part in F.linear(n, self.qkv).split(C, dim=2)
        )
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + F.linear(a.transpose(1, 2).contiguous().view(B, T, C), self.out)
        n = F.layer_norm(x, (C,), self.scale2, None, 1e-5)
        return x + F.linear(F.gelu(F.linear(n, self.up), approximate="tanh"), self.down)


class TorchGPT(nn.Module):
    """A GPT that starts from the weights of one of ours."""

    def __init__(self, w: Weights, heads: int) -> None:
        super().__init__()
        self.tokens, self.positions, self.scale = parameter(w.tokens), parameter(w.positions), parameter(w.scale)
        self.blocks = nn.ModuleList(TorchBlock(block, heads) for block in w.blocks)

    def loss(self, x: Any, y: Any) -> Tensor:
        """Mean loss of the tokens x, shape (N, T), and those that follow."""
        h = F.embedding(torch.from_numpy(x), self.tokens) + self.positions[: x.shape[1]]
        for block in self.blocks:
            h = block(h)
        h = F.layer_norm(h, (h.shape[-1],), self.scale, None, 1e-5)
        logits = F.linear(h, self.tokens)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), torch.from_numpy(np.ascontiguousarray(y)).view(-1))

    def optimizer(self, rate: float, beta1: float, beta2: float, decay: float) -> torch.optim.Optimizer:
        """AdamW, with decay of the matrices."""
        groups = [
            {"params": [p for p in self.parameters() if p.dim() > 1], "weight_decay": decay},
            {"params": [p for p in self.parameters() if p.dim() == 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=rate, betas=(beta1, beta2))

    def as_vector(self, gradients: bool) -> Any:
        """Join weights or their gradients as ours are joined."""
        values = [self.tokens, self.positions]
        for block in self.blocks:
            values += [block.qkv, block.out, block.up, block.down]
        for block in self.blocks:
            values += [block.scale1, block.scale2]
        values.append(self.scale)
        arrays = [(v.grad if gradients else v).detach().numpy() for v in values]
        matrices = len(values) - 2 * len(self.blocks) - 1
        return np.concatenate([(a.T if 2 <= i < matrices else a).ravel() for i, a in enumerate(arrays)])
