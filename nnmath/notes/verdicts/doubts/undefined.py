"""Functions and losses that a claim speaks of and that the notes do not define."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.notation.derivatives.differentials import ALONG
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.conditions import conditions
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.reading import Reading
from nnmath.notes.shapes.model import DependsOnFailed
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role, equation_of
from nnmath.notes.verdicts.verdict import wanted

#: Letters of data, which no definition gives.
_DATA = frozenset(["y", "t", r"\mathbf{y}", r"\mathbf{t}"])

_NO_DERIVATIVE = "what is differentiated here does not depend on"


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
        letters = r"sigma|phi|varphi|psi|[fg][A-Z]"  # with a letter or a word below them
        return next((name for name in sorted(words)
                     if len(name) > 2 and name.isalpha() and not re.match(letters, name)), "")  # fmt: skip

    def function_of_one_side(self, i: int) -> str:
        """Return a function without a definition that stands on some sides of a claim, and nowhere else."""
        roles = self.readings.base.unknowns.roles
        functions = self.readings.base.undefined & self.readings.notes.how.functions
        called = {j: [{node.function for node in tree.walk(side) if isinstance(node, tree.Call)}
                      for side in role.chain.sides] for j, role in roles.items()}  # fmt: skip
        elsewhere = {name for j, sides in called.items() if j != i and j > -1000 for names in sides for name in names}
        here = called[i][1:] if isinstance(roles[i].chain.sides[0], tree.Name) else called[i]
        return next((name for name in sorted(functions - elsewhere)
                     if 0 < sum(name in names for names in here) < len(here)
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
        sides = self._used_by_sides(i)
        return next((name for name in sorted(self._losses) if 0 < sum(name in used for used in sides) < len(sides)), "")

    def guessed(self, i: int) -> frozenset[str]:
        """Return what a claim uses of the undefined, but for a loss on all of its sides: it is any loss.

        Of several quantities a loss may be another one than was tried, and so may what has a value in the claim.
        """
        every = set.intersection(*map(set, self._used_by_sides(i))) - _values_in(
            self.readings.base.unknowns.roles[i].chain
        )
        bodies = {role.name: role.chain.sides[1] for role in self.readings.base.unknowns.roles.values() if role.name}
        any_loss = {name for name in self._losses & every & bodies.keys() if self._computed(bodies[name]) == 1}
        return self.readings.uses(i) & self.readings.base.undefined - any_loss

    def may_define(self, i: int) -> bool:
        r"""Whether a side of a claim has an input that the next one has not, and that one another: it may define it.

        In ``e = r - s = r - p q`` the second equals sign says what s is. An estimate, ``\hat{r}`` beside the data r, is
        no input at all.
        """
        inputs = self.readings.base.found.model.scope.inputs.keys()
        used = [names & inputs for names in self._used_by_sides(i)]
        estimates = {name for name in inputs if name.startswith(r"\hat{") and name[5:-1] in inputs}
        return any(one != other and ((one - other and other - one) or estimates & one & other)
                   for one, other in pairwise(used))  # fmt: skip

    def _computed(self, body: tree.Expr) -> int:
        return len(trees.names(body) & self.readings.base.found.model.scope.definitions.keys())

    @property
    def _losses(self) -> frozenset[str]:
        notes = self.readings.notes
        return self.readings.base.undefined - (notes.how.functions - notes.arguments.keys())

    def _used_by_sides(self, i: int) -> list[frozenset[str]]:
        scope = self.readings.base.found.model.scope
        return [frozenset(scope.uses(side)) for side in self.readings.base.unknowns.roles[i].chain.sides]


def _values_in(chain: tree.Chain) -> set[str]:
    """Return the names of what stands in an equation otherwise than in derivatives."""

    def change(node: tree.Expr) -> tree.Expr:
        return tree.Number("0", at=node.at) if isinstance(node, tree.Partial) else node

    return trees.names(trees.changed(chain, change))


def problem_of(readings: Readings, i: int) -> str:
    """Return why an equation cannot be run; where a symbol of it is the reason, which definition is missing."""
    problems, failed = readings.base.found.model.problems, readings.base.found.model.failed
    error, used = problems[i], []
    while isinstance(error, DependsOnFailed) and error.name not in used:
        used.append(error.name)
        if error.name not in failed:  # another definition of it could be read
            return f"it uses {error.name}, of which one definition is not judged"
        error = problems[failed[error.name]]
    number = failed[used[-1]] if used else i
    problem, place = f"{error.problem}{needed(readings.base, number, error.problem)}", equation_of(number)
    if ALONG in problem:
        problem = "it speaks of differentials, or of gradients named like them, and not all of them are given"
    if place == i:
        return problem
    through = f", which depends on {used[-1]}" if used[1:] else ""
    shown = readings.notes.equations[place : place + 1] if place >= 0 else []
    where = "".join(f" on line {one.statement.place.line}" for one in shown)
    return f"it uses {used[0]}{through}; the definition of {used[-1]}{where} is not judged: {problem}"


def needed(base: Interpretation, i: int, problem: str) -> str:
    """Return what a definition is wanted of, if the problem is that a derivative is by what its top does not use."""
    scope, free = base.found.model.scope, base.unknowns.free.keys() - _DATA
    for node in tree.walk(base.unknowns.roles[i].chain) if _NO_DERIVATIVE in problem else ():
        if isinstance(node, tree.Partial) and tree.base_name(node.bottom) not in (uses := scope.uses(node.top)):
            inputs = sorted(uses & free, key=lambda name: (not name.startswith(r"\hat"), name))
            if inputs and (len(inputs) == 1 or inputs[0].startswith(r"\hat")):
                return f", but on {inputs[0]}; {wanted(f'{inputs[0]} = ...')}"
    return ""


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
