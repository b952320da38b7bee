"""What comes of a claim in the other readings that notes allow: layouts, functions, probabilities, cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import combinations

from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.notes.readings.functions_meant import FunctionsMeant
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.readings.limits import limits
from nnmath.notes.readings.open_layouts import OpenLayouts
from nnmath.notes.readings.options import Options
from nnmath.notes.readings.reading import Reading
from nnmath.notes.readings.rounded import with_rounded
from nnmath.notes.readings.runs import Runs
from nnmath.notes.shapes.layouts import with_local_derivatives
from nnmath.notes.shapes.model import Model
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax.functions.undefined_functions import GENERIC, SMOOTH
from nnmath.notes.syntax.statements.roles import Role


class Readings(Runs):
    """The readings of a file of notes beside the first one."""

    def of(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim in the other readings that the notes allow."""
        model = self.base.found.model
        for other in model.meanings.get(i, [])[1:]:
            yield "", self.run(model, other)
        for other in readings_of(model, i, self.base.unknowns.roles[i]):
            if other.sides != model.equations[i].sides if i in model.equations else True:
                yield "", self.run(model, other)
        for said, equation in self.in_layouts(i, self.base, self.base.unknowns.roles[i]):
            yield said, self.run(model, equation)
        if i in model.equations and (near := with_rounded(model.equations[i])) != model.equations[i]:
            yield "where decimal numbers are rounded", self.run(model, near)
        yield from self._as_local(i)
        yield from self._limited(i)
        yield from self._as_meant(i)

    def in_layouts(self, i: int, meant: Interpretation, role: Role) -> Iterator[tuple[str, Equation]]:
        """Yield what an equation says, as it is meant, in the layouts that the file has not settled otherwise."""
        return self._layouts.of(i, meant, role)

    def as_rows(self, i: int) -> bool:
        """Whether a claim says outright that gradients are rows, and holds so."""
        return self._layouts.as_rows(i)

    def _as_local(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where derivatives are local ones: what else a quantity is made of is held."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        chain = with_local_derivatives(role.chain, model.scope)
        for equation in readings_of(model, i, replace(role, chain=chain)) if chain != role.chain else ():
            yield "where derivatives are local: other quantities that are defined are held", self.run(model, equation)

    def _limited(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim in one case, or for special values, of which the text speaks."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        for said, limited in limits(self, i):
            for equation in readings_of(model, i, replace(role, chain=limited(role.chain))):
                yield said, self.run(model, equation)

    def _as_meant(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where functions, domains and names are others, one or two of them at once."""
        for count in (1, 2):
            for said, reading in self.meant(i, count):
                other = self.notes.interpreted(reading)
                if i in (model := other.found.model).equations and not self._leaves_out_more(i, model):
                    decides = reading != Reading(functions=reading.functions) or reading.functions not in SMOOTH
                    decides &= not self.functions_held or reading.functions in self.functions_held
                    result = self.not_by_chance(model, i, decides, reading.functions == "ReLU")
                    if not result.ok or reading.one_value or not self._contradicts(i, other):
                        self.functions_held |= {reading.functions} if result.ok and reading.functions else set()
                        yield f"where {said}", result
                if count == 1 and reading.functions == GENERIC and i in other.unknowns.roles:
                    for how, equation in self.in_layouts(i, other, other.unknowns.roles[i]):
                        yield f"where {said}; {how}", self.run(model, equation)

    def _leaves_out_more(self, i: int, model: Model) -> bool:
        """Whether a reading cannot evaluate sides of a claim that are compared as it is written."""
        before = self.base.found.model
        return i in before.equations and len(model.left_out.get(i, [])) > len(before.left_out.get(i, []))

    def _contradicts(self, i: int, other: Interpretation) -> bool:
        """Whether another claim, which holds as it is written, says something else in a reading, and that is false."""
        before, after = self.base.unknowns.roles, other.unknowns.roles
        held = [j for j, one in self.results.items() if one.ok and j != i and not before[j].name]
        new = {j for j in before if j in after and after[j].chain != before[j].chain}
        names = {before[j].name for j in new} - {""}
        model = other.found.model
        changed = [j for j in held if j in model.equations and (j in new or names & self.base.uses(j))]
        return any(self.run(model, model.equations[j]).refutation for j in changed)

    def meant(self, i: int, count: int = 1) -> Iterator[tuple[str, Reading]]:
        """Yield the readings in which so many functions, domains or names of a claim are others, and what they are."""
        options = [*self._functions.of(i), *self._options.domains(i), *self._options.parts(i)]
        for chosen in combinations(options, count):
            fields = [field for _, changes in chosen for field in changes]
            if len({*fields}) == len(fields):
                changes = {field: value for _, changes in chosen for field, value in changes.items()}
                yield " and ".join(said for said, _ in chosen), Reading(**changes)

    @cached_property
    def _layouts(self) -> OpenLayouts:
        return OpenLayouts(self)

    @cached_property
    def _functions(self) -> FunctionsMeant:
        return FunctionsMeant(self)

    @cached_property
    def _options(self) -> Options:
        return Options(self.notes, self.base)
