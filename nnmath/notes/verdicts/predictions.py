"""What a model predicts, y = w x + b, beside data of the same letter in a loss: as a definition it makes the loss 0."""

from __future__ import annotations

from nnmath.latex.syntax import tree
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.notes import Notes
from nnmath.notes.verdicts.solved import without_solutions


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
