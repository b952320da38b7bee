"""One equation, checked against what is known of a file: its shapes, what it defines, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex import Block, ShapeError
from nnmath.latex.claims.definitions import check_links, definition_of
from nnmath.latex.claims.derivation import Equation, Stage
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.dimensions import OPEN, Dim
from nnmath.latex.symbols.scope import Definition
from nnmath.latex.syntax import tree
from nnmath.notes.shapes.known_before import is_given
from nnmath.notes.shapes.model import Model
from nnmath.notes.shapes.settled import Ties, refuse_single_entries, ties
from nnmath.notes.syntax.statements.roles import Role
from nnmath.sampling.shapes import written


def checked(model: Model, number: int, role: Role, may_tie: bool = False) -> Equation:
    """Check one equation; what it defines, and what follows from it for open dimensions, is kept.

    A definition makes dimensions equal to which an annotation gives different letters only if it `may_tie` them.
    """
    chain, found = role.chain, dict(model.found)
    if role.name:
        definition, ranges = definition_of(chain, model.scope, found)
        _like_symbols(model, definition, found)
        _like_later_steps(model, definition, ShapeCheck(model.scope, found=found))
        refuse_single_entries(model, found, chain.at)
        model.scope = model.scope.defining(definition)
    else:
        definition = None
        check = ShapeCheck(model.scope, found=found)
        check_links(check, chain, [check.shape(side) for side in chain.sides])
        ranges = check.ranges()
        refuse_single_entries(model, found, chain.at)
    if ties(model, found) and not may_tie:
        if role.name:
            raise Ties("its shapes fit only if dimensions are equal that an annotation tells apart", chain.at)
        model.tied[number] = found
    else:
        model.found = found
    if not role.name:
        used = set().union(*(model.scope.uses(side) for side in chain.sides))
        model.settled |= {dim for name, one in model.scope.inputs.items() if name in used for dim in one.shape}
    block = Block("", "", chain.at, str(number), "", chain.at.line, chain.at.line)
    texts = role.texts or ("",) * len(chain.sides)
    return Equation(block, chain.sides, chain.relations, texts, ranges, definition, Stage(model.scope))


def _like_symbols(model: Model, function: Definition, found: dict[Dim, Dim]) -> None:
    """Let the parameters of a function be as long as the symbols of the same name: p(y) is the density of y."""
    here = replace(model, found=found)
    for name, shape in zip(function.parameters, function.parameter_shapes, strict=True):
        known = model.scope.inputs[name].shape if name in model.scope.inputs else ()
        for dim, other in zip(shape.dims, known, strict=True) if len(shape.dims) == len(known) else ():
            open_one, length = here.resolved(dim), here.resolved(other)
            if str(open_one).startswith(OPEN) and open_one != length and not is_given(open_one):
                found[open_one] = length


def _like_later_steps(model: Model, first: Definition, check: ShapeCheck) -> None:
    """Let what a recursion begins with, ``h_0``, have the shape of its other steps; a number may begin arrays."""
    steps = model.scope.shape_of(first.name.removesuffix("_{0}")) if first.name.endswith("_{0}") else None
    if not steps or isinstance(first.body, tree.Number):
        return
    fits = len(first.shape) == len(steps) - 1
    if not fits or not all(check.same(one, other) for one, other in zip(first.shape, steps[1:], strict=True)):
        raise ShapeError(
            f"it has the shape {written(first.shape)}, and later steps {written(steps[1:])}", first.body.at
        )
