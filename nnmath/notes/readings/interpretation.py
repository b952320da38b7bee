"""One reading of a file of notes: what every name is, which shapes there are, and the equations that can be run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from nnmath.latex import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.notes.document.constraints import POSITIVE_DEFINITE
from nnmath.notes.document.declarations import Declaration, declarations, equations, with_lettered_lengths
from nnmath.notes.document.prose import lengths
from nnmath.notes.document.source import Annotation, Source
from nnmath.notes.notation.derivatives import any_loss
from nnmath.notes.notation.derivatives.any_matrix import any_matrices
from nnmath.notes.notation.derivatives.differentials import DIRECTION, POINT, lines
from nnmath.notes.notation.derivatives.inner_quantities import with_inner_quantities
from nnmath.notes.notation.layers.one_step import recursions, with_steps_apart
from nnmath.notes.notation.names.labels import (
    labels_of_names,
    names_apart,
    numbers_below,
    with_labels_in_names,
    with_named_lengths,
    with_names,
)
from nnmath.notes.notation.names.unknown_bodies import with_unknown_bodies, without_first_bodies
from nnmath.notes.notation.naming import renamed
from nnmath.notes.notation.probability.constants import Constants, arguments_on_the_left
from nnmath.notes.notation.probability.expectations import Average, without_expectations
from nnmath.notes.notation.probability.lengths import lengths_of_normals
from nnmath.notes.notation.probability.normal_vectors import with_normal_vectors
from nnmath.notes.notation.probability.squares import with_other_roots
from nnmath.notes.notation.sums.columns import with_columns, with_single_columns
from nnmath.notes.notation.sums.design_matrices import COLUMNS, ROWS, Matrices, said_of_stacks
from nnmath.notes.notation.sums.one_example import alone, with_losses_of_one, with_one_for_bare
from nnmath.notes.readings.branches import in_cases
from nnmath.notes.readings.constrained import constrained, with_pairs
from nnmath.notes.readings.missing_functions import definitions_of_missing
from nnmath.notes.readings.reading import FIRST, Reading
from nnmath.notes.readings.special_values import SpecialValue, special_values
from nnmath.notes.readings.symbols import Said, unknowns_of
from nnmath.notes.shapes.inference import inferred, misfits
from nnmath.notes.shapes.known_before import parameters
from nnmath.notes.shapes.losses import with_norms
from nnmath.notes.shapes.unknowns import Found, Unknowns, named
from nnmath.notes.spelling.statements import statements, with_draws
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.in_text import without_remarks
from nnmath.notes.syntax.left_out import LeftOut
from nnmath.notes.syntax.parsing import Parsed, Spelled, spelled
from nnmath.notes.syntax.roles import dimensions_in, roles
from nnmath.notes.syntax.sample_means import sample_means
from nnmath.notes.syntax.sides import parsed, unread, without_undefined
from nnmath.notes.syntax.stated import Condition, defining, name_chain, of_array, placed, without_letters
from nnmath.notes.syntax.usage import usage

#: A star that multiplies; one above a letter does not.
_STAR = re.compile(r"(?<![\^{_])(?:\*|\\ast(?![A-Za-z]))")

#: What is given a value of one of these kinds is an input, whatever an equation says it is.
_GIVEN = frozenset(["constant", "labels", "integer"])


@dataclass(frozen=True)
class Interpretation:
    """A file of notes in one reading.

    Attributes
    ----------
    equations : list of Parsed
        The equations as they were read.
    unknowns : Unknowns
        Their roles, and what was looked for.
    found : Found
        The shapes, and what can be run.
    undefined : frozenset of str
        Functions and quantities that the notes use and do not define, and that were taken for any there may be.
    of_several : mapping
        For losses that are undefined functions of several quantities those functions, with parameters: l(y, p).
    averaged : mapping
        What equations are averaged over that were read without their expectations.
    """

    equations: list[Parsed]
    unknowns: Unknowns
    found: Found
    undefined: frozenset[str]
    of_several: Mapping[str, str]
    averaged: Mapping[int, Average]

    def uses(self, i: int) -> frozenset[str]:
        """Return the symbols that an equation depends on."""
        return frozenset().union(*map(self.found.model.scope.uses, self.unknowns.roles[i].chain.sides))


@dataclass
class Notes:
    """The equations of a file, parsed once."""

    path: str
    equations: list[Parsed]
    how: Spelled
    chains: dict[int, tree.Chain]
    texts: dict[int, tuple[str, ...]]
    declared: list[tuple[str, Declaration]]
    spaces: dict[str, int]
    arguments: dict[str, list[str]]
    of_one_value: set[str]
    conditions: list[Condition]
    mentions_symmetry: bool = False
    mentions_linear: bool = False
    mentions_one_hot: bool = False
    unread: frozenset[str] = frozenset()
    stars: bool = False
    special: tuple[SpecialValue, ...] = ()
    constants: Constants = field(default_factory=Constants)
    averaged: Mapping[int, Average] = field(default_factory=dict)
    fractions: frozenset[str] = frozenset()
    _known: dict[Reading, Interpretation] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, symbols: Sequence[Annotation] = ()) -> Notes:
        """Parse the equations of a file."""
        written = "".join(one.latex for one in (*source.formulas, *source.remarks))
        said = with_lettered_lengths((*symbols, *source.annotations), written)
        parted = [list(with_draws(formula)) for formula in source.formulas]
        extra = [*equations(said), *(one for *drawn, _ in parted for one in drawn)]
        hidden = [one for formula in extra for one in statements(formula)]
        shown = [one for *_, formula in parted for one in statements(formula)]
        listed = list(declarations(said))
        remarks = [one for formula in source.remarks for one in statements(formula)]
        shown = without_remarks(shown, remarks, hidden, [one.name for one in listed])
        remarks, conditions = defining(remarks, hidden, shown, listed)
        hidden = [*hidden, *sample_means(shown, [*remarks, *hidden], [one.name for one in listed])]
        how = spelled([*remarks, *hidden, *shown], [one.name for one in listed])
        every = without_undefined(parsed([*remarks, *hidden, *shown], how), how.functions)
        first = len(remarks) + len(hidden)
        for one in every[len(remarks) : first]:
            if one.chain is None:
                raise DerivationError(f"the annotation cannot be used: {one.problem}", one.statement.place)
        numbered = dict(zip(range(-first, len(shown)), every, strict=True))
        read = {number: one for number, one in numbered.items() if one.chain is not None}
        named = [name_chain(how, one) for one in listed]
        lying = placed(source.spaces, how, [one.chain for one in read.values() if one.chain is not None])
        special = special_values(shown, how)
        long = {one for formula in (*source.formulas, *source.remarks) for one in lengths(formula.latex)}
        chains = [with_named_lengths(one.chain, long) for one in read.values() if one.chain is not None]
        chains, averaged = without_expectations(chains, how.laws)
        on_the_left = dict(zip(read, map(arguments_on_the_left, chains), strict=True))
        arguments, one_value = any_loss.arguments_of_losses(chains), any_loss.of_one_value(chains)
        letters = numbers_below(chains, {one.name for one in listed if one.is_number})
        chains = with_columns(chains, {how.name(one) for one in source.columns})
        chains = renamed([*(with_labels_in_names(chain, letters) for chain in chains), *named,
                          *(chain for _, chain in lying), *(one.name for one in special)])  # fmt: skip
        chains = [trees.changed(chain, trees.with_letters(source.same_lengths)) for chain in chains]
        special = [replace(one, name=chain) for one, chain in
                   zip(special, chains[len(chains) - len(special) :], strict=True)]  # fmt: skip
        texts = {number: one.texts for number, one in read.items()}
        stated = [chain.sides[0] for chain in chains[len(read) :]]
        listed = [replace(one, dims=()) if one.name in letters else of_array(one, side, chains[: len(read)])
                  for one, side in zip(listed, stated, strict=False)]  # fmt: skip
        declared = with_pairs(list(zip(map(tree.base_name, stated), listed, strict=False)), chains[: len(read)])
        declared += lengths_of_normals(chains[: len(read)], {name for name, _ in declared})
        ranked = [{name for name, one in declared if one.dims is not None and len(one.dims) == n} for n in (1, 2)]
        lies = chains[len(read) + len(listed) :][: len(lying)]
        spaces = {tree.base_name(chain.sides[0]): rank for (rank, _), chain in zip(lying, lies, strict=True)
                  if isinstance(chain.sides[0], tree.Name)}  # fmt: skip
        columns = with_single_columns(dict(zip(read, chains, strict=False)), *ranked)
        for i, begins in with_unknown_bodies(columns).items():
            columns[i] = without_first_bodies(columns[i], begins)
            unsaid = [LeftOut(text, "in letters that stand nowhere else", claims=False) for text in texts[i][1:begins]]
            numbered[i] = replace(numbered[i], left_out=(*numbered[i].left_out, *unsaid))
            texts[i] = (texts[i][0], *texts[i][begins:])
        return cls(source.path, [numbered[i] for i in range(len(shown))], how, columns, texts, declared, spaces,
                   arguments, one_value - arguments.keys(), conditions, source.mentions_symmetry,
                   source.mentions_linear, source.mentions_one_hot, frozenset(unread(every, how)),
                   any(_STAR.search(one.latex) for one in source.formulas), tuple(special),
                   Constants.of(columns, {name for name, _ in declared}, on_the_left),
                   {i: averaged[k] for k, i in enumerate(read) if k in averaged})  # fmt: skip

    @cached_property
    def matrices(self) -> Matrices:
        """The matrices of whose rows, columns and entries the equations speak."""
        return Matrices.of(list(self.chains.values()))

    @cached_property
    def lie(self) -> str:
        """How the examples lie in their matrices: as columns or as rows, if more equations fit so."""
        if not self.matrices.may_lie:
            return ""
        every = [Reading(parts=lie) for lie in ("", COLUMNS, ROWS)]
        return min(every, key=lambda one: misfits((found := self._in(one)).unknowns, found.found.model)).parts

    @cached_property
    def alone(self) -> frozenset[str]:
        """The letters that stand without an index, too, although every index of theirs counts examples."""
        return alone(list(self.chains.values()))

    @cached_property
    def recursions(self) -> frozenset[str]:
        """What is defined by its earlier steps, in notes that do not speak of later ones."""
        return recursions(self.chains.values())

    @cached_property
    def labels(self) -> frozenset[str]:
        """The letters below others that may be parts of names: they are neither summed over nor compared."""
        return labels_of_names(list(self.chains.values()))

    @cached_property
    def numbered(self) -> frozenset[str]:
        """The letters that numbers below them may tell apart, X_1 and X."""
        return names_apart(list(self.chains.values()))

    @cached_property
    def in_cases(self) -> set[int]:
        """The equations before which the text speaks of a case."""
        return in_cases(one.statement for one in self.equations)

    def interpreted(self, reading: Reading = FIRST) -> Interpretation:
        """Return the notes in a reading."""
        reading = replace(reading, fractions=self.fractions)
        if self.alone and not reading.one_example and self._fits_better_for_one:
            reading = replace(reading, one_example=True)
        return self._in(reading if reading.parts else replace(reading, parts=self.lie))

    def _in(self, reading: Reading) -> Interpretation:
        if reading not in self._known:
            self._known[reading] = self._interpreted(reading)
        return self._known[reading]

    @cached_property
    def _fits_better_for_one(self) -> bool:
        """Whether more equations fit where x beside x^{(i)} is one example, whatever their products mean."""
        one, every = (self._in(reading).found.model for reading in (Reading(one_example=True), Reading()))
        return len(one.problems) + len(one.tied) < len(every.problems) + len(every.tied)

    def _interpreted(self, reading: Reading) -> Interpretation:
        chains, texts, listed, spaces = dict(self.chains), dict(self.texts), self.declared, self.spaces
        chains = self.matrices.in_chains(chains, reading.parts)
        listed = said_of_stacks(listed, self.matrices.entries)
        if reading.parts:
            stacks = self.matrices.stacks
            listed = said_of_stacks(listed, stacks)
            spaces = dict(said_of_stacks(spaces.items(), stacks))
            if reading.parts == COLUMNS:
                turned = {*stacks.values()}
                listed = [
                    (name, replace(one, dims=one.dims and one.dims[::-1]) if name in turned else one)
                    for name, one in listed
                ]
        if reading.one_example:
            chains = with_losses_of_one(with_one_for_bare(chains, self.alone), -5000)
            texts |= dict.fromkeys(chains.keys() - texts.keys(), ("", ""))
        if reading.one_step:
            chains = {i: with_steps_apart(one, self.recursions) for i, one in chains.items()}
        chains = with_other_roots(chains, reading.roots)
        chains = with_names(chains, self.labels if reading.named else (), self.numbered if reading.apart else ())
        if reading.one_value:
            chains = any_loss.with_one_value(chains, self.of_one_value, -7000)
        chains = self.constants.left_out(with_inner_quantities(chains, -6000), reading.variable)
        texts |= dict.fromkeys(chains.keys() - texts.keys(), ("", ""))
        if reading.norms:
            chains = {i: with_norms(one, reading.norms) for i, one in chains.items()}
        if inner := dict(reading.inner):
            chains = {i: replace(one, sides=tuple(inner.get(side, side) for side in one.sides))
                      for i, one in chains.items()}  # fmt: skip
        used = usage(list(chains.values()))
        dimensions = dimensions_in(list(chains.values()), used.indices)
        moving = dict(lines(list(chains.values())))
        taken = used.indices | any_loss.differentiated(chains.values())
        made = {one.name: one for one in constrained(self.declared, chains, reading, used)}
        roots = {name: one.free for name, one in made.items() if one.kind == POSITIVE_DEFINITE}
        chains, vectors = with_normal_vectors(chains, roots, -3500)
        declared = [made[name].declared(one) if name in made else (name + POINT if name in moving else name, one)
                    for name, one in ((name, without_letters(one, taken)) for name, one in listed)]  # fmt: skip
        declared += [(name + DIRECTION, replace(one, domain=None)) for name, one in listed if name in moving]
        declared += [(free, one) for free, name in vectors.items() for other, one in listed if name == other]
        spaces = {**spaces, **dict.fromkeys(vectors, 1)}
        dimensions |= {dim for _, one in declared for dim in one.dims or () if "." not in dim}
        texts |= dict.fromkeys(chains.keys() - texts.keys(), ("", ""))
        for number, one in enumerate(made.values(), -3000):
            chains[number], texts[number] = one.definition(), (one.name, "")
        for number, (name, line) in enumerate(moving.items(), -4000):
            chains[number], texts[number] = line, (name, "")
        drawn = {number: chains.pop(number) for number in list(chains) if chains[number].relations == ("∼",)}
        values = {tree.base_name(chain.sides[0]) for chain in chains.values() if not trees.names(chain.sides[-1])}
        never = {name for name, one in declared if name in values or (one.domain and one.domain.kind in _GIVEN)}
        never |= {tree.base_name(one.sides[0]) for one in drawn.values()} | dimensions
        of_several = any_loss.put_losses_of_several(chains, self.how.functions)
        undefined = {*of_several}
        in_text = [i for i, one in enumerate(self.equations) if one.statement.in_text]
        found = roles(chains, texts, never, drawn.values(), in_text)
        every = definitions_of_missing(found, self.how.functions, reading)
        for number, (name, definition, is_its_own) in enumerate(every, -1000):
            chains[number], sides = parse(definition, self.how.known_in_definitions, Place(1, 1))
            texts[number] = tuple(sides)
            undefined |= set() if is_its_own else {name}
        defined = {role.name for role in found.values()} | {name for name, _ in self.declared}
        defined |= self.how.functions - self.arguments.keys()
        matrices, ranks = any_matrices(chains.values(), defined, {one.name: one.free for one in made.values()})
        for number, (name, matrix) in enumerate(matrices.items(), -2500):
            chains[number], texts[number] = matrix, (name, "")
            undefined.add(name)
        defined |= undefined | {name for name, rank in self.spaces.items() if rank}  # no loss is an array
        for name in any_loss.undefined_losses(chains.values(), defined):
            number = -2000 - len(undefined)
            chains[number], texts[number] = any_loss.any_loss(name, found, self.arguments.get(name, ())), (name, "")
            dimensions = dimensions | {any_loss.last_of(found)}
            undefined.add(name)
        found = roles(dict(sorted(chains.items())), texts, never, drawn.values())
        random = {one.sides[0].name for one in drawn.values() if isinstance(one.sides[0], tree.Name)}
        said = Said(declared, reading, self.how.bold, self.how.vectors, {**spaces, **ranks}, made.values(), random)
        used = usage([*chains.values(), *(tree.Chain((), (one,), at=one.at) for one in parameters(drawn.values()))])
        unknowns = unknowns_of(found, used, dimensions, said)
        unknowns.drawn, unknowns.stars = drawn, self.stars
        if reading != reading.of_shapes:
            ranks = dict.fromkeys(unknowns.free, 0) | self._in(reading.of_shapes).found.ranks
            shapes = named(unknowns, ranks)
        else:
            shapes = inferred(unknowns)
        return Interpretation(self.equations, unknowns, shapes, frozenset(undefined), of_several, self.averaged)
