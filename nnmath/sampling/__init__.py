"""What inputs may be, and how they are drawn: domains, shapes and Hypothesis strategies, one vocabulary for all.

`domains` and `shapes` say what a single input may be, `declarations` what all inputs of a function may be, `strategies`
draws them. Nothing here knows a function, a derivation or a gradient.
"""

from typing import TYPE_CHECKING, Any

from nnmath.sampling.declarations import Input, declared_inputs, forms
from nnmath.sampling.domains import Domain, in_code, in_equations, parse_domain

if TYPE_CHECKING:
    from nnmath.sampling.arrays import random_array, random_inputs
    from nnmath.sampling.drawing import draw_examples, settings_for
    from nnmath.sampling.strategies import distinct_entries, distinct_inputs, drawn_inputs, exact_entries, plain_inputs

__all__ = [
    "Domain",
    "Input",
    "declared_inputs",
    "distinct_entries",
    "distinct_inputs",
    "draw_examples",
    "drawn_inputs",
    "exact_entries",
    "forms",
    "in_code",
    "in_equations",
    "parse_domain",
    "plain_inputs",
    "random_array",
    "random_inputs",
    "settings_for",
]

_HOMES = {
    "distinct_entries": "strategies",
    "distinct_inputs": "strategies",
    "draw_examples": "drawing",
    "drawn_inputs": "strategies",
    "exact_entries": "strategies",
    "plain_inputs": "strategies",
    "random_array": "arrays",
    "random_inputs": "arrays",
    "settings_for": "drawing",
}


def __getattr__(name: str) -> Any:
    # hypothesis is imported when something is drawn, not when this package is
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"nnmath.sampling.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
