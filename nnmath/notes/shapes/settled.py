"""Dimensions that are settled: what other equations say does not make them equal, nor 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from nnmath.latex import DerivationError, Place, ShapeError
from nnmath.latex.symbols.dimensions import OPEN, Dim
from nnmath.latex.symbols.scope import Definition
from nnmath.notes.notation.derivatives.any_loss import ANY_LOSS
from nnmath.notes.notation.derivatives.differentials import ALONG
from nnmath.notes.shapes.known_before import is_given
from nnmath.notes.shapes.model import FREE, Model
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role


class Ties(ShapeError):
    """The shapes of a definition fit only if dimensions are equal to which an annotation gives different letters."""


def settle(model: Model, roles: Mapping[int, Role], definitions: list[int]) -> None:
    """Take the shapes for settled that the definitions make: a claim that needs others is wrong, or not understood.

    What stands for any direction, or for any symmetric matrix, is no definition of the notes; what stands for any loss
    is none where it is the only one.
    """
    names = {number: trees.names(roles[number].chain) for number in definitions}
    chosen = [roles[number] for number in definitions
              if ALONG not in names[number] and not any(one.endswith(FREE) for one in names[number])]  # fmt: skip
    if all(any(name.startswith(ANY_LOSS) for name in trees.names(role.chain)) for role in chosen):
        return
    used = set().union(*(trees.names(role.chain) - {*role.parameters} for role in chosen))
    model.settled |= {dim for name, one in model.scope.inputs.items() if name in used for dim in one.shape}


def ties(model: Model, found: dict[Dim, Dim]) -> bool:
    """Whether dimensions that are settled, and were different, would be the same."""
    before = {model.resolved(dim) for dim in model.settled}
    return len({replace(model, found=found).resolved(dim) for dim in model.settled}) < len(before)


def refuse_single_entries(model: Model, found: dict[Dim, Dim], place: Place) -> None:
    """Refuse shapes that fit only where an open dimension is 1: a column beside a matrix. A settled one is not 1."""
    settled = {model.resolved(dim) for dim in model.settled}
    for dim, other in found.items():
        if dim not in model.found and isinstance(other, int) and str(dim).startswith(OPEN):
            kind = ShapeError if dim in settled else DerivationError
            raise kind("the shapes fit only if a dimension is 1", place)


def like_symbols(model: Model, function: Definition, found: dict[Dim, Dim]) -> None:
    """Let the parameters of a function be as long as the symbols of the same name: p(y) is the density of y."""
    here = replace(model, found=found)
    for name, shape in zip(function.parameters, function.parameter_shapes, strict=True):
        known = model.scope.inputs[name].shape if name in model.scope.inputs else ()
        for dim, other in zip(shape.dims, known, strict=True) if len(shape.dims) == len(known) else ():
            open_one, length = here.resolved(dim), here.resolved(other)
            if str(open_one).startswith(OPEN) and open_one != length and not is_given(open_one):
                found[open_one] = length
