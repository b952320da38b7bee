r"""What is left out of an equation and does not depend on its variable, ``\log p(x) = -\frac{x^2}{2} + \text{const}``.

Such an equation says that the derivatives of its sides are the same. Which variable is meant follows from what stands
in brackets on the left; of several, and otherwise, it is one that all terms beside the constant depend on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side

WORDS = frozenset(["const", "constant", "constants", "cst"])
_LETTERS = frozenset(["C"])


def arguments_on_the_left(chain: tree.Chain) -> list[str]:
    """Return what stands in the brackets of functions on the left of an equation."""
    calls = [node for node in tree.walk(chain.sides[0]) if isinstance(node, tree.Call)]
    calls = [one for one in calls if one.function not in alphabet.FUNCTIONS | alphabet.SIGNS]
    return [name for one in calls for item in one.arguments if (name := tree.base_name(item))]


@dataclass(frozen=True)
class Constants:
    """The claims of a file with a constant that is not given.

    Attributes
    ----------
    names : frozenset of str
        The names of such constants.
    variables : mapping
        What each claim may be a function of.
    """

    names: frozenset[str] = frozenset()
    variables: Mapping[int, list[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, chains: Mapping[int, tree.Chain], declared: Collection[str], arguments: Mapping[int, Sequence[str]]
    ) -> Constants:
        """Return those of some equations; what is `declared` is none, `arguments` stand in brackets on their left."""
        names = _constants(chains.values(), declared)
        found = {}
        for i, chain in chains.items():
            if {*chain.relations} == {"="} and not names.isdisjoint(_added(chain)) and _is_claim(i, chains, names):
                terms = [term for side in chain.sides[1:] for term in _terms(side) if tree.base_name(term) not in names]
                depends = [_depends(trees.names(term), chains) for term in terms]
                listed = [*dict.fromkeys(arguments.get(i, []))]
                shared = (set().union if len(listed) == 1 else set.intersection)(*depends) if terms else set()
                shown = sorted(shared & set().union(*map(trees.names, terms)))
                found[i] = [name for name in listed or shown if name in shared]
        return cls(names, {i: every for i, every in found.items() if every})

    def left_out(self, chains: Mapping[int, tree.Chain], choice: int) -> dict[int, tree.Chain]:
        """Return the equations in which such claims say that derivatives by one of their variables are equal."""
        every = {i: found[min(choice, len(found) - 1)] for i, found in self.variables.items()}
        return {i: _slopes(chain, every[i], self.names) if i in every else chain for i, chain in chains.items()}


def _slopes(chain: tree.Chain, variable: str, names: Collection[str]) -> tree.Chain:
    entries = {one for one in trees.elements(chain) if tree.base_name(one) == variable}
    bare = any(isinstance(one, tree.Name) and one.name == variable for one in _outside(chain))
    free = entries and not bare and not trees.summed(chain) & set().union(*map(trees.index_letters, entries))
    by = min(entries, key=str) if free else tree.Name(variable, at=chain.at)
    sides = (tree.Partial(tree.Group(_without(side, names), at=side.at), by, at=side.at) for side in chain.sides)
    return replace(chain, sides=tuple(sides))


def _outside(node: Expr) -> Iterator[Expr]:
    """Yield the nodes of a tree that stand in no element."""
    yield node
    for one in tree.children(node) if not isinstance(node, tree.Element) else ():
        yield from _outside(one)


def _without(side: Expr, names: Collection[str]) -> Expr:
    if not isinstance(side, tree.Sum):
        return tree.Number("0", at=side.at) if tree.base_name(side) in names else side
    kept = [k for k, term in enumerate(side.terms) if tree.base_name(term) not in names]
    return replace(side, signs=tuple(side.signs[k] for k in kept), terms=tuple(side.terms[k] for k in kept))


def _added(chain: tree.Chain) -> list[str]:
    """Return the names that are added on the right of an equation."""
    sums = [side for side in chain.sides[1:] if isinstance(side, tree.Sum)]
    return [one.name for side in sums for one in side.terms[1:] if isinstance(one, tree.Name)]


def _constants(chains: Collection[tree.Chain], declared: Collection[str]) -> frozenset[str]:
    """Return the names of constants: their words, and letters that are added and stand nowhere else."""
    every = [one.name for chain in chains for one in tree.walk(chain) if isinstance(one, tree.Name)]
    added = [name for chain in chains for name in _added(chain)]
    found = WORDS | {name for name in _LETTERS if every.count(name) == added.count(name)}
    return frozenset(found - {*declared} - {left_side(chain.sides[0])[0] for chain in chains})


def _is_claim(i: int, chains: Mapping[int, tree.Chain], names: frozenset[str]) -> bool:
    """Whether an equation does not define what stands on its left: another one does, or it is no single symbol."""
    own = trees.names(chains[i].sides[0])
    if tree.has_derivative(chains[i].sides[0]):
        return False
    return not left_side(chains[i].sides[0])[0] or any(
        left_side(chain.sides[0])[0] in own and (j < i or not names.intersection(_added(chain)))
        for j, chain in chains.items() if j != i and chain.relations
    )  # fmt: skip


def _terms(side: Expr) -> Iterator[Expr]:
    """Yield the terms of a side, those of the sums that are its factors among them."""
    match side:
        case tree.Sum(terms=terms):
            for term in terms:
                yield from _terms(term)
        case tree.Group(inner=inner) | tree.Reduce(kind="sum", body=inner):
            yield from _terms(inner)
        case tree.Product(factors=factors) if any(isinstance(_inner(one), tree.Sum) for one in factors):
            others = [one for one in factors if not isinstance(_inner(one), tree.Sum)]
            sums = [term for one in factors if isinstance(_inner(one), tree.Sum) for term in _terms(one)]
            for term in sums:
                yield replace(side, factors=(*others, term), dotted=())
        case _:
            yield side


def _inner(node: Expr) -> Expr:
    return _inner(node.inner) if isinstance(node, tree.Group) else node


def _depends(names: Collection[str], chains: Mapping[int, tree.Chain]) -> set[str]:
    """Return names with those by which they are defined."""
    below = {left_side(chain.sides[0])[0]: trees.names(chain.sides[1]) for chain in chains.values() if chain.relations}
    indices = set().union(*(trees.index_letters(chain) | trees.summed(chain) for chain in chains.values()))
    reached, waiting = {*names}, [*names]
    while waiting:
        more = below.get(waiting.pop(), set()) - reached
        reached |= more
        waiting.extend(more)
    return reached - below.keys() - indices - {"e", r"\e", r"\pi"} - alphabet.FUNCTIONS - alphabet.SIGNS
