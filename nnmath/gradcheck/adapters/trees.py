"""Inputs that are lists, tuples or dictionaries of tensors: each tensor in them is an input of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch


def flattened(inputs: Sequence[Any], names: Sequence[str]) -> tuple[list[Any], tuple[str, ...]]:
    """The inputs with the leaves in place of each tree that holds a tensor, and their names.

    Parameters
    ----------
    inputs : sequence
    names : sequence of str
        Of the inputs; a leaf is called ``name[key]``.
    """
    leaves = [leaf for x, name in zip(inputs, names) for leaf in _leaves(x, name)]
    return [x for x, _ in leaves], tuple(name for _, name in leaves)


def of_leaves(call: Callable[..., Any], inputs: Sequence[Any]) -> Callable[..., Any]:
    """A function of inputs some of which are trees, as a function of their leaves, and of what comes after them."""

    def called(*leaves: Any) -> Any:
        rest = iter(leaves)
        return call(*[_rebuilt(x, rest) for x in inputs], *rest)

    return called


def is_tree(x: Any) -> bool:
    """Whether something is a list, a tuple or a dictionary with a tensor in it."""
    return isinstance(x, list | tuple | Mapping) and any(isinstance(leaf, torch.Tensor) for leaf, _ in _items(x, ""))


def _items(x: Any, name: str) -> Iterator[tuple[Any, str]]:
    if not isinstance(x, list | tuple | Mapping):
        yield x, name
        return
    for key, item in x.items() if isinstance(x, Mapping) else enumerate(x):
        yield from _items(item, f"{name}[{key!r}]")


def _leaves(x: Any, name: str) -> Iterator[tuple[Any, str]]:
    """The leaves of a tree, or what is no tree as it is."""
    return _items(x, name) if is_tree(x) else iter([(x, name)])


def _rebuilt(x: Any, leaves: Iterator[Any]) -> Any:
    """A tree like another one with the next leaves."""
    return _with(x, leaves) if is_tree(x) else next(leaves)


def _with(x: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(x, Mapping):
        return type(x)((key, _with(item, leaves)) for key, item in x.items())  # type: ignore[call-arg]
    if isinstance(x, tuple) and hasattr(x, "_fields"):  # a named tuple takes them one by one
        return type(x)(*(_with(item, leaves) for item in x))
    if isinstance(x, list | tuple):
        return type(x)(_with(item, leaves) for item in x)
    return next(leaves)
