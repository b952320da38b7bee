"""Shapes that nobody wrote down: they follow from indices, sums and products.

How many dimensions a symbol has is searched for: the assignment in which the most equations fit, and of those the one
that is most usual. How the dimensions are tied to each other follows by unification, in `ShapeCheck`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import combinations, pairwise, product

from nnmath.latex import DerivationError
from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.syntax import tree
from nnmath.notes.shapes.model import DependsOnFailed, Model
from nnmath.notes.shapes.remembered import Remembered
from nnmath.notes.shapes.row_vectors import is_row_times_matrix
from nnmath.notes.shapes.unknowns import Found, Unknowns, named
from nnmath.notes.spelling.slopes import ACCENT
from nnmath.notes.syntax import trees

#: How many assignments are tried.
MOST_TRIES = 600

#: For how many symbols at once it is tried whether they are arrays.
MOST_RAISED = 4

#: What a claim counts that does not fit: it may be wrong.
OF_A_CLAIM = 2


def usual_ranks(name: str, bold: bool, every: Iterable[tuple[tree.Expr, ...]], bare: bool) -> dict[int, float]:
    """Return how many dimensions a symbol may have, and how unusual that is; the most usual comes first."""
    every = list(every)
    fewest = max((len(indices) for indices in every), default=0)
    layers = any(trees.names(indices[0]) & {"l", r"\ell"} for indices in every)
    letter = re.sub(rf"^Delta|(?:\\mathbf|{ACCENT})\{{|[{{}}']|\^.*|_.*", "", name)
    large = bool(re.fullmatch(r"[A-Z]|\\(?!Gamma)[A-Z].*", letter))  # Γ is a gate as a rule
    if not fewest and bold:
        return {2: 0, 1: 1} if large else {1: 0}
    if not fewest:
        return {2: 0, 0: 0.5, 1: 2.5} if large and not name.startswith("\\mathcal") else {0: 0, 1: 0.25, 2: 3}
    if bold and not large and fewest == 1:
        return {2: 0, 1: 0.5}
    if (large or letter == "w") and layers and fewest == 1:  # weights; of layers of one neuron as a last resort
        return {3: 0, 2: 0.6} if bold else {3: 0, 2: 0.6, 1: 2}
    if large and fewest == 1:
        return {1: 0, 2: 0.6, 3: 0.6}
    return {fewest: 0, fewest + 1: 0.6} if fewest < (2 if bare else 3) else {fewest: 0}


def inferred(unknowns: Unknowns, near: Mapping[str, int] | None = None) -> Found:
    """Return the shapes in which the most equations fit; `near` are those of another reading."""
    choices = {**unknowns.free, **unknowns.delayed}
    remembered = Remembered.of(unknowns.roles)

    def cost(ranks: Mapping[str, int]) -> float:
        """Return how badly the equations fit, and how unusual the assignment is."""
        unusual = sum(choices[name][rank] for name, rank in ranks.items())
        return misfits(unknowns, unknowns.model(ranks, remembered)) + unusual

    arrays = _all_arrays(choices)
    rates = {name: 0 for name, possible in choices.items() if 0 in possible and not may_be_array(name)}
    usual = {name: next(iter(possible)) for name, possible in choices.items()}
    starts = [usual, arrays, {**arrays, **rates}]
    if near is not None:
        starts.append(usual | {name: rank for name, rank in near.items() if rank in choices.get(name, ())})
    ranks = min(starts, key=cost)
    best = cost(ranks)
    tries = 0
    for size in (1, 2, 1, 3, 1, 2, 1):
        found = True
        while found and best >= 1 and tries < MOST_TRIES:
            model = unknowns.model(ranks, remembered)
            moves = [{**ranks, **changes} for changes in _moves(unknowns, model, ranks, choices, size)]
            moves = moves[: MOST_TRIES - tries]
            tries += len(moves)
            costs = list(map(cost, moves))
            found = bool(costs) and min(costs) < best
            if found:
                best, ranks = min(costs), moves[costs.index(min(costs))]
    for name, possible in choices.items():  # what fits as well as it is usually
        lower = {**ranks, name: next(iter(possible))}
        ranks = lower if ranks[name] != lower[name] and cost(lower) < cost(ranks) else ranks
    return named(unknowns, _raised(unknowns, remembered, ranks, choices))


def with_all_arrays(unknowns: Unknowns, found: Found) -> tuple[Model, bool] | None:
    """Return the notes in matrix form, and whether they fit better so, if no worse than as they were found."""
    ranks = _all_arrays({**unknowns.free, **unknowns.delayed})
    more = _misfits(unknowns, ranks) - _misfits(unknowns, found.ranks)
    return (named(unknowns, ranks).model, more < 0) if ranks != found.ranks and more <= 0 else None


def _all_arrays(choices: Mapping[str, dict[int, float]]) -> dict[str, int]:
    """Return the assignment of matrix form: capital letters are matrices, small ones vectors, with an index several."""
    found = {}
    for name, possible in choices.items():
        array = next((rank for rank in possible if rank), 0)
        found[name] = array if not may_be_array(name) or name[:1].isupper() else min(max(array, 1), max(possible))
        if next(iter(possible)) == array == 1 and 2 in possible:
            found[name] = max(possible)
    return found


def _raised(
    unknowns: Unknowns, remembered: Remembered, ranks: dict[str, int], choices: Mapping[str, dict[int, float]]
) -> dict[str, int]:
    """Take what stands as a number beside arrays, b in W x + b, for an array, where that fits as well.

    Where a definition has it, one claim need not fit: a wrong one would be right for numbers.
    """
    model = unknowns.model(ranks, remembered)
    mixed = sorted(_mixed(unknowns, model, ranks))
    if not mixed:
        return ranks
    fits = misfits(unknowns, model)
    spared = OF_A_CLAIM if _mixed(unknowns, model, ranks, definitions=True) else 0
    factors = _behind_matrices(unknowns)
    best, least = ranks, (len(mixed), 0)
    several = [dict.fromkeys(mixed, 1)] if len(mixed) > MOST_RAISED else []
    few = mixed[:MOST_RAISED]
    for new in (*several, *(dict(zip(few, one, strict=True)) for one in product((0, 1, 2), repeat=len(few)))):
        other = {**ranks, **{name: ranks[name] + more for name, more in new.items()}}
        if any(rank not in choices[name] for name, rank in other.items()):
            continue
        model = unknowns.model(other, remembered)
        twice = {name for name, more in new.items() if more > 1}  # small letters are matrices where they are multiplied
        is_usual = not twice or bool(twice & factors) or any(name[:1].isupper() for name in twice)
        if misfits(unknowns, model) <= fits + (spared if is_usual else 0):
            cost = len(_mixed(unknowns, model, other)), sum(rank**2 for rank in new.values())
            if cost < least:
                best, least = other, cost
    return best


def _mixed(unknowns: Unknowns, model: Model, ranks: Mapping[str, int], definitions: bool = False) -> set[str]:
    """Return the symbols that were taken for numbers and stand in a sum with an array, or behind a matrix.

    Those of `definitions` alone, if wanted.
    """
    numbers = {name for name in unknowns.free if may_be_array(name) and (ranks[name] == 0 or name[:1].isupper())}
    found: set[str] = set()
    for number, equation in model.equations.items():
        if definitions and not unknowns.roles[number].name:
            continue
        check = ShapeCheck(model.scope, found=dict(model.found))
        for side in equation.sides:
            found |= _beside_arrays(side, check, numbers)
    return found


def may_be_array(name: str) -> bool:
    """Whether a symbol without an index is called as arrays are, and not as a rate, a count or a constant."""
    letter = re.sub(rf"(?:\\mathbf|{ACCENT})\{{|[{{}}]|\^.*|_.*|'", "", name)
    return letter in (r"\delta", r"\theta") or (len(letter) == 1 and letter not in "ncmk")


def _behind_matrices(unknowns: Unknowns) -> set[str]:
    """Return what stands behind a capital letter in products: it may be a matrix, too, whatever its letter."""
    products = [node for role in unknowns.roles.values() for node in tree.walk(role.chain)
                if isinstance(node, tree.Product)]  # fmt: skip
    return {tree.base_name(two) for node in products for one, two in pairwise(node.factors)
            if tree.base_name(one)[:1].isupper()}  # fmt: skip


def _beside_arrays(node: tree.Expr, check: ShapeCheck, numbers: set[str]) -> set[str]:
    found: set[str] = set()
    if isinstance(node, (tree.Sum, tree.Product, tree.Hadamard)):
        parts = node.terms if isinstance(node, tree.Sum) else node.factors
        ranks = [_rank(part, check) for part in parts]
        for i, part in enumerate(parts):
            if tree.base_name(part) in numbers and not ranks[i]:
                beside = max(ranks) if isinstance(node, tree.Sum) else ranks[i - 1] if i else 0
                found |= {tree.base_name(part)} if beside else set()
    if isinstance(node, tree.Reduce):
        with suppress(DerivationError), check.binding(node):
            return found.union(*(_beside_arrays(child, check, numbers) for child in tree.children(node)))
    return found.union(*(_beside_arrays(child, check, numbers) for child in tree.children(node)))


def _rank(node: tree.Expr, check: ShapeCheck) -> int:
    with suppress(DerivationError):
        return len(check.shape(node).dims)
    return 0


def _misfits(unknowns: Unknowns, ranks: Mapping[str, int]) -> float:
    return misfits(unknowns, unknowns.model(ranks))


def misfits(unknowns: Unknowns, model: Model, without: int | None = None) -> float:
    """Return how badly the equations fit; a definition counts for more than a claim, which may be wrong."""
    weights = [4 if unknowns.roles[number].name else 0.6 if number in model.turned else OF_A_CLAIM
               for number in model.problems if number != without]  # fmt: skip
    weights += [_weight(unknowns, model, number) for number in model.meanings if number != without]
    return sum(weights) + len(model.tied.keys() - {without})


def _weight(unknowns: Unknowns, model: Model, number: int) -> float:
    """Return how badly an equation fits of which something was left out; the transpose of a number says most."""
    chains = unknowns.roles[number].chain.sides, model.equations[number].sides
    written, meant = (sum(_is_transpose(node) for side in sides for node in tree.walk(side)) for sides in chains)
    rows = sum(2 * is_row_times_matrix(node) for side in chains[1] for node in tree.walk(side))
    return 3 if meant < written else 0.3 if model.row_vectors or (rows and meant == written + rows) else 1.5


def _is_transpose(node: tree.Expr) -> bool:
    return isinstance(node, tree.Call) and node.function == tree.TRANSPOSE


def _moves(
    unknowns: Unknowns, model: Model, ranks: Mapping[str, int], choices: Mapping[str, dict[int, float]], size: int
) -> Iterable[dict[str, int]]:
    """Yield changes of so many symbols that stand together in an equation that does not fit."""
    wrong = [number for number, error in model.problems.items() if not isinstance(error, DependsOnFailed)]
    wrong += [*model.meanings, *model.tied]
    groups = [sorted(_inputs_of(unknowns, number) & choices.keys()) for number in wrong]
    seen = set()
    for group in groups:
        for chosen in combinations(group, size):
            if chosen in seen:
                continue
            seen.add(chosen)
            for new in product(*(choices[name] for name in chosen)):
                if all(ranks[name] != rank for name, rank in zip(chosen, new, strict=True)):
                    yield dict(zip(chosen, new, strict=True))


def _inputs_of(unknowns: Unknowns, number: int) -> set[str]:
    """Return all symbols that an equation depends on, directly or through definitions."""
    definitions = {role.name: role.chain for role in unknowns.roles.values() if role.name}
    found: set[str] = set()
    waiting = list(trees.names(unknowns.roles[number].chain))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if name in definitions:
                waiting.extend(trees.names(definitions[name]))
    return found
