r"""Quantities with a prime that the text calls derivatives: "the derivative of ``a = \sigma(z)`` is ``a' = a(1 - a)``".

Each is the derivative by the only symbol that the quantity is computed from. Without such words a' may be anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_CONSTANTS = {r"\e", r"\pi"}


def with_slopes_of_quantities(chains: Mapping[int, tree.Chain], said: Collection[int]) -> dict[int, tree.Chain]:
    """Return the equations with derivatives in the place of what such sentences give, which stand before those `said`.

    Parameters
    ----------
    chains : mapping
        The equations, by their numbers.
    said : collection of int
        Those before which the text speaks of a derivative.
    """
    bodies = {chain.sides[0].name: chain.sides[1] for chain in chains.values()
              if chain.relations and isinstance(chain.sides[0], tree.Name)}  # fmt: skip
    slopes = {}
    for left in (chains[i].sides[0] for i in said):
        if isinstance(left, tree.Name) and left.name.endswith("'") and (body := bodies.get(left.name[:-1])):
            variables = {node.name for node in tree.walk(body) if isinstance(node, tree.Name)} - _CONSTANTS
            if len(variables) == 1:
                slopes[left.name] = left.name[:-1], *variables

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Name) and node.name in slopes:
            top, bottom = slopes[node.name]
            return tree.Partial(tree.Name(top, at=node.at), tree.Name(bottom, at=node.at), at=node.at)
        return node

    return {i: trees.changed(chain, change) for i, chain in chains.items()} if slopes else dict(chains)
