r"""Layers counted back from the last one below a letter, ``w_L`` and ``a_{L-1}``: each has a name of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import names_on_the_left
from nnmath.notes.syntax.usage import usage


def with_last_layers(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such layers are told apart by name, if L is nothing else in the file."""
    every = [one for chain in chains for one in trees.elements(chain)]
    counted = [one for one in every if _steps(one.indices[0]) is not None]
    others = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Name) and node.name == "L"]
    arrays = {tree.base_name(one) for one in counted}
    alike = all(_steps(one.indices[0]) is not None for one in every if tree.base_name(one) in arrays)
    if not alike or len(others) > len(counted) or len({_steps(one.indices[0]) for one in counted}) < 2:
        return list(chains)

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and isinstance(node.array, tree.Name) and node.array.name in arrays:
            whole = replace(node.array, name=f"{node.array.name}^{{(L{_steps(node.indices[0])})}}")
            return replace(node, array=whole, indices=node.indices[1:]) if len(node.indices) > 1 else whole
        return node

    return [trees.changed(chain, change) for chain in chains]


def with_depth(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Return the equations with T for the letter of the last layer, ``\hat{y} = h^{(l)}`` with h^{(k-1)}."""
    every = [one for chain in chains for one in trees.elements(chain)]
    indices = {(tree.base_name(one), index) for one in every for index in one.indices}
    stepped = {name for name, index in indices if isinstance(index, tree.Sum)
               and (name, index.terms[0]) in indices and index.signs == (1, -1)}  # fmt: skip
    depths = [one.indices[0] for one in every if tree.base_name(one) in stepped and len(one.indices) == 1]
    names = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Name)]
    last = {one.name for one in depths if isinstance(one, tree.Name) and depths.count(one) == names.count(one)}
    last &= usage(chains).labels
    if len(last) != 1 or tree.Name("T", at=chains[0].at) in names:
        return list(chains)

    def change(node: Expr) -> Expr:
        return replace(node, name="T") if isinstance(node, tree.Name) and node.name in last else node

    return [trees.changed(chain, change) for chain in chains]


def with_outputs(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with ``y = a^L`` for ``a^L = y``: layers are computed, and y is a name for the last one."""
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    layered = {tree.base_name(one.base) for one in lefts if isinstance(one, tree.Power)
               and trees.names(one.exponent) & {"l", r"\ell"}} - {""}  # fmt: skip
    defined = names_on_the_left(chains)

    def turned(chain: tree.Chain) -> tree.Chain:
        match chain.sides:
            case (tree.Power(base=tree.Name(name=name), exponent=tree.Name(name="L")) as last, tree.Name() as output):
                is_name = name in layered and output.name not in defined and chain.relations == ("=",)
                return replace(chain, sides=(output, last)) if is_name else chain
        return chain

    return list(map(turned, chains))


def _steps(index: Expr) -> str | None:
    """Return how many layers before L an index says, with its sign; None for any other index."""
    match index:
        case tree.Name(name="L"):
            return ""
        case tree.Sum(signs=(1, -1), terms=(tree.Name(name="L"), tree.Number(text=text))):
            return f"-{text}"
    return None
