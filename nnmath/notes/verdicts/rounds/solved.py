r"""Equations that look like definitions and are none: solutions, ``\mu = \frac{1}{n} \sum_i x_i``, and predictions.

A claim about a derivative by what is solved for is one for every value: at the solution it is 0, whatever its sign. A
loss beside the prediction y = w x + b of the data y is no 0, as it were if this defined y.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.document.prose import sets_condition
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.notes import Notes
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import Role, equation_of

#: Why a side is left out that is 0 and differs from the others.
CONDITION = "it is taken for a condition that is to be solved"


def solved_for(notes: Notes, base: Interpretation) -> frozenset[str]:
    """Return what definitions give below a derivative by it that is set to 0, in an equation or in the text."""
    roles = base.unknowns.roles
    given = {role.name: equation_of(number) for number, role in roles.items() if role.name}
    found = set()
    for j, role in roles.items():
        for name in _differentiated_by(role.chain) & given.keys():
            between = [roles[i].chain for i in range(j, given[name]) if i in roles]
            texts = [one.statement.before for one in notes.equations[j : given[name] + 1]]
            if 0 <= j < given[name] and (
                any(trees.is_zero(side) for one in between for side in one.sides[1:]) or any(map(sets_condition, texts))
            ):
                found.add(name)
    return frozenset(found)


def without_solutions(notes: Notes, names: Collection[str]) -> Notes:
    """Return the notes without the equations that give what is solved for."""
    lefts = {i: left_side(chain.sides[0])[0] for i, chain in notes.chains.items() if chain.relations and i >= 0}
    solutions = [i for i, name in lefts.items() if name in names]
    chains = {i: chain for i, chain in notes.chains.items() if i not in solutions}
    texts = {i: one for i, one in notes.texts.items() if i not in solutions}
    equations = [replace(one, chain=None) if i in solutions else one for i, one in enumerate(notes.equations)]
    return replace(notes, chains=chains, texts=texts, equations=equations, _known={})


def claims_of_derivatives_by(name: str, base: Interpretation) -> set[int]:
    """Return the claims that are about a derivative by something, as the definition of what they speak of may be."""
    roles, found = base.unknowns.roles, set()
    for i in (i for i, role in roles.items() if not role.name):
        chains = [roles[i].chain, *(role.chain for role in roles.values() if role.name in base.uses(i))]
        if any(name in _differentiated_by(one) for one in chains):
            found.add(i)
    return found


def says_derivative_is_zero(i: int, roles: Mapping[int, Role]) -> bool:
    """Whether a claim says that what an equation gives as a derivative is 0."""
    first, *others = roles[i].chain.sides
    given = [role.chain.sides[-1] for role in roles.values() if has_derivative(role.chain.sides[0])]
    return any(map(trees.is_zero, others)) and first in given


def _differentiated_by(chain: tree.Chain) -> set[str]:
    return {tree.base_name(one.bottom) for one in tree.walk(chain) if isinstance(one, tree.Partial)}


def predictions(notes: Notes, readings: Readings) -> dict[str, set[int]]:
    """Return the names whose equations are no definitions, with the claims that are to be judged without them.

    A loss that is 0 at all inputs is none. Without what makes it 0 it has other values.
    """
    base, found = readings.base, dict[str, set[int]]()
    roles, model = base.unknowns.roles, base.found.model
    given = {role.name: number for number, role in roles.items() if role.name and number >= 0}
    differentiated = {tree.base_name(node.top) for role in roles.values() if not role.name
                      for node in tree.walk(role.chain) if isinstance(node, tree.Partial)}  # fmt: skip
    for loss in sorted(differentiated & given.keys()):
        number = given[loss]
        if number not in model.equations or not readings.is_zero(model, model.equations[number]):
            continue
        for name in sorted(base.uses(number) & given.keys() - {loss}):
            other = without_solutions(notes, [name]).interpreted().found.model
            if number in other.equations and not readings.is_zero(other, other.equations[number]):
                claims = {i for i, role in roles.items() if not role.name and loss in base.uses(i)}
                found[name] = found.get(name, set()) | claims
    return found
