"""A function of tensors: called, differentiated by PyTorch, and its tensors as arrays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, TypeAlias

import numpy as np
import torch

from nnmath.gradcheck.adapters.adapted import as_complex
from nnmath.gradcheck.arguments import own_generator
from nnmath.gradcheck.arrays import Array

#: What sums in another order may differ by, in units of epsilon times the largest number.
ROUNDINGS = 1000
#: PyTorch is optional, and its types are unknown where it is not installed.
Tensor: TypeAlias = Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute in one thread: the tensors of a check are small, and the function is called often."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class TensorFunction:
    """A function of tensors at given inputs.

    Attributes
    ----------
    inputs : list
        Tensors, and anything else that is passed on as it is.
    names : tuple of str
    wrt : tuple of int
        The tensors that ask for a gradient; where none does, all of floating point.
    judged : tuple of int
        Those whose gradients are checked. The others may be state, which the function writes to.
    asked : tuple of int
        Those that ask for a gradient: also the parameters of a module, and what this is to be differentiated for.
    parameters : int
        How many of the last inputs are parameters of a module, which lie in memory as the module made them.
    kept : tuple of int or None
        The outputs that PyTorch can differentiate, unless these are all, or nobody has looked.
    left_out : int
        How many others there are: detached ones, or marked as not differentiable.
    inner_epsilon : float
        The spacing of numbers that results are rounded to on the way, where it is wider than that of the value.
    draws : bool
        Whether a call has drawn random numbers of PyTorch's generator.
    layouts : dict
        How to lay out some of the inputs in memory, by position; the others are contiguous.
    second : sequence of int
        Where this is the gradient of another function, the tensors that it is to be differentiated for.
    """

    def __init__(
        self,
        call: Callable[..., Any],
        inputs: Sequence[Any],
        names: tuple[str, ...],
        *,
        parameters: int = 0,
        second: Sequence[int] = (),
    ) -> None:
        self.call, self.names, self.parameters, self.second = call, names, parameters, second
        self.inputs = [torch.as_tensor(x) if isinstance(x, np.ndarray) else x for x in inputs]
        real = tuple(k for k, x in enumerate(self.inputs) if isinstance(x, torch.Tensor) and has_gradient(x))
        if not real:
            kinds = ", ".join(str(x.dtype) if isinstance(x, torch.Tensor) else type(x).__name__ for x in self.inputs)
            raise TypeError(f"expected a tensor of floating point to differentiate for, got {kinds or 'no inputs'}")
        asked = tuple(k for k in real if self.inputs[k].requires_grad)
        self.wrt = tuple(second) or (asked if asked and not parameters else real)
        self.judged = self.wrt
        first = len(self.inputs) - parameters
        self.asked = self.wrt if second else tuple(k for k in self.wrt if k in asked or k >= first)
        self.kept: tuple[int, ...] | None = None
        self.left_out = 0
        self.inner_epsilon, self.draws = 0.0, False
        self.layouts: dict[int, Callable[[Tensor], Tensor]] = {}
        self.inputs = [x.detach().clone() if isinstance(x, torch.Tensor) else x for x in self.inputs]

    def judge(self, positions: Sequence[int]) -> None:
        """Judge these inputs, where they may have a gradient, and let them ask for one."""
        given = {k: self.inputs[k] for k in positions}
        self.judged = tuple(k for k, x in given.items() if isinstance(x, torch.Tensor) and has_gradient(x))
        self.wrt = tuple(sorted({*self.wrt, *self.judged}))

    def ask_for_judged(self) -> None:
        """Let no other inputs ask for a gradient: PyTorch refuses to write to those that do."""
        self.wrt = self.judged

    def outputs(self, given: Sequence[Any]) -> list[Tensor]:
        """The outputs that are tensors of floating point, with random numbers that are the same in each call."""
        generator = torch.default_generator
        before = generator.get_state()
        try:
            generator.manual_seed(0)
            start = generator.get_state()
            with torch.enable_grad():
                result = self.call(*given)
            self.draws |= not torch.equal(start, generator.get_state())
        finally:
            generator.set_state(before)
        found = list(_leaves(result))
        tensors = [a for a in found if isinstance(a, torch.Tensor) and has_gradient(a)]
        if not tensors:
            kinds = ", ".join(str(a.dtype) if isinstance(a, torch.Tensor) else type(a).__name__ for a in found)
            raise TypeError(f"the value must be a tensor of floating point, or several, got {kinds}")
        return tensors if self.kept is None else [tensors[i] for i in self.kept]

    def gradients(self, outputs: list[Tensor], given: Sequence[Any], upstreams: list[Tensor]) -> list[Tensor | None]:
        """The gradient of each input; None for those that have none."""
        pairs = [(a, u) for a, u in zip(outputs, upstreams) if a.requires_grad]
        asked = [x for x in given if isinstance(x, torch.Tensor) and x.requires_grad]
        result = torch.autograd.grad(
            [a for a, _ in pairs], asked, [u for _, u in pairs], retain_graph=True, allow_unused=True
        )
        found = dict(zip(map(id, asked), result))
        return [found.get(id(x)) for x in given]

    def outputs_with_gradient(self) -> list[Tensor]:
        """The outputs; an error that says what was forgotten, where they do not depend on the inputs for PyTorch."""
        given = [self.to_tensor(k, self.to_array(k, x)) for k, x in enumerate(self.inputs)]
        outputs = self.outputs(given)
        known = any(a.requires_grad for a in outputs)
        if known and self.kept is None and not self.second:
            kept = tuple(i for i, a in enumerate(outputs) if a.requires_grad)
            if len(kept) < len(outputs):
                self.kept, self.left_out = kept, len(outputs) - len(kept)
                outputs = [outputs[i] for i in kept]
        if self.second and known:  # PyTorch knows of a backward pass that it must not differentiate, and gives nothing
            found = self.gradients(outputs, given, [torch.ones_like(a) for a in outputs])
            known = any(g is not None for g in found)
        if not known and self.second:
            raise ValueError(
                "there is no second derivative: the gradient does not depend on the inputs as far as PyTorch knows; is "
                "it detached, or backward marked with @once_differentiable?"
            )
        if not known:
            raise ValueError(
                "the value does not depend on the inputs as far as PyTorch knows: is it computed under "
                "torch.no_grad(), detached, or converted to NumPy? There is no gradient to check"
            )
        return outputs

    def to_array(self, position: int, x: Any) -> Any:
        """A tensor as an array; complex numbers as pairs of reals. Anything that has no gradient stays as it is."""
        return self.numbers(x) if isinstance(x, torch.Tensor) and has_gradient(x) else x

    def to_tensor(self, position: int, x: Any) -> Any:
        """An array as a new tensor on the device of the input, which asks for a gradient.

        Its precision is that of the array, so that the function can be run in a wider one.
        """
        original = self.inputs[position]
        if not isinstance(original, torch.Tensor):
            return own(original)  # a number, say, which the checker takes for an array
        if not isinstance(x, np.ndarray | np.generic):  # what is computed of a single number is a NumPy scalar
            return own(x)
        tensor = torch.from_numpy(np.array(as_complex(np.asarray(x)) if original.is_complex() else x))
        if original.dtype in HALVES and x.dtype == np.float32:
            tensor = tensor.to(original.dtype)
        tensor = tensor.to(original.device)
        if position in self.layouts:
            tensor = self.layouts[position](tensor)
        return tensor.requires_grad_(position in self.wrt)

    def laid_out(self, position: int, layout: Callable[[Tensor], Tensor]) -> "TensorFunction":
        """The same function, one of whose inputs lies in memory in another way."""
        result = copy(self)
        result.layouts = {position: layout}
        return result

    def same(
        self, some: Sequence[Tensor | None], others: Sequence[Tensor | None], among: Sequence[Tensor | None] = ()
    ) -> bool:
        """Equal to rounding: sums in another order need not be the same to the last digit.

        A gradient that is 0 but for rounding, such as that of a bias before a normalisation, is compared in units of
        the largest among all.
        """
        sizes = [float(a.detach().abs().nan_to_num().max()) for a in [*others, *among] if a is not None and a.numel()]
        for a, b in zip(some, others):
            if a is None or b is None:
                continue
            a, b = a.detach(), b.detach()
            unit = ROUNDINGS * max(torch.finfo(a.dtype).eps, self.inner_epsilon) * max(sizes, default=0.0)
            if a.shape != b.shape or not torch.allclose(a, b, rtol=0, atol=unit, equal_nan=True):
                return False
        return True

    def numbers(self, x: Tensor) -> Array:
        """The numbers of a tensor as an array of its own; complex ones as pairs of reals."""
        x = x.detach().resolve_conj().resolve_neg()
        x = torch.view_as_real(x) if x.is_complex() else x
        array: Array = (x.float() if x.dtype in HALVES else x).numpy(force=True).copy()
        return array

    def like(self, output: Tensor, upstream: Array) -> Tensor:
        """An upstream gradient as a tensor of the kind of an output, in the same memory where it can be.

        Then it shows where the backward pass writes to it.
        """
        return torch.from_numpy(as_complex(upstream) if output.is_complex() else np.asarray(upstream)).to(output)


def own(x: Any) -> Any:
    """A copy of a tensor, to which a function may write, or of a random generator; anything else as it is."""
    if isinstance(x, torch.Generator):
        return torch.Generator(x.device).set_state(x.get_state())
    return x.clone() if isinstance(x, torch.Tensor) else own_generator(x)


#: Formats that NumPy lacks, or that it has no steps in: they are given as single precision.
HALVES = (torch.bfloat16, torch.float16)


def _leaves(result: Any) -> Iterator[Any]:
    """What tuples, lists and mappings hold, in their order."""
    if isinstance(result, tuple | list | Mapping):
        for item in result.values() if isinstance(result, Mapping) else result:
            yield from _leaves(item)
    else:
        yield result


def has_gradient(x: Tensor) -> bool:
    return bool(x.is_floating_point() or x.is_complex())
