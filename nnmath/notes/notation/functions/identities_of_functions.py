r"""Identities of functions of a number: ``\sigma'(x) = \sigma(x)(1 - \sigma(x))`` is one of every number.

Whatever x is elsewhere in the notes, where they may write ``\sigma(W x + b)``.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from nnmath.latex.syntax import alphabet, tree
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.statements.left_sides import left_side


def with_own_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which the argument of such an identity is a letter of its own."""
    defined = OBJECTIVES | alphabet.LIBRARY | {left_side(chain.sides[0])[0] for chain in chains if chain.relations}
    taken = {name for chain in chains for name in trees.names(chain)}
    return [_with_own_argument(chain, defined, taken) for chain in chains]


def _with_own_argument(chain: tree.Chain, defined: Set[str], taken: Set[str]) -> tree.Chain:
    letters = {node.name for node in tree.walk(chain) if isinstance(node, tree.Name)}
    match chain.sides[0]:
        case (
            tree.Call(function=function, primes=1, arguments=(tree.Name(name=letter),))
            | tree.Partial(top=tree.Call(function=function, arguments=(tree.Name(name=letter),)), bottom=tree.Name())
        ) if chain.relations and letters == {letter} and letter.islower() and function not in defined:
            return trees.changed(chain, trees.with_letters({letter: trees.another_letter(letter, taken)}))
    return chain
