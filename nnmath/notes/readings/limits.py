"""What a claim may be limited to: a case of what it depends on, or special values, of which the text speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.branches import branches
from nnmath.notes.readings.runs import Runs
from nnmath.notes.readings.special_values import with_values
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role

#: In words what a claim is limited to, and what makes it so.
Limit = tuple[str, Callable[[tree.Chain], tree.Chain]]


def limits(runs: Runs, i: int) -> Iterator[Limit]:
    """Yield what a claim may be limited to, in words, and what makes it so: cases, and values of symbols."""
    if i in runs.notes.in_cases:
        yield from ((f"{said}, as the text may mean", limited) for said, limited in branches_of(runs, i))
    values = [(one.name.sides[0], one.value) for one in runs.notes.special
              if one.begin <= i < one.end and tree.base_name(one.name.sides[0]) in runs.uses(i)]  # fmt: skip
    if values:
        said = " and ".join(f"{tree.base_name(name)} is {value}" for name, value in values)
        yield f"where {said}, as the text says", partial(with_values, values=values)
    if runs.notes.recursions:
        yield from _of_earlier_steps(runs.base.unknowns.roles[i].chain)


def _of_earlier_steps(chain: tree.Chain) -> Iterator[Limit]:
    """Yield that a step is not before the one by which it is differentiated: elsewhere the derivative is 0."""
    for node in tree.walk(chain):
        if isinstance(node, tree.Partial):
            steps = [one.indices[:1] if isinstance(one, tree.Element) else () for one in (node.bottom, node.top)]
            letters = [step for one in steps for step in one if isinstance(step, tree.Name)]
            if len({one.name for one in letters}) == 2:
                where = tree.Compare(("≤",), tuple(letters), at=chain.at)
                yield f"where {letters[0].name} ≤ {letters[1].name}", partial(trees.limited_to, where=where)
                return


def branches_of(runs: Runs, i: int) -> Iterator[Limit]:
    """Yield the cases of what a claim depends on in which it says something, and what limits it to each."""
    roles, model = runs.base.unknowns.roles, runs.base.found.model
    definitions = [(role.name, role.chain.sides[1]) for role in roles.values() if role.name in runs.uses(i)]
    for said, where in branches(definitions):
        zero = tree.Chain(("=",), (where, tree.Number("0", at=where.at)), at=where.at)
        if not any(runs.run(model, one).ok for one in readings_of(model, i, Role(zero))):
            yield f"where {said}", partial(trees.limited_to, where=where)


def unsaid_branches(runs: Runs, i: int) -> Iterator[Limit]:
    """Yield the cases that a claim about a derivative may be meant for, if it speaks of none itself."""
    chain = runs.base.unknowns.roles[i].chain
    outside = [side for side in chain.sides if not has_derivative(side)]
    compares = any(isinstance(node, tree.Compare) for node in tree.walk(chain))
    compares |= any(is_branching(node) for side in outside for node in tree.walk(side))
    if has_derivative(chain) and not compares:
        yield from branches_of(runs, i)


def unsaid_case(runs: Runs, i: int) -> str:
    """Say in which case a claim about a derivative holds that does not hold in all; nothing where in none."""
    role, model = runs.base.unknowns.roles[i], runs.base.found.model
    for said, limited in unsaid_branches(runs, i):
        for equation in readings_of(model, i, replace(role, chain=limited(role.chain))):
            if runs.run(model, equation).ok and not runs.is_zero(model, equation):
                return said
    return ""


def holds_locally(runs: Runs, i: int) -> bool:
    """Whether a claim holds where its derivatives are local, those of entries, too: what else is defined is held."""
    role, model = runs.base.unknowns.roles[i], runs.base.found.model

    def change(node: tree.Expr) -> tree.Expr:
        return tree.Held(node, None, at=node.at) if isinstance(node, tree.Partial) else node

    held = replace(role, chain=trees.changed(role.chain, change))
    return held.chain != role.chain and any(runs.run(model, one).ok for one in readings_of(model, i, held))


def held_elsewhere(runs: Runs, i: int) -> str:
    r"""Return what may be held in a claim that holds so, \sigma^2 in the derivative of (x - \mu) / \sigma by \mu.

    Another equation of the file has its derivative by the same symbol.
    """
    roles, scope = runs.base.unknowns.roles, runs.base.found.model.scope
    slopes = {j: _slopes(role.chain) for j, role in roles.items()}
    others = set().union(*(one for j, one in slopes.items() if j != i)) - slopes[i]
    for top, bottom in sorted(slopes[i]):
        body = trees.names(scope.definitions[top].body) if top in scope.definitions else set()
        held = {name for name in body if bottom in body and (name, bottom) in others}
        if held and holds_locally(runs, i):
            return min(held)
    return ""


def _slopes(chain: tree.Chain) -> set[tuple[str, str]]:
    """Return what is differentiated in an equation, each with that by which it is."""
    nodes = (node for node in tree.walk(chain) if isinstance(node, tree.Partial))
    return {(tree.base_name(node.top), tree.base_name(node.bottom)) for node in nodes}


def is_branching(node: tree.Expr) -> bool:
    """Whether a node has one value or another: the largest or the least of several, or cases."""
    return isinstance(node, tree.Cases) or (isinstance(node, tree.Call) and node.function in ("max", "min"))
