"""What the left side of an equation would define, and which equations define nothing although they could."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_NEVER_DEFINED = alphabet.FUNCTIONS | alphabet.SIGNS


def left_side(side: Expr) -> tuple[str, tuple[str, ...]]:
    """Return what a side would define, and its parameters; an empty name where it is no left side."""
    array = side.array if isinstance(side, tree.Element) else side
    indices = side.indices if isinstance(side, tree.Element) else ()
    arguments = array.arguments if isinstance(array, tree.Call) and not array.primes else ()
    name = array.function if arguments and isinstance(array, tree.Call) else ""
    name = array.name if isinstance(array, tree.Name) else name
    below = [one.name for one in indices if isinstance(one, tree.Name) and not one.name.isupper()]
    letters = [*below, *(one.name for one in arguments if isinstance(one, tree.Name))]
    if name in _NEVER_DEFINED or len(letters) < len(indices) + len(arguments):
        return "", ()
    if len(set(letters)) < len(letters):
        return "", ()
    return name, tuple(one.name for one in arguments if isinstance(one, tree.Name))


def quantities(side: Expr) -> set[str]:
    """Return the names in a side that are no indices."""
    return trees.names(side) - trees.index_letters(side) - trees.summed(side)


def is_quantity(constant: str, chains: Iterable[tree.Chain]) -> bool:
    r"""Whether a letter that is a number as a rule is computed from symbols, ``\pi = \sigma(z)``, with no factor 2."""
    chains = list(chains)
    given = any(
        tree.base_name(one.sides[0]) == constant and quantities(one.sides[1]) for one in chains if one.relations
    )
    products = [node for one in chains for node in tree.walk(one) if isinstance(node, tree.Product)]
    twice = any(isinstance(one, tree.Number) and constant in map(tree.base_name, node.factors)
                for node in products for one in node.factors)  # fmt: skip
    return given and not twice


def in_words(chains: Mapping[int, tree.Chain]) -> set[int]:
    """Return the equations that give in words what another one defines: E is a sum of errors, beside E = E_1 + E_2.

    Nothing on their right side stands anywhere else.
    """
    lefts = {number: left_side(chain.sides[0])[0] for number, chain in chains.items() if chain.relations}
    found = set()
    for number, name in lefts.items():
        again = [chains[one] for one in lefts if one != number and lefts[one] == name != ""]
        if not any(quantities(chain.sides[1]) - {name} for chain in again):
            continue
        others = [chains[one] for one in chains if one != number]
        own = set().union(*map(quantities, chains[number].sides[1:]))
        elsewhere = set().union(*(quantities(side) for chain in others for side in chain.sides))
        if own and not own & elsewhere:
            found.add(number)
    return found


def averages_of_anything(chains: Mapping[int, tree.Chain], drawn: Mapping[str, Iterable[str]]) -> set[int]:
    """Return the equations that give as an expectation, of what has no distribution, what another one gives."""
    lefts = {number: left_side(chain.sides[0])[0] for number, chain in chains.items() if chain.relations}
    averages = {number for number in lefts if isinstance(body := chains[number].sides[1], tree.Expected)
                and not trees.names(body) & drawn.keys()}  # fmt: skip
    others = {name for number, name in lefts.items() if number not in averages}
    return {number for number in averages if lefts[number] in others}
