"""The equations of a file of notes as they are parsed once, whatever they are read as later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Self

from nnmath.latex import DerivationError
from nnmath.latex.syntax import tree
from nnmath.notes.document.declarations import Declaration, declarations, equations
from nnmath.notes.document.prose import lengths, speaks_of_derivative
from nnmath.notes.document.source import Annotation, Source
from nnmath.notes.notation.derivatives import any_loss
from nnmath.notes.notation.derivatives.primed_quantities import with_slopes_of_quantities
from nnmath.notes.notation.derivatives.slopes_entry_by_entry import with_slopes_first
from nnmath.notes.notation.layers.one_step import recursions
from nnmath.notes.notation.names.labels import (
    labels_of_names,
    names_apart,
    numbers_below,
    with_labels_in_names,
    with_named_lengths,
)
from nnmath.notes.notation.names.lengths import lengths_of_normals, lengths_of_spaces
from nnmath.notes.notation.names.one_length import said_equal, with_one_length
from nnmath.notes.notation.names.spelled_out import spelled_out
from nnmath.notes.notation.names.unknown_bodies import with_unknown_bodies, without_first_bodies
from nnmath.notes.notation.naming import renamed
from nnmath.notes.notation.probability.constants import Constants, arguments_on_the_left
from nnmath.notes.notation.probability.expectations import Average, without_expectations
from nnmath.notes.notation.sums.columns import with_columns, with_single_columns
from nnmath.notes.notation.sums.design_matrices import Matrices
from nnmath.notes.notation.sums.one_example import alone
from nnmath.notes.notation.sums.repeated_indices import with_repeated_indices
from nnmath.notes.readings.branches import in_cases
from nnmath.notes.readings.constrained import with_pairs
from nnmath.notes.readings.special_values import SpecialValue, special_values
from nnmath.notes.spelling.statements import Statement, statements, with_draws
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.laws.divergences_of_normals import divergences_of_normals, gives_law
from nnmath.notes.syntax.laws.sample_means import sample_means
from nnmath.notes.syntax.parsing import Parsed, Spelled, spelled
from nnmath.notes.syntax.statements.averages_of_examples import without_averages
from nnmath.notes.syntax.statements.in_text import without_remarks
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.sides import parsed, unread, without_undefined
from nnmath.notes.syntax.statements.stated import Condition, defining, name_chain, of_array, placed

#: Where the numbers begin of definitions that the sides of other equations give.
_SPELLED_OUT = -8000

#: A star that multiplies; one above a letter does not.
_STAR = re.compile(r"(?<![\^{_])(?:\*|\\ast(?![A-Za-z]))")


@dataclass
class ParsedNotes:
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
    unread: Mapping[str, set[str]] = field(default_factory=dict)
    stars: bool = False
    special: tuple[SpecialValue, ...] = ()
    constants: Constants = field(default_factory=Constants)
    averaged: Mapping[int, Average] = field(default_factory=dict)
    fractions: frozenset[str] = frozenset()
    annotated: range = range(0)

    @classmethod
    def of(cls, source: Source, symbols: Sequence[Annotation] = ()) -> Self:
        """Parse the equations of a file."""
        text = _Text.of(source, symbols)
        how = spelled(text.every, [one.name for one in text.declared])
        every = without_undefined(parsed(text.every, how), how.functions)
        _refuse_unread(every[len(text.remarks) : text.first])
        numbered = dict(zip(range(-text.first, len(text.shown)), every, strict=True))
        read = {number: one for number, one in numbered.items() if one.chain is not None}
        long = {one for formula in (*source.formulas, *source.remarks) for one in lengths(formula.latex)}
        chains = [with_slopes_first(one.chain) for one in read.values() if one.chain is not None]
        chains = [with_named_lengths(one, long) for one in chains]
        chains = [with_repeated_indices(one) for one in chains] if source.mentions_repeated else chains
        given = {left_side(one.chain.sides[0])[0] for i in range(-text.given, 0) if (one := numbered[i]).chain}
        chains, averaged = without_expectations(chains, how.laws, given)
        on_the_left = dict(zip(read, map(arguments_on_the_left, chains), strict=True))
        arguments, one_value = any_loss.arguments_of_losses(chains), any_loss.of_one_value(chains)
        letters = numbers_below(chains, {one.name for one in text.declared if one.is_number})
        chains = with_columns(chains, {how.name(one) for one in source.columns})
        chains = [with_labels_in_names(chain, letters) for chain in chains]
        lying = placed(source.spaces, how, [one.chain for one in read.values() if one.chain is not None])
        special = special_values(text.shown, how)
        chains, stated, places, points, added = _told_apart(
            source.same_lengths,
            chains,
            [name_chain(how, one) for one in text.declared],
            [chain for _, chain in lying],
            [one.name for one in special],
            spelled_out(chains),
        )
        declared = _declared(text.declared, stated, letters, chains)
        declared += lengths_of_normals(chains, {name for name, _ in declared})
        lies = [(tree.base_name(chain.sides[0]), one) for (one, _), chain in zip(lying, places, strict=True)
                if isinstance(chain.sides[0], tree.Name)]  # fmt: skip
        declared += lengths_of_spaces(chains, lies, {name for name, _ in declared})
        ranked = [{name for name, one in declared if one.dims is not None and len(one.dims) == n} for n in (1, 2)]
        named = with_single_columns(dict(zip(read, chains, strict=True)), *ranked)
        named |= dict(enumerate(added, _SPELLED_OUT))
        named = with_slopes_of_quantities(
            named, [i for i in named if i >= 0 and speaks_of_derivative(numbered[i].statement.before)]
        )
        named = with_one_length(named, said_equal(named))
        texts = {number: one.texts for number, one in read.items()} | dict.fromkeys(
            named.keys() - read.keys(), ("", "")
        )
        for i, begins in with_unknown_bodies(named).items():
            named[i] = without_first_bodies(named[i], begins)
            unsaid = [LeftOut(text, "in letters that stand nowhere else", claims=False) for text in texts[i][1:begins]]
            numbered[i] = replace(numbered[i], left_out=(*numbered[i].left_out, *unsaid))
            texts[i] = (texts[i][0], *texts[i][begins:])
        return cls(
            path=source.path,
            equations=[numbered[i] for i in range(len(text.shown))],
            how=replace(how, functions=how.functions - _quantities(named.values())),
            chains=named,
            texts=texts,
            declared=declared,
            spaces={name: one.rank for name, one in lies},
            arguments=arguments,
            of_one_value=one_value - arguments.keys(),
            conditions=text.conditions,
            mentions_symmetry=source.mentions_symmetry,
            mentions_linear=source.mentions_linear,
            mentions_one_hot=source.mentions_one_hot,
            unread=unread(every, how),
            stars=any(_STAR.search(one.latex) for one in source.formulas),
            special=tuple(replace(one, name=chain) for one, chain in zip(special, points, strict=True)),
            constants=Constants.of(named, {name for name, _ in declared}, on_the_left),
            averaged={i: averaged[k] for k, i in enumerate(read) if k in averaged},
            annotated=text.annotated,
        )  # fmt: skip

    @cached_property
    def matrices(self) -> Matrices:
        """The matrices of whose rows, columns and entries the equations speak."""
        return Matrices.of(list(self.chains.values()))

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


@dataclass
class _Text:
    """The statements of a file: those of its text, those of its annotations and what follows of laws, its equations.

    The last `given` of those that are `hidden` follow of laws.
    """

    remarks: list[Statement]
    hidden: list[Statement]
    shown: list[Statement]
    declared: list[Declaration]
    conditions: list[Condition]
    annotated: range
    given: int

    @classmethod
    def of(cls, source: Source, symbols: Sequence[Annotation]) -> _Text:
        said = [*symbols, *source.annotations]
        parted = [list(with_draws(formula)) for formula in source.formulas]
        lines = [one for formula in equations(said) for one in statements(formula)]
        annotated = [one for one in lines if not gives_law(one.latex)]
        hidden = [*annotated, *(one for *drawn, _ in parted for formula in drawn for one in statements(formula))]
        shown = [one for *_, formula in parted for one in statements(formula)]
        declared = list(declarations(said))
        names = [one.name for one in declared]
        remarks = [one for formula in source.remarks for one in statements(formula)]
        given = [*divergences_of_normals([*lines, *remarks, *hidden, *shown])]
        shown = without_averages(without_remarks(shown, remarks, hidden, names), [*remarks, *hidden])
        remarks, conditions = defining(remarks, hidden, shown, declared)
        hidden = [*hidden, *sample_means(shown, [*remarks, *hidden], names), *given]
        annotations = range(-len(hidden), len(annotated) - len(hidden))
        return cls(remarks, hidden, shown, declared, conditions, annotations, len(given))

    @property
    def every(self) -> list[Statement]:
        """All statements; the equations of the file come last."""
        return [*self.remarks, *self.hidden, *self.shown]

    @property
    def first(self) -> int:
        """How many statements come before the equations of the file."""
        return len(self.remarks) + len(self.hidden)


def _refuse_unread(annotations: Sequence[Parsed]) -> None:
    for one in annotations:
        if one.chain is None:
            raise DerivationError(f"the annotation cannot be used: {one.problem}", one.statement.place)


def _told_apart(same_lengths: Mapping[str, str], *groups: Sequence[tree.Chain]) -> Iterator[list[tree.Chain]]:
    """Yield groups of equations in which names that differ are told apart, in all of them in one way."""
    every = renamed([chain for group in groups for chain in group])
    ahead = iter([trees.changed(chain, trees.with_letters(same_lengths)) for chain in every])
    for group in groups:
        yield list(islice(ahead, len(group)))


def _quantities(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the names that stand nowhere before brackets, and somewhere without."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    called = {node.function for node in nodes if isinstance(node, tree.Call)}
    return {node.name for node in nodes if isinstance(node, tree.Name)} - called


def _declared(
    listed: Sequence[Declaration], stated: Sequence[tree.Chain], letters: Collection[str], chains: list[tree.Chain]
) -> list[tuple[str, Declaration]]:
    """Return what annotations declare, with the names that were told apart."""
    sides = [chain.sides[0] for chain in stated]
    said = [replace(one, dims=()) if one.name in letters else of_array(one, side, chains)
            for one, side in zip(listed, sides, strict=True)]  # fmt: skip
    return with_pairs(list(zip(map(tree.base_name, sides), said, strict=True)), chains)
