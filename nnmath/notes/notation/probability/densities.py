r"""Densities of the normal distribution, ``\mathcal{N}(x \mid \mu, \Sigma)``, in files that do not define them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.functions.undefined_functions import NORMAL

#: At x, with the mean m: of a number with the variance C, and of a vector with the covariances C.
_OF_A_NUMBER = r"\frac{1}{\sqrt{2 \pi C}} \exp(-\frac{(x - m)^2}{2 C})"
_OF_A_VECTOR = r"\frac{1}{\sqrt{\det(2 \pi C)}} \exp(-\frac{1}{2} (x - m)^\top C^{-1} (x - m))"
_MATRIX = re.compile(r"[A-Z]|\\[A-Z][a-z]+|\\math(?:bf|cal)\{[A-Z]\}|diag")


def with_densities(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with the densities written out."""
    own = {side.function for chain in chains if chain.relations
           for side in chain.sides[:1] if isinstance(side, tree.Call)}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, arguments=(point, mean, spread), primes=0) if name == NORMAL[0]:
                return _density(point, mean, spread)
        return node

    return list(chains) if NORMAL[0] in own else [trees.changed(chain, change) for chain in chains]


def _density(point: Expr, mean: Expr, spread: Expr) -> Expr:
    """Return the density at a point; what spreads it is a matrix where a matrix stands in it."""
    letters = {name.split("_")[0] for name in trees.names(spread)}
    latex = _OF_A_VECTOR if any(map(_MATRIX.fullmatch, letters)) else _OF_A_NUMBER
    chain, _ = parse(latex, KnownNames(frozenset(["x", "m", "C"]), frozenset()), Place(1, 1))
    given = {"x": point, "m": mean, "C": spread}

    def put(node: Expr) -> Expr:
        if not isinstance(node, tree.Name) or node.name not in given:
            return node
        value = given[node.name]
        return value if isinstance(value, (tree.Name, tree.Element)) else tree.Group(value, at=value.at)

    return tree.Group(trees.changed(chain.sides[0], put), at=point.at)


def covariances_in(chains: Iterable[tree.Chain]) -> Iterator[str]:
    """Yield the matrices that normal distributions have for their covariances, or of which these are sums."""
    for chain in chains:
        match chain:
            case tree.Chain(relations=("∼",), sides=(tree.Name(), tree.Call(arguments=(_, spread)))):
                yield from _matrices(spread)
        for node in tree.walk(chain):
            match node:
                case tree.Call(function="det", arguments=(tree.Product(factors=(_, tree.Name(name=r"\pi"), spread)),)):
                    yield from _matrices(spread)


def _matrices(spread: Expr) -> Iterator[str]:
    inner = spread.inner if isinstance(spread, tree.Group) else spread
    terms = inner.terms if isinstance(inner, tree.Sum) else (inner,)
    letters = [one.name for one in terms if isinstance(one, tree.Name)]
    yield from (name for name in letters if _MATRIX.fullmatch(name.split("_")[0]) and name != "I")
