"""Mistakes that are planted in the backward pass of an operator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from tests.gradcheck.operators.operator import Sample

Tensor = Any
#: Gets the right gradient, the right one for an upstream gradient of ones, and a place; returns a wrong gradient.
Change = Callable[[Tensor, Tensor, int], Tensor]

#: A gradient that is no larger than this is 0 but for rounding.
ROUNDING = 1e-9
#: A change of so many roundings of the coarsest format of inputs and outputs is a mistake.
MANY = 64


@dataclass(frozen=True)
class Plant:
    """A mistake, and what a diagnosis may call it."""

    name: str
    change: Change
    causes: tuple[str, ...]


def _one_entry(gradient: Tensor, ones: Tensor, place: int) -> Tensor:
    result = gradient.clone().contiguous()
    result.view(-1)[place] *= 1.001
    return result


def _transposed(gradient: Tensor, ones: Tensor, place: int) -> Tensor:
    square = gradient.dim() > 1 and gradient.shape[-1] == gradient.shape[-2]
    return gradient.transpose(-1, -2).clone() if square else gradient


def _mask_shifted(gradient: Tensor, ones: Tensor, place: int) -> Tensor:
    mask = (ones.abs() > ROUNDING).reshape(-1)  # what is rounding here is another number elsewhere
    return gradient * mask.roll(1).reshape(gradient.shape) if not mask.all() else gradient


PLANTS = (
    Plant("entry", _one_entry, ("entries",)),
    Plant("sign", lambda gradient, ones, place: -gradient, ("sign",)),
    Plant("twice", lambda gradient, ones, place: 2 * gradient, ("scale",)),
    Plant(
        "upstream", lambda gradient, ones, place: ones.clone(), ("upstream", "missing")
    ),  # softmax: that for ones is 0
    Plant("transposed", _transposed, ("transpose",)),
    Plant("slight", lambda gradient, ones, place: gradient * (1 + 1e-6), ("scale",)),
    Plant("mask", _mask_shifted, ("mask", "entries", "missing", "kink")),
)


def planted(sample: Sample, plant: Plant, which: int) -> Any | None:
    """The function as an `autograd.Function` whose gradient of one input is wrong; None where the mistake is none."""
    inputs = [x.detach().requires_grad_() for x in sample.inputs]
    outputs = sample.function(*inputs)
    generator = torch.Generator().manual_seed(0)
    upstreams = [torch.randn(a.shape, generator=generator, dtype=torch.double).to(a) for a in outputs]
    right = _gradients(outputs, inputs, upstreams)[which]
    ones = _gradients(outputs, inputs, [torch.ones_like(a) for a in outputs])[which]
    place = int(right.reshape(-1).abs().argsort()[(3 * right.numel()) // 4])  # neither the largest nor 0, as a rule
    wrong = plant.change(right, ones, place)

    class Planted(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, *inputs: Tensor) -> Any:
            with torch.enable_grad():
                ctx.kept = [x.detach().requires_grad_() for x in inputs]
                ctx.outputs = sample.function(*ctx.kept)
            values = tuple(a.detach().clone() for a in ctx.outputs)
            return values[0] if len(values) == 1 else values

        @staticmethod
        def backward(ctx: Any, *upstreams: Tensor) -> Any:
            found = _gradients(ctx.outputs, ctx.kept, upstreams)
            ones = _gradients(ctx.outputs, ctx.kept, [torch.ones_like(a) for a in ctx.outputs])
            return tuple(plant.change(g, o, place) if k == which else g for k, (g, o) in enumerate(zip(found, ones)))

    usable = bool(right.isfinite().all()) and float(right.abs().max()) > ROUNDING
    coarsest = max(torch.finfo(a.dtype).eps for a in (*sample.inputs, *outputs))
    differs = float((wrong - right).abs().max()) > max(ROUNDING, MANY * coarsest) * float(right.abs().max())
    return Planted if usable and differs else None


def _gradients(outputs: Any, inputs: Any, upstreams: Any) -> list[Tensor]:
    found = torch.autograd.grad(outputs, inputs, upstreams, retain_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(inputs, found)]
