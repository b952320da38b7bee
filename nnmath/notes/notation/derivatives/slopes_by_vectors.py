r"""Derivatives by arrays: ``l'(w)`` beside ``l(w) = \|Xw - y\|^2``, and the trace around a chain rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: What is done to arrays alone.
_OF_ARRAYS = frozenset([tree.TRANSPOSE, tree.INNER, "tr", "det"])


def with_slopes_by_vectors(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which one such prime, or two, are derivatives by the only argument of the function."""
    calls = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)]
    arguments: dict[str, set[tuple[Expr, ...]]] = {}
    for one in calls:
        arguments.setdefault(one.function, set()).add(one.arguments)
    found = {name for chain in chains if (name := _of_array(chain)) and len(arguments[name]) == 1}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, primes=1 | 2 as primes, arguments=(variable,)) if name in found:
                slope = tree.Partial(replace(node, primes=0), variable, at=node.at)
                return slope if primes == 1 else tree.Partial(slope, variable, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def without_traces(chain: tree.Chain) -> tree.Chain:
    r"""Return an equation with a chain rule by a matrix in place of its trace, ``\tr(\frac{dz}{dY} \frac{dY}{dx})``."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function="tr", arguments=(tree.Product(factors=factors) as product,)) if (
                all(isinstance(one, tree.Partial) for one in factors)
                and all(one.bottom == other.top for one, other in pairwise(factors) if isinstance(one, tree.Partial)
                        and isinstance(other, tree.Partial))
            ):  # fmt: skip
                return product
        return node

    return trees.changed(chain, change)


def _of_array(chain: tree.Chain) -> str:
    """Return the function that an equation defines, if its argument is an array; empty otherwise."""
    match chain.sides:
        case (tree.Call(function=name, primes=0, arguments=(tree.Name(name=letter),)), *rest) if chain.relations:
            nodes = [node for side in rest for node in tree.walk(side)]
            indexed = any(tree.base_name(node) == letter for node in nodes if isinstance(node, tree.Element))
            return name if indexed or any(_is_of_arrays(node) for node in nodes) else ""
    return ""


def _is_of_arrays(node: Expr) -> bool:
    return isinstance(node, tree.Call) and (node.function in _OF_ARRAYS or node.function.startswith(tree.NORM))
