r"""Squares that are quantities: a variance, in ``\frac{\partial \ell}{\partial \sigma^2}`` and ``\ell(\mu, \sigma^2)``.

Then σ is its root, and σ^4 its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_ROOT = "sqrt"


def with_variances(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with a quantity for each square that is differentiated by, or that a function is of."""
    slopes = [node.bottom for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    lefts = [side for chain in chains for side in chain.sides[:1]]
    calls = (node for side in lefts for node in tree.walk(side) if isinstance(node, tree.Call))
    arguments = [one for node in calls if len(node.arguments) > 1 for one in node.arguments]
    every = (one for one in (*slopes, *arguments) if isinstance(one, tree.Power) and _is_square(one))
    squared = {tree.base_name(one.base) for one in every} - {"", *map(tree.base_name, slopes)}
    squared -= {tree.base_name(one.base if isinstance(one, tree.Power) else one) for one in lefts}
    if not squared:
        return list(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in squared:
                return tree.Call(_ROOT, (replace(node, name=f"{name}^{{2}}"),), at=node.at)
            case tree.Element(array=tree.Call(function=function, arguments=(array,)) as root) if (
                function == _ROOT and tree.base_name(array).endswith("^{2}")
            ):
                return replace(root, arguments=(replace(node, array=array),))
            case tree.Power(base=tree.Call(function=function, arguments=(array,)), exponent=tree.Number(text=text)) if (
                function == _ROOT and tree.base_name(array).endswith("^{2}") and text.isdigit() and not int(text) % 2
            ):
                half = tree.Number(str(int(text) // 2), at=node.at)
                return array if half.text == "1" else replace(node, base=array, exponent=half)
        return node

    return [trees.changed(chain, change) for chain in chains]


def _is_square(node: tree.Power) -> bool:
    return isinstance(node.exponent, tree.Number) and node.exponent.text == "2"
