r"""Quantities that notes give by their logarithm, ``\ln p(X | \mu) = \ldots``, or for examples, p(x_n), and π_k."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import names_on_the_left


def with_likelihoods(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which what only its logarithm, or that of its odds, defines is defined by itself."""
    defined = names_on_the_left(chains)
    done = []
    for chain in chains:
        inner, odds = _by_logarithm(chain.sides[0])
        if (
            inner is not None
            and {*chain.relations} <= {"=", ":="}
            and (name := left_side(inner)[0])
            and name not in defined | alphabet.LIBRARY | {r"\sigma"}
        ):
            defined.add(name)
            chain = replace(
                chain, sides=(inner, *(_from_odds(side) if odds else _exp(side) for side in chain.sides[1:]))
            )
        done.append(chain)
    return done


def _by_logarithm(left: Expr) -> tuple[Expr | None, bool]:
    r"""Return what a left side gives by its logarithm, and whether by that of its odds, ``\log \frac{p}{1 - p}``."""
    match left:
        case tree.Call(function="log", arguments=(inner,)):
            match _ungrouped(inner):
                case tree.Quotient(top=top, bottom=bottom):
                    one_minus = tree.Sum((1, -1), (tree.Number("1", at=left.at), _ungrouped(top)), at=left.at)
                    return (_ungrouped(top), True) if _ungrouped(bottom) == one_minus else (None, False)
                case whole:
                    return whole, False
    return None, False


def _exp(side: Expr) -> Expr:
    return tree.Call("exp", (tree.Group(side, at=side.at),), at=side.at)


def _from_odds(side: Expr) -> Expr:
    """Return the probability with the logarithm of whose odds a side begins."""
    one = tree.Number("1", at=side.at)
    minus = tree.Sum((-1,), (tree.Group(side, at=side.at),), at=side.at)
    return tree.Quotient(one, tree.Group(tree.Sum((1, 1), (one, _exp(minus)), at=side.at), at=side.at), at=side.at)


def _ungrouped(node: Expr) -> Expr:
    return node.inner if isinstance(node, tree.Group) else node


_WEIGHTS = r"\pi_{[k]}"


def with_weights(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which π_k is an array; π by itself is the number, but for the π that is declared."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=r"\pi") as array):
                return replace(node, array=replace(array, name=_WEIGHTS))
        return node

    done = [trees.changed(chain, change) for chain in chains]
    has_weights = any(_WEIGHTS in trees.names(chain) for chain in done)
    return [replace(chain, sides=(tree.Name(_WEIGHTS, at=chain.at),))
            if has_weights and not chain.relations and chain.sides == (tree.Name(r"\pi", at=chain.at),) else chain
            for chain in done]  # fmt: skip


def with_values_for_examples(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which p(x_n), where nothing else stands in the brackets behind p, is p_n."""
    calls: dict[str, set[Expr]] = defaultdict(set)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Call):
                calls[node.function].add(node.arguments[0] if len(node.arguments) == 1 and not node.primes else node)
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    defined = {side.function: side.arguments[0] for side in lefts if isinstance(side, tree.Call) and side.arguments}
    summed = set().union(*map(trees.summed, chains))
    found = {name for name, one in defined.items()
             if calls[name] == {one} and _is_entry(one) and trees.index_letters(one) <= summed}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, arguments=(tree.Element(indices=indices),)) if name in found:
                return tree.Element(tree.Name(name, at=node.at), indices, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def _is_entry(node: Expr) -> bool:
    return isinstance(node, tree.Element) and all(isinstance(one, tree.Name) for one in node.indices)
