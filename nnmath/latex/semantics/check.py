"""Checking one equation before it is run: every name is known, every shape fits, every index knows how far it runs.

How far an index runs is nowhere said: it follows from the arrays that the index stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from nnmath.latex.errors import DerivationError, Place, ShapeError
from nnmath.latex.numbers.known_functions import KNOWN
from nnmath.latex.semantics.axes import Axis
from nnmath.latex.semantics.rules import RULES
from nnmath.latex.semantics.same_dimensions import Dimensions
from nnmath.latex.symbols.dimensions import COUNTED, OPEN, Dim, is_any, names_in
from nnmath.latex.symbols.scope import SCALAR, Delay, Ranges, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, base_name

MAX_INDICES = 12


def refuse_unless_square(check: ShapeCheck, shape: Shape, node: Expr) -> None:
    """Refuse what is no square matrix."""
    if len(shape.dims) != 2 or not check.same(*shape.dims):
        raise ShapeError(f"a square matrix is needed here, not something of shape {shape}", node.at)


def transposed_shape(shape: Shape, at: Place) -> Shape:
    """Return the shape of a transpose."""
    if len(shape.dims) not in (1, 2):
        raise ShapeError(f"something of shape {shape} has no transpose", at)
    return Shape(shape.dims[::-1], row=len(shape.dims) == 1 and not shape.row)


@dataclass
class ShapeCheck(Dimensions):
    """The check of one equation."""

    free: dict[str, Axis] = field(default_factory=dict)
    bound: list[dict[str, Axis]] = field(default_factory=list)
    summed: dict[str, Place] = field(default_factory=dict)
    sums: dict[Place, dict[str, Axis]] = field(default_factory=dict)
    #: Indices such as ``t - 1``, or ``t`` in ``j \\le t``: what they run as far as, if nothing else says it.
    loose: list[tuple[Axis, Dim | Axis, Place]] = field(default_factory=list)
    #: See `Definition.delayed`.
    delayed: dict[str, Delay] = field(default_factory=dict)
    calls: int = 0
    #: For dimensions the largest number that stands as an index or as a bound.
    literals: dict[Dim, int] = field(default_factory=dict)
    #: See `Ranges.chosen`.
    chosen: dict[Place, tuple[int, ...]] = field(default_factory=dict)
    #: How far the indices on the left of a definition run where nothing in it says so: as later equations will say.
    later: Mapping[str, Dim] = field(default_factory=dict)

    def shape(self, node: Expr) -> Shape:
        """Check an expression and return its shape."""
        return RULES[type(node)].shape(self, node)  # type: ignore[no-any-return]

    def ranges(self) -> Ranges:
        """Return how far every index runs; refuse an index that nothing says it of."""
        for letter in self.free.keys() & self.summed.keys():
            raise DerivationError(
                f"{letter} is summed over and free in one equation; use another letter", self.summed[letter]
            )
        if len(self.free) + len(self.summed) > 2 * MAX_INDICES:
            raise DerivationError("too many indices in one equation", next(iter(self.summed.values())))
        for axis, other, at in self.loose:
            if axis.counts:
                continue
            dim = other.root().dim if isinstance(other, Axis) else other
            if axis.root().dim is None and dim is not None:
                self.runs_over(axis, dim, at)
        free = {letter: self._known(axis) for letter, axis in self.free.items()}
        bound = {at: {letter: self._known(axis) for letter, axis in axes.items()} for at, axes in self.sums.items()}
        literals = {self.resolved(dim): literal for dim, literal in self.literals.items()}
        constants = {at: tuple(map(self.resolved, dims)) for at, dims in self.constants.items()}
        for at, dims in constants.items():
            unknown = any(is_any(dim) and not str(dim).startswith(OPEN) for dim in dims)
            if unknown and not self.parameters:
                raise DerivationError("nothing says how large this constant array is; write I_N or \\mathbf 1_N", at)
        return Ranges(free, bound, literals, constants, self.chosen)

    def _known(self, axis: Axis) -> Dim:
        dim = axis.root().dim
        if dim is not None:
            return self.resolved(dim)
        if axis.counts:
            return COUNTED
        if axis.letter.upper() in self.scope.dimensions:  # as n runs over N
            return axis.letter.upper()
        if axis.letter in self.later:
            return self.resolved(self.later[axis.letter])
        named = next((name for name in self.scope.declared if name.endswith(f"_{{{axis.letter}}}")), "")
        bounds = f"write its bounds, such as \\sum_{{{axis.letter}=1}}^{{N}}"
        remedy = bounds if axis.letter in self.summed else "declare it in the table of symbols, or define it above"
        problem = (
            f"{axis.letter} is neither a symbol that is declared or defined above, nor an index whose range is known"
        )
        raise DerivationError(f"{problem} from an array; {f'{named} is a name' if named else remedy}", axis.at)

    # ------------------------------------------------------------------ indices

    def axis(self, letter: str) -> Axis | None:
        """Return the axis of an index that is in use."""
        for bound in reversed(self.bound):
            if letter in bound:
                return bound[letter]
        return self.free.get(letter)

    def runs_over(self, axis: Axis, dim: Dim, at: Place) -> None:
        """Note how far an index runs."""
        root = axis.root()
        if root.dim is None:
            root.dim = dim
        elif not self.same(root.dim, dim):
            problem = f"the index {axis.letter} runs over {root.dim} and over {dim}"
            raise ShapeError(f"{problem}{self._remedy_for_part(axis.letter, root.dim, dim)}", at)

    def _remedy_for_part(self, letter: str, one: Dim, other: Dim) -> str:
        """Say how the first entries along an axis are indexed, whose length is a sum with the one of the index."""
        for part, whole in ((one, other), (other, one)):
            if part in names_in(self.scope.written_out(whole)) and part != whole:
                return f"; for the first {part} entries of {whole} write the index {letter} + 0"
        return ""

    def _runs_with(self, one: Axis, other: Axis, at: Place) -> None:
        a, b = one.root(), other.root()
        if a is b:
            return
        if a.dim is not None and b.dim is not None and not self.same(a.dim, b.dim):
            raise ShapeError(f"{one.letter} runs over {a.dim}, {other.letter} over {b.dim}", at)
        a.dim = b.dim if a.dim is None else a.dim
        b.parent = a

    def tie(self, left: Expr, right: Expr, at: Place) -> None:
        """Let an index that is compared with an index or a label run as far as that does."""
        axes = [None if base_name(side) in self.scope.parameters else self.letter(side) for side in (left, right)]
        if axes[0] and axes[1]:
            self._runs_with(axes[0], axes[1], at)
        for axis, other in zip(axes, (right, left), strict=True):
            classes = self.classes(other) if axis else None
            if axis and classes is not None:
                self.runs_over(axis, classes, at)

    def tie_loosely(self, left: Expr, right: Expr, at: Place) -> None:
        """Let an index that is a bound of another one run as far as that does, if nothing else says how far."""
        axes = [None if base_name(side) in self.scope.parameters else self.letter(side) for side in (left, right)]
        if axes[0] and axes[1]:
            self.loose += [(axes[0], axes[1], at), (axes[1], axes[0], at)]

    def letter(self, node: Expr) -> Axis | None:
        """Return the axis if `node` is a bare index, creating it where it is used for the first time."""
        if (
            not isinstance(node, tree.Name)
            or self.scope.shape_of(node.name) is not None
            or node.name in self.parameters
        ):
            return None
        axis = self.axis(node.name)
        if axis is None and re.fullmatch(r"[a-z]|\\[a-z]+", node.name) and not self.scope.function(node.name):
            if node.name in self.scope.declared or node.name in self.scope.dimensions:
                return None
            axis = self.free[node.name] = Axis(node.name, node.at)
        return axis

    def index(self, node: Expr, dim: Dim) -> None:
        """Check an index of an axis of length `dim`."""
        axis = self.letter(node)
        if axis:
            self.runs_over(axis, dim, node.at)
            return
        classes = self.classes(node)
        if classes is not None:
            if not self.same(classes, dim):
                raise DerivationError(f"a label of {classes} classes as an index that runs over {dim}", node.at)
            return
        rounded = isinstance(node, tree.Call) and node.function in KNOWN and KNOWN[node.function].is_whole
        if rounded or isinstance(node, (tree.Sum, tree.Product, tree.Group)):
            self._calculated_index(node, dim)
            return
        whole = isinstance(node, tree.Number) and node.text.isdigit() and int(node.text) >= 1
        last = isinstance(node, tree.Name) and node.name in self.scope.dimensions and self.same(node.name, dim)
        integer = isinstance(node, (tree.Name, tree.Element)) and self.domain(node) == "integer"
        if not whole and not last and not integer:
            raise DerivationError("an index is a letter, a number from 1 on or a label; indices of more than one digit "
                                  "stand between commas", node.at)  # fmt: skip
        if isinstance(node, tree.Number):
            self.literals[dim] = max(int(node.text), self.literals.get(dim, 0))
        self.shape(node)

    def _calculated_index(self, node: Expr, dim: Dim) -> None:
        """Check ``t - 1`` or ``s i + u``: any whole number, outside of the array as well."""
        leaves = self.whole(node, "an index")
        axes = {axis.letter: axis for leaf in leaves if (axis := self.letter(leaf))}
        if len(axes) == 1 and not any(isinstance(one, (tree.Product, tree.Quotient)) for one in tree.walk(node)):
            self.loose.append((next(iter(axes.values())), dim, node.at))

    def whole(self, node: Expr, what: str) -> list[Expr]:
        """Return what a whole number is calculated from; refuse what need not be one."""
        leaves = [one for one in tree.walk(node) if not any(tree.children(one)) or isinstance(one, tree.Element)]
        for leaf in leaves:
            whole = isinstance(leaf, tree.Number) and leaf.text.isdigit()
            dimension = isinstance(leaf, tree.Name) and leaf.name in self.scope.dimensions
            if not (whole or dimension or self.letter(leaf) or self.domain(leaf) in ("integer", "labels")):
                raise DerivationError(f"{what} is calculated from letters and whole numbers", leaf.at)
        if self.shape(node) != SCALAR:
            raise DerivationError(f"{what} is a number", node.at)
        return leaves

    def classes(self, node: Expr) -> Dim | None:
        """Return the number of classes if `node` is a label."""
        if self.domain(node) != "labels":
            return None
        if self.shape(node) != SCALAR:
            raise DerivationError("a label as an index needs an index itself: p_{n y_n}", node.at)
        return self.scope.inputs[base_name(node)].domain.classes

    def domain(self, node: Expr) -> str:
        """Return the kind of domain of an input, empty for anything else."""
        symbol = self.scope.inputs.get(base_name(node))
        return symbol.domain.kind if symbol else ""

    def _refuse_part_of_name(self, letter: str, node: tree.Reduce) -> None:
        """Refuse a sum over i of what holds ``x_i`` where that is a name, which the table declares."""
        ends = tuple(f"{mark}{{{inner}}}" for mark in "_^" for inner in (letter, f"({letter})"))
        for one in tree.walk(node):
            if isinstance(one, tree.Name) and one.name.endswith(ends):
                remedy = "sum over another letter, or declare the array of all of them, with one dimension more"
                raise DerivationError(f"{one.name} is a name, in which {letter} is no index; {remedy}", one.at)

    @contextmanager
    def binding(self, node: tree.Reduce) -> Iterator[dict[str, Axis]]:
        """Bring the indices of a sum into scope."""
        for one in node.ranges:
            if (
                self.scope.shape_of(one.letter) is not None
                or self.scope.function(one.letter)
                or one.letter in self.parameters
            ):
                raise DerivationError(f"{one.letter} is a symbol; it cannot be summed over", one.at)
            if self.axis(one.letter):
                raise DerivationError(f"{one.letter} is in use already; sum over another letter", one.at)
            self._refuse_part_of_name(one.letter, node)
            self.summed.setdefault(one.letter, one.at)
        bounded = {one.letter for one in node.ranges if one.low is not None and one.high is not None}
        axes = {one.letter: Axis(one.letter, one.at, counts=one.letter in bounded) for one in node.ranges}
        self.bound.append(axes)
        if sum(map(len, self.bound)) + len(self.free) > MAX_INDICES:
            raise DerivationError(f"more than {MAX_INDICES} indices at once", node.at)
        self.sums[node.at] = self.sums.get(node.at, {}) | axes  # a sum may stand in place of one of its parts
        yield axes
        self.bound.pop()
