"""Doubts that a claim which fails is false: the reasons for which it is not judged instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from nnmath.latex.syntax import tree
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.conditions import conditions
from nnmath.notes.readings.limits import held_elsewhere, unsaid_case
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES, letters_in
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import equation_of
from nnmath.notes.verdicts.doubts.conditions import Conditions
from nnmath.notes.verdicts.doubts.parts_by_number import part_by_number
from nnmath.notes.verdicts.doubts.second_definitions import SecondDefinitions
from nnmath.notes.verdicts.doubts.undefined import Undefined, is_target
from nnmath.notes.verdicts.doubts.unsaid import unsaid
from nnmath.notes.verdicts.doubts.values_in_numbers import ValuesInNumbers
from nnmath.notes.verdicts.missing_values import NOT_TRIED, without_value
from nnmath.notes.verdicts.verdict import wanted
from nnmath.sampling.shapes import written


@dataclass
class Doubts:
    """What speaks against calling claims of a file false.

    Attributes
    ----------
    readings : Readings
        The readings of the file.
    """

    readings: Readings

    def __post_init__(self) -> None:
        self.notes, self.base = self.readings.notes, self.readings.base
        self._roles = self.base.unknowns.roles

    def of_values(self, i: int) -> Iterator[str]:
        """Yield why a claim whose sides differ may not be false."""
        yield from self.conditions.of_unknown_case(i)
        if name := self._names_an_input(i):
            yield f"{name} is defined nowhere, so that nothing can be claimed of it"
        if name := self._sets_an_input(i):
            yield f"it gives {name} a value, which no equation defines: it is a step, or a condition"
        if name := self._unread(i):
            yield f"it depends on {name}, and an equation that gives it cannot be read{self._shape_wanted(i, name)}"
        if name := self._said_elsewhere(i):
            yield f"it depends on {name}, of which another equation says what is not judged"
        if name := without_value(i, self._roles, self.readings.results):
            yield f"it uses {name}, {NOT_TRIED}"
        yield from unsaid(self.base, i)
        yield from ValuesInNumbers(self.base, self.readings).of(i)
        if not self._definitions.is_compared(i):
            yield from self._definitions.of(i)
            if name := self._said_by_its_premise(i) or self._defined_twice(i):
                yield f"{name} is defined twice; % nnmath: new part begins a part that is by itself"
            yield from self.conditions.doubts(i)
        if name := self.undefined.function_of_one_side(i):
            yield f"the notes do not define {name}, and speak of it nowhere else; {wanted(f'{name}(x) = ...')}"
        if name := self.undefined.unknown_word(i):
            yield f"the notes do not define {name}; {wanted(f'{name}(x) = ...')}"
        if name := self.undefined.loss(i):
            call = self.base.of_several.get(name, name)
            yield f"the notes do not define {call.partition('(')[0]}; {wanted(f'{call} = ...')}"
        if self._holds_in_one_step(i):
            yield "it holds for what comes of one step, and not with all later ones; the notes may mean that"
        if said := unsaid_case(self.readings, i):
            yield f"it holds {said}, and not everywhere; the notes may mean that"
        if name := held_elsewhere(self.readings, i):
            yield f"it holds where {name} is held, and not with all that comes of it; the notes may mean that"
        for condition in conditions(self.readings, i):
            if not self.notes.equations[i].statement.case:  # the text says another one
                yield f"it holds where {condition}, and not everywhere; the notes may mean that"
        if name := part_by_number(self.readings, i):
            yield f"{name} may be a row of {name[0]}, or a quantity of its own"
        if (name := self.abbreviation(i)) and not is_target(name, self._roles.values(), self.readings, i):
            yield f"{name} is defined nowhere; {wanted(f'{name} = ...')}"
        if twin := self._twin(i):
            yield f"it depends on {twin[0]}, which may be meant to be {twin[1]}"

    def of_shapes(self, i: int) -> Iterator[str]:
        """Yield why a claim whose shapes do not fit may not be false."""
        yield from self.conditions.of_unknown_case(i)
        if name := self._names_an_input(i):
            yield f"{name} is defined nowhere"
        if name := self._unread(i):
            yield f"an equation that gives {name} cannot be read{self._shape_wanted(i, name)}"
        names = trees.names(self._roles[i].chain)
        if name := min(self.base.found.model.failed.keys() & names, default=""):
            yield f"the definition of {name} is not judged"
        if name := self._said_elsewhere(i):
            yield f"of {name} another equation says what is not judged"
        if (name := self._defined_twice(i)) and name not in self._declared:
            yield f"{name} is defined twice"
        if (name := self.abbreviation(i)) and self._roles[i].defines and not tree.has_derivative(self._roles[i].chain):
            yield f"{name} is defined nowhere; {wanted(f'{name} = ...')}"
        lost = self.undefined.loss(i)
        if lost and lost not in self.base.found.model.losses:
            yield f"the notes do not define {lost}; {wanted(f'{lost} = ...')}"
        yield from unsaid(self.base, i)
        if not self._definitions.is_compared(i):
            yield from self._definitions.of(i)
        yield from ValuesInNumbers(self.base, self.readings).of(i)
        if name := self._is_total(i):
            yield f"{name} without an index may be the sum of all"
        if name := self._has_fewer_indices(i):
            yield f"{name} stands with fewer indices where the notes define it"
        if name := part_by_number(self.readings, i):
            yield f"{name} may be a quantity of its own, and no row of {name[0]}"

    @cached_property
    def conditions(self) -> Conditions:
        """What the file says that its symbols are like."""
        return Conditions(self.readings)

    @cached_property
    def undefined(self) -> Undefined:
        """What the file leaves undefined."""
        return Undefined(self.readings)

    def _holds_in_one_step(self, i: int) -> bool:
        """Whether a claim about derivatives holds where no later step of a recursion comes of an earlier one."""
        if not (self.notes.recursions and self.readings.is_about_derivatives(i)):
            return False
        model = self.notes.interpreted(Reading(one_step=True)).found.model
        return i in model.equations and self.readings.run(model, model.equations[i]).ok

    def _twin(self, i: int) -> tuple[str, str] | None:
        """Return a symbol that nothing is said of, and another one of the file that is its letter with a number."""
        found = self.base.found
        every = sorted(found.quantities.keys() | found.model.scope.definitions.keys())
        every_name = [trees.names(role.chain) for role in self._roles.values()]
        for name in sorted(self.readings.uses(i) & self.base.unknowns.free.keys()):
            said = {role.name for role in self._roles.values() if name in trees.names(role.chain)}
            if any(one.startswith(f"{name}_{{") for one in said):
                continue  # the notes say what one has to do with the other
            for other in every:
                beside = any({name, other} <= one for one in every_name)
                if other.startswith((f"{name}^{{", f"{name}_{{")) and any(map(str.isdigit, other)) and not beside:
                    return name, other
        return None

    def _names_an_input(self, i: int) -> str:
        """Return the left side of a claim, if it is a symbol that nothing defines, nor what the others come of does."""
        left, *others = self._roles[i].chain.sides
        if isinstance(left, tree.Call) and not left.primes and left.function in self.base.undefined:
            return left.function
        if isinstance(left, tree.Product):
            return self._called_like_a_function(i, left)
        name = tree.base_name(left.base if isinstance(left, tree.Power) else left)
        scope = self.base.found.model.scope
        again = others and all(name in scope.uses(side) and name not in trees.names(side) for side in others)
        return name if name in self.base.unknowns.free and not again else ""

    def _called_like_a_function(self, i: int, left: tree.Product) -> str:
        """Return a symbol before the name of an argument in brackets, r(x), of which only one equation speaks."""
        match left.factors:
            case (first, tree.Group(inner=tree.Name())) if name := tree.base_name(first):
                others = [role.chain for j, role in self._roles.items() if j != i]
                return "" if any(name in trees.names(one) for one in others) else name
        return ""

    def _sets_an_input(self, i: int) -> str:
        """Return the left side of a claim, if it is nothing but a symbol that annotations alone say something of."""
        name = tree.base_name(self._roles[i].chain.sides[0])
        return name if name in self._declared - {role.name for role in self._roles.values()} else ""

    @cached_property
    def _definitions(self) -> SecondDefinitions:
        return SecondDefinitions(self.notes, self.base)

    @cached_property
    def _declared(self) -> set[str]:
        """The symbols of which annotations say what they are."""
        return {name for name, _ in self.notes.declared}

    def _said_elsewhere(self, i: int) -> str:
        """Return an input that another equation has on its left, as entries with numbers, r_1 = ..., beside r_i."""
        others = [
            j for j, role in self._roles.items() if j != i and not role.name and not trees.said_symmetric(role.chain)
        ]
        lefts = {self._names_an_input(j) for j in others if not self._holds(j)}
        return min(lefts & self.readings.uses(i), default="")

    def _holds(self, i: int) -> bool:
        """Whether an equation above holds, as it is written or in another reading."""
        return (i in self.readings.results and self.readings.results[i].ok) or i in self.readings.held

    def _unread(self, i: int) -> str:
        """Return a symbol of a claim that the notes give by nothing but an equation that cannot be read.

        One that is annotated has any value, unless the claim speaks of what that equation gives it by.
        """
        given = {role.name for number, role in self._roles.items() if not -9000 < number <= -1000}
        names = sorted(self.readings.uses(i) & self.notes.unread.keys() - given)
        return next(
            (name for name in names if name not in self._declared or not self._is_data(i, name)), self._unread_value(i)
        )

    def _is_data(self, i: int, name: str) -> bool:
        """Whether a claim speaks of nothing that the equation speaks of that gives a symbol and cannot be read."""
        uses = " ".join(one for one in self.readings.uses(i) - {name} if len(one) == 1 or not one.isalpha())  # no words
        return letters_in(uses).isdisjoint(self.notes.unread[name])

    def _shape_wanted(self, i: int, name: str) -> str:
        """Return the line that would let a claim be judged that depends on what cannot be read, if one would."""
        one = self.base.found.quantities.get(name)
        return "" if one is None or not self._is_data(i, name) else f"; {wanted(f'{name} {written(one.dims)}')}"

    def _unread_value(self, i: int) -> str:
        """Return a function with what a claim speaks of its value at, var(y_i), where no equation for that was run."""
        here = {
            node for node in tree.walk(self._roles[i].chain) if isinstance(node, tree.Call) and node.function.isalpha()
        }
        lefts = {
            j: self._roles[j].chain.sides[0] for j in self.base.found.model.problems.keys() & self._roles.keys() - {i}
        }
        return min((one.function for one in lefts.values() if isinstance(one, tree.Call) and one in here), default="")

    def _is_total(self, i: int) -> str:
        """Return what a claim differentiates without the index with which it is defined: L beside L_t."""
        parts = {
            role.name for role in self._roles.values() if role.name and isinstance(role.chain.sides[0], tree.Element)
        }
        nodes = [node for node in tree.walk(self._roles[i].chain) if isinstance(node, tree.Partial)]
        scalars = {node.top.name for node in nodes if isinstance(node.top, tree.Name)} & OBJECTIVES
        return min(scalars & parts, default="")

    def _has_fewer_indices(self, i: int) -> str:
        """Return an array of a claim that a definition uses with fewer indices, and no right claim with as many."""
        columns = trees.with_columns(self.notes.chains.values())
        here = _indices(self._roles[i].chain)
        there = [_indices(role.chain) for role in self._roles.values() if role.name]
        others = [chain for j, chain in self.notes.chains.items() if j != i]
        both = {name for one in others for name, most in _indices(one).items() if _indices(one, min)[name] < most}
        claims = [role.chain for j, role in self._roles.items() if j != i and self._holds(j) and not role.name]
        right = {pair for one in claims for pair in _indices(one).items() if pair[0] not in columns}
        return next((name for name, count in sorted(here.items() - right) if name not in both
                     and any(one.get(name, count) < count for one in there)), "")  # fmt: skip

    def _defined_twice(self, i: int) -> str:
        """Return what a claim depends on and what an equation gives in another way than the definition.

        That equation stands above the claim, or both stand below it.
        """
        uses = self.readings.uses(i)
        below = {role.name for number, role in self._roles.items() if equation_of(number) > i} - {""}
        for j in sorted(self._roles.keys() - {i}):
            if j >= 0 and not self._roles[j].name and not self._holds(j):
                name, _ = left_side(self._roles[j].chain.sides[0])
                if (
                    name in (uses if j < i else uses & below)
                    and not self._roles[j].defines
                    and not self.abbreviation(j)
                ):
                    return name
        return ""

    def _said_by_its_premise(self, i: int) -> str:
        """Return what a claim is said to follow from: L = d^2, so L' = 2 d, where L is something else above."""
        above = i - 1
        if not 0 <= above < i or not self.notes.equations[above].statement.is_premise or self._holds(above):
            return ""
        role = self._roles.get(above)
        return left_side(role.chain.sides[0])[0] if role and not role.name else ""

    def abbreviation(self, i: int) -> str:
        """Return an input that stands behind the first sides of claims alone: it stands for what nobody says."""
        free = self.base.unknowns.free
        first, *others = map(trees.names, self._roles[i].chain.sides)
        said = {name for name, one in self.base.unknowns.domains.items() if one.kind == "labels"} | first
        parts = self.notes.matrices.rows | self.notes.matrices.entries
        said |= {matrix for part, matrix in parts.items() if part in self._said} | self.readings.uses_of_side(i, 0)
        for name in sorted(set().union(*others) & free.keys() - said):
            letter = name.partition("_{[")[0]  # of names that were told apart the letter says something
            if not any(one.partition("_{[")[0] == letter for one in self._said):
                return name
        return ""

    @cached_property
    def _said(self) -> set[str]:
        """The names that definitions and the first sides of claims speak of."""
        every = [role.chain.sides[: 2 if role.name else 1] for role in self._roles.values()]
        return {name for sides in every for side in sides for name in trees.names(side)}


def _indices(chain: tree.Chain, choose: Callable[[int, int], int] = max) -> dict[str, int]:
    """Return how many indices the arrays of an equation have at most."""
    found: dict[str, int] = {}
    for node in trees.elements(chain):
        name, count = tree.base_name(node), len(node.indices)
        found[name] = choose(found.get(name, count), count)
    return found
