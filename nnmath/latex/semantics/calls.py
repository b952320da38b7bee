"""Functions: those that everybody knows, and those that the derivation defines.

Those that everybody knows stand in `numbers.known_functions`; the few that are more than a signature and a value are
here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from nnmath.latex.errors import DerivationError, ShapeError
from nnmath.latex.numbers import functions, jets, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.known_functions import KNOWN
from nnmath.latex.semantics.application import applied
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.matrix_calls import MATRIX_SIGNS
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.semantics.signatures import arguments, expect, rule_of
from nnmath.latex.semantics.slopes import derivative_of_function
from nnmath.latex.symbols.dimensions import ANY, OPEN, Dim, is_any, replaced
from nnmath.latex.symbols.scope import SCALAR, Definition, Shape
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import INNER

# ------------------------------------------------------------------ functions that everybody knows


def _of_several(better: Callable[[Array, Array], Array]) -> Rule:
    r"""Return the rule of ``\max(a, b)``."""

    def shape(check: ShapeCheck, node: tree.Call) -> Shape:
        if len(node.arguments) < 2:
            _refuse_extreme(check, node)
        return check.alike([check.shape(argument) for argument in node.arguments], node.at)

    return Rule(shape, lambda at, node: reduce(better, map(at.value, node.arguments)))


def _refuse_extreme(_: ShapeCheck, node: tree.Call) -> Shape:
    raise DerivationError(f"\\{node.function} is taken over an index below it, or of two numbers", node.at)


def _refuse_value(_: Evaluator, __: tree.Call) -> Array:
    raise AssertionError("refused when its shape was checked")


def _over_what_is_random(node: tree.Call) -> tree.Expected:
    return tree.Expected("Var", node.arguments, at=node.at)


def _var_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    r"""Return the shape of ``\operatorname{var}(z)``, which of one random number is its variance."""
    expect(1, node)
    dims = check.shape(node.arguments[0]).dims
    if not dims and check.scope.uses(node.arguments[0]) & check.scope.distributions.keys():
        return check.shape(_over_what_is_random(node))
    if len(dims) != 1:
        raise DerivationError("var takes a vector, such as a row x_n", node.at)
    return SCALAR


def _var(at: Evaluator, node: tree.Call) -> Array:
    inside = at.value(node.arguments[0])
    return functions.variance(inside) if jets.primal(inside).rank else at.value(_over_what_is_random(node))


def _inner_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    left, right = (check.shape(argument) for argument in node.arguments)
    if not left.dims or not check.conform(left, right):
        raise ShapeError(f"there is no inner product of shapes {left} and {right}", node.at)
    return SCALAR


def _inner(at: Evaluator, node: tree.Call) -> Array:
    return jets.linear(tensor.total, jets.multiply(*map(at.value, node.arguments)))


BUILTINS: dict[str, Rule] = {
    **{name: rule_of(known) for name, known in KNOWN.items()},
    **MATRIX_SIGNS,
    "max": _of_several(jets.larger),
    "min": _of_several(jets.smaller),
    "argmax": Rule(_refuse_extreme, _refuse_value),
    "argmin": Rule(_refuse_extreme, _refuse_value),
    "var": Rule(_var_shape, _var),
    INNER: Rule(_inner_shape, _inner),
}


# ------------------------------------------------------------------ functions that the derivation defines


#: How many dimensions the arguments of a function of a number have.
_OF_A_NUMBER = (0,)


def _call_shape(check: ShapeCheck, node: tree.Call) -> Shape:
    function = check.scope.function(node.function)
    if function is None:
        if node.function not in BUILTINS:
            raise DerivationError(f"{node.function} is no function that is defined above", node.at)
        return BUILTINS[node.function].shape(check, node)  # type: ignore[no-any-return]
    shapes = [check.shape(argument) for argument in node.arguments]
    wanted = len(function.parameters)
    if len(shapes) != wanted or (node.primes and wanted > 1):
        prime = "; a prime stands after a function of one that is defined above" if node.primes else ""
        raise DerivationError(f"{node.function} takes {arguments(wanted)}{prime}", node.at)
    if node.primes and function.parameter_shapes[0].dims:
        function, check.chosen[node.at] = function.of(_OF_A_NUMBER), _OF_A_NUMBER
        if function.parameter_shapes[0].dims:
            raise DerivationError("a prime stands after a function of a number", node.at)
    ranks = tuple(len(shape.dims) for shape in shapes)
    if (other := function.of(ranks)) is not function:
        known = dict(check.found)
        try:
            found = _shape_of_result(check, node, other, shapes)
        except DerivationError:
            check.found = known
        else:
            check.chosen[node.at] = ranks
            return found
    return _shape_of_result(check, node, function, shapes)


def _is_one_row(function: Definition, ranks: list[int]) -> bool:
    """Whether a function that another derivation defines for a batch, its first axis, is given one row of it."""
    if function.home is None or not function.shape:
        return False
    wanted = [shape.dims for shape in function.parameter_shapes]
    return any(wanted) and all(
        (len(dims) == rank + 1 and dims[0] == function.shape[0]) if dims else not rank
        for dims, rank in zip(wanted, ranks, strict=True)
    )


def _shape_of_result(check: ShapeCheck, node: tree.Call, function: Definition, shapes: list[Shape]) -> Shape:
    """Return the shape of a function's value; what an argument has in excess of its parameter comes before it."""
    if _is_one_row(function, [len(shape.dims) for shape in shapes]):
        rows = [Shape((1, *shape.dims)) if shape.dims else shape for shape in shapes]
        return Shape(_shape_of_result(check, node, function, rows).dims[1:])
    check.calls += 1
    fresh = f"{ANY}{check.calls}"

    def here(dim: Dim) -> Dim:
        return replaced(dim, lambda name: fresh + name if is_any(name) and not name.startswith(OPEN) else name)

    leading = []
    for shape, wanted in zip(shapes, function.parameter_shapes, strict=True):
        excess = len(shape.dims) - len(wanted.dims)
        own = shape.dims[max(excess, 0) :]
        if excess < 0 or not all(check.same(one, here(other)) for one, other in zip(own, wanted.dims, strict=True)):
            raise ShapeError(f"{node.function} takes something of shape {wanted}, not of shape {shape}", node.at)
        leading.append(Shape(shape.dims[:excess], shape.row and not wanted.dims))
    lead = check.alike(leading, node.at)
    dims = (*lead.dims, *(check.resolved(here(dim)) for dim in function.shape))
    return Shape(dims, len(dims) == 1 and any(shape.row for shape in shapes))


def _call(at: Evaluator, node: tree.Call) -> Array:
    function = at.environment.scope.function(node.function)
    if function is None:
        return BUILTINS[node.function].value(at, node)  # type: ignore[no-any-return]
    arguments = [at.value(argument) for argument in node.arguments]
    function = function.of(at.ranges.chosen.get(node.at))
    if node.primes:
        return derivative_of_function(at.environment, function, arguments[0], node.primes)
    if _is_one_row(function, [jets.primal(argument).rank for argument in arguments]):
        rows = [jets.linear(tensor.as_batch, one) if jets.primal(one).rank else one for one in arguments]
        return jets.linear(tensor.first_of_batch, applied(at.environment, function, rows))
    return applied(at.environment, function, arguments)


RULES[tree.Call] = Rule(_call_shape, _call)
