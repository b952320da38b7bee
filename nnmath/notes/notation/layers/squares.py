r"""Squares above letters that are part of a name: ``\sigma_B^2`` is defined as it stands, as a variance is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def is_square(side: Expr) -> bool:
    """Whether a side is the square of something."""
    return isinstance(side, tree.Power) and isinstance(side.exponent, tree.Number) and side.exponent.text == "2"


def not_squared(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the arrays that stand without a square above them somewhere."""
    every = [node for chain in chains for node in tree.walk(chain)]
    squares = [node.base for node in every if isinstance(node, tree.Power) and is_square(node)]
    return {tree.base_name(node) for node in every if isinstance(node, tree.Element) and node not in squares} - {""}


def squared_name(base: Expr) -> str:
    r"""Return the name of ``\sigma_B^2`` where it is defined by that name."""
    if isinstance(base, tree.Element) and isinstance(base.array, tree.Name):
        letters = "".join(getattr(one, "name", getattr(one, "text", "?")) for one in base.indices)
        large = re.sub(r"\\mathcal\{([A-Z])\}", r"\1", letters).isupper()
        return f"{base.array.name}_{{{letters}}}^{{2}}" if large else f"{base.array.name}^{{2}}"
    return f"{base.name}^{{2}}" if isinstance(base, tree.Name) else ""
