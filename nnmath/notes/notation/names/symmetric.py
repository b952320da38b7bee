r"""Matrices that the field takes for symmetric without a word, S in ``u^T S u`` or ``A S A^T``, K in ``y^T K^{-1} y``.

Their letters are those of scatter, kernel and covariance matrices, Hessians and metrics; A, B and W are not. W is one
of weights in ``(X^T W X)^{-1}`` and ``(X w - y)^T W (X w - y)``, as in weighted least squares, and A where it is taken
from a Gram matrix,
``G_{ij} - A_{ij}`` beside ``G_{ij} = \sum_k F_{ik} F_{jk}``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_LETTERS = re.compile(r"(?:\\mathbf\{)?(?:[KSCHGQPMR]|\\(?:Sigma|Lambda|Omega))\}?(?:_\w+|_\{\w+\})?(?:\^\{\w+\})?")


def symmetric_by_convention(chains: Iterable[tree.Chain]) -> frozenset[str]:
    """Return such matrices: in a quadratic form, inverted or in a determinant, and transposed nowhere."""
    chains = list(chains)
    nodes = [node for chain in chains for node in tree.walk(chain)]
    found = {name for node in nodes for name in _squares(node)}
    transposed = {tree.base_name(node.arguments[0]) for node in nodes
                  if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE}  # fmt: skip
    weights = {name for node in nodes if _is_inverse(node) for one in tree.walk(node) for name in _squares(one)}
    weights |= {name for node in nodes for name in _weights_of_differences(node)} & {"W", r"\mathbf{W}"}
    beside = _taken_from({left for chain in chains if (left := _gram(chain))}, nodes)
    conventional = {name for name in found if _LETTERS.fullmatch(name) or name in weights}
    return frozenset((conventional | beside) - transposed)


def _gram(chain: tree.Chain) -> str:
    """Return what an equation defines as a matrix of inner products; empty where it does not."""
    match chain.sides[:2]:
        case (
            tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=row), tree.Name(name=column))),
            tree.Reduce(kind="sum", body=tree.Product(factors=(one, other))),
        ) if trees.changed(one, trees.with_letters({row: column})) == other:
            return name
        case (
            tree.Name(name=name),
            tree.Product(factors=(one, tree.Call(function=tree.TRANSPOSE, arguments=(other,)))),
        ):
            return name if one == other else ""
    return ""


def _taken_from(symmetric: Collection[str], nodes: Iterable[Expr]) -> set[str]:
    """Return the matrices that are taken from symmetric ones, with the same indices."""
    found = set()
    for node in nodes:
        match node:
            case tree.Sum(signs=(1, -1), terms=(one, other)) if tree.base_name(one) in symmetric:
                same = getattr(one, "indices", ()) == getattr(other, "indices", ())
                found |= {tree.base_name(other)} if same else set()
    return found - {""}


def _is_inverse(node: Expr) -> bool:
    """Whether an expression is the inverse of one that is written out."""
    match node:
        case tree.Power(base=tree.Group(), exponent=tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),))):
            return True
    return False


def _weights_of_differences(node: Expr) -> Iterator[str]:
    """Yield what stands between a difference and its transpose."""
    factors = node.factors if isinstance(node, tree.Product) else ()
    for right in factors[2:]:
        if isinstance(right, tree.Group) and isinstance(right.inner, tree.Sum) and -1 in right.inner.signs:
            yield from _squares(node)


def _squares(node: Expr) -> Iterator[str]:
    """Yield the names of what an expression speaks of as a square matrix."""
    match node:
        case tree.Call(function="abs" | "det", arguments=(tree.Name(name=name),)):
            yield name
        case tree.Power(base=tree.Name(name=name), exponent=tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),))):
            yield name
        case tree.Product(factors=factors):
            for left, between, right in zip(factors, factors[1:], factors[2:], strict=False):
                of_form = left == tree.Call(tree.TRANSPOSE, (right,), at=node.at) and isinstance(between, tree.Name)
                if of_form or right == tree.Call(tree.TRANSPOSE, (left,), at=node.at):
                    yield tree.base_name(between)
        case tree.Sum(signs=signs, terms=terms) if all(
            sign > 0 for sign in signs
        ):  # A S A^T + R: covariances are added
            if any(True for term in terms for _ in _squares(term)):
                yield from {tree.base_name(term) for term in terms} - {""}
