"""Checking one equation before it is run: every name is known, every shape fits, every index knows how far it runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce

from nnmath.latex import tree
from nnmath.latex.alphabet import EXTREMES, FUNCTIONS
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.indices import MAX_INDICES, Axis, Indices, base_name
from nnmath.latex.meaning import SCALAR, Meaning, Shape
from nnmath.latex.naming import EULER
from nnmath.latex.tree import Expr


@dataclass
class Check(Indices):
    """The check of one equation: its shapes, on top of its indices.

    Attributes
    ----------
    meaning : Meaning
        What the names mean where the equation stands.
    parameters : sequence of str
        The parameters of the function that the equation defines; any number stands for them.
    """

    # ------------------------------------------------------------------ shapes

    def shape(self, node: Expr) -> Shape:
        """Check an expression and return its shape."""
        return getattr(self, "_" + type(node).__name__.lower())(node)  # type: ignore[no-any-return]

    def _number(self, _: tree.Number) -> Shape:
        return SCALAR

    def _name(self, node: tree.Name) -> Shape:
        if node.name in self.parameters:
            return SCALAR
        dims = self.meaning.shape_of(node.name)
        if dims is not None:
            return Shape(dims)
        if self.axis(node.name) or node.name in self.meaning.dimensions or node.name == r"\pi":
            return SCALAR
        if self.meaning.function(node.name):
            raise DerivationError(f"{node.name} is a function; it needs its argument: {node.name}(z)", node.at)
        if node.name in self.meaning.declared:
            raise DerivationError(f"{node.name} is used before it is defined", node.at)
        if node.name in self.meaning.parameters:
            return SCALAR
        if node.name == "e":
            raise DerivationError("e is not declared; Euler's number stands only in powers e^{...}", node.at)
        if self.letter(node) is None:
            raise DerivationError(
                f"{node.name} is unknown: not declared in the table of symbols, not defined above", node.at
            )
        return SCALAR

    def _element(self, node: tree.Element) -> Shape:
        if isinstance(node.array, tree.Name) and self.meaning.shape_of(node.array.name) is None:
            self._name_of_array(node.array)
        shape = self.shape(node.array)
        if len(shape.dims) != len(node.indices):
            indices = f"{len(node.indices)} " + ("index" if len(node.indices) == 1 else "indices")
            raise DerivationError(f"{indices} on something of shape {shape}; an element has one for each dimension, "
                                  "with commas where that is not clear", node.at)  # fmt: skip
        for index, dim in zip(node.indices, shape.dims, strict=True):
            self.index(index, dim)
        return SCALAR

    def _name_of_array(self, node: tree.Name) -> None:
        if node.name in self.meaning.declared:
            raise DerivationError(f"{node.name} is used before it is defined", node.at)
        raise DerivationError(
            f"{node.name} is unknown: not declared in the table of symbols, not defined above", node.at
        )

    def _group(self, node: tree.Group) -> Shape:
        return self.shape(node.inner)

    def alike(self, shapes: Sequence[Shape], at: Place) -> Shape:
        """Return the common shape of things that are taken entry by entry; numbers go with everything."""
        result = SCALAR
        for shape in shapes:
            if result == SCALAR:
                result = shape
            elif shape != SCALAR and not self.conform(result, shape):
                raise DerivationError(f"shapes {result} and {shape} do not fit entry by entry", at)
        return result

    def conform(self, one: Shape, other: Shape) -> bool:
        """Whether two shapes are the same, a column being an (N, 1) matrix and a row a (1, N) one."""
        if len(one.dims) == len(other.dims):
            return one.row == other.row and all(map(self.meaning.same, one.dims, other.dims))
        if len(one.dims) > len(other.dims):
            one, other = other, one
        if (len(one.dims), len(other.dims)) != (1, 2):
            return False
        padded = (1, *one.dims) if one.row else (*one.dims, 1)
        return all(map(self.meaning.same, padded, other.dims))

    def _sum(self, node: tree.Sum) -> Shape:
        return self.alike([self.shape(term) for term in node.terms], node.at)

    def _product(self, node: tree.Product) -> Shape:
        if node.doubtful:
            raise DerivationError("a number after a factor is easily misread; write \\cdot", node.at)
        shapes = [self.shape(factor) for factor in node.factors]
        return reduce(lambda left, right: self._times(left, right, node.at), shapes)

    def _times(self, left: Shape, right: Shape, at: Place) -> Shape:
        """Return the shape of a matrix product."""
        if left == SCALAR or right == SCALAR:
            return right if left == SCALAR else left
        column_row = len(left.dims) == 1 and not left.row and right.row
        if column_row:
            return Shape((*left.dims, *right.dims))
        fits = len(left.dims) == 2 or left.row
        if len(left.dims) > 2 or len(right.dims) > 2 or right.row or not fits:
            hint = "; write a \\odot b entry by entry, a^\\top b for a number" if left == right else ""
            raise DerivationError(f"there is no product of shapes {left} and {right}{hint}", at)
        if not self.meaning.same(left.dims[-1], right.dims[0]):
            raise DerivationError(f"there is no matrix product of shapes {left} and {right}", at)
        dims = (*left.dims[:-1], *right.dims[1:])
        return Shape(dims, row=len(dims) == 1 and left.row)

    def _hadamard(self, node: tree.Hadamard) -> Shape:
        for factor in node.factors:
            if isinstance(factor, tree.Product) and sum(self.shape(part) != SCALAR for part in factor.factors) > 1:
                raise DerivationError("a matrix product beside \\odot needs brackets", factor.at)
        return self.alike([self.shape(factor) for factor in node.factors], node.at)

    def _quotient(self, node: tree.Quotient) -> Shape:
        return self.alike([self.shape(node.top), self.shape(node.bottom)], node.at)

    def _power(self, node: tree.Power) -> Shape:
        if is_euler(node.base):
            return self.shape(node.exponent)
        if self.shape(node.base) != SCALAR or self.shape(node.exponent) != SCALAR:
            raise DerivationError("the power of an array is unclear; write a \\odot a, or use indices", node.at)
        return SCALAR

    def _transpose(self, node: tree.Transpose) -> Shape:
        shape = self.shape(node.array)
        if len(shape.dims) not in (1, 2):
            raise DerivationError(f"something of shape {shape} has no transpose", node.at)
        return Shape(shape.dims[::-1], row=len(shape.dims) == 1 and not shape.row)

    def _call(self, node: tree.Call) -> Shape:
        shapes = [self.shape(argument) for argument in node.arguments]
        function = self.meaning.function(node.function)
        wanted = len(function.parameters) if function else 1
        if not function and node.function in EXTREMES:
            wanted = len(shapes)
            if node.function.startswith("arg") or wanted < 2:
                raise DerivationError(f"\\{node.function} is taken over an index below it, or of two numbers", node.at)
        elif not function and node.function not in FUNCTIONS | {"abs", "sqrt"}:
            raise DerivationError(f"{node.function} is no function that is defined above", node.at)
        if len(shapes) != wanted or (node.primes and (wanted > 1 or not function)):
            arguments = "one argument" if wanted == 1 else f"{wanted} arguments"
            prime = "; a prime stands after a function of one that is defined above" if node.primes else ""
            raise DerivationError(f"{node.function} takes {arguments}{prime}", node.at)
        if node.primes:
            self._refuse_second_derivative(
                node.primes > 1 or (function is not None and has_derivative(function.body)), node.at
            )
        if node.function == "diag":
            if len(shapes[0].dims) != 1:
                raise DerivationError("diag takes a vector", node.at)
            return Shape(shapes[0].dims * 2)
        return self.alike(shapes, node.at)

    def _refuse_second_derivative(self, second: bool, at: Place) -> None:
        if second:
            raise DerivationError("a derivative of a derivative is not run", at)

    # ------------------------------------------------------------------ sums over indices

    @contextmanager
    def _binding(self, node: tree.Reduce) -> Iterator[dict[str, Axis]]:
        for one in node.ranges:
            if (
                self.meaning.shape_of(one.letter) is not None
                or self.meaning.function(one.letter)
                or one.letter in self.parameters
            ):
                raise DerivationError(f"{one.letter} is a symbol; it cannot be summed over", one.at)
            if self.axis(one.letter):
                raise DerivationError(f"{one.letter} is in use already; sum over another letter", one.at)
            self.summed.setdefault(one.letter, one.at)
        scope = {one.letter: Axis(one.letter, one.at) for one in node.ranges}
        self.bound.append(scope)
        if sum(map(len, self.bound)) + len(self.free) > MAX_INDICES:
            raise DerivationError(f"more than {MAX_INDICES} indices at once", node.at)
        self.sums[node.at] = scope
        yield scope
        self.bound.pop()

    def _reduce(self, node: tree.Reduce) -> Shape:
        for one in node.ranges:
            for end in (one.low, one.high):
                if end is not None and self.shape(end) != SCALAR:
                    raise DerivationError("the bounds of a sum are numbers", one.at)
        with self._binding(node) as scope:
            for one in node.ranges:
                if isinstance(one.high, tree.Name) and one.high.name in self.meaning.dimensions:
                    self._runs_over(scope[one.letter], one.high.name, one.at)
            shape = self.shape(node.body)
            for condition in node.conditions:
                self.condition(condition)
            for one in node.ranges:
                if isinstance(one.high, tree.Number) and scope[one.letter].root().dim is None:
                    scope[one.letter].root().dim = _small_whole(one.high)
        if node.ranges:
            return shape
        if shape == SCALAR:
            raise DerivationError("the sum has no index below it, and what follows is no array", node.at)
        return SCALAR

    # ------------------------------------------------------------------ conditions

    def condition(self, node: Expr) -> None:
        """Check the condition of a sum or a case that is a number, not an array."""
        if self.shape(node) != SCALAR:
            raise DerivationError("a condition on an array holds for each entry only in square brackets", node.at)

    def _compare(self, node: tree.Compare) -> Shape:
        for i, relation in enumerate(node.relations):
            if relation in ("=", "≠"):
                self._tie(node.sides[i], node.sides[i + 1], node.at)
        return self.alike([self.shape(side) for side in node.sides], node.at)

    def _tie(self, left: Expr, right: Expr, at: Place) -> None:
        """Let an index that is compared with an index or a label run as far as that does."""
        axes = [None if base_name(side) in self.meaning.parameters else self.letter(side) for side in (left, right)]
        if axes[0] and axes[1]:
            self._runs_with(axes[0], axes[1], at)
        for axis, other in zip(axes, (right, left), strict=True):
            classes = self.classes(other) if axis else None
            if axis and classes is not None:
                self._runs_over(axis, classes, at)

    def _kronecker(self, node: tree.Kronecker) -> Shape:
        self._tie(node.left, node.right, node.at)
        if self.shape(node.left) != SCALAR or self.shape(node.right) != SCALAR:
            raise DerivationError("\\delta compares two indices", node.at)
        return SCALAR

    def _cases(self, node: tree.Cases) -> Shape:
        conditions = [self.shape(row.condition) for row in node.rows if row.condition]
        if any(row.condition is None for row in node.rows[:-1]):
            raise DerivationError("otherwise is the last case", node.at)
        return self.alike([*(self.shape(row.value) for row in node.rows), *conditions], node.at)

    # ------------------------------------------------------------------ arrays

    def _matrix(self, node: tree.Matrix) -> Shape:
        self._numbers([entry for row in node.rows for entry in row])
        rows, columns = len(node.rows), len(node.rows[0])
        if columns == 1:
            return Shape((rows,))
        return Shape((columns,), row=True) if rows == 1 else Shape((rows, columns))

    def _vector(self, node: tree.Vector) -> Shape:
        self._numbers(node.entries)
        return Shape((len(node.entries),))

    def _numbers(self, entries: Sequence[Expr]) -> None:
        for entry in entries:
            if self.shape(entry) != SCALAR:
                raise DerivationError("the entries of a matrix or a vector are numbers", entry.at)

    def _ones(self, node: tree.Ones) -> Shape:
        if node.dimension not in self.meaning.dimensions:
            raise DerivationError(f"{node.dimension} is no dimension of any symbol", node.at)
        return Shape((node.dimension,))

    def _norm(self, node: tree.Norm) -> Shape:
        rank = len(self.shape(node.array).dims)
        if rank == 0 or (rank != 2 and node.order == "F") or (rank != 1 and node.order in ("1", "2")):
            raise DerivationError(
                "a norm is that of a vector; _F that of a matrix; a number has \\lvert \\rvert", node.at
            )
        return SCALAR

    # ------------------------------------------------------------------ derivatives

    def _partial(self, node: tree.Partial) -> Shape:
        name = base_name(node.bottom)
        if not isinstance(node.bottom, (tree.Name, tree.Element)) or not name:
            raise DerivationError("a derivative is taken with respect to a symbol or an element of it", node.bottom.at)
        bottom = self.shape(node.bottom)
        is_variable = self.meaning.shape_of(name) is not None or name in self.meaning.parameters
        if not is_variable or name in self.parameters or self._domain(node.bottom) in ("label", "integer"):
            raise DerivationError(f"nothing can be differentiated with respect to {name}", node.bottom.at)
        differentiated = what_is_differentiated(node, self.meaning)
        top = self.shape(differentiated)
        uses = self.meaning.uses(differentiated)
        if name not in uses:
            raise DerivationError(f"what is differentiated here does not depend on {name}", node.at)
        bodies = [self.meaning.definitions[used].body for used in uses if used in self.meaning.definitions]
        self._refuse_second_derivative(any(map(has_derivative, [differentiated, *bodies])), node.at)
        if top != SCALAR and (bottom != SCALAR or isinstance(node.bottom, tree.Element)):
            raise DerivationError(
                f"what is differentiated has shape {top}; give it indices, so that it is one number", node.at
            )
        return bottom if top == SCALAR else top


def has_derivative(expr: Expr) -> bool:
    """Whether a derivative stands in an expression."""
    return any(
        isinstance(node, tree.Partial) or (isinstance(node, tree.Call) and node.primes) for node in tree.walk(expr)
    )


def what_is_differentiated(node: tree.Partial, meaning: Meaning) -> Expr:
    r"""Return the top of a derivative; in ``\frac{d \sigma}{d u}`` that is the function at u."""
    if isinstance(node.top, tree.Name) and meaning.function(node.top.name):
        return tree.Call(node.top.name, (node.bottom,), at=node.top.at)
    return node.top


def is_euler(node: Expr) -> bool:
    """Whether the base of a power is Euler's number."""
    return isinstance(node, tree.Name) and node.name == EULER


def _small_whole(node: tree.Number) -> int:
    if not node.text.isdigit() or not 1 <= int(node.text) <= 20:
        raise DerivationError("a sum without an array runs to a whole number of at most 20", node.at)
    return int(node.text)
