"""A file of notes in all of its readings: each is made once, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from nnmath.notes.notation.names.one_length import other_names
from nnmath.notes.notation.sums.design_matrices import COLUMNS, ROWS
from nnmath.notes.readings.interpretation import Interpretation, interpretation
from nnmath.notes.readings.parsed_notes import ParsedNotes
from nnmath.notes.readings.reading import FIRST, Reading
from nnmath.notes.shapes.inference import misfits


@dataclass
class Notes(ParsedNotes):
    """The equations of a file, parsed once, and the readings that were made of them."""

    _known: dict[Reading, Interpretation] = field(default_factory=dict)

    def interpreted(self, reading: Reading = FIRST) -> Interpretation:
        """Return the notes in a reading."""
        reading = replace(reading, fractions=self.fractions, lengths=(*self._lengths, *reading.lengths))
        if self.alone and not reading.one_example and self._fits_better_for_one:
            reading = replace(reading, one_example=True)
        return self._in(reading if reading.parts else replace(reading, parts=self.lie))

    @cached_property
    def lie(self) -> str:
        """How the examples lie in their matrices: as columns or as rows, if more equations fit so."""
        if not self.matrices.may_lie:
            return ""
        every = [Reading(parts=lie) for lie in ("", COLUMNS, ROWS)]
        return min(every, key=lambda one: misfits((found := self._in(one)).unknowns, found.found.model)).parts

    @cached_property
    def _lengths(self) -> tuple[tuple[str, str], ...]:
        """The names of lengths that are other names of others, because definitions fit only so."""
        found: tuple[tuple[str, str], ...] = ()
        failed = self._failed_definitions(FIRST)
        chains = [role.chain for role in self._in(FIRST).unknowns.roles.values() if role.name] if failed else []
        for pair in sorted({*other_names(chains)}):
            if (fewer := self._failed_definitions(Reading(lengths=(*found, pair)))) < failed:
                found, failed = (*found, pair), fewer
        return found

    def _failed_definitions(self, reading: Reading) -> int:
        """Return how many definitions do not fit."""
        base = self._in(reading)
        return sum(bool(base.unknowns.roles[i].name) for i in base.found.model.problems)

    @cached_property
    def _fits_better_for_one(self) -> bool:
        """Whether more equations fit where x beside x^{(i)} is one example, whatever their products mean."""
        one, every = (self._in(reading).found.model for reading in (Reading(one_example=True), Reading()))
        return len(one.problems) + len(one.tied) < len(every.problems) + len(every.tied)

    def _in(self, reading: Reading) -> Interpretation:
        if reading not in self._known:
            self._known[reading] = interpretation(self, reading, self._in)
        return self._known[reading]
