"""One reading of a file of notes: what every name is, which shapes there are, and the equations that can be run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from nnmath.latex import Place
from nnmath.latex.symbols.dimensions import names_in
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.notes.document.constraints import POSITIVE_DEFINITE
from nnmath.notes.notation.derivatives import any_loss
from nnmath.notes.notation.derivatives.any_matrix import any_matrices
from nnmath.notes.notation.derivatives.both_entries import with_both_entries
from nnmath.notes.notation.derivatives.differentials import DIRECTION, POINT, lines
from nnmath.notes.notation.derivatives.inner_quantities import with_inner_quantities
from nnmath.notes.notation.layers.layers_left_out import with_weights_of_layers
from nnmath.notes.notation.layers.one_step import with_steps_apart
from nnmath.notes.notation.names.labels import (
    with_names,
)
from nnmath.notes.notation.names.one_length import with_one_length
from nnmath.notes.notation.probability.expectations import Average
from nnmath.notes.notation.probability.normal_vectors import with_normal_vectors
from nnmath.notes.notation.probability.squares import with_other_roots
from nnmath.notes.notation.sums.design_matrices import COLUMNS, said_of_stacks
from nnmath.notes.notation.sums.one_example import with_losses_of_one, with_one_for_bare
from nnmath.notes.readings.constrained import constrained
from nnmath.notes.readings.missing_functions import definitions_of_missing
from nnmath.notes.readings.parsed_notes import ParsedNotes
from nnmath.notes.readings.reading import FIRST, Reading
from nnmath.notes.readings.symbols import Said, unknowns_of
from nnmath.notes.shapes.inference import inferred
from nnmath.notes.shapes.known_before import parameters
from nnmath.notes.shapes.losses import with_norms
from nnmath.notes.shapes.unknowns import Found, Unknowns, named
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.parsing import Parsed
from nnmath.notes.syntax.statements.roles import Role, dimensions_in, roles
from nnmath.notes.syntax.statements.stated import without_letters
from nnmath.notes.syntax.usage import usage

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


def interpretation(notes: ParsedNotes, reading: Reading, other: Callable[[Reading], Interpretation]) -> Interpretation:
    """Return notes in a reading; `other` returns them in another one, which has their shapes."""
    made = _Interpreting(notes, reading)
    made.lay_out_examples()
    made.spell_out()
    made.declare()
    found = made.define_the_undefined()
    unknowns = made.unknowns(found)
    if reading != reading.of_shapes:
        shapes = named(unknowns, dict.fromkeys(unknowns.free, 0) | other(reading.of_shapes).found.ranks)
    else:
        shapes = inferred(unknowns, None if reading == FIRST else other(FIRST).found.ranks)
    undefined = frozenset(made.undefined)
    return Interpretation(notes.equations, unknowns, shapes, undefined, made.of_several, notes.averaged)


class _Interpreting:
    """The equations of notes on the way to one reading of them; each step adds to them, or writes them anew."""

    def __init__(self, notes: ParsedNotes, reading: Reading) -> None:
        self.notes, self.reading = notes, reading
        self.chains, self.texts = dict(notes.chains), dict(notes.texts)
        self.listed, self.spaces = notes.declared, dict(notes.spaces)
        self.undefined: set[str] = set()

    def _put(self, first: int, definitions: Iterable[tuple[str, tree.Chain]]) -> None:
        """Add definitions that the notes do not have, with numbers of their own."""
        for number, (name, chain) in enumerate(definitions, first):
            self.chains[number], self.texts[number] = chain, (name, "")

    def lay_out_examples(self) -> None:
        """Read matrices as the examples that lie in them, as columns or as rows."""
        matrices, parts = self.notes.matrices, self.reading.parts
        self.chains = matrices.in_chains(self.chains, parts)
        self.listed = said_of_stacks(self.listed, matrices.entries)
        if not parts:
            return
        self.listed = said_of_stacks(self.listed, matrices.stacks)
        self.spaces = dict(said_of_stacks(self.spaces.items(), matrices.stacks))
        if parts == COLUMNS:
            turned = {*matrices.stacks.values()}
            self.listed = [(name, replace(one, dims=one.dims and one.dims[::-1]) if name in turned else one)
                           for name, one in self.listed]  # fmt: skip

    def spell_out(self) -> None:
        """Write the equations as they are meant in this reading."""
        notes, reading, chains = self.notes, self.reading, self.chains
        if reading.one_example:
            chains = with_losses_of_one(with_one_for_bare(chains, notes.alone), -5000)
        if reading.one_step:
            chains = {i: with_steps_apart(one, notes.recursions) for i, one in chains.items()}
        chains = with_other_roots(chains, reading.roots)
        chains = with_names(chains, notes.labels if reading.named else (), notes.numbered if reading.apart else ())
        if reading.one_value:
            chains = any_loss.with_one_value(chains, notes.of_one_value, -7000)
        chains = notes.constants.left_out(with_inner_quantities(chains, -6000), reading.variable)
        if reading.norms:
            chains = {i: with_norms(one, reading.norms) for i, one in chains.items()}
        chains = with_one_length(chains, dict(reading.lengths))
        if reading.layered:
            chains = with_weights_of_layers(chains, reading.layered)
        if reading.both:
            chains = {i: with_both_entries(one, reading.both) for i, one in chains.items()}
        if inner := dict(reading.inner):
            chains = {i: replace(one, sides=tuple(inner.get(side, side) for side in one.sides))
                      for i, one in chains.items()}  # fmt: skip
        self.chains = chains
        self.texts |= dict.fromkeys(chains.keys() - self.texts.keys(), ("", ""))

    def declare(self) -> None:
        """Find out what annotations say of the symbols, and put in what moves along lines and what is constrained."""
        notes, chains = self.notes, self.chains
        used = usage(list(chains.values()))
        dimensions = dimensions_in(list(chains.values()), used.indices)
        moving = dict(lines(list(chains.values())))
        taken = used.indices | any_loss.differentiated(chains.values())
        self.made = {one.name: one for one in constrained(notes.declared, chains, self.reading, used)}
        roots = {name: one.free for name, one in self.made.items() if one.kind == POSITIVE_DEFINITE}
        chains, vectors = with_normal_vectors(chains, roots, -3500)
        listed = [(name, without_letters(one, taken)) for name, one in self.listed]
        self.declared = [self.made[name].declared(one) if name in self.made
                         else (name + POINT if name in moving else name, one) for name, one in listed]  # fmt: skip
        self.declared += [(name + DIRECTION, replace(one, domain=None)) for name, one in self.listed if name in moving]
        self.declared += [(free, one) for free, name in vectors.items() for other, one in self.listed if name == other]
        self.spaces |= dict.fromkeys(vectors, 1)
        self.chains = chains
        self.texts |= dict.fromkeys(chains.keys() - self.texts.keys(), ("", ""))
        self.dimensions = dimensions | {
            name for _, one in self.declared for dim in one.dims or () for name in names_in(dim) if "." not in name
        }
        self._put(-3000, [(name, one.definition()) for name, one in self.made.items()])
        self._put(-4000, moving.items())
        drawn = [number for number, chain in chains.items() if chain.relations == ("∼",)]
        self.drawn = {number: chains.pop(number) for number in drawn}

    @property
    def never(self) -> set[str]:
        """What no equation defines: what is given a value or a distribution, and dimensions."""
        values = {tree.base_name(chain.sides[0]) for chain in self.chains.values() if not trees.names(chain.sides[-1])}
        never = {name for name, one in self.declared if name in values or (one.domain and one.domain.kind in _GIVEN)}
        return never | {tree.base_name(one.sides[0]) for one in self.drawn.values()} | self.dimensions

    def define_the_undefined(self) -> dict[int, Role]:
        """Put in what the notes use and do not define: functions, matrices and losses may be any. Return all roles."""
        notes, chains = self.notes, self.chains
        never = self.never
        self.of_several = any_loss.put_losses_of_several(chains, notes.how.functions)
        self.undefined |= {*self.of_several}
        in_text = [i for i, one in enumerate(notes.equations) if one.statement.in_text]
        found = roles(chains, self.texts, never, self.drawn.values(), in_text)
        self._put_functions(found)
        defined = {role.name for role in found.values()} | {name for name, _ in notes.declared}
        self._put_matrices_and_losses(found, defined | (notes.how.functions - notes.arguments.keys()))
        return roles(dict(sorted(chains.items())), self.texts, never, self.drawn.values())

    def _put_functions(self, found: Mapping[int, Role]) -> None:
        every = definitions_of_missing(found, self.notes.how.functions, self.reading)
        for number, (name, definition, is_its_own) in enumerate(every, -1000):
            self.chains[number], sides = parse(definition, self.notes.how.known_in_definitions, Place(1, 1))
            self.texts[number] = tuple(sides)
            self.undefined |= set() if is_its_own else {name}

    def _put_matrices_and_losses(self, found: dict[int, Role], defined: set[str]) -> None:
        chains = self.chains
        matrices, self.ranks = any_matrices(
            chains.values(), defined, {one.name: one.free for one in self.made.values()}
        )
        self._put(-2500, matrices.items())
        self.undefined |= matrices.keys()
        arrays = {name for name, rank in self.spaces.items() if rank}  # no loss is one
        vectors = {name for name in arrays - self.notes.unread.keys() if self.spaces[name] == 1}
        vectors &= trees.differentiated_by(chains.values())
        defined = defined | self.undefined | (arrays - vectors)
        losses = [(name, any_loss.any_loss(name, found, self.notes.arguments.get(name, ()), name in vectors))
                  for name in any_loss.undefined_losses(chains.values(), defined)]  # fmt: skip
        self.spaces |= {any_loss.direction(name): 1 for name in vectors}
        losses += [(tree.base_name(one), any_loss.any_loss_of_examples(one, found))
                   for one in any_loss.undefined_losses_of_examples(found, defined)]  # fmt: skip
        self._put(-2000 - len(self.undefined) - len(losses), losses[::-1])
        self.undefined |= {name for name, _ in losses}
        self.dimensions |= {any_loss.last_of(found)} if losses else set()

    def unknowns(self, found: dict[int, Role]) -> Unknowns:
        """Return what is looked for, if the equations have these roles."""
        random = {one.sides[0].name for one in self.drawn.values() if isinstance(one.sides[0], tree.Name)}
        spaces = {**self.spaces, **self.ranks}
        said = Said(
            self.declared, self.reading, self.notes.how.bold, self.notes.how.vectors, spaces, self.made.values(), random
        )
        parts = (tree.Chain((), (one,), at=one.at) for one in parameters(self.drawn.values()))
        unknowns = unknowns_of(found, usage([*self.chains.values(), *parts]), self.dimensions, said)
        unknowns.drawn, unknowns.stars = self.drawn, self.notes.stars
        return unknowns
