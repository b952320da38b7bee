"""Which equations of a file can be run, as they are written or as they may be meant, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from nnmath.latex import DerivationError, Place, ShapeError
from nnmath.latex.claims.definitions import DefinesRow, check_links
from nnmath.latex.claims.derivation import Equation
from nnmath.latex.numbers.work import spend
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.dimensions import Dim
from nnmath.latex.symbols.scope import SCALAR, Scope
from nnmath.latex.symbols.table import Result
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.notation.sums.reach import with_whole_slopes
from nnmath.notes.shapes.chain_rule import with_steps
from nnmath.notes.shapes.checked import checked
from nnmath.notes.shapes.crossed_circles import VEC, crossed_circles
from nnmath.notes.shapes.diagonals import with_diagonals
from nnmath.notes.shapes.entrywise import entry_by_entry
from nnmath.notes.shapes.fitting import meanings
from nnmath.notes.shapes.known_before import is_given, symbol, with_distributions
from nnmath.notes.shapes.layouts import OTHER_LAYOUTS, laid_out
from nnmath.notes.shapes.losses import as_number, losses
from nnmath.notes.shapes.model import DependsOnFailed, Model, Quantity
from nnmath.notes.shapes.remembered import Remembered
from nnmath.notes.shapes.row_vectors import is_row_times_matrix, repeats_row, with_rows, with_rows_turned
from nnmath.notes.shapes.settled import Ties, refuse_single_entries, settle, ties
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_out import LeftOut
from nnmath.notes.syntax.statements.roles import Role

#: What it costs to find out whether the shapes of an equation fit, in operations for each node.
_TO_FIT = 5


def model_of(
    roles: Mapping[int, Role],
    order: list[int],
    inputs: Mapping[str, Quantity],
    dimensions: frozenset[str],
    delayed: Mapping[str, tuple[Dim, ...]],
    drawn: Iterable[tree.Chain] = (),
    lengths: Mapping[Dim, Dim] | None = None,
    stars: bool = False,
    remembered: Remembered | None = None,
) -> Model:
    """Check all equations in order, with what is known of the inputs.

    Parameters
    ----------
    roles : mapping
        The equations, by their numbers.
    order : list of int
        The order in which they are checked, see `nnmath.notes.syntax.statements.roles.in_order`.
    inputs : mapping
        The symbols that are not defined. A dimension that begins with `OPEN` is left open.
    dimensions : frozenset of str
        The names of dimensions.
    delayed : mapping
        The dimensions of the symbols that are defined by their earlier steps.
    drawn : iterable of Chain
        How symbols are distributed; what is no distribution that is known is left out.
    lengths : mapping, optional
        Open dimensions that are calculated from others.
    stars : bool
        Whether the file writes products with a star.
    remembered : Remembered, optional
        What came of the equations before, for a search.
    """
    place = Place(1, 1)
    symbols = [symbol(name, one, None, place) for name, one in inputs.items()]
    symbols += [symbol(name, Quantity(dims), Result(""), place) for name, dims in delayed.items()]
    drawn = list(drawn)
    scope = with_distributions(Scope.of(symbols), drawn)
    dimensions |= {one.domain.classes for one in inputs.values() if isinstance(one.domain.classes, str)}
    model = Model(replace(scope, dimensions=scope.dimensions | dimensions))
    model.losses, model.stars = losses(roles), stars
    model.crossed = not any(VEC in trees.names(role.chain) for role in roles.values())
    model.settled |= {dim for one in inputs.values() for dim in one.dims if is_given(dim)}
    model.found |= lengths or {}
    definitions = [number for number in order if roles[number].name]
    settled = False
    for number in order:
        if number not in definitions and not settled:
            settle(model, roles, definitions)
            settled = True
        try:
            if remembered is None:
                _add(model, number, roles[number])
            else:
                remembered.add(model, number, roles[number], _add)
            if roles[number].name:  # it may be a parameter of a distribution
                model.scope = with_distributions(model.scope, drawn)
        except DerivationError as error:
            model.problems[number] = error
            if roles[number].name:
                model.failed[roles[number].name] = number
    return model


def _add(model: Model, number: int, role: Role) -> None:
    """Check one equation, as it is written or as it may be meant."""
    first: DerivationError
    role = _entry_by_entry(model, _with_crossed_circles(model, role))
    try:
        _refuse_what_failed(model, *role.chain.sides[1 if role.name else 0 :])
        if (total := _as_number(model, role)) != role:
            model.equations[number] = checked(model, number, total)
            model.meanings[number] = [model.equations[number]]
        else:
            model.equations[number] = checked(model, number, role)
            if _multiplies_numbers_entrywise(model, role):
                model.meanings[number] = [model.equations[number]]
        if number in model.tied:
            _learn_from_sides(model, role)
        return
    except DefinesRow as error:
        first, turned = error, replace(role, chain=_turned(role.chain))
        with suppress(DerivationError):
            model.equations[number] = checked(model, number, turned)
            model.rows.add(role.name)
            return
    except DerivationError as error:
        first = error
    found = []
    for chain in () if isinstance(first, DependsOnFailed) else _meanings(model, role):
        try:
            found.append(checked(model, number, _as_number(model, replace(role, chain=chain))))
        except DerivationError as error:
            first = error if isinstance(error, ShapeError) else first
        if found and role.name:
            break
    if found and role.name:
        model.row_vectors |= any(
            is_row_times_matrix(node) or repeats_row(node) for node in tree.walk(found[0].sides[1])
        )
    if not found and role.name and isinstance(first, Ties):
        with suppress(DerivationError):
            found.append(checked(model, number, role, may_tie=True))
    if not found:
        rest, dropped = _without_sides(model, role)
        if rest is not None:
            model.left_out[number] = [*model.left_out.get(number, ()), *dropped]
            _add(model, number, rest)
            return
        _learn_from_sides(model, role)
        if isinstance(first, ShapeError) and _fits_turned(model, number, role):
            model.turned.add(number)
        raise first
    model.equations[number], model.meanings[number] = found[0], found


def _check(model: Model, role: Role) -> ShapeCheck:
    return ShapeCheck(model.scope, found=dict(model.found))


def _entry_by_entry(model: Model, role: Role) -> Role:
    """Take those products and powers entry by entry of which notes mean it."""
    chain = with_diagonals(role.chain, _check(model, role))
    return replace(role, chain=entry_by_entry(chain, _check(model, role), model.stars))


def _with_crossed_circles(model: Model, role: Role) -> Role:
    r"""Read ``\otimes`` as the product entry by entry; where that does not fit, as the outer product of columns."""
    entrywise, outer = crossed_circles(role.chain) if model.crossed else (role.chain, role.chain)
    if entrywise != outer and not _fits(model, role, entrywise) and _fits(model, role, outer):
        return replace(role, chain=outer)
    return replace(role, chain=entrywise)


def _fits(model: Model, role: Role, chain: tree.Chain) -> bool:
    """Whether shapes fit as they are written, with no dimensions equal that are not so far."""
    found = dict(model.found)
    check = ShapeCheck(model.scope, found=found)
    with suppress(DerivationError):
        shapes = [check.shape(side) for side in chain.sides[1 if role.name else 0 :]]
        if not role.name:
            check_links(check, chain, shapes)
        return not ties(model, found)
    return False


def _as_number(model: Model, role: Role) -> Role:
    """Take the definition of a loss for that of a single number."""
    return replace(role, chain=as_number(role.chain, _check(model, role))) if role.name in model.losses else role


def _multiplies_numbers_entrywise(model: Model, role: Role) -> bool:
    r"""Whether \odot stands between single numbers, where nobody would write it."""
    products = [node for side in role.chain.sides for node in tree.walk(side) if isinstance(node, tree.Hadamard)]
    check = _check(model, role) if products else None
    for node in products:
        with suppress(DerivationError):
            if check is not None and all(check.shape(factor) == SCALAR for factor in node.factors):
                return True
    return False


def _fits_turned(model: Model, number: int, role: Role) -> bool:
    """Whether a claim fits in another layout of derivatives."""
    if role.name or not has_derivative(role.chain):
        return False
    check = ShapeCheck(model.scope, found=dict(model.found))
    chains = {laid_out(role.chain, check, layout) for layout in OTHER_LAYOUTS} - {role.chain}
    return any(True for chain in chains for _ in readings_of(model, number, replace(role, chain=chain)))


def _meanings(model: Model, role: Role) -> Iterator[tree.Chain]:
    """Yield what an equation may mean that does not fit as it is written."""
    check = ShapeCheck(model.scope, found=dict(model.found))
    summed = with_steps(role.chain, check)
    yield from [summed] if summed != role.chain else []
    yield from meanings(summed, check, model.rows)
    if model.row_vectors or _has_lists(model, role):
        for chain in (with_rows(summed, check), with_rows_turned(summed, check)):
            if chain != summed:
                yield chain


def _has_lists(model: Model, role: Role) -> bool:
    """Whether a claim has a vector that is written as a list, (a, b, c): as a column it is read, and may be a row."""
    definitions = model.scope.definitions
    lists = (definitions[name].body for name in trees.names(role.chain) & definitions.keys())
    return not role.name and any(isinstance(body, tree.Matrix) and body.listed for body in lists)


def _without_sides(model: Model, role: Role) -> tuple[Role | None, list[LeftOut]]:
    """Return what is left of a claim without the sides that have no meaning here, if it is one still, and those sides.

    A side whose shapes do not fit has one, and is wrong.
    """
    sides, kept, dropped = role.chain.sides, [], []
    for i, side in enumerate(sides):
        try:
            _refuse_what_failed(model, side)
            check = ShapeCheck(model.scope, found=dict(model.found))
            check.shape(with_steps(side, check))
        except ShapeError:
            pass
        except DerivationError as error:
            dropped.append(LeftOut(role.texts[i], error.problem))
            continue
        kept.append(i)
    if role.name or not 1 < len(kept) < len(sides) or {*role.chain.relations} != {"="}:
        return None, []
    chain = replace(role.chain, sides=tuple(sides[i] for i in kept), relations=("=",) * (len(kept) - 1))
    return replace(role, chain=chain, texts=tuple(role.texts[i] for i in kept)), dropped


def _learn_from_sides(model: Model, role: Role) -> None:
    """Keep what the sides of a claim say of open dimensions, each by itself, although they do not fit together."""
    for side in () if role.name else role.chain.sides:
        found = dict(model.found)
        with suppress(DerivationError):
            ShapeCheck(model.scope, found=found).shape(side)
            refuse_single_entries(model, found, side.at)
            if not ties(model, found):
                model.found = found


def _turned(chain: tree.Chain) -> tree.Chain:
    """Return a definition of a row as that of a column."""
    left, body = chain.sides
    return replace(chain, sides=(left, tree.Call(tree.TRANSPOSE, (tree.Group(body, at=body.at),), at=body.at)))


def readings_of(model: Model, number: int, role: Role, as_written: bool = False) -> Iterator[Equation]:
    """Yield what an equation may mean in a model that stays as it is; nothing where its shapes do not fit.

    Where they fit `as_written`, no other meaning need be looked for.
    """
    role = _with_crossed_circles(model, role)
    here = replace(model, found=dict(model.found), tied={}, settled=set())
    tried = dict[tree.Chain, bool]()

    def fitting(chains: Iterable[tree.Chain]) -> Iterator[Equation]:
        for chain in chains:
            if chain not in tried:
                tried[chain] = False
                spend(_TO_FIT * sum(1 for _ in tree.walk(chain)))
                with suppress(DerivationError):
                    equation = checked(here, number, replace(role, chain=chain))
                    tried[chain] = True
                    yield equation

    yield from fitting([_entry_by_entry(here, role).chain, role.chain])
    if not (as_written and any(tried.values())):
        yield from fitting(_meanings(here, role))
    yield from fitting(map(with_whole_slopes, [*tried]))


def _refuse_what_failed(model: Model, *sides: tree.Expr) -> None:
    used = set().union(*map(trees.names, sides))
    for name in sorted(used & model.failed.keys()):
        raise DependsOnFailed(name, sides[0].at)
