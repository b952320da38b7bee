r"""Vectors with a normal distribution: ``x \sim \mathcal{N}(\mu, \Sigma)`` is μ plus a root of Σ times free numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: Ends the names of these numbers, each normal with the mean 0 and the variance 1.
DRAWN = "_{[drawn]}"


def with_normal_vectors(
    chains: Mapping[int, tree.Chain], roots: Mapping[str, str], first: int
) -> tuple[dict[int, tree.Chain], dict[str, str]]:
    """Return the equations with definitions of such vectors, and the names of these by those of their free numbers.

    Parameters
    ----------
    chains : mapping
        The equations.
    roots : mapping
        For covariances that are R R R^T R^T the names of R.
    first : int
        The number of the first definition that is added.
    """
    found, vectors = dict(chains), dict[str, str]()
    for number, chain in chains.items():
        match chain.sides:
            case (tree.Name(name=name) as left, tree.Call(arguments=(mean, spread)) as law) if (
                chain.relations == ("∼",) and (scale := _scaled(spread, roots)) is not None
            ):
                free = tree.Name(name + DRAWN, at=left.at)
                unit = tuple(tree.Number(text, at=left.at) for text in "01")
                found[number] = tree.Chain(("∼",), (free, tree.Call(law.function, unit, at=left.at)), at=left.at)
                terms = (mean, scale(free)) if not trees.is_zero(mean) else (scale(free),)
                body = tree.Sum((1,) * len(terms), terms, at=left.at) if terms[1:] else terms[0]
                found[first + len(vectors)] = tree.Chain((":=",), (left, body), at=left.at)
                vectors[free.name] = name
    new = {name: free for free, name in vectors.items()}

    def over(node: Expr) -> Expr:
        if isinstance(node, tree.Expected) and new.keys() & {*node.over}:
            return replace(node, over=tuple(new.get(name, name) for name in node.over))
        return node

    return {i: trees.changed(chain, over) for i, chain in found.items()} if vectors else found, vectors


def _scaled(spread: Expr, roots: Mapping[str, str]) -> Callable[[Expr], Expr] | None:
    """Return what makes numbers with these covariances out of free ones; None where nothing is known of a root."""
    at = spread.at

    def rooted(factor: Expr) -> Expr:
        return tree.Call("sqrt", (factor,), at=at)

    match spread:
        case tree.Name(name="I"):
            return lambda free: free
        case tree.Name(name=name) if name in roots:
            root = tree.Name(roots[name], at=at)
            return lambda free: tree.Product((root, root, free), at=at)
        case tree.Product(factors=(*factors, tree.Name(name="I"))):
            scale = factors[0] if len(factors) == 1 else tree.Product(tuple(factors), at=at)
            return lambda free: tree.Product((rooted(scale), free), at=at)
        case tree.Call(function="diag", arguments=(entries,)):
            return lambda free: tree.Hadamard((rooted(entries), free), at=at)
    return None
