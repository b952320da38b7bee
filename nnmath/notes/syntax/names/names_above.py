r"""Letters above others that tell quantities apart, as below W_f and W_o: ``a^f_t`` and ``a^o_t``, ``\delta^c_t``.

A letter that stands on the left of equations with several letters above it has names above it, and neither powers nor
indices: those are counted, ``x^2`` and ``a^{l-1}``, or summed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters of layers and of what is counted.
_LAYERS = frozenset("lL") | {r"\ell"}
_INDICES = frozenset("ijklmnpqst") | _LAYERS


def with_names_above(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such letters belong to the names below them."""
    lefts, every = defaultdict(set), defaultdict(set)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Power) and (name := tree.base_name(node.base)):
                every[name].add(node.exponent)
        left = chain.sides[0]
        if isinstance(left, tree.Power):
            lefts[tree.base_name(left.base)].add(left.exponent)
    counted = _LAYERS.union(*map(trees.summed, chains))
    named = {name for name, above in lefts.items() if len(above) > 1 and all(map(_is_name, every[name]))
             and not set().union(*map(trees.names, every[name])) & counted
             and set().union(*map(trees.names, above)) - _INDICES}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power(base=tree.Name(name=name), exponent=exponent) if name in named:
                return tree.Name(f"{name}^{{{_written(exponent)}}}", at=node.at)
            case tree.Power(base=tree.Element(array=tree.Name(name=name)) as base, exponent=exponent) if name in named:
                return replace(base, array=tree.Name(f"{name}^{{{_written(exponent)}}}", at=node.at))
        return node

    return [trees.changed(chain, change) for chain in chains] if named else list(chains)


def _is_name(exponent: Expr) -> bool:
    return isinstance(exponent, tree.Name) or (isinstance(exponent, tree.Element) and bool(tree.base_name(exponent)))


def _written(exponent: Expr) -> str:
    if isinstance(exponent, tree.Element):
        below = "".join(str(getattr(one, "name", getattr(one, "text", ""))) for one in exponent.indices)
        return f"{tree.base_name(exponent)}_{{{below}}}"
    return tree.base_name(exponent)
