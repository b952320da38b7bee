"""Sums, products, quotients and powers."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

from nnmath.latex.errors import DerivationError, Place, ShapeError, Undefined
from nnmath.latex.numbers import balls, functions, jets, matrices, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.known_functions import ENTRY_BY_ENTRY, KNOWN
from nnmath.latex.semantics import matrix_calls
from nnmath.latex.semantics.check import ShapeCheck, refuse_unless_square, transposed_shape
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.scope import SCALAR, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.names import EULER, PI
from nnmath.latex.syntax.tree import Expr


def _sum_shape(check: ShapeCheck, node: tree.Sum) -> Shape:
    return check.alike([check.shape(term) for term in node.terms], node.at)


def _sum(at: Evaluator, node: tree.Sum) -> Array:
    values = map(at.value, node.terms)
    return jets.add(*(v if sign > 0 else jets.negative(v) for sign, v in zip(node.signs, values, strict=True)))


RULES[tree.Sum] = Rule(_sum_shape, _sum)


def _product_shape(check: ShapeCheck, node: tree.Product) -> Shape:
    if node.doubtful:
        raise DerivationError("a number after a factor is easily misread; write \\cdot", node.at)
    for number, factor in pairwise(node.factors):
        both = isinstance(number, tree.Number) and isinstance(factor, tree.Name) and factor.name == PI
        if both and check.scope.shape_of(PI) is not None:
            raise DerivationError(
                f"{number.text} \\pi may be the number or what \\pi stands for here: give that another letter, "  # type: ignore[attr-defined]
                "or write \\pi in front", factor.at
            )  # fmt: skip
    shapes = list(map(check.shape, node.factors))
    whole = shapes[0]
    for i, shape in enumerate(shapes[1:], 1):
        columns = len(whole.dims) == len(shape.dims) == 1 and not whole.row and not shape.row
        if i in node.dotted and columns and check.same(whole.dims[0], shape.dims[0]):
            whole = SCALAR
        else:
            whole = _times(check, whole, shape, node.at)
    return whole


def _times(check: ShapeCheck, left: Shape, right: Shape, at: Place) -> Shape:
    """Return the shape of a matrix product."""
    if left == SCALAR or right == SCALAR:
        return right if left == SCALAR else left
    column_row = len(left.dims) == 1 and not left.row and right.row
    if column_row:
        return Shape((*left.dims, *right.dims))
    fits = len(left.dims) == 2 or left.row
    if len(left.dims) > 2 or len(right.dims) > 2 or right.row or not fits:
        hint = "; write a \\odot b entry by entry, a^\\top b for a number" if left == right else ""
        raise ShapeError(f"there is no product of shapes {left} and {right}{hint}", at)
    if not check.same(left.dims[-1], right.dims[0]):
        raise ShapeError(f"there is no matrix product of shapes {left} and {right}", at)
    dims = (*left.dims[:-1], *right.dims[1:])
    return Shape(dims, row=len(dims) == 1 and left.row)


def _product(at: Evaluator, node: tree.Product) -> Array:
    whole = at.value(node.factors[0])
    for i, factor in enumerate(node.factors[1:], 1):
        whole = _multiplied(whole, at.value(factor), i in node.dotted)
    return _zero_where_false(at, node.factors, whole)


def _zero_where_false(at: Evaluator, factors: tuple[Expr, ...], whole: Array) -> Array:
    """Return a product that is 0 where a condition among its factors is false, even if another one has no value."""
    conditions = [factor for factor in factors if isinstance(factor, tree.Compare)]
    if not conditions or all(map(balls.is_finite, jets.primal(whole).data.flat)):
        return whole
    for condition in conditions:
        whole = jets.chosen(jets.primal(at.value(condition)), whole, tensor.number(0))
    return whole


def _multiplied(left: Array, right: Array, dotted: bool) -> Array:
    """Multiply matrices; two columns with a dot between them make a number."""
    one, other = jets.primal(left), jets.primal(right)
    if dotted and one.rank == other.rank == 1 and not one.row and not other.row:
        return jets.linear(tensor.total, jets.multiply(left, right))
    return jets.product(left, right)


RULES[tree.Product] = Rule(_product_shape, _product)


def _is_matrix_product(check: ShapeCheck, factor: Expr) -> bool:
    return isinstance(factor, tree.Product) and sum(check.shape(part) != SCALAR for part in factor.factors) > 1


def _hadamard_shape(check: ShapeCheck, node: tree.Hadamard) -> Shape:
    products = [factor for factor in node.factors if _is_matrix_product(check, factor)]
    if products and _other_shape(check, node) is not None:
        raise DerivationError("a matrix product beside \\odot needs brackets", products[0].at)
    return check.alike([check.shape(factor) for factor in node.factors], node.at)


def _other_shape(check: ShapeCheck, node: tree.Hadamard) -> Shape | None:
    r"""Return the shape of ``A x \odot B y`` with the product of x and B taken first; None if these do not fit."""
    known = dict(check.found)
    whole = [tuple(map(check.shape, one.factors if isinstance(one, tree.Product) else (one,))) for one in node.factors]
    factors = list(whole[0])
    try:
        for right in whole[1:]:
            factors = [*factors[:-1], check.alike([factors[-1], right[0]], node.at), *right[1:]]
        return reduce(lambda left, right: _times(check, left, right, node.at), factors)
    except DerivationError:
        return None
    finally:
        check.found = known


def _hadamard(at: Evaluator, node: tree.Hadamard) -> Array:
    parts = [part for one in node.factors for part in (one.factors if isinstance(one, tree.Product) else (one,))]
    return _zero_where_false(at, tuple(parts), reduce(jets.multiply, map(at.value, node.factors)))


RULES[tree.Hadamard] = Rule(_hadamard_shape, _hadamard)


def _quotient_shape(check: ShapeCheck, node: tree.Quotient) -> Shape:
    return check.alike([check.shape(node.top), check.shape(node.bottom)], node.at)


def _quotient(at: Evaluator, node: tree.Quotient) -> Array:
    return functions.divide(at.value(node.top), at.value(node.bottom))


RULES[tree.Quotient] = Rule(_quotient_shape, _quotient)


#: Up to it a matrix is raised to whole powers, and its inverse.
MAX_MATRIX_POWER = 100


def is_euler(node: Expr) -> bool:
    """Whether the base of a power is Euler's number."""
    return isinstance(node, tree.Name) and node.name == EULER


def _may_transpose(node: tree.Power) -> bool:
    """Whether a power is written ``W^T``, which is a transpose where W is an array."""
    return isinstance(node.exponent, tree.Name) and node.exponent.name == "T"


def _inverse_transposed(node: tree.Power) -> bool:
    r"""Whether a power is written ``X^{-\top}`` or ``X^{-T}``."""
    match node.exponent:
        case tree.Sum(signs=(-1,), terms=(tree.Name(name="T") | tree.Name(name=r"\top"),)):
            return True
    return False


def _matrix_power(at: Evaluator, base: Array, exponent: Expr) -> Array:
    """Return a whole power of a matrix, for every value of the indices that stand in the exponent."""
    exponents = jets.primal(at.value(exponent))
    every = {balls.whole(x) for x in exponents.data.flat}
    found: Array | None = None
    for one in every:
        if one is None or abs(one) > MAX_MATRIX_POWER:
            raise Undefined(f"a matrix is raised to whole powers from -{MAX_MATRIX_POWER} to {MAX_MATRIX_POWER}")
        power = matrices.power(base, one)
        here = jets.compared("=", exponents, tensor.number(one))
        found = power if found is None else jets.chosen(here, power, found)
    assert found is not None
    return found


def _half_of_even(node: tree.Power) -> int:
    """Return half the exponent of an even power of a norm, which is a power without a root; otherwise 0."""
    norm = isinstance(node.base, tree.Call) and node.base.function in (tree.NORM, tree.NORM + "2", tree.NORM + "F")
    even = isinstance(node.exponent, tree.Number) and node.exponent.text.isdigit() and not int(node.exponent.text) % 2
    return int(node.exponent.text) // 2 if norm and even else 0  # type: ignore[attr-defined]


def _is_raised_function(node: tree.Power) -> bool:
    r"""Whether a power is written ``\tanh^2(z)``, which is that of each value."""
    known = KNOWN.get(node.base.function) if isinstance(node.base, tree.Call) else None
    return known is not None and known.signatures == (ENTRY_BY_ENTRY,) and isinstance(node.exponent, tree.Number)


def _power_shape(check: ShapeCheck, node: tree.Power) -> Shape:
    if is_euler(node.base):
        return check.shape(node.exponent)
    if _is_raised_function(node):
        return check.shape(node.base)
    if _may_transpose(node) and check.shape(node.base) != SCALAR:
        return transposed_shape(check.shape(node.base), node.at)
    base = check.shape(node.base)
    if len(base.dims) == 2:
        if not _inverse_transposed(node):
            check.whole(node.exponent, "the power of a matrix")
        refuse_unless_square(check, base, node)
        return base
    if base != SCALAR or check.shape(node.exponent) != SCALAR:
        raise DerivationError("the power of an array is unclear; write a \\odot a, or use indices", node.at)
    return SCALAR


def _power(at: Evaluator, node: tree.Power) -> Array:
    if half := _half_of_even(node):
        squares = matrix_calls.squares(at.value(node.base.arguments[0]))  # type: ignore[attr-defined]
        return functions.power(squares, tensor.number(half)) if half > 1 else squares
    if _may_transpose(node) and jets.primal(base := at.value(node.base)).rank:
        return jets.linear(tensor.transposed, base)
    by_entries = is_euler(node.base) or _is_raised_function(node)
    if not by_entries and jets.primal(base := at.value(node.base)).rank == 2:
        if _inverse_transposed(node):
            return jets.linear(tensor.transposed, matrices.inverse(base))
        return _matrix_power(at, base, node.exponent)
    exponent = at.value(node.exponent)
    return functions.exp(exponent) if is_euler(node.base) else functions.power(at.value(node.base), exponent)


RULES[tree.Power] = Rule(_power_shape, _power)
