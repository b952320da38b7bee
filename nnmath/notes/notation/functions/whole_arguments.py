r"""Functions defined for an argument that is no letter, ``f(x_{n1}) = w_0 + w_1 x_{n1}``, ``K(\|u\|) = e^{-\|u\|^2}``.

The argument stands on the right as a whole, and nothing else of it does: f is a function of whatever stands there. So
do entries beside it, y_i in ``C(h(x_i), y_i)``, and in ``p(x_i | \mu) = \ldots`` x_i, where p stands nowhere by itself;
and x_i in ``h(x_i) = \ldots`` where h stands before other arguments as well, ``\sum_k h(x_k)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.functions.undefined_functions import PARAMETERS
from nnmath.notes.syntax.names.letters import KNOWN_FUNCTIONS


def with_parameters(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such functions have letters as parameters."""
    lefts = [left.function for left in (chain.sides[0] for chain in chains if chain.relations)
             if isinstance(left, tree.Call) and not left.primes]  # fmt: skip
    nodes = [node for chain in chains for node in tree.walk(chain)]
    bare = [node.name for node in nodes if isinstance(node, tree.Name)]
    tops = [tree.base_name(node.top) for node in nodes if isinstance(node, tree.Partial)]
    calls = {(node.function, node.arguments) for node in nodes if isinstance(node, tree.Call)}
    counts = Counter(function for function, _ in calls)
    of_several = {name for name in counts if counts[name] > 1 and bare.count(name) == tops.count(name)}
    return [_with_parameters(chain) if _is_definition(chain, lefts, {*bare}, of_several) else chain for chain in chains]


def _is_definition(chain: tree.Chain, lefts: Sequence[str], bare: Set[str], of_several: Set[str]) -> bool:
    """Whether an equation is the only one that has a call of its function on the left, with whole arguments.

    One may be an entry where there are several, here or in the calls of the function. That stands nowhere `bare`, but
    at the top of derivatives where it is a function `of_several` arguments.
    """
    left = chain.sides[0]
    if not chain.relations or {*chain.relations} - {"=", ":="} or not isinstance(left, tree.Call) or left.primes:
        return False
    new = lefts.count(left.function) == 1 and left.function not in KNOWN_FUNCTIONS
    several = left.function in of_several or (left.arguments[1:] and left.function not in bare)
    kinds = [_is_whole(one) or (several and isinstance(one, tree.Element)) for one in left.arguments]
    return new and len(left.arguments) <= len(PARAMETERS) and any(kinds)


def _is_whole(argument: Expr) -> bool:
    """Whether an argument is no parameter as it stands: an element of a matrix, or something computed."""
    if isinstance(argument, tree.Element):
        return len(argument.indices) > 1
    return isinstance(argument, (tree.Call, tree.Product, tree.Sum, tree.Group)) and bool(trees.names(argument))


def _with_parameters(chain: tree.Chain) -> tree.Chain:
    left = chain.sides[0]
    assert isinstance(left, tree.Call)
    whole = [one for one in left.arguments if _is_whole(one)]
    entries = [one for one in left.arguments if _is_whole(one) or isinstance(one, tree.Element)]
    return _with_letters_for(entries, chain) or _with_letters_for(whole, chain) or chain


def _with_letters_for(arguments: Sequence[Expr], chain: tree.Chain) -> tree.Chain | None:
    """Return the equation with letters for these arguments, or None where anything of them stands elsewhere in it."""
    letters = {one: tree.Name(letter, at=one.at) for one, letter in zip(arguments, PARAMETERS, strict=False)}
    gone = set().union(*(trees.names(one) - trees.index_letters(one) for one in letters))

    def change(node: Expr) -> Expr:
        return letters.get(node, node)

    sides = tuple(trees.changed(side, change) for side in chain.sides)
    wanted = {one.name for one in letters.values()}
    complete = all(wanted <= trees.names(side) for side in sides[1:])
    return replace(chain, sides=sides) if complete and not any(trees.names(side) & gone for side in sides) else None
