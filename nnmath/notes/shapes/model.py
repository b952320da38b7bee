"""A file of notes as the language of derivations knows it: symbols, a scope, and equations that can be run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from nnmath.latex import Derivation, DerivationError, Document, Place
from nnmath.latex.claims.derivation import Equation, Stage
from nnmath.latex.symbols.dimensions import Dim, is_calculated, names_in
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.notes.document.declarations import MOST_LENGTH
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.sampling import Domain

REAL = Domain()

#: Ends the name of what a value with a condition on it is computed from, as a symmetric matrix is.
FREE = "_{[free]}"


def is_free(name: str) -> bool:
    """Whether something else is computed from a symbol, which the notes do not have."""
    return name.endswith(FREE)


@dataclass(frozen=True)
class Quantity:
    """What is known of a symbol that the notes do not define: its dimensions and what it may be."""

    dims: tuple[Dim, ...]
    domain: Domain = REAL


@dataclass
class Model:
    """The notes in one reading.

    Attributes
    ----------
    scope : Scope
        What the names mean at the end of the file.
    equations : dict
        The equations that can be run, by their numbers.
    problems : dict
        Why the others cannot.
    found : dict
        What the dimensions are that were left open, as far as it follows from the equations.
    failed : dict
        For each symbol whose definition cannot be run the number of that equation.
    meanings : dict
        For equations whose shapes fit only with what is left out of them put back: all that they may mean.
    settled : set
        The open dimensions of the symbols that stood in an equation so far, or that an annotation gives.
    tied : dict
        For claims whose shapes fit only if settled dimensions are equal: what `found` would be then.
    rows : set
        What is defined as a row, and is a column here.
    row_vectors : bool
        Whether a definition multiplies a vector by a matrix behind it, as it is done where vectors are rows.
    turned : set
        Claims that do not fit as they are written, and fit where derivatives lie the other way.
    left_out : dict
        For claims of several sides those that have no meaning here, and were left out.
    losses : frozenset
        What is differentiated and called as a loss is, and is neither differentiated by nor has an index.
    stars : bool
        Whether the file writes products with a star.
    crossed : bool
        Whether a circled times sign may be another product than Kronecker's.
    """

    scope: Scope
    equations: dict[int, Equation] = field(default_factory=dict)
    problems: dict[int, DerivationError] = field(default_factory=dict)
    found: dict[Dim, Dim] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    meanings: dict[int, list[Equation]] = field(default_factory=dict)
    settled: set[Dim] = field(default_factory=set)
    tied: dict[int, dict[Dim, Dim]] = field(default_factory=dict)
    losses: frozenset[str] = frozenset()
    left_out: dict[int, list[LeftOut]] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)
    row_vectors: bool = False
    turned: set[int] = field(default_factory=set)
    stars: bool = False
    crossed: bool = False

    def derivation(self, path: str, equations: Iterable[Equation]) -> Derivation:
        """Return equations of the notes as a derivation, in which each has its number as its tag."""
        document = Document(path, "", "", "", (), (), (), (), (), ())
        calculated = self._calculated_lengths()
        dimensions = self.scope.dimensions.union(*map(names_in, calculated))
        lengths = {**self.scope.lengths, **self._literal_lengths(), **calculated}
        stage = Stage(replace(self.scope, dimensions=dimensions, lengths=lengths))
        staged = [replace(one, stage=stage) for one in equations]
        return Derivation(document, list(self.scope.declared.values()), staged, [])

    def _calculated_lengths(self) -> dict[str, tree.Expr]:
        """Return the dimensions of inputs that are sums of others, as that of W in W [h, x]."""
        at, found = Place(1, 1), {}
        for dim in sorted({dim for one in self.scope.inputs.values() for dim in one.shape if is_calculated(dim)}):
            chain, _ = parse(str(dim).replace("·", " "), KnownNames(frozenset(names_in(dim)), frozenset()), at)
            found[str(dim)] = chain.sides[0]
        return found

    def _literal_lengths(self) -> dict[str, tree.Expr]:
        r"""Return the dimensions that are as long as a sum over them says with a number, ``\sum_{i=1}^{4} x_i``."""
        found: dict[str, set[tree.Number]] = {}
        for equation in self.equations.values():
            for node in (node for side in equation.sides for node in tree.walk(side)):
                if isinstance(node, tree.Reduce):
                    dims = equation.ranges.bound.get(node.at, {})
                    for one in node.ranges:
                        dim = dims.get(one.letter)
                        if isinstance(one.high, tree.Number) and isinstance(dim, str) and dim in self.scope.dimensions:
                            found.setdefault(dim, set()).add(replace(one.high, at=Place(1, 1)))
        sums: dict[str, tree.Expr] = {dim: numbers.pop() for dim, numbers in found.items() if len(numbers) == 1}
        return self._listed_lengths() | sums | dict(self._said_lengths())

    def _said_lengths(self) -> Iterator[tuple[str, tree.Expr]]:
        """Yield the dimensions that an equation gives a number, ``K = 3``, if examples of this size can be computed."""
        for equation in self.equations.values():
            match equation.sides:
                case (tree.Name(name=name), tree.Number(text=text)) if name in self.scope.dimensions and text.isdigit():
                    if 0 < int(text) <= MOST_LENGTH:
                        yield name, tree.Number(text, at=Place(1, 1))

    def _listed_lengths(self) -> dict[str, tree.Expr]:
        """Return the dimensions of inputs whose entries are listed, 1, 2 and 3 of x_1, x_2, x_3."""
        listed: dict[str, set[int]] = {}
        nodes = (node for one in self.equations.values() for side in one.sides for node in tree.walk(side))
        for node in nodes:
            known = self.scope.inputs.get(tree.base_name(node)) if isinstance(node, tree.Element) else None
            for index, dim in (
                zip(node.indices, known.shape, strict=False) if isinstance(node, tree.Element) and known else ()
            ):
                if isinstance(index, tree.Number) and isinstance(dim, str) and index.text.isdigit():
                    listed.setdefault(dim, set()).add(int(index.text))
        return {dim: tree.Number(str(max(numbers)), at=Place(1, 1)) for dim, numbers in listed.items()
                if len(numbers) > 1 and numbers == set(range(1, max(numbers) + 1))}  # fmt: skip

    def resolved(self, dim: Dim) -> Dim:
        """Return what is known of a dimension."""
        while dim in self.found:
            dim = self.found[dim]
        return dim


class DependsOnFailed(DerivationError):
    """An equation uses a symbol whose definition cannot be run."""

    def __init__(self, name: str, place: Place) -> None:
        super().__init__(f"it uses {name}, whose definition is not judged", place)
        self.name = name
