r"""What notes name and write out again: ``a = \sigma(w x + b)`` beside ``z = w x + b`` is computed from z.

Only so is there a derivative of a loss by z.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees

_WRITTEN = (tree.Sum, tree.Product, tree.Hadamard, tree.Quotient, tree.Reduce)


def with_intermediates(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which z, if something is differentiated by it, stands for what it is defined by."""
    by = {_name(node.bottom) for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)} - {""}
    bodies = {chain.sides[1]: chain.sides[0] for chain in chains if _defines(chain) and _name(chain.sides[0]) in by}
    bodies = {body: left for body, left in bodies.items() if isinstance(body, _WRITTEN)}

    def change(node: Expr) -> Expr:
        found = node.inner if isinstance(node, tree.Group) else node
        return replace(bodies[found], at=node.at) if found in bodies else node

    def changed(chain: tree.Chain) -> tree.Chain:
        if not _defines(chain) or has_derivative(chain) or chain.sides[0] in bodies.values():
            return chain
        return replace(chain, sides=(chain.sides[0], *(trees.changed(side, change) for side in chain.sides[1:])))

    return [changed(chain) for chain in chains] if bodies else list(chains)


def _defines(chain: tree.Chain) -> bool:
    return len(chain.sides) > 1 and {*chain.relations} <= {"=", ":="}


def _name(node: Expr) -> str:
    """Return the name of a quantity, with or without a layer above it; empty for anything else."""
    return tree.base_name(node.base if isinstance(node, tree.Power) else node)
