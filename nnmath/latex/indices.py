"""How far the indices of an equation run: that is nowhere said, and follows from the arrays they stand on."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from nnmath.latex import tree
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.meaning import SCALAR, Dim, Meaning, Ranges, Shape
from nnmath.latex.tree import Expr

MAX_INDICES = 6


def base_name(node: Expr) -> str:
    """Return the name of a symbol or of the array of an element."""
    if isinstance(node, tree.Element):
        return base_name(node.array)
    return node.name if isinstance(node, tree.Name) else ""


@dataclass
class Axis:
    """How far an index runs, as far as that is known yet. Axes that must be equal share one `root`."""

    letter: str
    at: Place
    dim: Dim | None = None
    parent: Axis | None = None

    def root(self) -> Axis:
        axis = self
        while axis.parent:
            axis = axis.parent
        return axis


@dataclass
class Indices(ABC):
    """The indices of one equation.

    Parameters
    ----------
    meaning : Meaning
        What the names mean where the equation stands.
    parameters : sequence of str
        The parameters of the function that the equation defines; any number stands for them.
    """

    meaning: Meaning
    parameters: Sequence[str] = ()
    free: dict[str, Axis] = field(default_factory=dict)
    bound: list[dict[str, Axis]] = field(default_factory=list)
    summed: dict[str, Place] = field(default_factory=dict)
    sums: dict[Place, dict[str, Axis]] = field(default_factory=dict)

    def ranges(self) -> Ranges:
        """Return how far every index runs; refuse an index that nothing says it of."""
        for letter in self.free.keys() & self.summed.keys():
            raise DerivationError(
                f"{letter} is summed over and free in one equation; use another letter", self.summed[letter]
            )
        if len(self.free) + len(self.summed) > 2 * MAX_INDICES:
            raise DerivationError("too many indices in one equation", next(iter(self.summed.values())))
        free = {letter: self._known(axis) for letter, axis in self.free.items()}
        bound = {at: {letter: self._known(axis) for letter, axis in axes.items()} for at, axes in self.sums.items()}
        return Ranges(free, bound)

    def _known(self, axis: Axis) -> Dim:
        dim = axis.root().dim
        if dim is None:
            raise DerivationError(f"{axis.letter} is neither a symbol that is declared or defined above, nor an index "
                                  "whose range is known from an array", axis.at)  # fmt: skip
        return dim

    @abstractmethod
    def shape(self, node: Expr) -> Shape:
        """Check an expression and return its shape."""

    # ------------------------------------------------------------------ indices

    def axis(self, letter: str) -> Axis | None:
        """Return the axis of an index that is in use."""
        for scope in reversed(self.bound):
            if letter in scope:
                return scope[letter]
        return self.free.get(letter)

    def _runs_over(self, axis: Axis, dim: Dim, at: Place) -> None:
        root = axis.root()
        if root.dim is None:
            root.dim = dim
        elif not self.meaning.same(root.dim, dim):
            raise DerivationError(f"the index {axis.letter} runs over {root.dim} and over {dim}", at)

    def _runs_with(self, one: Axis, other: Axis, at: Place) -> None:
        a, b = one.root(), other.root()
        if a is b:
            return
        if a.dim is not None and b.dim is not None and not self.meaning.same(a.dim, b.dim):
            raise DerivationError(f"{one.letter} runs over {a.dim}, {other.letter} over {b.dim}", at)
        a.dim = b.dim if a.dim is None else a.dim
        b.parent = a

    def letter(self, node: Expr) -> Axis | None:
        """Return the axis if `node` is a bare index, creating it where it is used for the first time."""
        if (
            not isinstance(node, tree.Name)
            or self.meaning.shape_of(node.name) is not None
            or node.name in self.parameters
        ):
            return None
        axis = self.axis(node.name)
        if axis is None and re.fullmatch(r"[a-z]|\\[a-z]+", node.name) and not self.meaning.function(node.name):
            if node.name in self.meaning.declared:
                return None
            axis = self.free[node.name] = Axis(node.name, node.at)
        return axis

    def index(self, node: Expr, dim: Dim) -> None:
        """Check an index of an axis of length `dim`."""
        axis = self.letter(node)
        if axis:
            self._runs_over(axis, dim, node.at)
            return
        classes = self.classes(node)
        if classes is not None:
            if not self.meaning.same(classes, dim):
                raise DerivationError(f"a label of {classes} classes as an index that runs over {dim}", node.at)
            return
        if isinstance(node, tree.Sum):
            for term in node.terms:
                if not isinstance(term, tree.Number):
                    self.index(term, dim)
            return
        whole = isinstance(node, tree.Number) and node.text.isdigit() and int(node.text) >= 1
        last = (
            isinstance(node, tree.Name) and node.name in self.meaning.dimensions and self.meaning.same(node.name, dim)
        )
        integer = isinstance(node, (tree.Name, tree.Element)) and self._domain(node) == "integer"
        if not whole and not last and not integer:
            raise DerivationError("an index is a letter, a number or a label", node.at)
        self.shape(node)

    def classes(self, node: Expr) -> Dim | None:
        """Return the number of classes if `node` is a label."""
        if self._domain(node) != "label":
            return None
        if self.shape(node) != SCALAR:
            raise DerivationError("a label as an index needs an index itself: p_{n y_n}", node.at)
        classes = self.meaning.inputs[base_name(node)].domain.classes
        return int(classes) if classes.isdigit() else classes

    def _domain(self, node: Expr) -> str:
        symbol = self.meaning.inputs.get(base_name(node))
        return symbol.domain.kind if symbol else ""
