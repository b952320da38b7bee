r"""The first step given by a later one, ``x_0 = \frac{1}{\sqrt{\bar\alpha_t}} (x_t - \ldots)``: it is so for every t.

Where nothing else gives x_t, what is called x_0 there is a quantity of each step, and carries its index.
"""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_first_steps_by_later(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which such first steps have the index of what they are computed from."""
    lefts = {(tree.base_name(side), *trees.index_letters(side)) for chain in chains for side in chain.sides[:1]}
    found: dict[str, str] = {}
    for chain in chains:
        left = chain.sides[0]
        if chain.relations and isinstance(left, tree.Name) and left.name.endswith("_{0}"):
            name = left.name.removesuffix("_{0}")
            letters = {one.indices[0].name for side in chain.sides[1:] for one in trees.elements(side)
                       if tree.base_name(one) == name and isinstance(one.indices[0], tree.Name)}  # fmt: skip
            if len(letters) == 1 and (name, *letters) not in lefts:
                found[left.name] = min(letters)
    return [_with_steps(chain, found) for chain in chains] if found else list(chains)


def _with_steps(chain: tree.Chain, found: dict[str, str]) -> tree.Chain:
    letters = {letter for side in chain.sides for letter in trees.index_letters(side)} - trees.summed(chain)

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Name) and found.get(node.name) in letters:
            own = tree.Name(node.name.replace("_{0}", "_{[0]}"), at=node.at)  # of another shape than the first step
            return tree.Element(own, (tree.Name(found[node.name], at=node.at),), parted=True, at=node.at)
        return node

    return trees.changed(chain, change)
