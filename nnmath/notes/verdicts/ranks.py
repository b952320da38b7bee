"""Claims whose symbols may be single numbers, or arrays: what comes of them there, and what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from nnmath.latex import ShapeError
from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.notation.derivatives.differentials import DIRECTION
from nnmath.notes.readings.alternatives import Readings
from nnmath.notes.readings.reading import Reading
from nnmath.notes.shapes.inference import may_be_array, misfits, with_all_arrays
from nnmath.notes.shapes.model import FREE, Model
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import quantities
from nnmath.notes.verdicts.as_written import is_of_the_file
from nnmath.notes.verdicts.verdict import wanted
from nnmath.sampling.shapes import written

#: What is said of shapes that no reading of a definition makes fit.
_CANNOT_BE = (" product of shapes", "a square matrix is needed")


@dataclass
class Ranks:
    """The claims of a file where their symbols have other numbers of dimensions.

    Attributes
    ----------
    readings : Readings
        The readings of the file.
    """

    readings: Readings

    def as_numbers(self, i: int) -> EquationResult | None:
        """Return what comes of a claim where its symbols are single numbers; None where that cannot be."""
        free = self.free(i)
        if not free or self.arrays_are_needed(i) or self._turns_beside_array(i, free):
            return None
        model = self.readings.notes.interpreted(Reading(numbers=free)).found.model
        return self.readings.run(model, model.equations[i]) if i in model.equations else None

    def _turns_beside_array(self, i: int, free: frozenset[str]) -> bool:
        """Whether a claim transposes what may be a number, and speaks of what is an array: x^T A x with a matrix A."""
        roles, ranks = self.readings.base.unknowns.roles, self.readings.base.found.ranks
        turned = {tree.base_name(node.arguments[0]) for node in tree.walk(roles[i].chain)
                  if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE}  # fmt: skip
        return bool(turned & free) and any(ranks[name] for name in self.readings.uses(i) & ranks.keys() - free)

    def arrays_are_needed(self, i: int) -> bool:
        """Whether the other equations of the notes would fit worse if the symbols of a claim were numbers."""
        other = self.readings.notes.interpreted(Reading(numbers=self.free(i)))
        here, there = (misfits(one.unknowns, one.found.model, i) for one in (self.readings.base, other))
        return there > here

    def unknown_shapes(self, i: int) -> frozenset[str]:
        """Return the symbols of a claim that nothing, as an index or an annotation, says to be arrays or numbers."""
        free = self.readings.base.unknowns.free
        used = self.readings.uses(i) & free.keys()
        return frozenset(name for name in used if 0 in free[name] and may_be_array(name))

    def misfit_of_declared(self, i: int) -> str:
        """Return what in a definition cannot be where annotations say all of its shapes; empty otherwise."""
        error = self.readings.base.found.model.problems.get(i)
        declared = {name for name, one in self.readings.notes.declared if one.dims is not None}
        used = quantities(self.readings.base.unknowns.roles[i].chain.sides[1]) - {tree.TRANSPOSE}
        if not isinstance(error, ShapeError) or not used <= declared:
            return ""
        return error.problem if any(problem in error.problem for problem in _CANNOT_BE) else ""

    def is_declared(self, i: int, undefined: Collection[str]) -> bool:
        """Whether annotations give all of a claim, but for functions, which are any smooth ones."""
        declared = {name for name, _ in self.readings.notes.declared}
        free = self.readings.uses(i) & self.readings.base.unknowns.free.keys()
        functions = self.readings.notes.how.functions
        return (
            bool(declared)
            and {*undefined} <= functions
            and {name for name in free if is_of_the_file(name)} - functions <= declared
        )

    def free(self, i: int) -> frozenset[str]:
        """Return the symbols that a claim depends on and that were found to be arrays, though they may be numbers."""
        ranks, free = self.readings.base.found.ranks, self.readings.base.unknowns.free
        return frozenset(name for name in self.readings.uses(i) & free.keys() if ranks[name] and 0 in free[name])

    def holds_for_arrays(self, i: int, fits: bool) -> bool:
        """Whether a claim holds in matrix form: shapes that are guessed refute nothing.

        The notes fit so as well as they were found if the claim `fits` there, and better if it does not. That 0 is 0
        says nothing of the reading.
        """
        if self._all_arrays is None:
            return False
        model, better = self._all_arrays
        if not (fits or better) or i not in model.equations:
            return False
        equation = model.equations[i]
        return self.readings.run(model, equation).ok and not self.readings.is_zero(model, equation)

    @property
    def with_all_arrays(self) -> Model | None:
        """The file where every symbol is an array that may be one, if it can be read so."""
        return self._all_arrays[0] if self._all_arrays else None

    @cached_property
    def _all_arrays(self) -> tuple[Model, bool] | None:
        return with_all_arrays(self.readings.base.unknowns, self.readings.base.found)

    def guessed(self, i: int) -> dict[str, tuple[Dim, ...]]:
        """Return the symbols of a claim of which nobody says what they are, with the dimensions that were found.

        A derivative of numbers by numbers leaves nothing to guess: there are no transposes, and no sums left out. Of
        what has a differential no one says that it is not held.
        """
        declared = {name for name, _ in self.readings.notes.declared}
        base = self.readings.base
        free = self.readings.uses(i) & base.unknowns.free.keys()
        indices = {name for name, one in base.unknowns.domains.items() if one.kind == "labels"}
        dims = {name: one.dims for name, one in base.found.quantities.items() if one.dims or name not in indices
                if name in free and is_of_the_file(name) and name.removesuffix(FREE) not in declared}  # fmt: skip
        dims |= {name: () for name in self.readings.uses(i) if name.endswith(DIRECTION)}
        chain = self.readings.base.unknowns.roles[i].chain
        words = any(
            name.endswith(DIRECTION) or (name.isalpha() and len(name) > 1) for name in dims
        )  # one may be a function, ``Sq w``
        numbers = has_derivative(chain) and not any(dims.values()) and not trees.index_letters(chain) and not words
        return {} if numbers else dict(sorted(dims.items()))

    def shapes_wanted(self, i: int, guessed: Mapping[str, tuple[Dim, ...]]) -> str:
        """Return what an annotation would say of symbols that were guessed, (...) where that guess is a poor one.

        A matrix by its letter that was found to be none is one. Where no shapes fit, so are lengths that one symbol
        alone has: those of two symbols may be the same. Differentials have the shapes of what they are of.
        """
        guessed = {name: dims for name, dims in guessed.items() if not name.endswith(DIRECTION)}
        lengths = Counter(length for dims in guessed.values() for length in {*dims})
        unsaid = {name for name, dims in guessed.items() if self._is_unlikely(name, dims)}
        if i in self.readings.base.found.model.problems:
            alone = {name for name, dims in guessed.items() if any(lengths[length] == 1 for length in dims)}
            declared = {name for name, one in self.readings.notes.declared if one.dims}
            unsaid |= alone if len(alone) > 1 or declared & self.readings.uses(i) else set()
        return ", ".join(f"{name} {'(...)' if name in unsaid else written(dims)}" for name, dims in guessed.items())

    def _is_unlikely(self, name: str, dims: tuple[Dim, ...]) -> bool:
        """Whether a symbol was found to be a number, though its letter is that of a matrix."""
        ranks = self.readings.base.unknowns.free.get(name, {})
        return not dims and bool(ranks) and min(ranks, key=lambda rank: ranks[rank]) > 1

    def shapes_line(self, i: int) -> str:
        """Return the line that would say which shapes the symbols have that may be numbers; those found do not fit."""
        names = self.free(i) or {name for name in self.unknown_shapes(i) if is_of_the_file(name)}
        shapes = ", ".join(f"{name} (...)" for name in sorted(names))
        return "; " + wanted(shapes) if shapes else ""
