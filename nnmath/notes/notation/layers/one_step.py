"""One step of a recursion by itself: the earlier one, c_{t-1}, is given, and no later one comes of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Ends the name of what a step begins with.
BEFORE = "_{[before]}"


def recursions(chains: Iterable[tree.Chain]) -> frozenset[str]:
    """Return what is defined by its steps, c_t, and used one step earlier; nothing where later ones stand, too."""
    chains = list(chains)
    steps = [(tree.base_name(one), _step(index))
             for chain in chains for one in trees.elements(chain) for index in one.indices]  # fmt: skip
    lefts = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    found = frozenset(name for name, step in steps if step < 0 and name in lefts)
    return frozenset() if any(step > 0 and name in found for name, step in steps) else found


def with_steps_apart(chain: tree.Chain, names: Collection[str]) -> tree.Chain:
    """Return an equation in which the earlier steps of recursions are quantities of their own."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name) as array) if name in names and any(map(_step, node.indices)):
                indices = tuple(index.terms[0] if isinstance(index, tree.Sum) else index for index in node.indices)
                return replace(node, array=replace(array, name=name + BEFORE), indices=indices)
        return node

    return trees.changed(chain, change)


def _step(index: Expr) -> int:
    """Return -1 for t - 1, 1 for t + 1 and 0 for anything else."""
    match index:
        case tree.Sum(signs=(1, sign), terms=(tree.Name(), tree.Number(text="1"))):
            return sign
    return 0
