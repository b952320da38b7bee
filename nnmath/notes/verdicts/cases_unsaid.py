"""Cases of which notes do not speak: the derivative of a maximum is given for the argument that counts."""

from __future__ import annotations

from dataclasses import replace

from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.shapes.runnable import readings_of


def case_of(readings: Readings, i: int) -> str:
    """Say in which case a claim about a derivative holds that does not hold in all; nothing where in none."""
    role, model = readings.base.unknowns.roles[i], readings.base.found.model
    for said, limited in readings.unsaid_branches(i):
        for equation in readings_of(model, i, replace(role, chain=limited(role.chain))):
            if readings.run(model, equation).ok and not readings.is_zero(model, equation):
                return said
    return ""
