"""Conditions on the indices of a claim: it may hold where two of them are equal, or where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.syntax import tree
from nnmath.notes.readings.options import Options
from nnmath.notes.readings.reading import Reading
from nnmath.notes.readings.runs import Runs
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax import trees

#: An index or a label of an example, and what it counts.
Index = tuple[tree.Expr, Any]


def conditions(runs: Runs, i: int) -> Iterator[str]:
    """Yield under which condition on its indices a claim holds that does not hold for all: equal ones, or not."""
    yield from _conditions(runs, i)
    if one_hot := Options(runs.notes, runs.base).one_hot(i):
        other = replace(runs, base=runs.notes.interpreted(Reading(one_hot=one_hot)))
        if i in other.base.found.model.equations:
            yield from _conditions(other, i)


def _conditions(runs: Runs, i: int) -> Iterator[str]:
    """Yield the same for one reading."""
    if _holds_from_end_to_end(runs, i):
        return  # what a chain ends with is right for all indices, and so its steps are meant
    role, model = runs.base.unknowns.roles[i], runs.base.found.model
    equation = model.equations[i]
    whole = replace(role.chain, sides=equation.sides, relations=equation.relations)
    claims_zero = any(map(trees.is_zero, equation.sides))
    for words, where in _relations_of_indices(runs, i):
        for limited in readings_of(model, i, replace(role, chain=trees.limited_to(whole, where))):
            if runs.run(model, limited).ok and (claims_zero or not runs.is_zero(model, limited)):
                yield words


def _holds_from_end_to_end(runs: Runs, i: int) -> bool:
    model = runs.base.found.model
    first, *others = model.equations[i].sides
    ends = replace(model.equations[i], sides=(first, others[-1]), relations=("=",), texts=("", ""))
    return len(others) > 1 and runs.run(model, ends).ok


def _relations_of_indices(runs: Runs, i: int) -> Iterator[tuple[str, tree.Compare]]:
    """Yield which two indices of a claim may be equal or not, in words and as a condition."""
    chain, model = runs.base.unknowns.roles[i].chain, runs.base.found.model
    bottoms = [node.bottom for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    entries = [{*one.indices} for bottom in bottoms for one in trees.elements(bottom)]
    lost, free = _on_one_side(chain), {*model.equations[i].ranges.free}
    for (one, count), (other, other_count) in combinations(_indices(runs, i, chain, model.equations[i]), 2):
        if count == other_count:
            apart = any({one, other} <= indices for indices in entries)  # nobody writes W_{ij} for i = j
            pair = {tree.base_name(one), tree.base_name(other)}
            apart = apart or (pair <= free and not lost.isdisjoint(pair))  # the index that is right may be a label
            for relation, verb in (("≠", "is not"), ("=", "is"))[: 1 if apart else 2]:
                yield f"{_shown(one)} {verb} {_shown(other)}", tree.Compare((relation,), (one, other), at=chain.at)


def _on_one_side(chain: tree.Chain) -> set[str]:
    """Return the letters that stand on one side alone, and in no derivative: it is no sum over them, either."""
    every = [trees.index_letters(side) - trees.summed(side) for side in chain.sides]
    slopes = [trees.index_letters(node) for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    return set().union(*every) - set[str].intersection(*every) - set[str]().union(*slopes)


def _indices(runs: Runs, i: int, chain: tree.Chain, equation: Equation) -> list[Index]:
    """Return the indices and labels of a claim; none if it says itself what depends on them."""
    inputs, free = runs.base.found.model.scope.inputs, equation.ranges.free
    labels = {name: one.domain.classes for name, one in inputs.items()
              if one.domain.kind == "labels" and not one.shape and name in runs.uses(i)}  # fmt: skip
    compared = {side.name for node in tree.walk(chain) if isinstance(node, tree.Compare)
                for side in node.sides if isinstance(side, tree.Name)}  # fmt: skip
    if compared & {*free, *labels}:
        return []
    every = [(tree.Name(name, at=chain.at), dim) for name, dim in sorted({**free, **labels}.items())]
    return [*every, *_labels_of_examples(runs, i, {*free})]


def _labels_of_examples(runs: Runs, i: int, free: set[str]) -> Iterator[Index]:
    """Yield the labels of examples, y_i, that a claim or what it speaks of has, and what they count."""
    inputs, seen = runs.base.found.model.scope.inputs, set()
    for role in runs.base.unknowns.roles.values():
        for one in trees.elements(role.chain):
            name, letters = tree.base_name(one), trees.index_letters(one)
            known = inputs.get(name)
            is_label = known and known.domain.kind == "labels" and name in runs.uses(i) and letters <= free
            if known and is_label and (name, *sorted(letters)) not in seen:
                seen.add((name, *sorted(letters)))
                yield one, known.domain.classes


def _shown(node: tree.Expr) -> str:
    return node.name if isinstance(node, tree.Name) else f"{tree.base_name(node)}_{''.join(trees.index_letters(node))}"
