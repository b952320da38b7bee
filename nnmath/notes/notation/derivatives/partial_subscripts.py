r"""Derivatives that are written as subscripts: ``f_x`` and ``(f_x)_y`` where f is given as f(x, y)."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_partials(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Read what stands below a function as what it is differentiated by, if it is one of its named arguments."""
    summed = set().union(*map(trees.summed, chains))
    arguments: dict[str, set[str]] = {}
    for chain in chains:
        side = chain.sides[0]
        if chain.relations and isinstance(side, tree.Call) and not side.primes and len(side.arguments) > 1:
            names = {one.name for one in side.arguments if isinstance(one, tree.Name)}
            if len(names) == len(side.arguments) and not names & summed:
                arguments[side.function] = names

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Element):
            return node
        inner = node.array.inner if isinstance(node.array, tree.Group) else node.array
        name = tree.base_name(inner.top if isinstance(inner, tree.Partial) else inner)
        by = [one for one in node.indices if isinstance(one, tree.Name) and one.name in arguments.get(name, ())]
        if not isinstance(inner, (tree.Name, tree.Partial)) or len(by) < len(node.indices):
            return node
        for one in by:
            inner = tree.Partial(inner, one, at=node.at)
        return inner

    return [trees.changed(chain, change) for chain in chains] if arguments else list(chains)
