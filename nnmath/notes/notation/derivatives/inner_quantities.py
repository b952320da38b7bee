r"""Derivatives by what is written out, ``\frac{\partial a}{\partial (w^\top x)}``: it is a quantity of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from string import ascii_lowercase

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Begins the names of such quantities.
INNER = r"\varsigma"

#: Begins the letters that stand for indices.
PLACE = r"\place"

_WRITTEN = (tree.Sum, tree.Product, tree.Hadamard, tree.Quotient)


def with_inner_quantities(chains: Mapping[int, tree.Chain], first: int) -> dict[int, tree.Chain]:
    r"""Return the equations with a name for what is differentiated by, wherever it stands, and its definition.

    What has indices is such a quantity for others, too: ``v_o \cdot h`` beside a derivative by ``v_k \cdot h``. The
    definitions are counted down from `first`.
    """
    every = dict.fromkeys(map(_with_places, (one for chain in chains.values() for one in _written_below(chain))))
    names = {one: f"{INNER}_{{{k + 1}}}" for k, one in enumerate(every)}
    if not names:
        return dict(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(bottom=tree.Group(inner=inner)) if tree.base_name(inner) in names.values():
                return replace(node, bottom=inner)
        name = names.get(_with_places(node)) if isinstance(node, _WRITTEN) else None
        return _element(name, _letters(node), node.at) if name else node

    done = {i: trees.changed(chain, change) for i, chain in chains.items()}
    at = Place(1, 1)
    for k, (body, name) in enumerate(names.items()):
        done[first - k] = tree.Chain((":=",), (_element(name, _letters(body), at), body), at=at)
    return done


def _element(name: str, letters: Sequence[str], at: Place) -> Expr:
    whole = tree.Name(name, at=at)
    return tree.Element(whole, tuple(tree.Name(one, at=at) for one in letters), at=at) if letters else whole


def _letters(node: Expr) -> list[str]:
    """Return the indices of an expression, in the order in which they stand there."""
    return list(dict.fromkeys(index.name for one in trees.elements(node) for index in one.indices
                              if isinstance(index, tree.Name)))  # fmt: skip


def _with_places(node: Expr) -> Expr:
    """Return an expression in which the indices are told by their places alone."""
    return trees.changed(
        node,
        trees.with_letters(
            {one: f"{PLACE}{place}" for one, place in zip(_letters(node), ascii_lowercase, strict=False)}
        ),
    )


def _written_below(chain: tree.Chain) -> Iterator[Expr]:
    """Yield what an equation differentiates by, and is no symbol; with indices, if all are plain letters."""
    for node in tree.walk(chain):
        if isinstance(node, tree.Partial) and isinstance(node.bottom, tree.Group):
            inner = node.bottom.inner
            if isinstance(inner, _WRITTEN) and trees.index_letters(inner) <= {*_letters(inner)} - trees.summed(inner):
                yield inner
