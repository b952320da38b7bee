r"""Algorithms: a letter has one value after the other, ``g \leftarrow \nabla_z L``, ``g \leftarrow W^\top g``.

Each value has a name of its own, and what stands behind an assignment speaks of the last value before it. In a loop
over layers or steps the first lines speak of what the last line of the step before gave: where that is a derivative by
``h^{(k-1)}``, it is the one by ``h^{(k)}`` a step later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.spelling.statements import ASSIGNS
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.syntax.statements.left_out import LeftOut

_LOOP = "{name} has another value in each step of a loop; give it the index of the step"


def with_assignments(every: Sequence[Parsed], assigned: Collection[int]) -> list[Parsed]:
    r"""Return the equations with a name for each value of what is assigned several times.

    A parameter that is only changed, ``w \leftarrow w - \eta g``, has one name before and after: it may have any value.

    Parameters
    ----------
    every : sequence of Parsed
        The equations of a file, in its order.
    assigned : collection of int
        The places of those that are written with an arrow.
    """
    done = list(every)
    lines: dict[Expr, list[int]] = {}
    for i in sorted(assigned):
        if (chain := every[i].chain) is not None:
            lines.setdefault(chain.sides[0], []).append(i)
    for left, places in lines.items():
        if len(places) == 1 and not _uses(every[places[0]], left, first=1):
            continue
        if isinstance(left, tree.Name) and _is_told_apart(every, left, places):
            done = _with_versions(done, left, places)
        else:
            for i in places:
                done[i] = _without_next_value(done[i])
    for i in _with_new_names(every):
        done[i] = _without_next_value(done[i])
    return done


def _with_new_names(every: Sequence[Parsed]) -> list[int]:
    r"""Return where next values have names of their own, ``p'_k = p_k - \partial_{p_k} e_i^2 = p_k + 2 e_i q_k``.

    Such a name stands nowhere else, and is not defined: the other sides have indices that it lacks.
    """
    chains = {i: one.chain for i, one in enumerate(every) if one.chain is not None}
    counts = Counter(name for chain in chains.values() for side in chain.sides for name in {*trees.names(side)})
    found = []
    for i, chain in chains.items():
        left, *others = chain.sides
        if len(others) > 1 and {*chain.relations} == {"="} and isinstance(left, tree.Element):
            free = [trees.index_letters(side) - trees.summed(side) - trees.index_letters(left) for side in others]
            found += [i] if counts[tree.base_name(left)] == 1 and all(free) else []
    return found


def _without_next_value(one: Parsed) -> Parsed:
    r"""Return what an assignment claims: nothing, or of ``w := w - a = w - b`` that both of its values are the same."""
    if one.chain is None or len(one.chain.sides) == 2:
        return replace(one, chain=None, problem=ASSIGNS)
    chain = replace(one.chain, sides=one.chain.sides[1:], relations=one.chain.relations[1:])
    next_value = LeftOut(one.texts[0], "which gets its next value", claims=False)
    return replace(one, chain=chain, texts=one.texts[1:], left_out=(*one.left_out, next_value))


def _uses(one: Parsed, name: Expr, first: int = 0) -> bool:
    return one.chain is not None and any(name == node for side in one.chain.sides[first:] for node in tree.walk(side))


def updates(every: Sequence[Parsed]) -> set[int]:
    r"""Return which equations give a symbol by itself, in any form, ``w = (1 - \eta) w``, if one is an update."""
    lefts = {one.chain.sides[0] for one in every if one.chain is not None and _is_update(one)}
    return {i for i, one in enumerate(every) if one.chain is not None and one.chain.sides[0] in lefts
            and {*one.chain.relations} <= {"=", ":="} and _uses(one, one.chain.sides[0], first=1)}  # fmt: skip


def _is_update(one: Parsed) -> bool:
    r"""Whether an equation gives a symbol by itself: ``w := w - \eta g`` and ``w = w - \eta g``, as programs do."""
    chain = one.chain
    if chain is None or not chain.relations or not isinstance(chain.sides[0], (tree.Name, tree.Element)):
        return False
    if chain.relations[0] == ":=":
        return _uses(one, chain.sides[0], first=1)
    added = [list(zip(side.signs, side.terms, strict=True)) for side in chain.sides[1:] if isinstance(side, tree.Sum)]
    changed = [(1, chain.sides[0]) in terms for terms in added]
    return {*chain.relations} == {"="} and len(changed) == len(chain.relations) and all(changed)


def _is_told_apart(every: Sequence[Parsed], name: tree.Name, places: Sequence[int]) -> bool:
    """Whether a letter is nothing before it is assigned, and nothing is differentiated by it."""
    begins = next(i for i, one in enumerate(every) if _uses(one, name))
    by = {tree.base_name(node.bottom) for one in every if one.chain is not None
          for node in tree.walk(one.chain) if isinstance(node, tree.Partial)}  # fmt: skip
    if name.name in by or begins != places[0]:
        return False
    chain = every[begins].chain
    assert chain is not None
    number = isinstance(chain.sides[1], tree.Number)
    return not number and (not _uses(every[begins], name, first=1) or any(_step_back(every[i]) for i in places))


def _with_versions(every: Sequence[Parsed], name: tree.Name, places: Sequence[int]) -> list[Parsed]:
    done: list[Parsed] = []
    value: tree.Name | None = None
    last = -1
    for i, one in enumerate(every):
        chain, is_line = one.chain, i in places
        if chain is None:
            done.append(one)
            continue
        kept, sides = chain.sides[:is_line], chain.sides[is_line:]
        if _uses(one, name, first=int(is_line)):
            found = _value_before(every, i, last, places, value)
            if found is None:
                done.append(replace(one, chain=None, problem=_LOOP.format(name=name.name)))
                last, value = (i, None) if is_line else (last, value)
                continue
            sides = tuple(trees.changed(side, _put(found, name)) for side in sides)
        if is_line:
            last, value = i, replace(name, name=f"{name.name}_{{[{places.index(i) + 1}]}}")
            kept = (value,)
        done.append(replace(one, chain=replace(chain, sides=(*kept, *sides))))
    return done


def _put(value: Expr, name: tree.Name) -> Callable[[Expr], Expr]:
    return lambda node: value if node == name else node


def _value_before(
    every: Sequence[Parsed], i: int, last: int, places: Sequence[int], value: tree.Name | None
) -> Expr | None:
    """Return the value that an equation speaks of; None where it may be that of an earlier step of a loop."""
    known = _letters(every[last]) if last >= 0 else set[str]()
    here = _letters(every[i]) - known
    loop = [j for j in places if j >= i and here & _letters(every[j])]
    return _step_back(every[loop[-1]]) if loop else value


def _letters(one: Parsed) -> set[str]:
    """Return the letters that count layers or steps in an equation."""
    if one.chain is None:
        return set()
    above = [node.exponent for node in tree.walk(one.chain)
             if isinstance(node, tree.Power) and isinstance(node.exponent, tree.Group)]  # fmt: skip
    return trees.index_letters(one.chain).union(*map(trees.names, above))


def _step_back(one: Parsed) -> Expr | None:
    r"""Return what a derivative by the step before, ``\nabla_{h^{(k-1)}} J``, is a step later; None if it is none."""
    body = one.chain.sides[1] if one.chain is not None else None
    match body:
        case tree.Partial(bottom=tree.Power(exponent=tree.Group(inner=inner) as group) as bottom):
            later = _later(inner)
            return later and replace(body, bottom=replace(bottom, exponent=replace(group, inner=later)))
        case tree.Partial(bottom=tree.Element(indices=(inner, *rest)) as bottom):
            later = _later(inner)
            return later and replace(body, bottom=replace(bottom, indices=(later, *rest)))
    return None


def _later(index: Expr) -> Expr | None:
    match index:
        case tree.Sum(signs=(1, -1), terms=(tree.Name() as letter, tree.Number(text="1"))):
            return letter
    return None
