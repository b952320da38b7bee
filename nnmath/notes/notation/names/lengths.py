r"""Lengths that stand as numbers: n in ``-\frac{n}{2} \log 2 \pi``, and D in ``\frac{1}{D}`` beside a space R^D."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.document.declarations import Declaration
from nnmath.notes.document.source import Lies
from nnmath.notes.syntax import trees

_LENGTHS = frozenset("nNdDkKpmM")


def lengths_of_normals(chains: Sequence[tree.Chain], known: Collection[str]) -> list[tuple[str, Declaration]]:
    r"""Return what follows for the vectors and matrices of quadratic forms; nothing where such a letter is another one.

    Such a number is a factor of ``\log 2 \pi``, an exponent of ``2 \pi``, or a term beside a trace.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    others = _others(chains, known)
    letters = {name for node in nodes for name in _numbers(node)} & _LENGTHS - others
    arrays = [one for node in nodes for one in _of_quadratic_form(node) if one[0] not in others]
    if len(letters) != 1 or not arrays:
        return []
    length = letters.pop()
    return [(name, Declaration(name, (length,) * rank, None, chains[0].at)) for name, rank in {*arrays}]


def lengths_of_spaces(
    chains: Sequence[tree.Chain], lying: Sequence[tuple[str, Lies]], known: Collection[str]
) -> list[tuple[str, Declaration]]:
    r"""Return what follows for arrays by themselves of ``x \in \mathbb{R}^D`` where D stands as a number, 1/D.

    A matrix that lies in ``\mathbb{R}^{n \times n}`` is square, whatever n is.
    """
    if not chains:
        return []  # nothing of the file can be read
    nodes = [node for chain in chains for node in tree.walk(chain)]
    others = _others(chains, known) | {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)}
    numbers = {node.name for node in nodes if isinstance(node, tree.Name)} & _LENGTHS - others
    said = {name: {one.dims for other, one in lying if other == name} for name, _ in lying}
    return [(name, Declaration(name, one.dims, None, chains[0].at)) for name, one in dict(lying).items()
            if name not in others and all(map(str.isalpha, one.dims))
            and (numbers & {*one.dims} or (len(said[name]) == 1 and len({*one.dims}) < len(one.dims)))]  # fmt: skip


def _others(chains: Sequence[tree.Chain], known: Collection[str]) -> set[str]:
    """Return the letters that are no lengths by themselves: what is known, indices, ends of sums, what is defined."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    others = {*known}.union(*map(trees.index_letters, chains), *map(trees.summed, chains))
    others |= {name for node in nodes if isinstance(node, tree.Reduce)
               for one in node.ranges if one.high is not None for name in trees.names(one.high)}  # fmt: skip
    others |= {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    return others | {tree.base_name(node.top) for node in nodes if isinstance(node, tree.Partial)}  # these depend


def _numbers(node: Expr) -> Iterator[str]:
    match node:
        case tree.Product(factors=factors) if any(_is_log_of_pi(one) for one in factors):
            yield from (name for one in factors if not _is_log_of_pi(one) for name in _plain(one))
        case tree.Power(base=base, exponent=exponent) if r"\pi" in trees.names(base):
            yield from trees.names(exponent)
        case tree.Sum(terms=terms) if any(isinstance(one, tree.Call) and one.function == "tr" for one in terms):
            yield from (one.name for one in terms if isinstance(one, tree.Name))


def _plain(factor: Expr) -> Iterator[str]:
    r"""Yield a letter by itself, or n of ``\frac{n}{2}``."""
    factor = factor.top if isinstance(factor, tree.Quotient) else factor
    yield from [factor.name] if isinstance(factor, tree.Name) else []


def _is_log_of_pi(node: Expr) -> bool:
    return isinstance(node, tree.Call) and node.function == "log" and r"\pi" in trees.names(node)


def _of_quadratic_form(node: Expr) -> Iterator[tuple[str, int]]:
    """Yield the vectors and matrices of ``v^T S^{-1} v`` that stand by themselves, with their dimensions."""
    match node:
        case tree.Product(factors=factors):
            for left, between, right in zip(factors, factors[1:], factors[2:], strict=False):
                if left == tree.Call(tree.TRANSPOSE, (right,), at=left.at) and isinstance(between, tree.Power):
                    yield from ((name, 1) for name in _terms(right))
                    yield from ((name, 2) for name in _terms(between.base))


def _terms(node: Expr) -> Iterator[str]:
    node = node.inner if isinstance(node, tree.Group) else node
    for one in node.terms if isinstance(node, tree.Sum) else (node,):
        if isinstance(one, tree.Name) and one.name != "I":
            yield one.name
