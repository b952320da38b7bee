"""What signatures say of the passes under test."""

import inspect
from collections.abc import Callable
from typing import Any


def takes_an_argument(backward_pass: Callable[..., Any]) -> bool:
    """Whether a backward pass takes an upstream gradient; that of a loss may be written without."""
    try:
        parameters = inspect.signature(backward_pass).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL) for p in parameters)
