r"""Targets: a letter without a hat that the notes do not define, where they define it with one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.conditions import conditions
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax.roles import Role


def is_target(name: str, roles: Iterable[Role], readings: Readings, i: int) -> bool:
    r"""Whether a symbol of a claim is what the notes compute an estimate of: y beside a definition of ``\hat{y}``.

    It is data then, and no abbreviation. If the claim holds for some one-hot y it is not known what the data are.
    """
    if not any(role.name == f"\\hat{{{name}}}" for role in roles):
        return False
    dims = readings.base.found.quantities[name].dims
    if len(dims) != 1:
        return True
    one_hot = replace(readings, base=readings.notes.interpreted(Reading(one_hot=frozenset([name]))))
    model = one_hot.base.found.model
    if i in model.equations and one_hot.run(model, model.equations[i]).ok:
        return False
    return not any(conditions(one_hot, i))
