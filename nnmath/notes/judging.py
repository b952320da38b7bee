"""Judging notes: every equation holds, does not hold, or is not judged, for a reason.

An equation is called false only where it is false in every reading that the notes allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex import ShapeError, run
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes import trees
from nnmath.notes.any_loss import ANY_LOSS
from nnmath.notes.inference import may_be_array, misfits
from nnmath.notes.interpretation import ROOT, Notes, Reading
from nnmath.notes.parsing import Parsed
from nnmath.notes.parts import parts
from nnmath.notes.readings import Readings
from nnmath.notes.source import Annotation, Source
from nnmath.notes.unknowns import named
from nnmath.notes.verdicts import FAILS, HOLDS, NOT_JUDGED, Judged, Verdict
from nnmath.sampling.shapes import written

#: Letters that one file may use for several functions.
_ANY_FUNCTION = frozenset(["f", "g", "h", "F", "G"])


def judged(
    source: Source, symbols: Sequence[Annotation] = (), examples: int = DEFAULT_EXAMPLES, seed: int = 0
) -> Judged:
    """Judge all equations of a file, each part by itself."""
    every = [_Judge(Notes.of(part, symbols), examples, seed).judged() for part in parts(source)]
    shapes = {name: one for part in reversed(every) for name, one in part.shapes.items()}
    return Judged([one for part in every for one in part.verdicts], shapes)


class _Judge:
    def __init__(self, notes: Notes, examples: int, seed: int) -> None:
        self.notes = notes
        self.examples = examples
        self.seed = seed
        self.base = notes.interpreted()
        self.results: dict[int, EquationResult] = {}
        self.readings = Readings(notes, self.base, examples, seed, self.results)

    def judged(self) -> Judged:
        model = self.base.found.model
        derivation = model.derivation(self.notes.path, [model.equations[i] for i in sorted(model.equations)])
        if derivation.equations:
            report = run(derivation, self.examples, self.seed, shrink=False, total=False)
            self.results |= {int(one.equation.block.tag): one for one in report.results}
        verdicts = [self._verdict(i, one) for i, one in enumerate(self.notes.equations)]
        quantities = self.base.found.quantities.items()
        shown = {name.removesuffix(ROOT): one for name, one in quantities if not name.startswith(ANY_LOSS)}
        return Judged(verdicts, shown)

    # ------------------------------------------------------------------ one equation

    def _verdict(self, i: int, one: Parsed) -> Verdict:
        if one.chain is None:
            return Verdict(one, NOT_JUDGED, one.problem)
        if drawn := self.base.unknowns.drawn.get(i):
            return self._distribution(one, tree.base_name(drawn.sides[0]))
        role, result = self.base.unknowns.roles[i], self.results.get(i)
        if result is not None and result.ok:
            return Verdict(one, HOLDS, self._left_out(i), role.defines, result)
        if role.name:
            reason = "what it defines has no value at the inputs that were tried" if result else self._problem(i)
            return Verdict(one, NOT_JUDGED, reason, role.name)
        return replace(self._claim(i, one, result), defines=role.defines)

    def _distribution(self, one: Parsed, name: str) -> Verdict:
        """Judge a line that says how something is distributed: nothing can be wrong with it."""
        if name in self.base.found.model.scope.distributions:
            return Verdict(one, HOLDS, "", name)
        return Verdict(one, NOT_JUDGED, "it says how something is distributed")

    def _claim(self, i: int, one: Parsed, result: EquationResult | None) -> Verdict:
        """Judge a claim that does not hold as it is written."""
        error = self.base.found.model.problems.get(i)
        if result is None and not isinstance(error, ShapeError):
            return Verdict(one, NOT_JUDGED, self._problem(i))
        differs: EquationResult | None = None
        for reason, other in self.readings.of(i):
            if other.ok:
                return Verdict(one, HOLDS, reason, "", other)
            differs = other if differs is None and other.refutation and other.refutation.left is not None else differs
        return self._failed(i, one, result) if result else self._misfit(i, one, differs)

    def _failed(self, i: int, one: Parsed, result: EquationResult) -> Verdict:
        """Judge a claim whose sides differ."""
        refutation = result.refutation
        assert refutation is not None
        sides = self.base.unknowns.roles[i].chain.sides
        if refutation.left is None:
            return Verdict(one, NOT_JUDGED, refutation.reason)
        if any(isinstance(side, tree.Number) and side.text == "0" for side in sides[1:]):
            return Verdict(one, NOT_JUDGED, "it is not 0 everywhere; it is taken for a condition that is to be solved")
        if name := self._names_an_input(i):
            return Verdict(one, NOT_JUDGED, f"{name} is defined nowhere, so that nothing can be claimed of it")
        if name := self._unread(i):
            return Verdict(one, NOT_JUDGED, f"it depends on {name}, and an equation that gives it cannot be read")
        if name := self._said_elsewhere(i):
            return Verdict(one, NOT_JUDGED, f"it depends on {name}, of which another equation says what is not judged")
        if name := self._defines_anew(i):
            return Verdict(one, NOT_JUDGED, f"{name} is defined above; this may be another function of the same name")
        if self._is_condition(i):
            return Verdict(one, NOT_JUDGED, "it says what its symbols are like, which nothing else in the notes says")
        if missing := self._not_defined(i):
            return Verdict(one, NOT_JUDGED, f"the notes do not define {missing}; {_line(f'{missing} = ...')}")
        if said := self._condition_on(i):
            return Verdict(one, NOT_JUDGED, f"it may hold where {said}, which the notes say")
        for condition in self.readings.conditions(i):
            return Verdict(one, NOT_JUDGED, f"it holds where {condition}, and not everywhere; the notes may mean that")
        if twin := self._twin(i):
            return Verdict(one, NOT_JUDGED, f"it depends on {twin[0]}, which may be meant to be {twin[1]}")
        numbers = self._as_numbers(i)
        if numbers is not None and numbers.ok:
            return Verdict(one, NOT_JUDGED, f"it holds for single numbers, and not for arrays{self._shapes_line(i)}")
        model = self.base.found.model
        simplest = self.readings.run(model, model.equations[i], simplest=True)
        found = simplest.refutation is not None and simplest.refutation.left is not None
        return Verdict(one, FAILS, "", "", simplest if found else result)

    def _misfit(self, i: int, one: Parsed, differs: EquationResult | None) -> Verdict:
        """Judge a claim whose shapes do not fit as it is written; `differs` is what came of it where they do."""
        problem = self._problem(i)
        if name := self._names_an_input(i):
            return Verdict(one, NOT_JUDGED, f"{problem}; {name} is defined nowhere")
        if name := self._unread(i):
            return Verdict(one, NOT_JUDGED, f"{problem}; an equation that gives {name} cannot be read")
        if name := self._said_elsewhere(i):
            return Verdict(one, NOT_JUDGED, f"{problem}; of {name} another equation says what is not judged")
        numbers = self._as_numbers(i)
        if numbers is not None and numbers.ok:
            return Verdict(one, NOT_JUDGED, f"{problem}; it holds for single numbers{self._shapes_line(i)}")
        if i in self.base.found.tied:
            model = named(self.base.unknowns, self.base.found.ranks, i).model
            result = self.readings.run(model, model.equations[i], simplest=True) if i in model.equations else None
            if result is not None and result.ok:
                return Verdict(one, NOT_JUDGED, f"{problem}; it holds where they are the same")
            return Verdict(one, FAILS, problem, "", result)
        if differs is not None and not self._free(i):
            return Verdict(one, FAILS, "", "", differs)
        known = self._arrays_are_needed(i) or self._shapes_are_known(i)
        if numbers is not None or (known and self._is_about_derivatives(i)):
            return Verdict(one, FAILS, problem, "", numbers)
        return Verdict(one, NOT_JUDGED, f"{problem}{self._shapes_line(i)}")

    def _as_numbers(self, i: int) -> EquationResult | None:
        """Return what comes of a claim where its symbols are single numbers; None where that cannot be."""
        free = self._free(i)
        if not free or self._arrays_are_needed(i):
            return None
        model = self.notes.interpreted(Reading(numbers=free)).found.model
        return self.readings.run(model, model.equations[i]) if i in model.equations else None

    def _arrays_are_needed(self, i: int) -> bool:
        """Whether the other equations of the notes would fit worse if the symbols of a claim were numbers."""
        other = self.notes.interpreted(Reading(numbers=self._free(i)))
        here, there = (misfits(one.unknowns, one.found.model, i) for one in (self.base, other))
        return there > here

    def _is_about_derivatives(self, i: int) -> bool:
        """Whether a derivative stands in a claim, or in the definition of what it speaks of."""
        roles, uses = self.base.unknowns.roles, self.readings.uses(i)
        chains = [roles[i].chain, *(role.chain for role in roles.values() if role.name in uses)]
        return any(map(has_derivative, chains))

    def _shapes_are_known(self, i: int) -> bool:
        """Whether indices, bold letters or annotations say of every symbol of a claim that it is an array or none."""
        free = self.base.unknowns.free
        return not any(0 in free[name] and may_be_array(name) for name in self.readings.uses(i) & free.keys())

    def _free(self, i: int) -> frozenset[str]:
        """Return the symbols that a claim depends on and that were found to be arrays, though they may be numbers."""
        ranks, free = self.base.found.ranks, self.base.unknowns.free
        return frozenset(name for name in self.readings.uses(i) & free.keys() if ranks[name] and 0 in free[name])

    def _twin(self, i: int) -> tuple[str, str] | None:
        """Return a symbol that nothing is said of, and another one of the file that is its letter with a number."""
        found = self.base.found
        every = sorted(found.quantities.keys() | found.model.scope.definitions.keys())
        for name in sorted(self.readings.uses(i) & self.base.unknowns.free.keys()):
            said = {role.name for role in self.base.unknowns.roles.values() if name in trees.names(role.chain)}
            if any(one.startswith(f"{name}_{{") for one in said):
                continue  # the notes say what one has to do with the other
            for other in every:
                if other.startswith((f"{name}^{{", f"{name}_{{")) and any(map(str.isdigit, other)):
                    return name, other
        return None

    def _names_an_input(self, i: int) -> str:
        """Return the left side of a claim, if it is nothing but a symbol that the notes do not define."""
        left = self.base.unknowns.roles[i].chain.sides[0]
        name = tree.base_name(left.base if isinstance(left, tree.Power) else left)
        return name if name in self.base.unknowns.free else ""

    def _said_elsewhere(self, i: int) -> str:
        """Return an input that another equation has on its left, as entries with numbers, r_1 = ..., beside r_i."""
        lefts = {self._names_an_input(j) for j, role in self.base.unknowns.roles.items() if j != i and not role.name}
        return min(lefts & self.readings.uses(i), default="")

    def _unread(self, i: int) -> str:
        """Return a symbol of a claim that the notes give by nothing but an equation that cannot be read."""
        given = {role.name for number, role in self.base.unknowns.roles.items() if not -9000 < number <= -1000}
        return min(self.readings.uses(i) & self.notes.unread - given - {""}, default="")

    def _is_condition(self, i: int) -> bool:
        """Whether a claim says that inputs make a constant, as in w^T w = 1."""
        chain, scope = self.base.unknowns.roles[i].chain, self.base.found.model.scope
        constant = [not scope.inputs.keys() & scope.uses(side) for side in chain.sides]
        return (
            any(constant) and not self._is_about_derivatives(i) and not self.readings.uses(i) & scope.definitions.keys()
        )

    def _defines_anew(self, i: int) -> str:
        """Return a function that a claim gives by a formula, as if it was not defined above by another one."""
        roles = self.base.unknowns.roles
        left, *others = roles[i].chain.sides
        defined = {role.name for role in roles.values()} & _ANY_FUNCTION - {roles[i].defines}
        if (
            not isinstance(left, tree.Call)
            or left.function not in defined
            or not all(isinstance(one, tree.Name) for one in left.arguments)
        ):
            return ""
        uses = set().union(*map(trees.names, others))
        return "" if left.primes or left.function in uses or any(map(has_derivative, others)) else left.function

    def _condition_on(self, i: int) -> str:
        """Return what the notes say that the symbols of a claim are like, as in w^T w = 1."""
        uses, roles = self.readings.uses(i) & self.base.found.model.scope.inputs.keys(), self.base.unknowns.roles
        for number, role in roles.items():
            fails = number in self.results and not self.results[number].ok
            if (
                number != i
                and fails
                and not role.name
                and self._is_condition(number)
                and uses & self.readings.uses(number)
            ):
                return " = ".join(role.texts)
        return ""

    def _not_defined(self, i: int) -> str:
        """Return a loss that the notes do not define, where a claim says something of that very loss."""
        scope = self.base.found.model.scope
        sides = [scope.uses(side) for side in self.base.unknowns.roles[i].chain.sides]
        losses = self.base.undefined - self.notes.how.functions
        return next((name for name in sorted(losses) if 0 < sum(name in used for used in sides) < len(sides)), "")

    # ------------------------------------------------------------------ words

    def _left_out(self, i: int) -> str:
        every = [*self.notes.equations[i].left_out, *self.base.found.model.left_out.get(i, [])]
        return f"without {', '.join(every)}, which cannot be judged" if every else ""

    def _problem(self, i: int) -> str:
        return self.base.found.model.problems[i].problem

    def _shapes_line(self, i: int) -> str:
        quantities = self.base.found.quantities
        shapes = ", ".join(f"{name} {written(quantities[name].dims)}" for name in sorted(self._free(i)))
        return "; " + _line(shapes) if shapes else ""


def _line(said: str) -> str:
    return f"a line such as % nnmath: {said} would let it be judged"
