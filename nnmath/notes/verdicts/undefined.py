"""Functions and losses that a claim speaks of and that the notes do not define."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.syntax import trees
from nnmath.notes.verdicts.verdict import wanted

#: Letters of data, which no definition gives.
_DATA = frozenset(["y", "t", r"\mathbf{y}", r"\mathbf{t}"])


@dataclass
class Undefined:
    """What a file leaves undefined.

    Attributes
    ----------
    readings : Readings
        The readings of the file.
    """

    readings: Readings

    def unknown_word(self, i: int) -> str:
        """Return a function with a name of several letters that the notes neither define nor differentiate."""
        nodes = [node for role in self.readings.base.unknowns.roles.values() for node in tree.walk(role.chain)]
        primed = {node.function for node in nodes if isinstance(node, tree.Call) and node.primes}
        words = self.readings.base.undefined & self.readings.notes.how.functions & self.readings.uses(i) - primed
        letters = ("sigma", "phi", "varphi", "psi")  # with a letter below them
        return next((name for name in sorted(words)
                     if len(name) > 2 and name.isalpha() and not name.startswith(letters)), "")  # fmt: skip

    def function_of_one_side(self, i: int) -> str:
        """Return a function without a definition that stands on some sides of a claim, and nowhere else."""
        roles = self.readings.base.unknowns.roles
        functions = self.readings.base.undefined & self.readings.notes.how.functions
        called = {j: [{node.function for node in tree.walk(side) if isinstance(node, tree.Call)}
                      for side in role.chain.sides] for j, role in roles.items()}  # fmt: skip
        elsewhere = {name for j, sides in called.items() if j != i and j > -1000 for names in sides for name in names}
        return next((name for name in sorted(functions - elsewhere)
                     if 0 < sum(name in names for names in called[i]) < len(called[i])
                     and not self._fails_without(i, name)), "")  # fmt: skip

    def _fails_without(self, i: int, name: str) -> bool:
        """Whether sides of a claim differ that have neither a function nor a derivative: false whatever it is."""
        model = self.readings.base.found.model
        equation = model.equations[i]
        sides = tuple(side for side in equation.sides if name not in trees.names(side) and not has_derivative(side))
        if len(sides) == 1 or {*equation.relations} != {"="}:
            return False
        rest = replace(equation, sides=sides, relations=("=",) * (len(sides) - 1), texts=("",) * len(sides))
        refutation = self.readings.run(model, rest).refutation if sides else None
        return refutation is not None and refutation.left is not None

    def loss(self, i: int) -> str:
        """Return a loss that the notes do not define, where a claim says something of that very loss."""
        scope = self.readings.base.found.model.scope
        sides = [scope.uses(side) for side in self.readings.base.unknowns.roles[i].chain.sides]
        losses = self.readings.base.undefined - (
            self.readings.notes.how.functions - self.readings.notes.arguments.keys()
        )
        return next((name for name in sorted(losses) if 0 < sum(name in used for used in sides) < len(sides)), "")


def needed(base: Interpretation, i: int) -> str:
    """Return what an input is that only a definition makes depend on what a derivative is by; empty for several."""
    scope, free = base.found.model.scope, base.unknowns.free.keys() - _DATA
    for node in tree.walk(base.unknowns.roles[i].chain):
        if isinstance(node, tree.Partial) and tree.base_name(node.bottom) not in (uses := scope.uses(node.top)):
            inputs = sorted(uses & free, key=lambda name: (not name.startswith(r"\hat"), name))
            if inputs and (len(inputs) == 1 or inputs[0].startswith(r"\hat")):
                return f", but on {inputs[0]}; {wanted(f'{inputs[0]} = ...')}"
    return ""
