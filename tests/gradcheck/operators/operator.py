"""PyTorch's operators at the samples of its own tests: functions of tensors whose backward passes are right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_flatten, tree_unflatten

Tensor = Any


@dataclass(frozen=True)
class Sample:
    """An operator at one of its samples.

    Attributes
    ----------
    operator : str
        Its name, and that of its variant.
    number : int
        Of the sample.
    function : callable
        Of the tensors alone; returns a tuple of tensors.
    inputs : tuple of tensors
        All that ask for a gradient.
    """

    operator: str
    number: int
    function: Callable[..., tuple[Tensor, ...]]
    inputs: tuple[Tensor, ...]


def names() -> list[str]:
    """The operators that have a gradient in double precision, each with its place in PyTorch's list.

    Not those whose value is defined by where the numbers lie in memory.
    """
    usable = (op.supports_autograd and torch.double in op.dtypes and "as_strided" not in op.name for op in op_db)
    return [f"{i} {op.full_name}" for i, (op, is_usable) in enumerate(zip(op_db, usable)) if is_usable]


def samples(name: str, seed: int, count: int) -> Iterator[Sample]:
    """Some of the samples of an operator, spread evenly over the list of them.

    Those are left out that hold no numbers, that PyTorch does not differentiate, or whose value holds NaN or infinity.
    """
    op = op_db[int(name.split()[0])]
    torch.manual_seed(seed)
    every = [_sample(name, op, number, found) for number, found in enumerate(_drawn(op))]
    usable = [sample for sample in every if sample is not None]
    places = sorted({round(i * (len(usable) - 1) / max(count - 1, 1)) for i in range(count)}) if usable else []
    yield from (usable[place] for place in places)


def _drawn(op: Any) -> list[Any]:
    return list(op.sample_inputs("cpu", torch.double, requires_grad=True))


def _sample(name: str, op: Any, number: int, found: Any) -> Sample | None:
    leaves, tree = tree_flatten((found.input, found.args, found.kwargs))
    wrt = [k for k, x in enumerate(leaves) if isinstance(x, torch.Tensor) and x.requires_grad and x.numel()]
    if not wrt or any(not leaves[k].dtype.is_floating_point or leaves[k].layout != torch.strided for k in wrt):
        return None
    finish = found.output_process_fn_grad

    def every(*inputs: Tensor) -> list[Any]:
        values = list(leaves)
        for k, x in zip(wrt, inputs):
            values[k] = x
        first, args, kwargs = tree_unflatten(values, tree)
        torch.default_generator.manual_seed(0)  # torch.manual_seed takes 2 ms
        value = finish(op.gradcheck_wrapper(op.get_op(), first, *args, **kwargs))
        return list(value) if isinstance(value, tuple | list) else [value]

    inputs = tuple(leaves[k].detach().clone().requires_grad_() for k in wrt)
    try:
        outputs = every(*inputs)
    except Exception:  # not every sample is meant to be differentiated
        return None
    chosen = [i for i, a in enumerate(outputs) if isinstance(a, torch.Tensor) and a.requires_grad and a.numel()]
    if (
        not all(bool(x.isfinite().all()) for x in inputs)
        or not chosen
        or not all(a.dtype.is_floating_point and bool(a.isfinite().all()) for a in map(outputs.__getitem__, chosen))
    ):
        return None
    return Sample(name, number, lambda *values: tuple(map(every(*values).__getitem__, chosen)), inputs)
