r"""Derivatives by what is written out, ``\frac{\partial a}{\partial (w^\top x)}``: it is a quantity of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Begins the names of such quantities.
INNER = r"\varsigma"

_WRITTEN = (tree.Sum, tree.Product, tree.Hadamard, tree.Quotient)


def with_inner_quantities(chains: Mapping[int, tree.Chain], first: int) -> dict[int, tree.Chain]:
    """Return the equations with a name for what is differentiated by, wherever it stands, and its definition.

    The definitions are counted down from `first`.
    """
    every = dict.fromkeys(one for chain in chains.values() for one in _written_below(chain))
    names = {one: f"{INNER}_{{{k + 1}}}" for k, one in enumerate(every)}
    if not names:
        return dict(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Group(inner=tree.Name() as inner)) if inner.name in names.values():
                return replace(node, bottom=inner)
        return tree.Name(names[node], at=node.at) if node in names else node

    done = {i: trees.changed(chain, change) for i, chain in chains.items()}
    at = Place(1, 1)
    for k, (body, name) in enumerate(names.items()):
        done[first - k] = tree.Chain((":=",), (tree.Name(name, at=at), body), at=at)
    return done


def _written_below(chain: tree.Chain) -> Iterator[Expr]:
    """Yield what an equation differentiates by, and is no symbol, without indices that only the equation knows."""
    for node in tree.walk(chain):
        if isinstance(node, tree.Partial) and isinstance(node.bottom, tree.Group):
            inner = node.bottom.inner
            if isinstance(inner, _WRITTEN) and not trees.index_letters(inner):
                yield inner
