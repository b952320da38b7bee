r"""What ``a \otimes b`` is in notes that do not speak of ``vec``: a product entry by entry, or the outer product."""

from __future__ import annotations

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Beside vec(X) the sign is Kronecker's.
VEC = "vec"


def crossed_circles(chain: tree.Chain) -> tuple[tree.Chain, tree.Chain]:
    """Return an equation with such products entry by entry, and with outer products, a b^T."""
    if tree.KRONECKER not in trees.names(chain):
        return chain, chain
    return trees.changed(chain, _entrywise), trees.changed(chain, _outer)


def _entrywise(node: Expr) -> Expr:
    match node:
        case tree.Call(function=tree.KRONECKER, arguments=factors):
            return tree.Hadamard(factors, at=node.at)
    return node


def _outer(node: Expr) -> Expr:
    match node:
        case tree.Call(function=tree.KRONECKER, arguments=(left, right)):
            transposed = tree.Call(tree.TRANSPOSE, (tree.Group(right, at=right.at),), at=right.at)
            return tree.Product((tree.Group(left, at=left.at), transposed), at=node.at)
    return node
