"""From the spelling of the language to trees, one equation at a time: of a chain those sides that can be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from nnmath.latex import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.spelling.reasons import ASSIGNS, reason_against
from nnmath.notes.spelling.respelling import respelled
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.functions.undefined_functions import NORMAL
from nnmath.notes.syntax.names.letters import letters_in
from nnmath.notes.syntax.parsing import Parsed, Spelled
from nnmath.notes.syntax.statements.assignments import updates, with_assignments
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.notes.syntax.statements.left_sides import left_side

_RELATION = (
    r":=|(?<![:<>!])=|[<>]"
    r"|\\(?:approx|propto|sim|le|ge|leq|geq|lt|gt|ne|neq|to|rightarrow|leftarrow|gets|in)(?![A-Za-z])"
)


_FEWEST_SIDES = 2
_NOTHING = "nothing stands there"
_ARROW = re.compile(r"\\(?:leftarrow|gets|longleftarrow|mapsfrom)(?![A-Za-z])")


def parsed(every: Sequence[Statement], how: Spelled) -> list[Parsed]:
    """Parse all statements; without the sides that cannot be read where two others are left."""
    found = [_parsed(one, text, how.known) for one, text in zip(every, how.texts, strict=True)]
    arrows = {i for i, text in enumerate(how.texts) if _ARROW.search(text)}
    return with_assignments(found, arrows | updates(found))


def _parsed(statement: Statement, text: str, known: KnownNames) -> Parsed:
    whole = _whole(statement, text, known)
    said_by_words = bool(statement.reason) and not reason_against(statement.latex)
    if whole.chain is not None or statement.conditions or said_by_words:
        return whole
    for sides in _equal_sides(text):
        problems = [_problem(side, known) for side in sides]
        kept = [side for side, problem in zip(sides, problems, strict=True) if not problem]
        if len(kept) > 1:
            rest = _whole(replace(statement, reason=""), " = ".join(kept), known)
            dropped = [LeftOut(" ".join(side.split()), problem, problem != _NOTHING)
                       for side, problem in zip(sides, problems, strict=True) if problem]  # fmt: skip
            return replace(rest, statement=statement, left_out=tuple(dropped))
    return whole


def unread(every: Sequence[Parsed], how: Spelled) -> dict[str, set[str]]:
    """Return what equations give that cannot be read, the symbols by themselves on their left, and by which letters."""
    given = dict[str, set[str]]()
    for one, text in zip(every, how.texts, strict=True):
        if one.chain is None and one.problem != ASSIGNS and len(sides := split_outermost(text, r":?=(?!=)")) > 1:
            with suppress(DerivationError):
                left = parse(sides[0][1], how.known, Place(1, 1))[0]
                if not left.relations and (name := left_side(left.sides[0])[0]):
                    given.setdefault(name, set()).update(letters_in(text[sides[1][0] :]))
    return given


def without_undefined(every: Sequence[Parsed], functions: Collection[str]) -> list[Parsed]:
    r"""Leave out sides such as ``-\log p(t \mid w)``, of a function of several arguments that is defined nowhere."""
    lefts = [one.chain.sides[0] for one in every if one.chain is not None]
    defined = {side.function for side in lefts if isinstance(side, tree.Call)}

    def undefined(side: tree.Expr) -> bool:
        nodes = list(tree.walk(side))
        slopes = [node.top for node in nodes if isinstance(node, tree.Partial)]  # of any loss of its arguments
        calls = [node for node in nodes if isinstance(node, tree.Call) and node not in slopes]
        return any(len(one.arguments) > 1 and one.function in {*functions} - defined
                   and (one.function, len(one.arguments)) != NORMAL for one in calls)  # fmt: skip

    return [_without(one, [i for i, side in enumerate(one.chain.sides) if i and undefined(side)])
            if one.chain is not None and set(one.chain.relations) <= {"=", ":="} else one for one in every]  # fmt: skip


def _without(one: Parsed, places: Sequence[int]) -> Parsed:
    chain = one.chain
    if chain is None or not places or len(chain.sides) - len(places) < _FEWEST_SIDES:
        return one
    kept = [i for i in range(len(chain.sides)) if i not in places]
    chain = replace(chain, sides=tuple(chain.sides[i] for i in kept), relations=chain.relations[: len(kept) - 1])
    texts = tuple(one.texts[i] for i in kept)
    dropped = [LeftOut(one.texts[i], "of a function that is defined nowhere", claims=False) for i in places]
    return replace(one, chain=chain, texts=texts, left_out=(*one.left_out, *dropped))


def _equal_sides(text: str) -> Iterator[list[str]]:
    """Yield the sides of a chain that signs of equality connect; those of another relation begin anew."""
    parts, sides = split_outermost(text, _RELATION), [""]
    for i, (begin, part) in enumerate(parts):
        before = text[parts[i - 1][0] + len(parts[i - 1][1]) : begin] if i else "="
        if before in ("=", ":="):
            sides.append(part)
        else:
            yield sides[1:]
            sides = ["", part]
    yield sides[1:]


def _problem(side: str, known: KnownNames) -> str:
    """Return why a side cannot be judged; empty where it can be read."""
    if reason := reason_against(side):
        return reason
    if not side.strip():
        return _NOTHING
    try:
        return "it is no single side" if parse(side, known, Place(1, 1))[0].relations else ""
    except DerivationError as error:
        return f"it cannot be read: {error.problem}"


def _whole(statement: Statement, text: str, known: KnownNames) -> Parsed:
    if statement.reason:
        return Parsed(statement, None, (), statement.reason)
    try:
        chain, texts = parse(_ARROW.sub(":=", text), known, statement.place)
        conditions = [parse(respelled(_bare(one)), known, statement.place)[0] for one in statement.conditions]
    except DerivationError as error:
        return Parsed(statement, None, (), f"it cannot be read: {error.problem}")
    if not chain.relations:
        return Parsed(statement, None, (), "it is no equation")
    if ":=" in chain.relations[1:]:
        chain = tree.Chain(tuple("=" if one == ":=" else one for one in chain.relations), chain.sides, at=chain.at)
    for one in conditions:
        chain = trees.limited_to(chain, tree.Compare(one.relations, one.sides, at=one.at))
    return Parsed(statement, chain, tuple(texts))


def _bare(condition: str) -> str:
    """Return a condition without the brackets around it."""
    text = condition.strip()
    return text[1:-1] if text.startswith("(") and group_end(text, 0) == len(text) else text
