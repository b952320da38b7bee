"""Keyword arguments of a function of tensors: one that asks for a gradient is an input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from nnmath.gradcheck.adapters.trees import flattened


@dataclass(frozen=True)
class Keywords:
    """Keyword arguments.

    Attributes
    ----------
    as_given : mapping
        Those that are passed on as they are.
    names : tuple of str
        Of those that are inputs: a tensor that asks for a gradient, or a tree with one.
    first : int
        The position of the first of these among the inputs.
    """

    as_given: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    first: int = 0

    def split(self, values: Sequence[Any]) -> tuple[list[Any], dict[str, Any]]:
        """The positional and the keyword arguments that inputs amount to."""
        end = self.first + len(self.names)
        return [*values[: self.first], *values[end:]], {**self.as_given, **dict(zip(self.names, values[self.first :]))}


def with_keywords(inputs: Sequence[Any], keywords: Mapping[str, Any]) -> tuple[list[Any], Keywords]:
    """The inputs with the keyword arguments that ask for a gradient after them, and what is passed by name."""
    names = tuple(name for name, x in keywords.items() if _asks_for_gradient(x))
    rest = {name: x for name, x in keywords.items() if name not in names}
    return [*inputs, *(keywords[name] for name in names)], Keywords(rest, names, len(inputs))


def _asks_for_gradient(x: Any) -> bool:
    leaves, _ = flattened([x], [""])
    return any(isinstance(leaf, torch.Tensor) and leaf.requires_grad for leaf in leaves)
