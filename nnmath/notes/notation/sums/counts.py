r"""How many terms a sum has, where that stands before it: ``\frac{1}{N} \sum_i``.

In notes that divide by K, and do not say how far the sums over k run, k runs up to K.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters of the number of terms of a sum, 1/N before it.
_COUNTS = frozenset("NMDKTBCVPnmdkpc")

#: Indices whose last value has their capital letter; a T below others may be a temperature.
_COUNTING = frozenset("nmkcj")


def with_counts(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Read the sum in ``\frac{1}{N} \sum_i`` as one of N terms, where N is nothing else."""
    taken = {name for chain in chains for name in trees.index_letters(chain)}
    taken |= {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}

    lasts = {letter: letter.upper() for letter in _lasts(chains) if letter.upper() not in taken}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Range(letter=letter, low=None, high=None) if letter in lasts:
                last = tree.Name(lasts[letter], at=node.at)
                return replace(node, low=tree.Number("1", at=node.at), high=last)
            case tree.Product(factors=(*before, tree.Reduce(kind="sum", ranges=(one,)) as total)):
                bottoms = [tree.base_name(part.bottom) for part in before if isinstance(part, tree.Quotient)]
                if one.low is None and one.high is None and {*bottoms} & _COUNTS - taken:
                    count = tree.Name(({*bottoms} & _COUNTS - taken).pop(), at=total.at)
                    bounded = replace(one, low=tree.Number("1", at=total.at), high=count)
                    return replace(node, factors=(*before, replace(total, ranges=(bounded,))))
        return node

    return [trees.changed(chain, change) for chain in chains]


def _lasts(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the letters k of sums without bounds in notes that divide by K, which bounds no other sum."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    ranges = [node for node in nodes if isinstance(node, tree.Range)]
    bounds = {name for one in ranges if one.high is not None for name in trees.names(one.high)}
    bottoms = {
        node.bottom.name for node in nodes if isinstance(node, tree.Quotient) and isinstance(node.bottom, tree.Name)
    }
    summed = {one.letter for one in ranges if one.high is None}
    return {letter for letter in summed & _COUNTING if letter.upper() in bottoms - bounds}
