r"""Sums over examples that are called by their input, ``\frac{1}{n} \sum_x``, where x is the input itself.

Everything that is computed from x, and the target beside it, has one value for each example: it is given an index.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.usage import usage

#: What targets are called.
_TARGETS = frozenset("ytd")

#: Letters for the index of examples.
_LETTERS = "inmrq"


def with_examples(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such sums run over an index."""
    used = usage(chains)
    totals = [node for chain in chains for node in tree.walk(chain)
              if isinstance(node, tree.Reduce) and _letter(node) in used.bare | used.arrays.keys()]  # fmt: skip
    inputs = {_letter(node) for node in totals}
    if len(inputs) != 1 or not all(_is_over_inputs(node) for node in totals):
        return list(chains)
    (name,) = inputs
    varying = _varying(chains, name, totals)
    free = [one for one in _LETTERS if one not in used.bare | used.indices | used.arrays.keys()]
    if not free or _is_about_one_example(chains, varying):
        return list(chains)
    return [chain if _defines_function(chain) else _with_index(chain, name, varying, free[0]) for chain in chains]


def _defines_function(chain: tree.Chain) -> bool:
    """Whether an equation says what a function is, of parameters that are no examples."""
    left = chain.sides[0]
    return isinstance(left, tree.Call) and trees.names(chain.sides[-1]) - {"e", r"\e", r"\pi"} <= trees.names(left)


def _letter(node: tree.Reduce) -> str:
    """Return what a sum without bounds runs over."""
    match node.ranges:
        case (tree.Range(low=None, high=None) as one,) if node.kind == "sum":
            return one.letter
    return ""


def _is_over_inputs(node: tree.Reduce) -> bool:
    """Whether the letter of a sum stands neither in the brackets of a function nor as an index, but that of a loss."""
    letter = _letter(node)
    called = any(letter in trees.names(part) for one in tree.walk(node.body) if isinstance(one, tree.Call)
                 for part in one.arguments if isinstance(part, tree.Name))  # fmt: skip
    arrays = {tree.base_name(one) for one in trees.elements(node.body) if letter in trees.index_letters(one)}
    return not called and arrays <= OBJECTIVES


def _varying(chains: Sequence[tree.Chain], name: str, totals: Collection[tree.Reduce]) -> set[str]:
    """Return what has a value for each example: the input, what is computed from it, and the targets."""
    lefts = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    found = {name} | {one for node in totals for one in trees.names(node.body) & _TARGETS - lefts}
    while True:
        new = {tree.base_name(chain.sides[0]) for chain in chains
               if chain.relations and name not in trees.index_letters(chain.sides[0])
               and any(_outside(side, name) & found for side in chain.sides[1:])} - found - {""}  # fmt: skip
        if not new:
            return found
        found |= new


def _outside(node: Expr, name: str) -> set[str]:
    """Return the names that stand in an expression outside of the sums over examples."""
    if isinstance(node, tree.Reduce) and _letter(node) == name:
        return set()
    here = {node.name} if isinstance(node, tree.Name) else set()
    return here.union(*(_outside(child, name) for child in tree.children(node)))


def _is_about_one_example(chains: Sequence[tree.Chain], varying: Collection[str]) -> bool:
    """Whether something is differentiated by what varies and does not vary itself: C may be that of one example."""
    slopes = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    declared = {tree.base_name(chain.sides[0]) for chain in chains if not chain.relations}
    return bool(declared & {*varying}) or any(
        tree.base_name(one.bottom) in varying and not trees.names(one.top) & {*varying} for one in slopes
    )


def _with_index(chain: tree.Chain, name: str, varying: Collection[str], letter: str) -> tree.Chain:
    def change(node: Expr) -> Expr:
        index = tree.Name(letter, at=node.at)
        match node:
            case tree.Name(name=one) if one in varying:
                return tree.Element(node, (index,), at=node.at)
            case tree.Element(array=tree.Element(array=array, indices=(tree.Name(name=first),)), indices=indices) if (
                first == letter
            ):
                return replace(node, array=array, indices=(index, *indices), parted=True)
            case tree.Element(array=tree.Name() as loss, indices=(tree.Element(array=tree.Name(name=one)),)) if (
                one == name
            ):
                return replace(node, array=replace(loss, name=f"{loss.name}_{{[{name}]}}"), indices=(index,))
            case tree.Reduce() if _letter(node) == name:
                return replace(node, ranges=(replace(node.ranges[0], letter=letter),))
        return node

    return trees.changed(chain, change)
