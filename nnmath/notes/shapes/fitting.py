r"""Shorthand: what notes write where the language wants more, where the shapes leave one meaning or a few.

``\delta \sigma'(z)`` of two columns is the product entry by entry or the inner product; ``X W + b`` adds b to every
row; ``x W`` is a product where vectors are rows; ``\lVert a - y \rVert`` of numbers is the absolute value; the square
of a vector is taken entry by entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from nnmath.latex import DerivationError, Place
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.notation.names.inner_products import with_squared_norms
from nnmath.notes.shapes.broadcasting import as_diagonal, broadcast
from nnmath.notes.shapes.examples_in_columns import with_examples_in_columns
from nnmath.notes.shapes.row_vectors import as_row_times, has_row, is_turned, with_forms
from nnmath.notes.syntax import trees

#: The meanings of the product of two columns, the first tried first.
ENTRYWISE, INNER = "entry by entry", "inner product"

_LARGEST_POWER = 4

_ONES = tree.Call(tree.ONES, (), at=Place(1, 1))


class Fitting:
    """Rewrites an expression whose shapes do not fit, with what is known of the shapes.

    Parameters
    ----------
    check : ShapeCheck
        Of the equation; it is used up.
    columns : str
        What the product of two columns of one shape means: `ENTRYWISE` or `INNER`.
    rows : collection of str
        What is defined as a row, and is a column here.
    """

    def __init__(self, check: ShapeCheck, columns: str = ENTRYWISE, rows: Collection[str] = ()) -> None:
        self.check = check
        self.columns = columns
        self.rows = frozenset(rows)
        self.multiplies_columns = False
        self._shapes: dict[int, tuple[Expr, tuple[int, int], Shape | None]] = {}  # by node, where no more is known
        self._chain: Expr | None = None

    def chain(self, chain: tree.Chain) -> tree.Chain:
        """Return an equation in which the sides fit by themselves and together."""
        self._chain = chain
        sides = tuple(self.fitted(side) for side in chain.sides)
        return replace(chain, sides=self._with_diagonals(sides))

    def _with_diagonals(self, sides: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """Read a vector, or 1, beside the derivative of a vector by one as the diagonal of it: the rest is 0."""
        shapes = [self.shape(side) for side in sides]
        ranks = [None if shape is None else len(shape.dims) for shape in shapes]
        jacobian = any(
            rank == 2 and isinstance(side, (tree.Partial, tree.Held)) for side, rank in zip(sides, ranks, strict=True)
        )
        if not jacobian or None in ranks or {*ranks} == {2}:
            return sides
        return tuple(as_diagonal(side, rank) for side, rank in zip(sides, ranks, strict=True))

    def fitted(self, node: Expr) -> Expr:
        """Return an expression that has a shape, with the same meaning to a reader."""
        if self.shape(node) is not None:
            return node
        return self._fitted(node)

    def with_norms(self, chain: tree.Chain) -> tree.Chain:
        """Return an equation in which bars around a vector are its norm."""
        return chain if tree.Call not in tree.kinds(chain) else trees.changed(chain, self._with_norm)

    def _with_norm(self, node: Expr) -> Expr:
        """Read the bars around a vector as its norm."""
        if isinstance(node, tree.Call) and node.function == "abs":
            shape = self.shape(node.arguments[0])
            return replace(node, function=tree.NORM) if shape is not None and len(shape.dims) == 1 else node
        return node

    def _fitted(self, node: Expr) -> Expr:
        match node:
            case tree.Reduce():
                with self.check.binding(node):
                    body = self.fitted(node.body)
                return replace(node, body=body)
            case tree.Sum():
                return self._sum(replace(node, terms=tuple(map(self.fitted, node.terms))))
            case tree.Product():
                return self._product(replace(node, factors=tuple(map(self.fitted, node.factors))))
            case tree.Hadamard():
                return self._hadamard(replace(node, factors=tuple(map(self.fitted, node.factors))))
            case tree.Quotient():
                return self._quotient(replace(node, top=self.fitted(node.top), bottom=self.fitted(node.bottom)))
            case tree.Group():
                return replace(node, inner=self.fitted(node.inner))
            case tree.Power():
                return self._power(replace(node, base=self.fitted(node.base)))
            case tree.Call():
                return self._call(replace(node, arguments=tuple(map(self.fitted, node.arguments))))
            case tree.Partial():
                return replace(node, top=self.fitted(node.top))
        return node

    def shape(self, node: Expr) -> Shape | None:
        """Return the shape of an expression; None where it does not fit."""
        now = len(self.check.found), id(self.check.bound[-1]) if self.check.bound else 0
        known = self._shapes.get(id(node))
        if known is None or known[1] != now:
            shape = self._shape(node)
            known = self._shapes[id(node)] = node, (len(self.check.found), now[1]), shape
        return known[2]

    def _shape(self, node: Expr) -> Shape | None:
        before = dict(self.check.found), len(self.check.loose), len(self.check.bound)
        with suppress(DerivationError):
            shape = self.check.shape(node)
            new = self.check.found.keys() - before[0].keys()
            if not any(isinstance(self.check.found[dim], int) for dim in new):
                return shape  # one that fits only if a dimension is 1 does not fit
        self.check.found.clear()
        self.check.found.update(before[0])
        del self.check.loose[before[1] :]
        del self.check.bound[before[2] :]
        return None

    def _product(self, node: tree.Product) -> Expr:
        """Take the factors of a product one after the other: as a matrix product where it fits, or as columns."""
        factors = with_forms(with_squared_norms(node.factors), self.shape)
        first, *rest = map(self._without_turned_row, factors)
        done: list[Expr] = [first]
        for factor in rest:
            whole = tree.Product((*done, factor), at=node.at)
            left = self.shape(tree.Product(tuple(done), at=node.at) if len(done) > 1 else done[0])
            right = self.shape(factor)
            if self.shape(whole) is None and left is not None and right is not None and self.alike(left, right):
                before = tree.Group(tree.Product(tuple(done), at=node.at), at=node.at) if len(done) > 1 else done[0]
                done = [self._columns(before, factor)]
            elif left is not None and factor == _ONES and len(left.dims) == 1 and self.shape(whole) is None:
                done = [_sum_of_entries(done)]  # np.sum(z, axis=1) where z has one row
            elif left is not None and right is not None and self._is_row_times_matrix(left, right):
                done = [as_row_times(done, factor)]
            elif done[-1] == _ONES and right is not None and len(right.dims) == 1 and self.shape(whole) is None:
                done.append(tree.Call(tree.TRANSPOSE, (factor,), at=factor.at))  # \mathbf{1} b repeats the row b
            else:
                done.append(factor)
        if self.shape(tree.Product(tuple(done), at=node.at)) is None:
            done = self._from_the_right(node)
        return replace(node, factors=tuple(done), doubtful=False) if len(done) > 1 else done[0]

    def _from_the_right(self, node: tree.Product) -> list[Expr]:
        """Make one factor of two columns that stand beside each other, the last ones first: W (a b)."""
        factors = list(node.factors)
        for i in range(len(factors) - 1, 0, -1):
            left, right = self.shape(factors[i - 1]), self.shape(factors[i])
            if left is None or right is None or not self.alike(left, right):
                continue
            if len(left.dims) == 1 or self.shape(tree.Product((factors[i - 1], factors[i]), at=node.at)) is None:
                factors[i - 1 : i + 1] = [self._columns(factors[i - 1], factors[i])]
        return factors

    def alike(self, left: Shape, right: Shape, may_be: bool = False) -> bool:
        """Whether arrays have the same dimensions, or are columns that `may_be` made as long as each other."""
        if left == SCALAR or left.row != right.row or len(left.dims) != len(right.dims):
            return False
        known = [[self.check.resolved(dim) for dim in shape.dims] for shape in (left, right)]
        return known[0] == known[1] or (may_be and len(left.dims) == 1 and self.check.same(left.dims[0], right.dims[0]))

    def _without_turned_row(self, node: Expr) -> Expr:
        """Leave out the transpose of what the notes have as a row: it is a column already; a matrix of rows is none."""
        if isinstance(node, tree.Call) and is_turned(node) and trees.names(node) & self.rows:
            shape = self.shape(node.arguments[0])
            return node if shape is not None and len(shape.dims) > 1 else node.arguments[0]
        return node

    def _is_row_times_matrix(self, left: Shape, right: Shape) -> bool:
        """Whether a vector stands before a matrix, as it does where vectors are rows.

        In an equation that turns a vector before a matrix, they are columns: x^T A x beside m A m is a slip.
        """
        ranks = len(left.dims), len(right.dims)
        fits = ranks == (1, 2) and not left.row and self.check.same(left.dims[0], right.dims[0])
        return fits and not self._turns

    @cached_property
    def _turns(self) -> bool:
        """Whether a vector before a matrix is transposed somewhere in the equation."""
        return self._chain is not None and any(map(self._turns_vector, tree.walk(self._chain)))

    def _turns_vector(self, node: Expr) -> bool:
        """Whether an expression is a product with a vector that is transposed before a matrix."""
        for one, other in pairwise(node.factors) if isinstance(node, tree.Product) else ():
            if isinstance(one, tree.Call) and one.function == tree.TRANSPOSE:
                left, right = self.shape(one), self.shape(other)
                if left is not None and left.row and right is not None and len(right.dims) == 2:
                    return True
        return False

    def _columns(self, left: Expr, right: Expr) -> Expr:
        self.multiplies_columns, shape = True, self.shape(left)
        if is_turned(right) and has_row(left):
            return tree.Product((left, right), at=left.at)  # y^T K y^T is a slip, and no y^T K y
        if self.columns == INNER and shape is not None and len(shape.dims) == 1:
            turned = tree.Call(tree.TRANSPOSE, (right if shape.row else left,), at=left.at)
            return tree.Product((left, turned) if shape.row else (turned, right), at=left.at)
        return tree.Group(tree.Hadamard((left, right), at=left.at), at=left.at)

    def _hadamard(self, node: tree.Hadamard) -> Expr:
        """Put a matrix product beside the sign of the product entry by entry into brackets; repeat a vector."""
        factors = tuple(tree.Group(one, at=one.at) if isinstance(one, tree.Product) else one for one in node.factors)
        whole = replace(node, factors=factors)
        if self.shape(whole) is not None:
            return whole
        if self.shape(rows := replace(node, factors=self._broadcast(factors))) is not None:
            return rows
        if not isinstance(node.factors[-1], tree.Product):
            return whole
        first, *rest = node.factors[-1].factors  # a \odot b c^T is (a \odot b) c^T where that fits
        return tree.Product((tree.Group(replace(node, factors=(*factors[:-1], first)), at=node.at), *rest), at=node.at)

    def _sum(self, node: tree.Sum) -> Expr:
        """Add a vector to every row of a matrix; ones to a matrix are the number 1."""
        plain = replace(node, terms=tuple(tree.Number("1", at=one.at) if one == _ONES else one for one in node.terms))
        fits = plain != node and self.shape(plain) is not None
        return plain if fits else replace(node, terms=self._broadcast(node.terms))

    def _quotient(self, node: tree.Quotient) -> Expr:
        """Divide every row of a matrix by a vector."""
        top, bottom = self._broadcast((node.top, node.bottom))
        return replace(node, bottom=bottom) if top == node.top else node

    def _broadcast(self, parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
        return broadcast(parts, self.shape, lambda one, other: self.check.resolved(one) == self.check.resolved(other))

    def _power(self, node: tree.Power) -> Expr:
        """Take a whole power of an array entry by entry; the square root of one, too."""
        shape = self.shape(node.base)
        if shape in (None, SCALAR) or self.has_single_entries(node.base):
            return node
        match node.exponent:
            case tree.Number(text=text) if text.isdigit() and 2 <= int(text) <= _LARGEST_POWER:
                return tree.Group(tree.Hadamard((node.base,) * int(text), at=node.at), at=node.at)
        return node

    def has_single_entries(self, base: Expr) -> bool:
        """Whether an entry that is a number stands in a sum of arrays: its square is none of them entry by entry."""
        inner = base.inner if isinstance(base, tree.Group) else base
        terms = inner.terms if isinstance(inner, tree.Sum) else ()
        return any(isinstance(term, tree.Element) and self.shape(term) == SCALAR for term in terms)

    def _call(self, node: tree.Call) -> Expr:
        if node.function in (tree.TRANSPOSE, "tr") and self.shape(node.arguments[0]) == SCALAR:
            return node.arguments[0]  # a number is its own trace
        if node.function.startswith(tree.NORM) and self.shape(node.arguments[0]) == SCALAR:
            return replace(node, function="abs")
        return node


def _sum_of_entries(factors: list[Expr]) -> Expr:
    """Return the product of a column and ones, as a number."""
    before = tree.Group(tree.Product(tuple(factors), at=factors[0].at), at=factors[0].at)
    return tree.Product((tree.Call(tree.TRANSPOSE, (before,), at=before.at), _ONES), at=before.at)


def meanings(chain: tree.Chain, check: ShapeCheck, rows: Collection[str] = ()) -> Iterator[tree.Chain]:
    """Yield what an equation may mean where its shapes do not fit as it is written, if it may mean anything."""
    plain = trees.changed(chain, _without_dots)
    others = plain, with_examples_in_columns(chain, Fitting(ShapeCheck(check.scope, found=dict(check.found))).shape)
    ways = [(chain, ENTRYWISE), (chain, INNER), *((other, ENTRYWISE) for other in others if other != chain)]
    fitting: Fitting | None = None
    for written, columns in ways:
        if columns == INNER and fitting is not None and not fitting.multiplies_columns:
            continue
        fresh = ShapeCheck(check.scope, check.parameters, found=dict(check.found))
        fitting = Fitting(fresh, columns, rows)
        try:
            found = fitting.chain(fitting.with_norms(written))
        except DerivationError:
            continue
        if found != chain:
            yield found


def _without_dots(node: Expr) -> Expr:
    """Read the dot between two columns, which is an inner product, as any product is read."""
    return replace(node, dotted=()) if isinstance(node, tree.Product) and node.dotted else node
