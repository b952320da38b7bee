r"""How many terms a sum has, where that stands before it: ``\frac{1}{N} \sum_i``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Letters of the number of terms of a sum, 1/N before it.
_COUNTS = frozenset("NMDKTBCVPnmdkpc")


def with_counts(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Read the sum in ``\frac{1}{N} \sum_i`` as one of N terms, where N is nothing else."""
    taken = {name for chain in chains for name in trees.index_letters(chain)}
    taken |= {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Product(factors=(*before, tree.Reduce(kind="sum", ranges=(one,)) as total)):
                bottoms = [tree.base_name(part.bottom) for part in before if isinstance(part, tree.Quotient)]
                if one.low is None and one.high is None and {*bottoms} & _COUNTS - taken:
                    count = tree.Name(({*bottoms} & _COUNTS - taken).pop(), at=total.at)
                    bounded = replace(one, low=tree.Number("1", at=total.at), high=count)
                    return replace(node, factors=(*before, replace(total, ranges=(bounded,))))
        return node

    return [trees.changed(chain, change) for chain in chains]
