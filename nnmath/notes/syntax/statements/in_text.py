"""Which of the equations that sentences give are claims: those about derivatives, and about what is defined above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.parsing import Parsed, spelled
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.sides import parsed


def without_remarks(
    shown: Sequence[Statement], remarks: Sequence[Statement], hidden: Sequence[Statement], declared: Iterable[str]
) -> list[Statement]:
    """Return the equations of a file without those of its sentences that define, or that cannot be read."""
    if not any(one.in_text for one in shown):
        return list(shown)
    displays = [one for one in shown if not one.in_text]
    others = [*hidden, *displays, *remarks]
    every = [*others, *(one for one in shown if one.in_text)]
    read = parsed(every, spelled(every, declared))
    kept = {one.statement.place for one in read[len(others) :] if _is_claim(one, read[: len(others)], len(hidden))}
    return [one for one in shown if not one.in_text or one.place in kept]


def _defines(chain: tree.Chain) -> str:
    """Return what an equation defines by something that has a name; empty if it defines nothing so."""
    return left_side(chain.sides[0])[0] if chain.relations and trees.names(chain.sides[1]) else ""


def _is_claim(one: Parsed, others: Sequence[Parsed], annotated: int) -> bool:
    """Whether an equation is about a derivative, or about what another one gives above it, or an annotation."""
    if one.chain is None or not {*one.chain.relations} <= {"="}:
        return False
    left, here = one.chain.sides[0], one.statement.place
    if has_derivative(left):
        return True
    name = left.function if isinstance(left, tree.Call) else tree.base_name(left)
    return any(
        name and other.chain is not None and _defines(other.chain) == name
        for i, other in enumerate(others)
        if i < annotated or (other.statement.place.line, other.statement.place.column) < (here.line, here.column)
    )
