r"""What ``a \otimes b`` is in notes that do not speak of ``vec``: a product entry by entry, or the outer product."""

from __future__ import annotations

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees


def crossed_circles(chain: tree.Chain) -> tuple[tree.Chain, tree.Chain]:
    """Return an equation with such products entry by entry, and with outer products, a b^T."""
    if tree.Kronecker not in tree.kinds(chain):
        return chain, chain
    return trees.changed(chain, _entrywise), trees.changed(chain, _outer)


def is_vec(node: Expr) -> bool:
    """Whether this is vec(X), beside which the sign is Kronecker's."""
    return isinstance(node, tree.Call) and node.function == "vec"


def _entrywise(node: Expr) -> Expr:
    return tree.Hadamard(node.factors, at=node.at) if isinstance(node, tree.Kronecker) else node


def _outer(node: Expr) -> Expr:
    if isinstance(node, tree.Kronecker) and len(node.factors) == 2:
        left, right = (tree.Group(one, at=one.at) for one in node.factors)
        return tree.Product((left, tree.Call(tree.TRANSPOSE, (right,), at=right.at)), at=node.at)
    return _entrywise(node)
