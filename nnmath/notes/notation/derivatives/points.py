r"""Points below bars: if f does not depend on a, ``\left. \frac{\partial f}{\partial x} \right|_a`` is at x = a."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import reached


def with_points(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which derivatives are taken at what stands below their bars, where that is not held."""
    made_of: dict[str, set[str]] = defaultdict(set)
    for chain in chains:
        if chain.relations and (name := left_side(chain.sides[0])[0]):
            made_of[name] |= trees.names(chain) - {name}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Held(partial=tree.Partial(top=top, bottom=bottom), names=(name,)) if name not in reached(
                trees.names(top), made_of
            ):
                return tree.Evaluated(node.partial, ((bottom, tree.Name(name, at=node.at)),), at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains]


def own_points(chains: Sequence[tree.Chain]) -> set[tuple[str | Expr, ...]]:
    r"""Return what stands below letters at which derivatives by these are taken, x and k of \nabla f(x_k).

    x_k is a point then, and no entry of x.
    """
    values = [pair for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Evaluated)
              for pair in node.values]  # fmt: skip
    return {(symbol.name, *one.indices) for symbol, value in values if isinstance(symbol, tree.Name)
            for one in trees.elements(value) if tree.base_name(one) == symbol.name}  # fmt: skip
