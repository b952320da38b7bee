r"""Functions of several quantities, defined with letters and used at steps: f(x, h, w) and f(x_t, h_{t-1}, w).

\partial_h f(x_t, h_{t-1}, w) is the derivative by what stands in the place of h. A letter of the definition that is an
array elsewhere is another one there.
"""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.functions.undefined_functions import PARAMETERS


def with_places_of_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such functions have letters of their own, and derivatives are by what they take."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    calls = [node for node in nodes if isinstance(node, tree.Call) and len(node.arguments) > 1 and not node.primes]
    arrays = {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)}
    at_steps = {one.function for one in calls if any(isinstance(item, tree.Element) for item in one.arguments)}
    if not at_steps:
        return list(chains)
    return [_with_own_letters(trees.changed(chain, _by_place), at_steps, arrays) for chain in chains]


def _by_place(node: Expr) -> Expr:
    """Take what a function is differentiated by for the only one of its arguments that is a step of it."""
    match node:
        case tree.Partial(top=tree.Call(arguments=arguments) as top, bottom=tree.Name(name=name)) if (
            len(arguments) > 1 and node.bottom not in arguments
        ):
            steps = [one for one in arguments if isinstance(one, tree.Element) and tree.base_name(one) == name]
            if len(steps) == 1:
                return tree.Partial(top, steps[0], node.reach, node.open, at=node.at)
    return node


def _with_own_letters(chain: tree.Chain, at_steps: set[str], arrays: set[str]) -> tree.Chain:
    """Give the definition of a function letters that nothing else has, where its own are arrays elsewhere."""
    left = chain.sides[0]
    if not chain.relations or not isinstance(left, tree.Call) or left.function not in at_steps or left.primes:
        return chain
    names = [one for one in left.arguments if isinstance(one, tree.Name)]
    if len(names) < len(left.arguments) or len(names) > len(PARAMETERS) or not arrays & {one.name for one in names}:
        return chain
    own = dict(zip(names, PARAMETERS, strict=False))

    def change(node: Expr) -> Expr:
        return tree.Name(own[node], at=node.at) if isinstance(node, tree.Name) and node in own else node

    return trees.changed(chain, change)
