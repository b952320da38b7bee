"""What signatures say of the passes under test."""

import inspect
from collections.abc import Callable
from typing import Any


def names_of(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    """The names of so many inputs, from the signature of a function where it has them."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built-in functions need not have a signature
        parameters = []
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return tuple(named[k] if k < len(named) else f"input {k}" for k in range(count))


def takes_an_argument(backward_pass: Callable[..., Any]) -> bool:
    """Whether a backward pass takes an upstream gradient; that of a loss may be written without."""
    try:
        parameters = inspect.signature(backward_pass).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL) for p in parameters)
