"""Letters with a number, X_1 beside X: a row of the matrix, or a quantity of its own."""

from __future__ import annotations

import re

from nnmath.latex.syntax import tree
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax import trees


def part_by_number(readings: Readings, i: int) -> str:
    """Return a row of a matrix, X_1, that a claim depends on, if nothing but numbers stands below that letter."""
    if _fails_apart(readings, i):
        return ""
    roles = readings.base.unknowns.roles
    every = [one for role in roles.values() for one in trees.elements(role.chain)]
    lettered = {tree.base_name(one) for one in every if not isinstance(one.indices[0], tree.Number)}
    uses = readings.uses(i) | trees.names(roles[i].chain)
    rows = {(tree.base_name(one), one.indices[0].text) for one in every if isinstance(one.indices[0], tree.Number)}
    return next((f"{name}_{number}" for name, number in sorted(rows)
                 if name in uses - lettered and re.fullmatch("[A-Z]", name)), "")  # fmt: skip


def _fails_apart(readings: Readings, i: int) -> bool:
    """Whether a claim has been judged where X_1 and X are two quantities: it fails there as well."""
    notes = readings.notes
    model = notes.interpreted(Reading(apart=True)).found.model if notes.numbered else None
    result = readings.run(model, model.equations[i]) if model and i in model.equations else None
    return bool(result and result.refutation and result.refutation.left is not None)
