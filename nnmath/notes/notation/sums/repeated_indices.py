r"""Einstein's convention: an index that stands twice in a product is summed over, ``z_i = W_{ij} x_j``."""

from __future__ import annotations

from collections import Counter

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def with_repeated_indices(chain: tree.Chain) -> tree.Chain:
    """Return an equation with a sum over each index that is repeated in a product, and not on all of the sides."""
    letters = [trees.index_letters(side) for side in chain.sides]
    taken = set.intersection(*letters).union(*map(trees.summed, chain.sides))

    def change(node: Expr) -> Expr:
        if not isinstance(node, (tree.Product, tree.Power)):
            return node
        bound = taken | trees.summed(node)
        repeated = sorted(letter for letter, count in _counts(node).items() if count > 1 and letter not in bound)
        if not repeated:
            return node
        ranges = tuple(tree.Range(letter, at=node.at) for letter in repeated)
        return tree.Group(tree.Reduce("sum", ranges, (), node, at=node.at), at=node.at)

    return trees.changed(chain, change)


def _counts(node: Expr) -> Counter[str]:
    """Return in how many factors of a product indices stand; those of a square stand in both."""
    if isinstance(node, tree.Power):
        square = isinstance(node.exponent, tree.Number) and node.exponent.text == "2"
        return Counter(dict.fromkeys(trees.index_letters(node.base), 2 if square else 1))
    factors = node.factors if isinstance(node, tree.Product) else ()
    return sum((Counter(trees.index_letters(one)) for one in factors), Counter[str]())
