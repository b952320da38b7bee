r"""A product of two columns without its transpose, ``x_i \beta`` in notes that write ``x_i^\top \beta`` as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_inner_products(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with a transpose in every product of letters that has one somewhere."""
    products = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Product)]
    known = {pair for product in products for pair in _transposed_pairs(product)}

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product) or node.dotted:
            return node
        factors = list(node.factors)
        for i, pair in enumerate(pairwise(node.factors)):
            if pair in known:
                factors[i] = tree.Call(tree.TRANSPOSE, (pair[0],), at=pair[0].at)
        return tree.Product(tuple(factors), node.doubtful, at=node.at) if factors != [*node.factors] else node

    return [trees.changed(chain, change) for chain in chains] if known else list(chains)


def _transposed_pairs(product: tree.Product) -> Iterator[tuple[Expr, Expr]]:
    """Yield two small letters, which are columns, where one stands transposed before the other."""
    for first, second in pairwise(product.factors):
        match first:
            case tree.Call(function=tree.TRANSPOSE, arguments=(turned,)):
                names = [tree.base_name(one) for one in (turned, second)]
                if all(names) and not re.search("[A-Z]", "".join(names)) and names[0] != names[1]:
                    yield turned, second
