r"""Diagonal matrices that are written by their entries, ``\operatorname{diag}(p_i (1 - p_i))``."""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.shapes.fitting import Fitting
from nnmath.notes.syntax import trees

_DIAGONAL = "diag"


def with_diagonals(chain: tree.Chain, check: ShapeCheck) -> tree.Chain:
    """Return an equation in which the diagonal matrix of a number with an index has that number in each of its places.

    Parameters
    ----------
    chain : Chain
        The equation.
    check : ShapeCheck
        What is known of shapes so far; it is used up.
    """
    fitting = Fitting(check)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=function, arguments=(entry,)) if function == _DIAGONAL:
                letters = _free(entry)
                if len(letters) == 1 and not letters & elsewhere and fitting.shape(entry) == SCALAR:
                    return _diagonal(entry, *letters)
        return node

    def without(node: Expr) -> Expr:
        return replace(node, arguments=()) if isinstance(node, tree.Call) and node.function == _DIAGONAL else node

    if not any(isinstance(node, tree.Call) and node.function == _DIAGONAL for node in tree.walk(chain)):
        return chain
    elsewhere = _free(trees.changed(chain, without))
    return trees.changed(chain, change)


def _free(node: Expr) -> set[str]:
    """Return the letters of indices that nothing in a tree sums over."""
    summed = {one.letter for part in tree.walk(node) if isinstance(part, tree.Reduce) for one in part.ranges}
    return trees.index_letters(node) - summed


def _diagonal(entry: Expr, letter: str) -> Expr:
    """Return the sum of the entries, each in its place on the diagonal."""
    index = tree.Name(letter, at=entry.at)
    place = tree.Call(tree.SINGLE, (index, index), at=entry.at)
    body = tree.Product((tree.Group(entry, at=entry.at), place), at=entry.at)
    whole = tree.Reduce("sum", (tree.Range(letter, at=entry.at),), (), body, at=entry.at)
    return tree.Group(whole, at=entry.at)
