r"""Capital letters before others, A x and X W, in notes that speak of vectors: matrices, although nobody says so.

So are S in A S A^T, and R_k beside K_k^T. Without it the claim ``\nabla f(x) = 2 A (A x - b)`` would make a number of
A, for which it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import Usage

_MATRIX = re.compile(r"[A-Z]|\\(?:mathbf\{[A-Z]\}|Theta|Phi|Psi|Lambda|Omega)")
_COLUMN = re.compile(r"[a-z]|\\(?:alpha|beta|theta|mu|phi|psi|omega|xi|eta|zeta)|\\(?:hat|tilde|bar)\{[a-z]\}")

#: How unusual it is that such letters are numbers: more than that a claim about them is wrong.
NUMBER = 2.4


def matrices_and_columns(chains: Iterable[tree.Chain]) -> tuple[set[str], set[str]]:
    """Return the capital letters that stand directly before or behind one, and the small ones behind one.

    Norms or transposes stand in the same notes, or they stand before what is computed step by step, W h_{t-1}. An
    exponent is a number, and so is what is divided by.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    before_steps = _before_steps(nodes)
    if not any(isinstance(node, tree.Call) and node.function.startswith((tree.NORM, tree.TRANSPOSE)) for node in nodes):
        return before_steps, set()
    pairs = [(one.name, other.name) for node in nodes if isinstance(node, tree.Product)
             for one, other in pairwise(node.factors) if isinstance(one, tree.Name) and isinstance(other, tree.Name)
             and _MATRIX.fullmatch(one.name)]  # fmt: skip
    behind = {kind: {other for _, other in pairs if kind.fullmatch(other)} for kind in (_MATRIX, _COLUMN)}
    before = {one for one, other in pairs if any(kind.fullmatch(other) for kind in behind)}
    numbers = {tree.base_name(node.exponent if isinstance(node, tree.Power) else node.bottom)
               for node in nodes if isinstance(node, (tree.Power, tree.Quotient))}  # fmt: skip
    return (before | behind[_MATRIX]) - numbers | before_steps, behind[_COLUMN] - numbers


def _before_steps(nodes: Iterable[Expr]) -> set[str]:
    """Return the capital letters that stand directly before small ones at steps, of which the one before is named."""
    nodes = list(nodes)
    stepped = {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)
               if len(node.indices) == 1 and isinstance(node.indices[0], tree.Sum)}  # fmt: skip
    small = {name for name in stepped if _COLUMN.fullmatch(name.partition("_{[")[0])}
    return {one.name for node in nodes if isinstance(node, tree.Product) for one, other in pairwise(node.factors)
            if isinstance(one, tree.Name) and _MATRIX.fullmatch(one.name) and isinstance(other, tree.Element)
            and tree.base_name(other) in small}  # fmt: skip


def matrices_of_steps(chains: Iterable[tree.Chain], used: Usage) -> set[str]:
    """Return the capital letters with one index, P_k, H_k, of which one is transposed: all of them are matrices."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    steps = {name: {letter for indices in every for index in indices for letter in trees.index_letters_of(index)}
             for name, every in used.arrays.items()
             if name[:1].isupper() and name not in used.bare and {*map(len, every)} == {1}}  # fmt: skip
    turned = {tree.base_name(node.arguments[0]) for node in nodes
              if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE}  # fmt: skip
    letters = {index for name in steps.keys() & turned for index in steps[name]}
    return {name for name, every in steps.items() if every & letters}


def between_transposes(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what stands between a factor and its transpose, S in A S A^T, which is no vector."""
    found = set()
    for node in (node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Product)):
        for left, between, right in zip(node.factors, node.factors[1:], node.factors[2:], strict=False):
            turned = tree.Call(tree.TRANSPOSE, (left,), at=node.at), tree.Call(tree.TRANSPOSE, (right,), at=node.at)
            if right == turned[0] or left == turned[1]:
                found.add(tree.base_name(between))
    return found - {""}


def vectors_of_hessians(chains: Iterable[tree.Chain]) -> set[str]:
    r"""Return what stands plain and transposed below one derivative: it is a vector, and no number."""
    pairs = [(node.bottom, node.top.bottom) for chain in chains for node in tree.walk(chain)
             if isinstance(node, tree.Partial) and isinstance(node.top, tree.Partial)]  # fmt: skip
    found = set()
    for pair in (*pairs, *((other, one) for one, other in pairs)):
        match pair:
            case tree.Name(name=name), tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name(name=turned),)):
                found |= {name} & {turned}
    return found
