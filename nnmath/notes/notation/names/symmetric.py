r"""Matrices that the field takes for symmetric without a word, S in ``u^T S u``, K in ``y^T K^{-1} y`` or ``\det K``.

Their letters are those of scatter, kernel and covariance matrices, Hessians and metrics; A, B and W are not. W is one
of weights in ``(X^T W X)^{-1}``, as in weighted least squares.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr

_LETTERS = re.compile(r"(?:\\mathbf\{)?(?:[KSCHGQPM]|\\(?:Sigma|Lambda|Omega))\}?(?:_.*)?")


def symmetric_by_convention(chains: Iterable[tree.Chain]) -> frozenset[str]:
    """Return such matrices: in a quadratic form, inverted or in a determinant, and transposed nowhere."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    found = {name for node in nodes for name in _squares(node)}
    transposed = {tree.base_name(node.arguments[0]) for node in nodes
                  if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE}  # fmt: skip
    weights = {name for node in nodes if _is_inverse(node) for one in tree.walk(node) for name in _squares(one)}
    return frozenset(name for name in found - transposed if _LETTERS.fullmatch(name) or name in weights)


def _is_inverse(node: Expr) -> bool:
    """Whether an expression is the inverse of one that is written out."""
    match node:
        case tree.Power(base=tree.Group(), exponent=tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),))):
            return True
    return False


def _squares(node: Expr) -> Iterator[str]:
    """Yield the names of what an expression speaks of as a square matrix."""
    match node:
        case tree.Call(function="abs" | "det", arguments=(tree.Name(name=name),)):
            yield name
        case tree.Power(base=tree.Name(name=name), exponent=tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),))):
            yield name
        case tree.Product(factors=factors):
            for left, between, right in zip(factors, factors[1:], factors[2:], strict=False):
                if left == tree.Call(tree.TRANSPOSE, (right,), at=node.at) and isinstance(between, tree.Name):
                    yield between.name
