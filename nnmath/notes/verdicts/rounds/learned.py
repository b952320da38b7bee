"""What is learned of notes when they are judged for the first time: names that nobody defines, inputs with no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.syntax import tree
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.notes import Notes
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import Role
from nnmath.notes.verdicts.doubts.doubts import Doubts
from nnmath.notes.verdicts.rounds.solved import CONDITION


def learned(notes: Notes, base: Interpretation, results: Mapping[int, EquationResult], doubts: Doubts) -> Notes:
    """Return notes with what came of judging them; the very same where there is nothing to learn.

    Parameters
    ----------
    notes : Notes
        The notes.
    base : Interpretation
        Their first reading.
    results : mapping
        What came of their equations in it.
    doubts : Doubts
        What speaks against calling them false.
    """
    fractions = frozenset(_below_roots(base, results)) & base.unknowns.free.keys() - base.unknowns.domains.keys()
    claims = [i for i, one in results.items() if not one.ok and not base.unknowns.roles[i].name]
    computed = _without(
        notes, {i: (places, "it cannot be computed") for i, places in _not_computed(notes, results, doubts)}
    )
    rest = _without_sides(
        _without_zeros(computed, claims),
        {i: name for i in claims if (name := doubts.undefined.loss(i) or doubts.abbreviation(i))},
    )
    return replace(rest, fractions=fractions, _known={}) if fractions else rest


def _not_computed(
    notes: Notes, results: Mapping[int, EquationResult], doubts: Doubts
) -> Iterator[tuple[int, set[int]]]:
    """Yield the equations with sides that have a meaning, and no value that can be computed, and their places."""
    readings = doubts.readings
    for i, one in results.items():
        if i < 0 or one.refutation is None or not one.refutation.reason.startswith("the expectation"):
            continue
        sides = {k: side for k, side in enumerate(notes.chains[i].sides) if k or not left_side(side)[0]}
        twice = {k: tree.Chain(("=",), (side, tree.Sum((1, 1), (side, side), at=side.at)), at=side.at)
                 for k, side in sides.items()}  # fmt: skip
        yield i, {k for k, chain in twice.items() if not _has_value(readings, i, chain)}


def _has_value(readings: Readings, i: int, chain: tree.Chain) -> bool:
    """Whether an equation can be computed, in place of one of the file."""
    model = readings.base.found.model
    runs = [readings.run(model, one).refutation for one in islice(readings_of(model, i, Role(chain)), 1)]
    return bool(runs) and all(one is None or one.left is not None for one in runs)


def _without_zeros(notes: Notes, claims: Iterable[int]) -> Notes:
    r"""Return the notes without the 0 in ``\frac{dM}{dp} = 0 = a - b``, which is to be solved: the others are equal."""
    zeros = {i: {k for k, side in enumerate(notes.chains[i].sides) if trees.is_zero(side)} for i in claims if i >= 0}
    return _without(notes, {i: (places, CONDITION) for i, places in zeros.items() if places})


def _without_sides(notes: Notes, names: Mapping[int, str]) -> Notes:
    """Return the notes without those sides of equations that hold a name."""
    return _without(notes, {
        i: ({k for k, side in enumerate(notes.chains[i].sides) if _speaks_of(name, side)},
            f"{name} is defined nowhere") for i, name in names.items()
    })  # fmt: skip


def _speaks_of(name: str, side: tree.Expr) -> bool:
    return any(getattr(node, "name", getattr(node, "function", "")) == name for node in tree.walk(side))


def _without(notes: Notes, left: Mapping[int, tuple[set[int], str]]) -> Notes:
    """Return the notes without those sides of equations, left out for a reason, as long as two others are left."""
    chains, texts, equations = dict(notes.chains), dict(notes.texts), list(notes.equations)
    for i, (places, why) in left.items():
        sides = chains[i].sides
        kept = [k for k in range(len(sides)) if k not in places]
        if 1 < len(kept) < len(sides) and {*chains[i].relations} == {"="}:
            left_out = [LeftOut(texts[i][k], why) for k in sorted(places)]
            chains[i] = replace(chains[i], sides=tuple(sides[k] for k in kept), relations=("=",) * (len(kept) - 1))
            texts[i] = tuple(texts[i][k] for k in kept)
            equations[i] = replace(equations[i], left_out=(*equations[i].left_out, *left_out))
    if chains == notes.chains:
        return notes
    return replace(notes, chains=chains, texts=texts, equations=equations, _known={})


def _below_roots(base: Interpretation, results: Mapping[int, EquationResult]) -> set[str]:
    """Return what roots and logarithms are taken of in equations that have no value at any input that was tried."""
    roles, scope = base.unknowns.roles, base.found.model.scope
    found: set[str] = set()
    for i, one in results.items():
        if one.refutation is not None and not one.refutation.computed:
            uses = set().union(*(scope.uses(side) for side in roles[i].chain.sides))
            chains = [roles[i].chain, *(role.chain for role in roles.values() if role.name in uses)]
            for node in (node for chain in chains for node in tree.walk(chain)):
                if isinstance(node, tree.Call) and node.function in ("sqrt", "log"):
                    found |= scope.uses(node.arguments[0])
    return found
