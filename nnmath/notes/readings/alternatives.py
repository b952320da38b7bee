"""What comes of a claim in the other readings that notes allow: layouts, functions, probabilities, conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import combinations
from typing import Any

from nnmath.latex import run
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.claims.running import MOST_SIMPLIFIED, MOST_WORK
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.readings.branches import branches
from nnmath.notes.readings.interpretation import Interpretation, Notes
from nnmath.notes.readings.options import Option, Options
from nnmath.notes.readings.reading import Reading
from nnmath.notes.readings.rounded import with_rounded
from nnmath.notes.readings.special_values import with_values
from nnmath.notes.shapes.layouts import OTHER_LAYOUTS, Layout, differentiates_row, laid_out, with_local_derivatives
from nnmath.notes.shapes.model import Model
from nnmath.notes.shapes.runnable import readings_of
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.roles import Role
from nnmath.notes.syntax.undefined_functions import CANDIDATES, GENERIC, IDENTITY, SMOOTH

#: How many operations one equation may take in one reading.
MOST_WORK_FOR_READING = MOST_WORK / 8

#: What holds for fewer examples, and has no value for others, holds by chance perhaps.
FEWEST = 3


@dataclass
class Readings:
    """The readings of a file of notes beside the first one.

    Attributes
    ----------
    notes : Notes
        The file.
    base : Interpretation
        Its first reading.
    examples, seed : int
        How many examples each equation is judged for, and what chooses them.
    results : dict
        What came of the equations in the first reading.
    held : set of int
        The claims that hold in another one, as far as they have been judged.
    undecided : set of int
        The claims for which it took too long to find out whether they hold in some reading.
    simplified : set of str
        The claims for which the simplest inputs at which they do not hold were looked for; of the first ones alone.
    """

    notes: Notes
    base: Interpretation
    examples: int
    seed: int
    results: dict[int, EquationResult]
    held: set[int] = field(default_factory=set)
    undecided: set[int] = field(default_factory=set)
    simplified: set[str] = field(default_factory=set)

    def run(self, model: Model, equation: Equation, simplest: bool = False, more: int = 1) -> EquationResult:
        """Run one equation, if wanted to the simplest inputs at which it does not hold; or with `more` work.

        One that has a value for few examples, as logarithms of determinants, is run for more of them.
        """
        derivation = model.derivation(self.notes.path, [equation])
        if simplest := simplest and len(self.simplified) < MOST_SIMPLIFIED:
            self.simplified.add(equation.block.tag)
        work = MOST_WORK_FOR_READING * (2 if simplest else more)
        result = run(derivation, self.examples, self.seed, shrink=simplest, work=work, total=False).results[0]
        if result.ok and result.judged < FEWEST <= result.not_judged and equation.definition is None:
            many = 8 * self.examples
            return run(derivation, many, self.seed, shrink=simplest, work=work, total=False).results[0]
        return result

    def first(self, i: int) -> EquationResult | None:
        """Return what came of an equation; of a claim with a value at few inputs, what does for many more of them."""
        result = self.results.get(i)
        if result and result.ok and 4 * result.judged < result.not_judged and not self.base.unknowns.roles[i].name:
            model = self.base.found.model
            self.results[i] = replace(self, examples=8 * self.examples).run(model, model.equations[i])
        return self.results.get(i)

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
        for layout in OTHER_LAYOUTS:
            if not any(other and settled for other, settled in zip(layout, self._settled, strict=True)):
                yield from ((str(layout), equation) for equation in _laid_out(i, layout, meant, role))

    @cached_property
    def _settled(self) -> Layout:
        """Which layouts the file has settled: an equation holds in it, and not in the other one."""
        found = dict.fromkeys(OTHER_LAYOUTS[:3], False)
        model = self.base.found.model
        for i, result in self.results.items():
            if not result.ok or self.base.unknowns.roles[i].name:
                continue
            chain = self.base.unknowns.roles[i].chain
            for layout in found if not differentiates_row(chain, ShapeCheck(model.scope)) else ():
                if not found[layout] and laid_out(chain, ShapeCheck(model.scope), layout) != chain:
                    others = _laid_out(i, layout, self.base, self.base.unknowns.roles[i])
                    found[layout] = not any(self.run(model, other).ok for other in others)
        found[Layout(gradients=True)] |= self._multiplies_columns
        gradients, matrices, jacobians = (any(found[one] and one[k] for one in found) for k in range(3))
        return Layout(gradients, gradients or matrices, jacobians)  # where those by vectors are columns, none is turned

    @property
    def _multiplies_columns(self) -> bool:
        """Whether a claim that holds has a gradient by a vector, δ, behind a matrix: there it is a column."""
        roles, model = self.base.unknowns.roles, self.base.found.model
        columns = {role.name for role in roles.values() if role.name and isinstance(role.chain.sides[1], tree.Partial)
                   and tree.base_name(role.chain.sides[1].top) in model.losses}  # fmt: skip
        claims = (roles[i].chain for i, result in self.results.items() if result.ok and not roles[i].name)
        products = (node for chain in claims for node in tree.walk(chain) if isinstance(node, tree.Product))
        return any(tree.base_name(one) in columns for node in products for one in node.factors[1:])

    def _as_meant(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where functions, domains and names are others, one or two of them at once."""
        for count in (1, 2):
            for said, reading in self.meant(i, count):
                other = self.notes.interpreted(reading)
                if i in (model := other.found.model).equations:
                    decides = reading != Reading(functions=reading.functions) or reading.functions not in SMOOTH
                    yield f"where {said}", self._not_by_chance(model, i, decides, reading.functions == "ReLU")
                if count == 1 and reading.functions == GENERIC and i in other.unknowns.roles:
                    for how, equation in self.in_layouts(i, other, other.unknowns.roles[i]):
                        yield f"where {said}; {how}", self.run(model, equation)

    def meant(self, i: int, count: int = 1) -> Iterator[tuple[str, Reading]]:
        """Yield the readings in which so many functions, domains or names of a claim are others, and what they are."""
        options = [*self._functions(i), *self._options.domains(i), *self._options.parts(i)]
        for chosen in combinations(options, count):
            fields = [field for _, changes in chosen for field in changes]
            if len({*fields}) == len(fields):
                changes = {field: value for _, changes in chosen for field, value in changes.items()}
                yield " and ".join(said for said, _ in chosen), Reading(**changes)

    def _not_by_chance(self, model: Model, i: int, decides: bool = True, is_often_zero: bool = False) -> EquationResult:
        """Run a claim; for more examples where its sides are 0, or terms of it often are, as those of ReLU.

        What takes too long is tried for a few examples, which may refute it; otherwise it is not decided. That of
        another smooth function is, for what is wrong for one is not right for all.
        """
        result = self.run(model, model.equations[i])
        if result.refutation is not None and "too long" in result.refutation.reason:
            few = replace(self, examples=max(1, self.examples // 4)).run(model, model.equations[i], more=4)
            if few.refutation is not None and few.refutation.left is not None:
                return few
            if decides:
                self.undecided.add(i)
            return result
        if result.ok and (is_often_zero or self.is_zero(model, model.equations[i])):
            more = replace(self, examples=8 * self.examples)
            return more.run(model, model.equations[i])
        return result

    def is_zero(self, model: Model, equation: Equation) -> bool:
        """Whether the sides of an equation that holds are 0 at all inputs that are tried."""
        zero = tree.Number("0", at=equation.sides[0].at)
        sides = (equation.sides[0], zero)
        return self.run(model, replace(equation, sides=sides, relations=("=",), texts=("", ""), definition=None)).ok

    def _functions(self, i: int) -> Iterator[Option]:
        """Yield what the functions of a claim that the notes do not define may be."""
        functions = sorted(self.uses(i) & self.base.undefined & self.notes.how.functions)
        for candidate in CANDIDATES if functions else ():
            if candidate == GENERIC or (candidate == IDENTITY and not self.notes.mentions_linear):
                continue
            if candidate not in SMOOTH and self._speaks_of_slopes_alone(i):
                continue
            if self._suits_others(candidate, i):
                several = functions if len(functions) > 1 else []
                if not several or not self._names_a_function(i):
                    yield f"{functions[0]} is {candidate}", {"functions": candidate}
                for name in several:
                    yield f"{name} is {candidate}", {"functions": candidate, "function": name}

    def _names_a_function(self, i: int) -> bool:
        """Whether a function without a definition stands in a claim by its name: it is not the same as another one."""
        nodes = tree.walk(self.base.unknowns.roles[i].chain)
        return any(isinstance(node, tree.Call) and node.function in self.base.undefined for node in nodes)

    def _speaks_of_slopes_alone(self, i: int) -> bool:
        """Whether the slope of a function without a definition is written f' throughout, and nowhere as what it is.

        Such a claim is one for every function: f'(a) in place of f'(z) is a mistake, although ReLU does not show it.
        """
        sides = self.base.unknowns.roles[i].chain.sides
        primed = [any(isinstance(node, tree.Call) and node.primes and node.function in self.base.undefined
                      for node in tree.walk(side)) for side in sides]  # fmt: skip
        return any(primed) and all(has or isinstance(side, (tree.Partial, tree.Name, tree.Element))
                                   for has, side in zip(primed, sides, strict=True))  # fmt: skip

    def _suits_others(self, candidate: str, i: int) -> bool:
        """Whether a function suits the other claims of a file as well as any other one does: a file has one of them."""
        held = {one: len(claims - {i}) for one, claims in self._held_with.items()}
        return held[candidate] == max(held.values())

    @cached_property
    def _held_with(self) -> dict[str, set[int]]:
        """Which of the claims that do not hold for any function hold for one that the field knows."""
        functions = self.base.undefined & self.notes.how.functions
        claims = [i for i, one in self.results.items() if not one.ok and functions & self.uses(i)
                  and not self.base.unknowns.roles[i].name]  # fmt: skip
        found: dict[str, set[int]] = {candidate: set() for candidate in CANDIDATES}
        for candidate in CANDIDATES if len(claims) > 1 else ():
            model = self.notes.interpreted(Reading(functions=candidate)).found.model
            found[candidate] = {i for i in claims if i in model.equations and self._not_by_chance(model, i).ok}
        return found

    def _as_local(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim where derivatives are local ones: what else a quantity is made of is held."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        chain = with_local_derivatives(role.chain, model.scope)
        for equation in readings_of(model, i, replace(role, chain=chain)) if chain != role.chain else ():
            yield "where derivatives are local: other quantities that are defined are held", self.run(model, equation)

    def _limited(self, i: int) -> Iterator[tuple[str, EquationResult]]:
        """Yield what comes of a claim in one case, or for special values, of which the text speaks."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        for said, limited in self.limits(i):
            for equation in readings_of(model, i, replace(role, chain=limited(role.chain))):
                yield said, self.run(model, equation)

    def limits(self, i: int) -> Iterator[tuple[str, Callable[[tree.Chain], tree.Chain]]]:
        """Yield what a claim may be limited to, in words, and what makes it so: cases, and values of symbols."""
        if i in self.notes.in_cases:
            yield from ((f"{said}, as the text may mean", limited) for said, limited in self.branches_of(i))
        values = [(one.name.sides[0], one.value) for one in self.notes.special
                  if one.begin <= i < one.end and tree.base_name(one.name.sides[0]) in self.uses(i)]  # fmt: skip
        if values:
            said = " and ".join(f"{tree.base_name(name)} is {value}" for name, value in values)
            yield f"where {said}, as the text says", partial(with_values, values=values)

    def branches_of(self, i: int) -> Iterator[tuple[str, Callable[[tree.Chain], tree.Chain]]]:
        """Yield the cases of what a claim depends on in which it says something, and what limits it to each."""
        roles, model = self.base.unknowns.roles, self.base.found.model
        definitions = [(role.name, role.chain.sides[1]) for role in roles.values() if role.name in self.uses(i)]
        for said, where in branches(definitions):
            zero = tree.Chain(("=",), (where, tree.Number("0", at=where.at)), at=where.at)
            if not any(self.run(model, one).ok for one in readings_of(model, i, Role(zero))):
                yield f"where {said}", partial(trees.limited_to, where=where)

    def unsaid_branches(self, i: int) -> Iterator[tuple[str, Callable[[tree.Chain], tree.Chain]]]:
        """Yield the cases that a claim about a derivative may be meant for, if it speaks of none itself."""
        chain = self.base.unknowns.roles[i].chain
        if has_derivative(chain) and not any(isinstance(node, tree.Compare) for node in tree.walk(chain)):
            yield from self.branches_of(i)

    def uses(self, i: int) -> frozenset[str]:
        """Return the symbols that a claim depends on."""
        return self.base.uses(i)

    @cached_property
    def _options(self) -> Options:
        return Options(self.notes, self.base)

    def uses_of_side(self, i: int, k: int) -> frozenset[str]:
        """Return the symbols that a side of a claim depends on."""
        return frozenset(self.base.found.model.scope.uses(self.base.unknowns.roles[i].chain.sides[k]))

    def conditions(self, i: int) -> Iterator[str]:
        """Yield under which condition on its indices a claim holds that does not hold for all: equal ones, or not."""
        role, model = self.base.unknowns.roles[i], self.base.found.model
        first, *others = model.equations[i].sides
        ends = replace(model.equations[i], sides=(first, others[-1]), relations=("=",), texts=("", ""))
        if len(others) > 1 and self.run(model, ends).ok:
            return  # what a chain ends with is right for all indices, and so its steps are meant
        free = model.equations[i].ranges.free
        labels = {name: one.domain.classes for name, one in model.scope.inputs.items()
                  if one.domain.kind == "labels" and not one.shape and name in self.uses(i)}  # fmt: skip
        compared = {side.name for node in tree.walk(role.chain) if isinstance(node, tree.Compare)
                    for side in node.sides if isinstance(side, tree.Name)}  # fmt: skip
        if compared & {*free, *labels}:
            return  # it says itself what depends on its indices
        every: list[tuple[tree.Expr, Any]] = [(tree.Name(name, at=role.chain.at), dim)
                                              for name, dim in sorted({**free, **labels}.items())]  # fmt: skip
        every += self._labels_of_examples(i, free)
        bottoms = [node.bottom for node in tree.walk(role.chain) if isinstance(node, tree.Partial)]
        entries = [{*one.indices} for bottom in bottoms for one in trees.elements(bottom)]
        for one, other in combinations(every, 2):
            if one[1] == other[1]:
                apart = any({one[0], other[0]} <= indices for indices in entries)  # nobody writes W_{ij} for i = j
                for relation, sign in (("≠", "is not"), ("=", "is"))[: 1 if apart else 2]:
                    where = tree.Compare((relation,), (one[0], other[0]), at=role.chain.at)
                    here = replace(role.chain, sides=model.equations[i].sides, relations=model.equations[i].relations)
                    zero = any(isinstance(side, tree.Number) and side.text == "0" for side in here.sides)
                    chain = trees.limited_to(here, where)
                    for equation in readings_of(model, i, replace(role, chain=chain)):
                        if self.run(model, equation).ok and (zero or not self.is_zero(model, equation)):
                            yield f"{_shown(one[0])} {sign} {_shown(other[0])}"
        if one_hot := self._options.one_hot(i):
            yield from replace(self, base=self.notes.interpreted(Reading(one_hot=one_hot))).conditions(i)

    def _labels_of_examples(self, i: int, free: Mapping[str, Any]) -> Iterator[tuple[tree.Expr, Any]]:
        """Yield the labels of examples, y_i, that a claim or what it speaks of has, and what they count."""
        inputs, seen = self.base.found.model.scope.inputs, set()
        for role in self.base.unknowns.roles.values():
            for one in trees.elements(role.chain):
                name, letters = tree.base_name(one), trees.index_letters(one)
                known = inputs.get(name)
                is_label = known and known.domain.kind == "labels" and name in self.uses(i) and letters <= free.keys()
                if known and is_label and (name, *sorted(letters)) not in seen:
                    seen.add((name, *sorted(letters)))
                    yield one, known.domain.classes


def _laid_out(i: int, layout: Layout, meant: Interpretation, role: Role) -> list[Equation]:
    model = meant.found.model
    chain = laid_out(role.chain, ShapeCheck(model.scope, found=dict(model.found)), layout)
    return [] if chain == role.chain else readings_of(model, i, replace(role, chain=chain))


def _shown(node: tree.Expr) -> str:
    return node.name if isinstance(node, tree.Name) else f"{tree.base_name(node)}_{''.join(trees.index_letters(node))}"
