r"""Matrices that notes differentiate by a number and do not define, K in ``\frac{\partial K^{-1}}{\partial t}``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.notation.derivatives.any_loss import ANY_LOSS
from nnmath.notes.syntax import trees

_OF_MATRICES = frozenset(["tr", "det"])
_ENTRY = r"\entry"
_HIGHEST_POWER = 2


def any_matrices(
    chains: Iterable[tree.Chain], defined: Collection[str], made: Mapping[str, str]
) -> tuple[dict[str, tree.Chain], dict[str, int]]:
    """Return definitions of such matrices, and how many dimensions the symbols have that they are made of.

    What is `made` of something free, as a symmetric matrix is, depends on the numbers by that.
    """
    definitions: dict[str, tree.Chain] = {}
    ranks: dict[str, int] = {}
    for name, numbers in _matrices_of_numbers(chains, {*defined} - made.keys()).items():
        definitions[name], parts = _any_matrix(made.get(name, name), numbers)
        ranks |= parts
    return definitions, ranks


def _matrices_of_numbers(chains: Iterable[tree.Chain], defined: Collection[str]) -> dict[str, set[Expr]]:
    """Return what is differentiated and nowhere defined, and has an inverse, a trace or a determinant, and by what.

    That is a small letter, or an entry of one; nothing else stands in the derivative.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    matrices = {tree.base_name(node.base) for node in nodes if isinstance(node, tree.Power) and _is_minus_one(node)}
    matrices |= {one.name for node in nodes if isinstance(node, tree.Call) and node.function in _OF_MATRICES
                 for one in node.arguments if isinstance(one, tree.Name)}  # fmt: skip
    found: dict[str, set[Expr]] = {}
    for node in nodes:
        if isinstance(node, tree.Partial):
            inside = {one.name for one in tree.walk(node.top) if isinstance(one, tree.Name)} - trees.index_letters(
                node.top
            )
            by = tree.base_name(node.bottom)
            if len(inside) == 1 and inside <= matrices - {*defined, by} and by.lstrip("\\")[:1].islower():
                found.setdefault(inside.pop(), set()).add(_by(node.bottom))
    return found


def _is_minus_one(node: tree.Power) -> bool:
    match node.exponent:
        case tree.Sum(signs=(-1,), terms=(tree.Number(text="1"),)):
            return True
    return False


def _by(bottom: Expr) -> Expr:
    """Return a number that something is differentiated by; of an entry the entry with a letter of its own."""
    if isinstance(bottom, tree.Element) and len(bottom.indices) == 1:
        return tree.Element(bottom.array, (tree.Name(_ENTRY, at=Place(1, 1)),), at=Place(1, 1))
    return tree.Name(tree.base_name(bottom), at=Place(1, 1))


def _any_matrix(name: str, numbers: Collection[Expr]) -> tuple[tree.Chain, dict[str, int]]:
    """Return the definition of any matrix that depends on numbers, and how many dimensions has what it is made of."""
    at = Place(1, 1)
    ranks = {f"{ANY_LOSS}_{{[{name}]}}": 2}
    terms: list[Expr] = [tree.Name("I", at=at), tree.Name(*ranks, at=at)]  # with I it is square
    for number in sorted(numbers, key=tree.base_name):
        for power in range(1, _HIGHEST_POWER + 1):
            part = f"{ANY_LOSS}_{{[{name}{tree.base_name(number)}{power}]}}"
            factor = number if power == 1 else tree.Power(number, tree.Number(str(power), at=at), at=at)
            whole: Expr = tree.Name(part, at=at)
            ranks[part] = 2
            if isinstance(number, tree.Element):
                ranks[part] = 3
                entry = tree.Product((factor, tree.Element(whole, number.indices, at=at)), at=at)
                terms.append(tree.Reduce("sum", (tree.Range(_ENTRY, at=at),), (), entry, at=at))
            else:
                terms.append(tree.Product((factor, whole), at=at))
    return tree.Chain((":=",), (tree.Name(name, at=at), tree.Sum((1,) * len(terms), tuple(terms), at=at)), at=at), ranks
