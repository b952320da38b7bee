"""The symbols that notes do not define: how many dimensions each may have, and what it may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import has_derivative
from nnmath.notes.document.declarations import Declaration
from nnmath.notes.notation.derivatives.differentials import ALONG, DIRECTION, POINT
from nnmath.notes.readings.constrained import Constrained
from nnmath.notes.readings.domains import domains_in
from nnmath.notes.readings.reading import Reading
from nnmath.notes.shapes.inference import may_be_array, usual_ranks
from nnmath.notes.shapes.matrix_products import (
    NUMBER,
    between_transposes,
    matrices_and_columns,
    matrices_of_steps,
    vectors_of_hessians,
)
from nnmath.notes.shapes.model import Quantity
from nnmath.notes.shapes.unknowns import Unknowns
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role, counts_in, recursive
from nnmath.notes.syntax.usage import Usage
from nnmath.sampling import Domain, parse_domain

#: What a number is that sums count up to.
COUNT = "integer 1..6"

_NEVER_INPUTS = frozenset([r"\e", r"\pi", "I", r"\mathbf{I}", tree.ONES])


@dataclass(frozen=True)
class Said:
    """What is said of symbols beside the equations.

    Attributes
    ----------
    declared : list
        What annotations say.
    reading : Reading
        What they are taken for.
    bold : collection of str
        The letters that stand bold.
    vectors : collection of str
        Those whose entries, with an index, do not.
    spaces : mapping
        How many dimensions the text says that they have.
    made : collection of Constrained
        The symbols that are computed from something free.
    random : collection of str
        The letters that have a distribution, and no index where it is said: Y is a random number as a rule.
    """

    declared: list[tuple[str, Declaration]]
    reading: Reading
    bold: Collection[str]
    vectors: Collection[str]
    spaces: Mapping[str, int]
    made: Collection[Constrained]
    random: Collection[str] = ()


def unknowns_of(found: dict[int, Role], used: Usage, dimensions: set[str], said: Said) -> Unknowns:
    """Return what is looked for: for every symbol that is not defined how many dimensions it may have, and its domain.

    Parameters
    ----------
    found : dict
        The equations, by their numbers.
    used : Usage
        How letters are used in them.
    dimensions : set of str
        The names of dimensions.
    said : Said
        What else is said of symbols.
    """
    defined = {role.name for role in found.values()}
    shapes = {name: one.dims for name, one in said.declared if one.dims is not None}
    declared = [(name, one) for name, one in said.declared if name not in defined]
    parameters = {name for role in found.values() for name in role.parameters}
    inputs = (used.bare | used.arrays.keys()) - defined - dimensions - used.indices - _NEVER_INPUTS
    inputs -= parameters - _outside_of_functions(found)
    given: dict[str, Quantity] = {}
    chains = [role.chain for role in found.values()]
    counts = dict.fromkeys(counts_in(chains, dimensions, used.indices) & inputs, parse_domain(COUNT))
    domains = domains_in(found, used) | counts
    domains |= dict.fromkeys(said.reading.distributions, parse_domain("probabilities"))
    domains |= dict.fromkeys(said.reading.positive, parse_domain("positive"))
    domains |= dict.fromkeys(said.reading.fractions, parse_domain("(0, 1)"))
    for name, one in declared:
        if one.domain is not None:
            domains[name] = one.domain
        if one.dims is not None and name not in dimensions:
            given[name] = Quantity(one.dims, domains.get(name, Domain()))
    raised = {tree.base_name(node.base) for chain in chains for node in tree.walk(chain)
              if isinstance(node, tree.Power) and trees.names(node.exponent)} - used.arrays.keys()  # fmt: skip
    numbers = counts.keys() | {ALONG} | _rates(chains) | _arguments_of_slopes(found)
    made = {one.free: one for one in said.made}
    matrices, columns = matrices_and_columns(chains)
    vectors = vectors_of_hessians(chains)
    stepped, between = matrices_of_steps(chains, used), between_transposes(chains)
    free = {}
    for name in sorted(inputs - given.keys()):
        shown = made[name].name if name in made else name
        ranks = usual_ranks(shown, _letter(name) in said.bold, used.arrays.get(shown, []), shown in used.bare)
        ranks = {1: 0.0} if 1 in ranks and _letter(name) in said.vectors else ranks
        ranks = made[name].free_ranks(ranks) if name in made else ranks
        plain = name.removesuffix(POINT).removesuffix(DIRECTION)
        if plain in matrices | columns and 0 in ranks:
            ranks = {2: 0.0, 0: NUMBER, 1: 3.0} if plain in matrices else {1: 0.0, 0: NUMBER, 2: 3.0}
        if name in said.random and _letter(name) not in said.bold and 0 in ranks:
            ranks = {0: 0.0} | {rank: cost + 0.5 for rank, cost in ranks.items() if rank}
        rank = said.spaces.get(plain, -1)
        if rank >= min(ranks):
            ranks = {rank: 0.0} | ({rank + 1: 0.6} if name in used.arrays else {})
        ranks = {1: 0.0} if name in vectors else ranks
        ranks = {3: 0.0, 2: 0.6, 1: 2.0} if name in stepped and 3 in ranks else ranks
        if name in between:
            vector = min(ranks) + 1 if name in used.arrays else 1
            ranks = {rank: cost for rank, cost in ranks.items() if rank != vector} or ranks
        number = name in numbers or (name in raised and not name[:1].isupper())
        ranks = {min(ranks): 0.0} if name in said.reading.numbers else ranks
        free[name] = {0: 0.0} if number else ranks
    delayed = {}
    for name in sorted(recursive(found)):
        rank = max(map(len, used.arrays.get(name, [])), default=1)
        ranks = {3: 0.0, 2: 0.1, 1: 0.2} if name in stepped else {rank: 0.0, rank + 1: 0.1}
        delayed[name] = {len(shapes[name]): 0.0} if name in shapes else ranks
    free = {name: ranks for name, ranks in free.items() if not name.endswith("_{0}") or name[:-4] not in delayed}
    return Unknowns(found, given, free, delayed, frozenset(dimensions), domains)


def _rates(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the Greek letters that stand nowhere but in front of derivatives: learning rates, which are numbers."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    every = Counter(node.name for node in nodes if isinstance(node, tree.Name))
    products = [node.factors for node in nodes if isinstance(node, tree.Product)]
    rates = Counter(tree.base_name(first) for first, *others in products if any(map(has_derivative, others)))
    return {name for name, count in rates.items() if count == every[name] and not may_be_array(name)}


def _arguments_of_slopes(found: Mapping[int, Role]) -> set[str]:
    """Return the parameters of functions whose slopes the notes give, D of f(D) beside f'(D)."""
    nodes = [node for role in found.values() for node in tree.walk(role.chain.sides[0])]
    slopes = {node.function for node in nodes if isinstance(node, tree.Call) and node.primes}
    return {name for role in found.values() if role.name in slopes for name in role.parameters}


def _letter(name: str) -> str:
    """Return the letter of a name, without accents and what stands below or above it."""
    bare = name.split("_")[0].split("^")[0].rstrip("'")
    return bare.partition("{")[2].rstrip("}") if "{" in bare else bare


def _outside_of_functions(found: Mapping[int, Role]) -> set[str]:
    """Return the names that stand in equations other than the definitions of functions."""
    return set().union(*(trees.names(role.chain) for role in found.values() if not role.parameters))
