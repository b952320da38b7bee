r"""Expectations over a law that notes do not give: what is linear in them holds if it does so for every outcome.

``\mathbb{E}_q[f] + \mathbb{E}_q[g] = \mathbb{E}_q[f + g]`` is taken for f + g = f + g. What is no sum of expectations
over one law, as their product, stays as it is, and so does all that speaks of this law.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.laws.laws import Law
from nnmath.notes.syntax.statements.left_sides import left_side

_NOT_LINEAR = 2

#: The law of expectations that do not say over what they are.
_UNSAID = "lawUnsaid"


@dataclass(frozen=True)
class Average:
    """What an equation is averaged over; `alone` is one that has a side without an average."""

    law: Law
    alone: bool


def without_expectations(
    chains: Sequence[tree.Chain], laws: Mapping[str, Law], known: Collection[str] = ()
) -> tuple[list[tree.Chain], dict[int, Average]]:
    """Return the equations without expectations over laws that are not given, and over what they had them.

    Where no distribution is given at all, an expectation with nothing below it is one over a law of its own. What is
    `known` without it, and what equals that, is no average.
    """
    chains = [trees.changed(chain, _covariances) for chain in chains]
    drawn = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations == ("∼",)}
    laws = laws if drawn else {**laws, _UNSAID: Law("", frozenset())}

    def over_a_law(node: Expr) -> Expr:
        match node:
            case tree.Expected(kind="E", over=()) if not drawn:
                return replace(node, over=(_UNSAID,))
            case tree.Expected(bodies=bodies, over=(law,)) if law in laws and (
                random := drawn.intersection(*map(trees.names, bodies))
            ):
                return replace(node, over=tuple(sorted(random)))
        return node

    chains = [trees.changed(chain, over_a_law) for chain in chains]
    averages = _averages(chains, laws, known)
    over = {i: found for i, chain in enumerate(chains) if (found := _laws_in(chain, averages, laws))}
    curved = [i for i, found in over.items() if len(found) > 1 or not _is_linear(chains[i], averages)]
    kept = set().union(*(over[i] for i in curved))
    names = set().union(*(trees.names(chains[i]) & averages.keys() for i in curved))
    stays = {
        i for i, found in over.items() if found & kept - {_UNSAID} or trees.names(chains[i]) & names or i in curved
    }

    def plain(node: Expr) -> Expr:
        match node:
            case tree.Expected(kind="E", bodies=(body,), over=(law,)) if law in laws:
                return tree.Group(body, at=node.at)
        return node

    done = [chain if i in stays else trees.changed(chain, plain) for i, chain in enumerate(chains)]
    return [trees.changed(chain, _over_no_law) for chain in done], {
        i: Average(laws[min(found)], any(not _degree(side, averages) for side in chains[i].sides))
        for i, found in over.items() if i not in stays
    }  # fmt: skip


def _covariances(node: Expr) -> Expr:
    r"""Write the covariances of one vector, ``\operatorname{Cov}(y)``, as the mean of y y^T without that of y."""
    match node:
        case tree.Expected(kind="Cov", bodies=(body,)):
            column, mean = tree.Group(body, at=node.at), replace(node, kind="E")
            terms = [tree.Product((one, tree.Call(tree.TRANSPOSE, (one,), at=node.at)), at=node.at)
                     for one in (column, mean)]  # fmt: skip
            return tree.Group(tree.Sum((1, -1), (replace(mean, bodies=(terms[0],)), terms[1]), at=node.at), at=node.at)
    return node


def _over_no_law(node: Expr) -> Expr:
    return replace(node, over=()) if isinstance(node, tree.Expected) and node.over == (_UNSAID,) else node


def _averages(chains: Sequence[tree.Chain], laws: Mapping[str, Law], known: Collection[str]) -> dict[str, set[str]]:
    """Return what is defined by expectations, with their laws."""
    found: dict[str, set[str]] = {}
    for _ in chains:
        before = dict(found)
        for chain in chains:
            names = {left_side(side)[0] for side in chain.sides} - {""}
            over = _laws_in(chain, found, laws) if chain.relations and names.isdisjoint(known) else set()
            found |= dict.fromkeys(names, over) if over else {}
        if found == before:
            break
    return found


def _laws_in(node: Expr, averages: Mapping[str, set[str]], laws: Collection[str]) -> set[str]:
    own = {law for one in tree.walk(node) if isinstance(one, tree.Expected) for law in one.over if law in laws}
    return own.union(*(averages[name] for name in trees.names(node) & averages.keys()))


def _is_linear(chain: tree.Chain, averages: Collection[str]) -> bool:
    return all(_degree(side, averages) < _NOT_LINEAR for side in chain.sides)


def _degree(node: Expr, averages: Collection[str]) -> int:
    """Return how many expectations are multiplied in an expression: two, where it is not linear in them."""
    match node:
        case tree.Expected(kind=kind, bodies=bodies):
            return 1 if kind == "E" and not any(_degree(body, averages) for body in bodies) else _NOT_LINEAR
        case tree.Name(name=name) | tree.Call(function=name) if name in averages:
            return 1
        case tree.Element(array=array):
            return _degree(array, averages)
        case tree.Sum(terms=terms):
            return max(_degree(term, averages) for term in terms)
        case tree.Product(factors=factors) | tree.Hadamard(factors=factors):
            return min(sum(_degree(one, averages) for one in factors), _NOT_LINEAR)
        case tree.Quotient(top=top, bottom=bottom):
            return _degree(top, averages) + _NOT_LINEAR * _degree(bottom, averages)
        case tree.Partial(top=inner, bottom=bottom):
            return _degree(inner, averages) + _NOT_LINEAR * _degree(bottom, averages)
        case tree.Group(inner=inner) | tree.Reduce(kind="sum", body=inner):
            return _degree(inner, averages)
        case tree.Call(function=function, arguments=(inner,)) if function in ("tr", "sum", tree.TRANSPOSE):
            return _degree(inner, averages)
    return max((_degree(one, averages) * _NOT_LINEAR for one in tree.children(node)), default=0)


def doubt(average: Average, names: Collection[str], sides: Sequence[Expr]) -> str:
    """Return why a claim that fails for some outcome may hold on average; empty where it can not.

    An average that comes of the law itself may be 0, as that of the slope of its logarithm; a mean may stand for one.
    """
    density = average.law.density
    own = {name for name in names if density and (name == density or name.startswith(f"{density}Of"))}
    slopes = any(map(tree.has_derivative, sides))
    calls = [node for side in sides for node in tree.walk(side) if isinstance(node, tree.Call)]
    inside = set().union(*(trees.names(node) for node in calls if node.function == "log"))
    means = {name for name in names if name.startswith((r"\mu", r"\nu", r"\bar", r"\sigma", r"\Sigma")) or name == "m"}
    law = r"\mu, \Sigma" if not means or r"\mu" in means else "..."
    law = rf"a line such as % nnmath: x \sim \mathcal{{N}}({law}) would let it be judged"
    if means or (own and (slopes or not own <= inside)):
        return f"{', '.join(sorted(means or own))} may come of the law that is averaged over; {law}"
    return f"it may hold on average, which one side is not; {law}" if average.alone else ""
