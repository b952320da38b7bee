"""How a function of PyTorch's is called: a module with its parameters as inputs, a Function by `apply`."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnmath.gradcheck.adapters.keywords import Keywords
from nnmath.gradcheck.arguments import parameter_names


def called_with(
    function: Any, inputs: list[Any], keywords: Keywords
) -> tuple[Callable[..., Any], list[Any], tuple[str, ...]]:
    """What is called with all inputs, these inputs, and their names: the parameters of a module are inputs, too."""
    if isinstance(function, torch.nn.Module):
        parameters = {name: p.detach() for name, p in function.named_parameters() if p.requires_grad}
        buffers = dict(function.named_buffers())
        names = (*_names(function.forward, inputs, keywords), *parameters)
        if isinstance(function, torch.jit.ScriptModule):
            _refuse_parameters_of_script(parameters)
            return _with_keywords(function, keywords), inputs, names

        def call(*values: Any) -> Any:
            own = dict(zip(parameters, values[len(inputs) :]))
            kept = {name: buffer.clone() for name, buffer in buffers.items()}  # a batch norm writes to them
            given, by_name = keywords.split(values[: len(inputs)])
            return torch.func.functional_call(function, {**own, **kept}, tuple(given), by_name)

        return call, [*inputs, *parameters.values()], names
    if isinstance(function, torch.autograd.Function):
        raise TypeError(f"expected the class {type(function).__name__} itself, got an instance of it")
    if isinstance(function, type):
        _refuse_misshapen(function)
        first = 0 if _has_setup_context(function) else 1  # of the forward pass's parameters that is an input
        return function.apply, inputs, parameter_names(function.forward, len(inputs), first)  # type: ignore[attr-defined]
    return _with_keywords(function, keywords), inputs, _names(function, inputs, keywords)


def _with_keywords(function: Callable[..., Any], keywords: Keywords) -> Callable[..., Any]:
    def called(*values: Any) -> Any:
        given, by_name = keywords.split(values)
        return function(*given, **by_name)

    return called


def _names(function: Callable[..., Any], inputs: Sequence[Any], keywords: Keywords) -> tuple[str, ...]:
    first = parameter_names(function, keywords.first)
    after = len(inputs) - len(first) - len(keywords.names)  # parameters of a module that a reference takes
    return (*first, *keywords.names, *(f"input {k}" for k in range(len(inputs) - after, len(inputs))))


def _refuse_parameters_of_script(parameters: Mapping[str, Any]) -> None:
    """A scripted or traced module cannot be called with other parameters."""
    if parameters:
        raise TypeError(
            f"a scripted module cannot be called with other parameters than its own ({listed(list(parameters))}): "
            "give the module that it was made of, or, for the gradients of its inputs alone, lambda x: module(x)"
        )


def _has_setup_context(function: type) -> bool:
    return function.setup_context is not torch.autograd.Function.setup_context  # type: ignore[attr-defined]


def positional(function: Any, inputs: Sequence[Any], keywords: Mapping[str, Any]) -> list[Any]:
    """Inputs and keyword arguments in the order of the forward pass: `apply` takes no keywords."""
    parameters = list(inspect.signature(function.forward).parameters.values())
    parameters = parameters[0 if _has_setup_context(function) else 1 :]
    names = [p.name for p in parameters]
    unknown = [name for name in keywords if name not in names[len(inputs) :]]
    if unknown:
        raise TypeError(f"{function.__name__}.forward: {unknown[0]!r} is no parameter after the inputs given")
    last = max(names.index(name) for name in keywords)
    rest = parameters[len(inputs) : last + 1]
    missing = [p.name for p in rest if p.name not in keywords and p.default is p.empty]
    if missing:
        raise TypeError(
            f"{function.__name__}.forward: expected a value for {missing[0]!r}, which comes before {names[last]!r}"
        )
    return [*inputs, *(keywords.get(p.name, p.default) for p in rest)]


def _refuse_misshapen(function: type) -> None:
    own = [parent for parent in function.__mro__ if parent not in torch.autograd.Function.__mro__]
    for name in ("forward", "backward"):
        names = ("backward", "vjp") if name == "backward" else (name,)  # two words for one thing
        method = next((vars(parent)[n] for parent in own for n in names if n in vars(parent)), None)
        if method is None:
            raise TypeError(f"{function.__name__}: expected a static method {name}, found none")
        if not isinstance(method, staticmethod):
            raise TypeError(
                f"{function.__name__}.{name}: expected a static method, as PyTorch calls it without an instance; "
                "write @staticmethod above it"
            )


def listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
