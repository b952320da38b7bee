"""Functions of PyTorch's tensors: autograd.Function, nn.Module, or any callable."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnmath.gradcheck.adapters.adapted import Adapted
from nnmath.gradcheck.adapters.keywords import Keywords, with_keywords
from nnmath.gradcheck.adapters.layouts import fresh, layout_findings
from nnmath.gradcheck.adapters.requires_grad import requires_grad_findings
from nnmath.gradcheck.adapters.tensors import HALVES, Tensor, TensorFunction, one_thread
from nnmath.gradcheck.adapters.torch_calls import called_with, listed, positional
from nnmath.gradcheck.adapters.trees import flattened, is_tree, of_leaves
from nnmath.gradcheck.adapters.used_outputs import used_output_findings
from nnmath.gradcheck.arguments import chosen
from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.first_call import call_elsewhere
from nnmath.gradcheck.report import Finding
from nnmath.gradcheck.several_outputs import joined, split


def is_torch(function: Callable[..., Any], inputs: Sequence[Any]) -> bool:
    """Whether a function is one of tensors."""
    function = class_of(function)
    is_class = isinstance(function, type) and issubclass(function, torch.autograd.Function)
    own = isinstance(function, torch.nn.Module | torch.autograd.Function)
    return is_class or own or any(isinstance(x, torch.Tensor) or is_tree(x) for x in inputs)


def class_of(function: Any) -> Any:
    """The class of PyTorch's whose `apply` a function is; any other function as it is."""
    owner = getattr(function, "__self__", None)
    is_class = isinstance(owner, type) and issubclass(owner, torch.autograd.Function)
    return owner if is_class and function.__name__ == "apply" else function


def adapted_torch(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    keywords: Mapping[str, Any],
    order: int,
    wrt: int | str | Sequence[int | str] | None = None,
) -> Adapted:
    """Adapt a function of tensors.

    Raises
    ------
    TypeError
        An `autograd.Function` is not written as PyTorch asks for, there is nothing to differentiate for, or a scripted
        module has parameters.
    ValueError
        The value has no gradient: it was computed under ``torch.no_grad()``, or detached.
    """
    function = class_of(function)
    if isinstance(function, type) and keywords:
        inputs, keywords = positional(function, inputs, keywords), {}
    inputs, by_name = with_keywords(inputs, keywords)
    call, given, names = called_with(function, inputs, by_name)
    parameters = len(given) - len(inputs)
    if any(map(is_tree, given)):
        call, (given, names) = of_leaves(call, given), flattened(given, names)
    tensors = TensorFunction(call, given, names, parameters=parameters)
    if wrt is not None:
        tensors.ask(chosen(wrt, names))
    call_elsewhere(_numpy_function(tensors), [tensors.to_array(k, x) for k, x in enumerate(tensors.inputs)], None)
    outputs, notes = tensors.outputs_with_gradient(), _notes(tensors)
    if order == 2:
        tensors = _gradient_of(tensors)
        outputs = tensors.outputs_with_gradient()
    known = [*tensors.inputs, *outputs]
    return Adapted(
        _numpy_function(tensors),
        [tensors.to_array(k, x) for k, x in enumerate(tensors.inputs)],
        tensors.names,
        tensors.wrt,
        tensors.asked,
        isinstance(function, type),
        notes,
        contract=lambda epsilon: _beyond_numbers(tensors, epsilon) if order == 1 else [],
        epsilon=max(
            (torch.finfo(x.dtype).eps for x in known if isinstance(x, torch.Tensor) and x.dtype in HALVES),
            default=0.0,
        ),
        during=one_thread,
        pairs=tuple(k for k, x in enumerate(tensors.inputs) if isinstance(x, torch.Tensor) and x.is_complex()),
        reference=lambda reference: _reference(reference, tensors, inputs, by_name),
    )


def _notes(function: TensorFunction) -> tuple[str, ...]:
    """Say how many outputs are left out."""
    if not function.left_out:
        return ()
    return (f"outputs left out, as PyTorch knows no gradient for them: {function.left_out}",)


def _reference(
    reference: Callable[..., Any], tensors: TensorFunction, inputs: list[Any], keywords: Keywords
) -> Callable[..., Any]:
    """A function of tensors that gives the values in double precision; it need not have a gradient.

    Raises
    ------
    ValueError
        It is a module without the parameters of the one that it is the reference of.
    """
    reference, first = class_of(reference), len(tensors.inputs) - tensors.parameters
    if isinstance(reference, torch.nn.Module):
        with_parameters, _, names = called_with(reference, inputs, keywords)
        own, wanted = names[len(inputs) :], tensors.names[first:]
        if wanted and set(own) != set(wanted):
            raise ValueError(f"reference: expected a module with the parameters {listed(wanted)}, got {listed(own)}")
        order = [wanted.index(name) for name in own if wanted]

        def call(*values: Any) -> Any:
            parameters = values[len(inputs) :]
            return with_parameters(*values[: len(inputs)], *(parameters[i] for i in order))
    else:
        call, _, _ = called_with(reference, [*inputs, *tensors.inputs[first:]], keywords)
    given = [_double(x) for x in tensors.inputs]
    values = TensorFunction(of_leaves(call, inputs), given, tensors.names)
    values.kept = tensors.kept
    return _numpy_function(values)


def _double(x: Any) -> Any:
    """A tensor of floating point in double precision; anything else as it is."""
    if not isinstance(x, torch.Tensor) or not (x.is_floating_point() or x.is_complex()):
        return x
    return x.to(torch.complex128 if x.is_complex() else torch.float64)


def _beyond_numbers(function: TensorFunction, epsilon: float) -> list[Finding]:
    """What depends on how tensors lie in memory, which of them ask for a gradient, or are used: one finding at most."""
    function.inner_epsilon = epsilon
    given = fresh(function)
    outputs = function.outputs(given)
    written = _written(function, given, "forward")
    upstreams = [_upstream(a) for a in outputs]
    expected = function.gradients(outputs, given, upstreams)
    written = written or _written(function, given, "backward")
    if written:
        return written
    return (
        layout_findings(function, given, outputs, upstreams, expected)
        or requires_grad_findings(function, outputs, upstreams, expected)
        or used_output_findings(function, outputs, given, upstreams)
    )


def _written(function: TensorFunction, given: list[Any], which: str) -> list[Finding]:
    """A finding where a pass has written to one of these inputs without telling PyTorch, which refuses to otherwise."""
    for k, (x, before) in enumerate(zip(given, function.inputs)):
        if isinstance(x, torch.Tensor) and not torch.equal(x.detach().nan_to_num(), before.nan_to_num()):
            message = f"The {which} pass writes to its input {function.names[k]}. Work on a copy."
            return [Finding(k, "mutates", message)]
    return []


def _upstream(a: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(a.shape, generator=generator, dtype=torch.float64).to(a.detach())


def _gradient_of(first: TensorFunction) -> TensorFunction:
    """The gradient of a function, as a function of its inputs and of the upstream gradients."""
    given = fresh(first)
    outputs = first.outputs(given)
    generator = torch.Generator().manual_seed(0)
    upstreams = [torch.randn(a.shape, generator=generator, dtype=torch.float64).to(a.detach()) for a in outputs]
    found = first.gradients(outputs, given, upstreams)
    of = [k for k in first.wrt if found[k] is not None]  # what has no gradient has none of second order

    def call(*values: Any) -> Any:
        inputs, given = values[: len(first.inputs)], values[len(first.inputs) :]
        chosen = [inputs[k] for k in of]
        with torch.enable_grad():
            found = torch.autograd.grad(
                first.outputs(inputs), chosen, list(given), create_graph=True, allow_unused=True
            )
        return tuple(torch.zeros_like(x) if g is None else g for x, g in zip(chosen, found))

    names = tuple("upstream" if len(outputs) == 1 else f"upstream {i}" for i in range(len(outputs)))
    count = len(first.inputs)
    return TensorFunction(
        call, [*first.inputs, *upstreams], (*first.names, *names), second=[*of, *range(count, count + len(upstreams))]
    )


def _numpy_function(tensors: TensorFunction) -> Callable[..., Any]:
    def function(*arrays: Any) -> Any:
        given = [tensors.to_tensor(k, x) for k, x in enumerate(arrays)]
        outputs = tensors.outputs(given)
        values = [tensors.numbers(a) for a in outputs]

        def backward(upstream: Array) -> tuple[Any, ...]:
            parts = [tensors.like(a, u) for a, u in zip(outputs, split(upstream, values))]
            found = tensors.gradients(outputs, given, parts)
            return tuple(None if g is None else tensors.numbers(g) for g in found)

        return joined(values), backward

    return function
