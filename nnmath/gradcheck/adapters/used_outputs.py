"""Whether a function of tensors has a gradient where only one of its outputs is used."""

from typing import Any

import torch

from nnmath.gradcheck.adapters.layouts import is_rounding
from nnmath.gradcheck.adapters.tensors import Tensor, TensorFunction
from nnmath.gradcheck.report import Finding


def used_output_findings(
    function: TensorFunction, outputs: list[Tensor], given: list[Any], upstreams: list[Tensor]
) -> list[Finding]:
    """Give one output an upstream gradient, and the others none: it is the same as zeros. One finding at most.

    PyTorch gives the backward pass zeros for an output that is not used, or None after
    ``ctx.set_materialize_grads(False)``.
    """
    if len(outputs) < 2:
        return []
    for i, (output, upstream) in enumerate(zip(outputs, upstreams)):
        if not output.requires_grad:
            continue
        where = f"only output {i} is used, and the upstream gradient of the others is None or zeros"
        zeros = [upstream if j == i else torch.zeros_like(u) for j, u in enumerate(upstreams)]
        expected = _with_zeros(function.gradients(outputs, given, zeros), given)
        try:
            found = _with_zeros(function.gradients([output], given, [upstream]), given)
        except Exception as error:  # the backward pass may raise anything
            return [Finding(function.wrt[0], "upstream", f"It raises {type(error).__name__} where {where}: {error}")]
        for k in function.wrt:
            one, other = found[k], expected[k]
            if not function.same([one], [other], expected) and not is_rounding(function, given, zeros, k, one, other):
                return [Finding(k, "upstream", f"The gradient is wrong where {where}.")]
    return []


def _with_zeros(gradients: list[Tensor | None], given: list[Any]) -> list[Tensor | None]:
    """Gradients with zeros for those that there are none of."""
    return [torch.zeros_like(x) if g is None and isinstance(x, torch.Tensor) else g for g, x in zip(gradients, given)]
