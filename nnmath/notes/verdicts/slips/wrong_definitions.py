"""Definitions that the claims about a quantity contradict: with one slip mended in the definition all of them hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nnmath.latex.claims.running import MOST_WORK
from nnmath.latex.numbers.work import TooMuchWork, at_most
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.readings.limits import holds_locally
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role, equation_of, reached
from nnmath.notes.verdicts.slips.mending import Base, Mending
from nnmath.notes.verdicts.slips.slip_trees import Slip
from nnmath.notes.verdicts.slips.slips import frequent_slips

#: How many claims that fail outweigh a definition; one alone does where no slip explains it.
_SEVERAL = 2


@dataclass(frozen=True)
class WrongDefinition:
    """The number of a definition, its symbol, what would mend it, and the claims that hold then."""

    number: int
    name: str
    said: str
    claims: Sequence[int]


def wrong_definitions(
    mending: Mending, failing: Collection[int], unexplained: Collection[int], held: Collection[int]
) -> list[WrongDefinition]:
    """Return the definitions that claims contradict, as far as they are found within a bound of work.

    Parameters
    ----------
    mending : Mending
        What would mend the claims of the file.
    failing : collection of int
        The claims that do not hold.
    unexplained : collection of int
        Those among them that no slip in them explains.
    held : collection of int
        The claims that hold: what they say of a quantity holds with the mended definition, too.
    """
    readings, found = mending.readings, list[WrongDefinition]()
    roles = readings.base.unknowns.roles
    failing = {i for i in failing if not holds_locally(readings, i)}
    with at_most(MOST_WORK), suppress(TooMuchWork):
        for number, role in roles.items():
            if role.name in readings.base.undefined or equation_of(number) in readings.notes.annotated:
                continue  # nobody wrote it, or it is what others are compared with
            about = [i for i in sorted({*failing, *held}) if _speaks_of(role, i, roles)]
            wrong = [i for i in about if i in failing]
            if len(wrong) >= _SEVERAL or {*wrong} & {*unexplained}:
                claims = [*wrong, *(i for i in about if i in held)]
                said = (_slip(mending, base, number, claims) for base, _ in mending.bases(wrong[0]))
                found += [WrongDefinition(equation_of(number), role.name, one, wrong) for one in said if one][:1]
    return found


def _speaks_of(role: Role, i: int, roles: Mapping[int, Role]) -> bool:
    """Whether what a claim says depends on a definition, and it does not differentiate by what that defines."""
    left, chain = role.chain.sides[0], roles[i].chain
    if not role.name or left in chain.sides:
        return bool(role.name)
    return _written_out(chain, roles, role, role.chain.sides[1]) != chain


def _slips(body: Expr) -> Iterator[Slip]:
    """Yield the slips in a body that leave all of its symbols: without one of them it may be held, and not wrong."""
    yield from (slip for slip in frequent_slips(body) if trees.names(slip[1]) == trees.names(body))


def _slip(mending: Mending, base: Base, number: int, claims: Sequence[int]) -> str:
    """Return the slip in a definition with which all claims hold; nothing where there is none."""
    role = base.roles.get(number)
    bodies = list(_slips(role.chain.sides[1])) if role is not None and role.name else []
    tried = 0

    def put(i: int, k: int) -> tuple[str, tree.Chain]:
        assert role is not None
        return str(k), _written_out(base.roles[i].chain, base.roles, role, bodies[k][1])

    while tried < len(bodies) and {*claims} <= base.roles.keys():
        first, *others = claims
        found = mending.holding(base, first, [put(first, k) for k in range(tried, len(bodies))])
        if not found:
            return ""
        if all(mending.holding(base, i, [put(i, int(found))]) for i in others):
            return bodies[int(found)][0]
        tried = int(found) + 1
    return ""


def _written_out(chain: tree.Chain, roles: Mapping[int, Role], role: Role, body: Expr) -> tree.Chain:
    """Return a claim in which a quantity is written as a body, and so are those by which the claim depends on it."""
    bodies = {one.name: trees.names(one.chain.sides[1]) for one in roles.values() if one.name}
    by = {tree.base_name(node.bottom) for node in tree.walk(chain) if isinstance(node, tree.Partial)}
    between = {one.chain.sides[0]: one.chain.sides[1] for one in roles.values()
               if one.name and one.name not in by and role.name in reached(bodies[one.name], bodies)}  # fmt: skip
    between[role.chain.sides[0]] = body

    def change(node: Expr) -> Expr:
        if node not in between:
            return node
        own = {letter: f"{letter}_{{sum}}" for letter in trees.summed(between[node])}
        written = trees.changed(between[node], trees.with_letters(own))
        return tree.Group(written if node == role.chain.sides[0] else trees.changed(written, change), at=node.at)

    return trees.changed(chain, change) if role.name not in by else chain
