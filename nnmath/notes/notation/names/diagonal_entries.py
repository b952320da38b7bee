r"""A diagonal matrix by its diagonal, ``R_{nn} = y_n (1 - y_n)``: where nothing else is said of R, the rest is 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage


def with_diagonals_defined(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such a definition gives all entries of its matrix, which stands whole elsewhere."""
    used = usage(chains)
    whole = {name for name, every in used.arrays.items() if name in used.bare
             and all(len(indices) == 2 and indices[0] == indices[1] for indices in every)}  # fmt: skip
    lefts = [tree.base_name(chain.sides[0]) for chain in chains if chain.relations]

    def changed(chain: tree.Chain) -> tree.Chain:
        match chain:
            case tree.Chain(
                relations=("=" | ":=",),
                sides=(tree.Element(array=tree.Name(name=name), indices=(tree.Name() as row, _)) as left, body),
            ) if name in whole and lefts.count(name) == 1 and row.name not in trees.summed(body):
                column = replace(row, name=_other(row.name, trees.index_letters(body)))
                on_it = tree.Compare(("=",), (row, column), at=row.at)
                entry = tree.Product((on_it, tree.Group(body, at=body.at)), at=body.at)
                return replace(chain, sides=(replace(left, indices=(row, column)), entry))
        return chain

    return [changed(chain) for chain in chains]


def _other(letter: str, taken: set[str]) -> str:
    return next(one for one in "mnijkpqr" if one not in {letter, *taken})
