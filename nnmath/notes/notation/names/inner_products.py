r"""A product of two columns without its transpose, ``x_i \beta`` in notes that write ``x_i^\top \beta`` as well.

``A_i x`` in notes that write ``A x`` is one, too: row i of A times x.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeGuard

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_inner_products(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with a transpose in every product that has one somewhere, and in A_i x."""
    products = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Product)]
    known = {pair for product in products for pair in _transposed_pairs(product)}
    whole = {pair for product in products for pair in pairwise(product.factors) if _is_matrix(pair[0])}

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product) or node.dotted:
            return node
        factors = list(node.factors)
        for i, pair in enumerate(pairwise(node.factors)):
            if pair in known or (_is_part(pair[0]) and (pair[0].array, pair[1]) in whole):
                factors[i] = tree.Call(tree.TRANSPOSE, (pair[0],), at=pair[0].at)
        return tree.Product(tuple(factors), node.doubtful, at=node.at) if factors != [*node.factors] else node

    return [trees.changed(chain, change) for chain in chains] if known or whole else list(chains)


def _is_matrix(node: Expr) -> bool:
    return isinstance(node, tree.Name) and re.fullmatch(r"[A-Z]", node.name) is not None


def _is_part(node: Expr) -> TypeGuard[tree.Element]:
    """Whether an expression is a row of a matrix, A_i."""
    return isinstance(node, tree.Element) and len(node.indices) == 1 and isinstance(node.indices[0], tree.Name)


def _transposed_pairs(product: tree.Product) -> Iterator[tuple[Expr, Expr]]:
    """Yield two small letters, which are columns, where one stands transposed before the other."""
    for first, second in pairwise(product.factors):
        match first:
            case tree.Call(function=tree.TRANSPOSE, arguments=(turned,)):
                names = [tree.base_name(one) for one in (turned, second)]
                if all(names) and not re.search("[A-Z]", "".join(names)) and names[0] != names[1]:
                    yield turned, second


def with_squared_norms(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Put v^T v into brackets behind others: it is a number, a^T M (v^T v)."""
    done = list(factors[:1])
    for factor in factors[1:]:
        if done[1:] and done[-1] == tree.Call(tree.TRANSPOSE, (factor,), at=factor.at):
            done[-1] = tree.Group(tree.Product((done[-1], factor), at=factor.at), at=factor.at)
        else:
            done.append(factor)
    return tuple(done)
