"""What would mend a claim that does not hold: a second witness that it was read as its author meant it.

A claim that is misread has no neighbour that holds. One that holds with a slip of the pen mended was read right, and is
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from nnmath.latex import DerivationError, Place
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.running import MOST_WORK, not_refuted
from nnmath.latex.numbers.work import TooMuchWork, at_most, done, left, spend
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.limits import limits, unsaid_branches
from nnmath.notes.shapes.layouts import with_local_derivatives
from nnmath.notes.shapes.model import Model, is_free
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.shapes.unknowns import named
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role
from nnmath.notes.verdicts.slips.slips import Around, around, slips

#: How many slips are tried in the first reading, and in each of the others.
_MOST, _MOST_IN_OTHERS = 4000, 500

#: In how many readings that differ in two ways from the first one.
_MOST_PAIRS = 10

#: Which relation is meant where the other one is written.
_TURNED = {"≤": "≥", "≥": "≤", "<": ">", ">": "<"}

#: How much work the search may take for a hint alone, and for all claims of a file for which none is found.
_MOST_FOR_HINT, _MOST_FOR_ALL = MOST_WORK / 8, MOST_WORK

#: How much work one of them may take at first.
_MOST_WORK_FOR_ONE = MOST_WORK / 40

#: How many are run at first, and at once later, where what they share is computed once; and for how many examples:
#: most of them fail at the first one.
_AT_FIRST, _AT_ONCE, _FEW = 40, 400, 3

#: How much work it is to read a slip, and how many readings the layouts of an equation are.
_WORK_OF_READING, _LAYOUTS = 200, 20

#: How many slips are tried in each reading before others are.
_FREQUENT = 60

#: How many slips of one link of a chain are tried before those of the others.
_OF_A_LINK = 30

#: How much of the work that is left one reading may take for frequent slips.
_SHARE = 1 / 4


#: What limits a claim to a case, or to values.
Limit = Callable[[tree.Chain], tree.Chain]


@dataclass(frozen=True)
class Base:
    """The equations of a file in one reading, and what is known of them there."""

    roles: Mapping[int, Role]
    model: Model


@dataclass
class Mending:
    """What would mend the claims of a file.

    Attributes
    ----------
    readings : Readings
        The readings of the file.
    with_arrays : Model or None
        The file where every symbol is an array that may be one, if it can be read so.
    wasted : float
        How much work was done for claims for which no slip was found.
    """

    readings: Readings
    with_arrays: Model | None = None
    wasted: float = 0
    _read: int = 0

    def of(self, i: int, is_known: bool = False) -> str:
        """Say with what a claim would hold that does not; nothing where no slip is found.

        Of a claim that is known to be false no more is wanted than a hint, which must not take long.
        """
        begun = done()
        with (
            at_most(min(_MOST_FOR_HINT if is_known else MOST_WORK, _MOST_FOR_ALL - self.wasted)),
            suppress(TooMuchWork),
        ):
            (limited, unsaid), searches = self._limits(i), []
            for base, most in self.bases(i):  # frequent slips in all readings, and in cases of which nothing is said
                search = islice(self._chains(base, i), most)
                searches.append((base, search))
                equations = self._equations(base, i, [*limited, *unsaid], islice(search, _FREQUENT))
                if found := self._holding(base.model, equations, _SHARE):
                    return f"it would hold {found}"
            if found := self._holding(self.readings.base.found.model, self._in_layouts(i), _SHARE):
                return f"it would hold {found}"
            while searches:  # the others some at a time, so that no reading takes all of the work
                for base, search in [*searches]:
                    if not (some := list(islice(search, _AT_ONCE))):
                        searches.remove((base, search))
                    if found := self._holding(base.model, self._equations(base, i, limited, some)):
                        return f"it would hold {found}"
        self.wasted += done() - begun
        return ""

    def bases(self, i: int) -> Iterator[tuple[Base, int]]:
        """Yield the readings in which slips are looked for, and how many in each."""
        first = self.readings.base
        yield Base(first.unknowns.roles, first.found.model), _MOST
        if i in first.found.tied:  # other equations have other shapes
            with suppress(DerivationError):
                yield Base(first.unknowns.roles, named(first.unknowns, first.found.ranks, i).model), _MOST
        if i not in first.found.model.equations:  # its shapes may have spoiled those of the others
            yield Base(first.unknowns.roles, self._without(i)), _MOST_IN_OTHERS
        if self.with_arrays is not None:
            yield Base(first.unknowns.roles, self.with_arrays), _MOST_IN_OTHERS
        for _, reading in (*self.readings.meant(i), *islice(self.readings.meant(i, 2), _MOST_PAIRS)):
            other = self.readings.notes.interpreted(reading)
            if i in other.unknowns.roles:
                yield Base(other.unknowns.roles, other.found.model), _MOST_IN_OTHERS

    def _without(self, i: int) -> Model:
        """Return the file as it is read without a claim."""
        notes = self.readings.notes
        chains = {number: chain for number, chain in notes.chains.items() if number != i}
        return replace(notes, chains=chains, _known={}).interpreted().found.model

    def _holding(self, model: Model, waiting: Iterator[tuple[str, Equation]], share: float = 1 / 2) -> str:
        """Return what was changed in the first equation that holds, within a share of the work that is left."""
        count = _AT_FIRST
        with at_most(left() * share), suppress(TooMuchWork):
            while some := list(islice(waiting, count)):
                derivation = model.derivation(self.readings.notes.path, [equation for _, equation in some])
                standing = not_refuted(derivation, _FEW, self.readings.seed, _MOST_WORK_FOR_ONE)
                for (said, equation), stands in zip(some, standing, strict=True):
                    if stands and self._is_no_chance(model, equation):
                        return said
                self._spend_on_readings()  # where nothing is left, this ends the search
                count = _AT_ONCE
        self._spend_on_readings()
        return ""

    def _spend_on_readings(self) -> None:
        """Count the work of reading slips, of which most have no shape and are never run."""
        read, self._read = self._read, 0
        spend(read * _WORK_OF_READING)

    def holding(self, base: Base, i: int, chains: Iterable[tuple[str, tree.Chain]]) -> str:
        """Return what was said of the first chain that holds in place of a claim."""
        return self._holding(base.model, self._equations(base, i, [_as_it_is], chains))

    def _is_no_chance(self, model: Model, equation: Equation) -> bool:
        """Whether a mended claim holds for all examples, for most of which it has a value that is not 0.

        Where some take too long, it is tried for a few at least.
        """
        if self.readings.is_zero(model, equation):  # most are not at the first example, which is soon seen
            return False
        result = self.readings.run(model, equation)
        enough = result.judged >= _FEW or not result.too_long
        return result.ok and enough and result.judged > result.not_judged

    def _equations(
        self, base: Base, i: int, limited: Sequence[Limit], chains: Iterable[tuple[str, tree.Chain]]
    ) -> Iterator[tuple[str, Equation]]:
        """Yield the equations that a claim may have been meant to be, in one reading."""
        role, first = base.roles[i], self.readings.base.found.model
        for said, chain in chains:
            for meant in dict.fromkeys(limit(chain) for limit in limited):
                mended = replace(role, chain=meant, texts=("", ""))
                equations = [*islice(readings_of(base.model, i, mended, as_written=True), 2)]
                self._read += 1
                if not equations and base.model is first and i not in first.equations:
                    equations = [one for _, one in self.readings.in_layouts(i, self.readings.base, mended)]
                    self._read += _LAYOUTS
                yield from ((said, equation) for equation in equations)

    def _in_layouts(self, i: int) -> Iterator[tuple[str, Equation]]:
        """Yield the equations that frequent slips make of a claim in the layouts that the file leaves open."""
        first = self.readings.base
        base = Base(first.unknowns.roles, first.found.model)
        for said, chain in islice(self._chains(base, i), _FREQUENT):
            mended = replace(base.roles[i], chain=chain, texts=("", ""))
            self._read += _LAYOUTS
            for layout, equation in self.readings.in_layouts(i, first, mended):
                yield f"{said}, {layout}", equation

    def _limits(self, i: int) -> tuple[list[Limit], list[Limit]]:
        """Return what a claim may be limited to by the text; where that says nothing, the claim as it is, and cases."""
        case = self._case(i)
        cases: list[Limit] = [partial(trees.limited_to, where=case)] if case is not None else []
        if said := [*cases, *(limit for _, limit in limits(self.readings, i))]:
            return said, []
        local = partial(with_local_derivatives, scope=self.readings.base.found.model.scope)
        return [_as_it_is, local], [limit for _, limit in unsaid_branches(self.readings, i)]

    def _chains(self, base: Base, i: int) -> Iterator[tuple[str, tree.Chain]]:
        """Yield a claim with one slip mended on one of the two sides that differ."""
        role, result, equation = base.roles[i], self.readings.results.get(i), base.model.equations.get(i)
        whole = equation is None or len(equation.sides) == len(role.chain.sides)
        sides, relations = (role.chain if whole or equation is None else equation).sides, role.chain.relations
        link = result.refutation.link if result is not None and result.refutation is not None else len(sides)
        near = _around(base.roles, i)
        links = [link] if 0 <= link < len(sides) - 1 else [*range(len(sides) - 1)]
        links = [k for k in links if len(links) == 1 or not self._holds_alone(base, i, k)]
        waiting = [_of_link(sides[k : k + 2], relations[k], near, role.chain.at) for k in links]
        while waiting:  # where several may be wrong, the slips of the first one do not keep the others waiting
            for one in [*waiting]:
                some = [*islice(one, _OF_A_LINK)]
                yield from some
                if len(some) < _OF_A_LINK:
                    waiting.remove(one)

    def _holds_alone(self, base: Base, i: int, k: int) -> bool:
        """Whether a link of a chain of which another one has no shape holds by itself, so that nothing is to mend."""
        chain = base.roles[i].chain
        link = replace(chain, sides=chain.sides[k : k + 2], relations=chain.relations[k : k + 1])
        return chain.relations[k] == "=" and bool(self.holding(base, i, [("as it is", link)]))

    def _case(self, i: int) -> tree.Compare | None:
        """Return the case of two indices for which the text says that a claim is meant."""
        first, verb, other = self.readings.notes.equations[i].statement.case.partition(" is ") if i >= 0 else ("",) * 3
        if not verb:
            return None
        at = self.readings.base.unknowns.roles[i].chain.at
        relation = "≠" if other.startswith("not ") else "="
        letters = (tree.Name(first, at=at), tree.Name(other.removeprefix("not "), at=at))
        return tree.Compare((relation,), letters, at=at)


def _of_link(sides: Sequence[Expr], relation: str, near: Around, at: Place) -> Iterator[tuple[str, tree.Chain]]:
    """Yield two sides of an equation with one slip mended on one of them."""
    if relation in _TURNED:
        yield f"with {_TURNED[relation]} in place of {relation}", tree.Chain((_TURNED[relation],), tuple(sides), at=at)
    left, right = sides
    for one, other in ((right, left), (left, right)):
        if relation == "=" and not (isinstance(one, tree.Name) and one is left):
            for said, new in slips(one, near):
                if new != other:
                    yield said, tree.Chain(("=",), (new, other), at=at)


def _as_it_is(chain: tree.Chain) -> tree.Chain:
    return chain


def _around(roles: Mapping[int, Role], i: int) -> Around:
    """Return what stands in a file, in a claim and in what it speaks of first."""
    first = roles[i].chain
    uses = trees.names(first)
    others = [role for j, role in sorted(roles.items()) if j != i and not any(map(is_free, trees.names(role.chain)))]
    others.sort(key=lambda role: (role.name not in uses, not uses & trees.names(role.chain)))
    return around([first, *(role.chain for role in others)])
