"""Functions of PyTorch's tensors: autograd.Function, nn.Module, or any callable."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnmath.gradcheck.adapters.adapted import Adapted, joined, split
from nnmath.gradcheck.adapters.layouts import fresh, layout_findings
from nnmath.gradcheck.adapters.requires_grad import requires_grad_findings
from nnmath.gradcheck.adapters.tensors import HALVES, Tensor, TensorFunction, one_thread
from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.report import Finding


def is_torch(function: Callable[..., Any], inputs: Sequence[Any]) -> bool:
    """Whether a function is one of tensors."""
    is_class = isinstance(function, type) and issubclass(function, torch.autograd.Function)
    return is_class or isinstance(function, torch.nn.Module) or any(isinstance(x, torch.Tensor) for x in inputs)


def adapted_torch(
    function: Callable[..., Any], inputs: Sequence[Any], keywords: Mapping[str, Any], order: int
) -> Adapted:
    """Adapt a function of tensors.

    Raises
    ------
    TypeError
        An `autograd.Function` is not written as PyTorch asks for, or there is nothing to differentiate for.
    ValueError
        The value has no gradient: it was computed under ``torch.no_grad()``, or detached.
    """
    call, given, names = _call_of(function, list(inputs), dict(keywords))
    tensors = TensorFunction(call, given, names, parameters=len(given) - len(inputs))
    if order == 2:
        tensors = _gradient_of(tensors)
    known = [*tensors.inputs, *tensors.outputs_with_gradient()]
    return Adapted(
        _numpy_function(tensors),
        [tensors.to_array(k, x) for k, x in enumerate(tensors.inputs)],
        tensors.names,
        tensors.wrt,
        tensors.asked,
        contract=lambda: _beyond_numbers(tensors) if order == 1 else [],
        epsilon=max(
            (torch.finfo(x.dtype).eps for x in known if isinstance(x, torch.Tensor) and x.dtype in HALVES),
            default=0.0,
        ),
        during=one_thread,
    )


def _beyond_numbers(function: TensorFunction) -> list[Finding]:
    """What depends on how tensors lie in memory, or on which of them ask for a gradient: one finding at most."""
    given = fresh(function)
    outputs = function.outputs(given)
    upstreams = [_upstream(a) for a in outputs]
    expected = function.gradients(outputs, given, upstreams)
    return layout_findings(function, given, outputs, upstreams, expected) or requires_grad_findings(
        function, outputs, upstreams, expected
    )


def _upstream(a: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(a.shape, generator=generator, dtype=torch.float64).to(a.detach())


def _call_of(
    function: Any, inputs: list[Any], keywords: dict[str, Any]
) -> tuple[Callable[..., Any], list[Any], tuple[str, ...]]:
    """What is called with all inputs, these inputs, and their names: the parameters of a module are inputs, too."""
    if isinstance(function, torch.nn.Module):
        parameters = {name: p.detach() for name, p in function.named_parameters() if p.requires_grad}
        buffers = dict(function.named_buffers())
        names = (*_names(function.forward, len(inputs)), *parameters)

        def call(*values: Any) -> Any:
            own = dict(zip(parameters, values[len(inputs) :]))
            kept = {name: buffer.clone() for name, buffer in buffers.items()}  # a batch norm writes to them
            return torch.func.functional_call(function, {**own, **kept}, values[: len(inputs)], keywords)

        return call, [*inputs, *parameters.values()], names
    if isinstance(function, type):
        _refuse_misshapen(function)
        names = _names(function.forward, len(inputs) + 1)  # type: ignore[attr-defined]
        with_context = not _has_setup_context(function)
        return function.apply, inputs, names[1:] if with_context else names[: len(inputs)]  # type: ignore[attr-defined]
    return (lambda *values: function(*values, **keywords)), inputs, _names(function, len(inputs))


def _has_setup_context(function: type) -> bool:
    return function.setup_context is not torch.autograd.Function.setup_context  # type: ignore[attr-defined]


def _refuse_misshapen(function: type) -> None:
    for name in ("forward", "backward"):
        method = next((vars(parent)[name] for parent in function.__mro__ if name in vars(parent)), None)
        if method is None or method is vars(torch.autograd.Function).get(name):
            raise TypeError(f"{function.__name__}: expected a static method {name}, found none")
        if not isinstance(method, staticmethod):
            raise TypeError(
                f"{function.__name__}.{name}: expected a static method, as PyTorch calls it without an instance; "
                "write @staticmethod above it"
            )


def _names(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built-in functions need not have a signature
        parameters = []
    known = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return tuple(known[k] if k < len(known) else f"input {k}" for k in range(count))


def _gradient_of(first: TensorFunction) -> TensorFunction:
    """The gradient of a function, as a function of its inputs and of the upstream gradients."""
    outputs = first.outputs(first.inputs)
    generator = torch.Generator().manual_seed(0)
    upstreams = [torch.randn(a.shape, generator=generator, dtype=torch.float64).to(a) for a in outputs]

    def call(*values: Any) -> Any:
        inputs, given = values[: len(first.inputs)], values[len(first.inputs) :]
        chosen = [inputs[k] for k in first.wrt]
        with torch.enable_grad():
            found = torch.autograd.grad(
                first.outputs(inputs), chosen, list(given), create_graph=True, allow_unused=True
            )
        return tuple(torch.zeros_like(x) if g is None else g for x, g in zip(chosen, found))

    names = tuple("upstream" if len(outputs) == 1 else f"upstream {i}" for i in range(len(outputs)))
    return TensorFunction(call, [*first.inputs, *upstreams], (*first.names, *names), second=True)


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
