"""Several outputs as one value: flattened, one after the other, so that they are judged jointly."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import as_value, own_generator
from nnmath.gradcheck.arrays import Array


def joined(outputs: Sequence[Array]) -> Array:
    """One output as it is, several of them flattened, one after the other."""
    return outputs[0] if len(outputs) == 1 else np.concatenate([a.reshape(-1) for a in outputs])


def split(upstream: Array, like: Sequence[Array]) -> list[Array]:
    """The upstream gradient of each output."""
    if len(like) == 1:
        return [upstream.reshape(like[0].shape)]
    ends = np.cumsum([a.size for a in like])[:-1]
    return [part.reshape(a.shape) for part, a in zip(np.split(upstream.reshape(-1), ends), like)]


def of_outputs(value: Any, backward: Callable[..., Any], *inputs: Any) -> tuple[Array, Callable[..., Any]]:
    """One value of what a forward pass returned, and a backward pass that takes its upstream gradient alone.

    Of a tuple, the upstream gradients are arguments of their own where the backward pass takes as many (it is then one
    without `inputs`), otherwise a tuple.
    """

    def with_inputs(upstream: Any) -> Any:
        return backward(upstream, *map(own_generator, inputs))

    if not isinstance(value, tuple):
        return as_value(value), with_inputs if inputs else backward
    outputs = [as_value(a) for a in value]

    def backward_pass(upstream: Array) -> Any:
        parts = tuple(split(upstream, outputs))  # the same memory: it shows where they are written to
        return backward(*parts) if not inputs and _takes(backward, len(parts)) else with_inputs(parts)

    return joined(outputs), backward_pass


def _takes(backward: Callable[..., Any], count: int) -> bool:
    """Whether a backward pass takes so many positional arguments, and needs more than one."""
    try:
        parameters = list(inspect.signature(backward).parameters.values())
    except (TypeError, ValueError):  # built-in functions need not have a signature
        return False
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return True
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p for p in positional if p.default is p.empty]
    return count > 1 and 1 < len(needed) <= count <= len(positional)
