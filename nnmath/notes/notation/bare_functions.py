r"""Functions that stand without their argument, ``\frac{dg}{dx} h + g \frac{dh}{dx}`` beside ``g(x) h(x)``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.parsing import FUNCTION_LETTERS, OBJECTIVES
from nnmath.notes.syntax.roles import names_on_the_left


def with_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which what is a function of one thing, and not defined, has its argument everywhere.

    Functions of functions stay as they are.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    calls: dict[str, set[tree.Call]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, tree.Call):
            calls[node.function].add(node)
    defined = names_on_the_left(chains)
    nested = {one.function for every in calls.values() for call in every for argument in call.arguments
              for one in tree.walk(argument) if isinstance(one, tree.Call)}  # fmt: skip
    indexed = {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)}
    nested |= {tree.base_name(node.bottom) for node in nodes if isinstance(node, tree.Partial)}
    slopes = {(_name(node.top), node.bottom) for node in nodes if isinstance(node, tree.Partial)}
    whole = {}
    for name in (calls.keys() & FUNCTION_LETTERS) - OBJECTIVES - defined - indexed - nested:
        for call in calls[name] if len(calls[name]) == 1 else ():
            argument = call.arguments[0]
            if len(call.arguments) == 1 and isinstance(argument, tree.Name) and (name, argument) in slopes:
                whole[name] = call

    def change(node: Expr) -> Expr:
        return replace(whole[node.name], at=node.at) if isinstance(node, tree.Name) and node.name in whole else node

    return [trees.changed(chain, change) for chain in chains] if whole else list(chains)


def _name(top: Expr) -> str:
    return top.function if isinstance(top, tree.Call) else tree.base_name(top)
