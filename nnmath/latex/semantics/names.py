"""Numbers, names and elements."""

from __future__ import annotations

import numpy as np

from nnmath.latex.errors import DerivationError
from nnmath.latex.numbers import balls, jets, matrices, tensor
from nnmath.latex.numbers.jets import Array
from nnmath.latex.numbers.tensor import Tensor
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.semantics.evaluation import Evaluator
from nnmath.latex.semantics.recursion import with_first_step
from nnmath.latex.semantics.rules import RULES, Rule
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import SCALAR, Delay, Scope, Shape
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.names import PI
from nnmath.latex.syntax.scripts import split_digits
from nnmath.latex.syntax.tree import Expr

#: The identity matrix, unless it is declared.
IDENTITY = ("I", r"\mathbf{I}", r"\mathbb{I}")


def _number_shape(_: ShapeCheck, __: tree.Number) -> Shape:
    return SCALAR


def _number(at: Evaluator, node: tree.Number) -> Array:
    return tensor.number(at.reprinted.get(id(node), node.text))


RULES[tree.Number] = Rule(_number_shape, _number)


def _name_shape(check: ShapeCheck, node: tree.Name) -> Shape:
    scope = check.scope
    if node.name in check.parameters:
        return check.parameters[node.name]
    dims = scope.shape_of(node.name)
    if dims is not None:
        return Shape(dims)
    if check.axis(node.name) or node.name in scope.dimensions or node.name == PI:
        return SCALAR
    if node.name in IDENTITY:
        return Shape(check.constant(node.at, 1) * 2)
    if scope.function(node.name):
        raise DerivationError(f"{node.name} is a function; it needs its argument: {node.name}(z)", node.at)
    if node.name in scope.declared:
        raise DerivationError(f"{node.name} is used before it is defined", node.at)
    if node.name in scope.parameters:
        return SCALAR
    if node.name == "e":
        raise DerivationError("e is not declared; Euler's number stands only in powers e^{...}", node.at)
    if check.letter(node) is None:
        raise _unknown(node)
    return SCALAR


def _name(at: Evaluator, node: tree.Name) -> Array:
    if node.name in at.parameters:
        return at.parameters[node.name]
    if node.name in at.indices:
        every = at.counted(node.name)
        counted = np.empty(len(every), dtype=object)
        counted[:] = [balls.ball(i) for i in every]
        return Tensor((node.name,), counted)
    if at.environment.has(node.name):
        return at.environment.value(node.name)
    if node.name in at.environment.scope.dimensions:
        return tensor.number(at.environment.size(node.name))
    if node.name == PI:
        return tensor.number(balls.pi())
    if node.name in IDENTITY:
        return matrices.identity(at.size(at.ranges.constants[node.at][0]))
    return at.environment.value(node.name)


RULES[tree.Name] = Rule(_name_shape, _name)


def _identity_of(scope: Scope, node: tree.Element) -> Dim:
    """Return the dimension of ``I_N`` and ``I_2``, an empty name if that is not what stands there."""
    undeclared = isinstance(node.array, tree.Name) and scope.shape_of(node.array.name) is None
    if undeclared and node.array.name in IDENTITY and len(node.indices) == 1:  # type: ignore[attr-defined]
        (index,) = node.indices
        if isinstance(index, tree.Name) and index.name in scope.dimensions:
            return index.name
        if isinstance(index, tree.Number) and index.text.isdigit():
            return int(index.text)
    return ""


def _held(scope: Scope, node: tree.Element) -> tree.Held | None:
    r"""Read ``\left( \frac{\partial U}{\partial p} \right)_{T}``, where T is no index, with T held."""
    if not (isinstance(node.array, tree.Group) and isinstance(node.array.inner, tree.Partial)):
        return None
    names = tuple(tree.base_name(index) for index in node.indices)
    quantities = all(scope.shape_of(name) is not None for name in names)
    whole = any(scope.inputs[name].domain.kind in ("labels", "integer") for name in names if name in scope.inputs)
    return tree.Held(node.array.inner, names, at=node.at) if quantities and not whole else None


def _element_shape(check: ShapeCheck, node: tree.Element) -> Shape:
    if dimension := _identity_of(check.scope, node):
        return Shape((dimension, dimension))
    if held := _held(check.scope, node):
        return check.shape(held)
    shape = _array_shape(check, node)
    every = indices_of(node, len(shape.dims))
    if len(every) > len(shape.dims):
        indices = f"{len(every)} " + ("index" if len(every) == 1 else "indices")
        raise DerivationError(f"{indices} on something of shape {shape}; an element has one for each dimension, "
                              "with commas where that is not clear, and s \\cdot i for a product", node.at)  # fmt: skip
    for index, dim in zip(every, shape.dims, strict=False):
        check.index(index, dim)
    return Shape(shape.dims[len(every) :])


def _array_shape(check: ShapeCheck, node: tree.Element) -> Shape:
    """Return the shape of an array; one that is defined below may be used a step earlier or later, as ``h_{t-1}``."""
    array = node.array
    if not isinstance(array, tree.Name) or array.name in check.parameters or array.name in IDENTITY:
        return check.shape(array)
    if check.scope.shape_of(array.name) is not None:
        return check.shape(array)
    declared = check.scope.declared.get(array.name)
    if declared is None:
        raise _unknown(array)
    delay = _other_step(node)
    if delay is None:
        raise DerivationError(f"{array.name} is used before it is defined", array.at)
    if check.delayed.setdefault(array.name, delay) != delay:
        raise DerivationError(f"{array.name} goes back along two indices, or both ways", node.at)
    return Shape(declared.shape)


def _other_step(node: tree.Element) -> Delay | None:
    """Return how far an index such as ``t-1`` reaches back, or ``t+1`` ahead."""
    for position, index in enumerate(node.indices):
        match index:
            case tree.Sum(signs=(1, sign), terms=(tree.Name(name=letter), tree.Number(text=text))) if text.isdigit():
                return Delay(position, letter, sign)
    return None


def indices_of(node: tree.Element, rank: int) -> tuple[Expr, ...]:
    """Return the indices of an element or a slice of an array."""
    if node.written and len(node.written) == rank:
        return node.written
    return node.indices if node.parted else split_digits(node.indices, rank)


def _unknown(node: tree.Name) -> DerivationError:
    if node.name in alphabet.REFUSED:
        return DerivationError(f"{node.name} {alphabet.REFUSED[node.name]}", node.at)
    transpose = "; a transpose is written ^\\top" if node.name.endswith("'") else ""
    problem = f"{node.name} is unknown: not declared in the table of symbols, not defined above{transpose}"
    return DerivationError(problem, node.at)


def _element(at: Evaluator, node: tree.Element) -> Array:
    if dimension := _identity_of(at.environment.scope, node):
        return matrices.identity(at.size(dimension))
    if held := _held(at.environment.scope, node):
        return at.value(held)
    array = at.value(node.array)
    indices = [jets.primal(at.value(index)) for index in indices_of(node, jets.primal(array).rank)]
    name = node.array.name if isinstance(node.array, tree.Name) and node.array.name not in at.parameters else ""
    declared = at.environment.scope.declared.get(name)
    outside = balls.ZERO if declared and declared.zero_outside else balls.UNKNOWN
    found = jets.linear(lambda part: tensor.gathered(part, indices, outside), array)

    def begun(first: str, others: list[Tensor]) -> Array:
        return jets.linear(lambda part: tensor.gathered(part, others), at.environment.value(first))

    return with_first_step(at.environment, name, indices, found, begun)


RULES[tree.Element] = Rule(_element_shape, _element)


def _group_shape(check: ShapeCheck, node: tree.Group) -> Shape:
    return check.shape(node.inner)


def _group(at: Evaluator, node: tree.Group) -> Array:
    return at.value(node.inner)


RULES[tree.Group] = Rule(_group_shape, _group)
