r"""Squares that are quantities: a variance that a function is of, ``\ell(\mu, \sigma^2)``.

Then σ is its root, and σ^4 its square. Otherwise ``\sigma^2 = ...`` gives σ where that stands by itself, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import reached

_ROOT = "sqrt"
_SMALL = re.compile(r"[a-z]|\\(?!pi$|nabla$|partial$)[a-z]+")


def with_variances(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations with a quantity for each square that a function is of."""
    slopes = [node.bottom for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    lefts = [side for chain in chains for side in chain.sides[:1]]
    calls = (node for side in lefts for node in tree.walk(side) if isinstance(node, tree.Call))
    arguments = [one for node in calls if len(node.arguments) > 1 for one in node.arguments]
    every = (one for one in arguments if isinstance(one, tree.Power) and _is_square(one))
    squared = {tree.base_name(one.base) for one in every} - {"", *map(tree.base_name, slopes)}
    squared -= set(map(tree.base_name, lefts))
    if not squared:
        return list(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in squared:
                return tree.Call(_ROOT, (replace(node, name=f"{name}^{{2}}"),), at=node.at)
            case tree.Element(array=tree.Call(function=function, arguments=(array,)) as root) if (
                function == _ROOT and tree.base_name(array).endswith("^{2}")
            ):
                return replace(root, arguments=(replace(node, array=array),))
            case tree.Power(base=tree.Call(function=function, arguments=(array,)), exponent=tree.Number(text=text)) if (
                function == _ROOT and tree.base_name(array).endswith("^{2}") and text.isdigit() and not int(text) % 2
            ):
                half = tree.Number(str(int(text) // 2), at=node.at)
                return array if half.text == "1" else replace(node, base=array, exponent=half)
        return node

    return [trees.changed(chain, change) for chain in chains]


def _is_square(node: tree.Power) -> bool:
    return isinstance(node.exponent, tree.Number) and node.exponent.text == "2"


def with_roots(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which ``s^2 = f^T f`` says what s is, where s stands without its square elsewhere."""
    lefts = {tree.base_name(chain.sides[0]) for chain in chains}
    squares = [tree.base_name(chain.sides[0].base) for chain in chains if isinstance(chain.sides[0], tree.Power)]
    indices = set().union(*map(trees.index_letters, chains), *map(trees.summed, chains))
    plain = {name for chain in chains if chain.relations for name in _without_squares(chain)}
    plain -= lefts | indices | {name for name in squares if squares.count(name) > 1}
    depends = {left_side(chain.sides[0])[0]: trees.names(chain.sides[1]) for chain in chains if chain.relations}
    return [_as_root(chain) if _gives_square(chain, plain, depends) else chain for chain in chains]


def of_either_sign(written: tree.Chain | None, chain: tree.Chain) -> str:
    """Return what an equation, as it is written and as it is read, gives by the square of what may be negative."""
    left = None if written is None else written.sides[0]
    if not (isinstance(left, tree.Power) and _is_square(left)) or isinstance(chain.sides[0], tree.Power):
        return ""
    name, _ = left_side(chain.sides[0])
    root = isinstance(chain.sides[1], tree.Call) and chain.sides[1].function == _ROOT
    return name if name == tree.base_name(left.base) and not root else ""


def with_other_roots(chains: Mapping[int, tree.Chain], names: Collection[str]) -> dict[int, tree.Chain]:
    """Return the equations of a file with minus the right sides of those that define such a name."""
    found = dict(chains)
    for i, chain in chains.items() if names else ():
        if left_side(chain.sides[0])[0] in names and chain.relations:
            turned = (tree.Sum((-1,), (tree.Group(one, at=one.at),), at=one.at) for one in chain.sides[1:])
            found[i] = replace(chain, sides=(chain.sides[0], *turned))
    return found


def _without_squares(chain: tree.Chain) -> Iterator[str]:
    """Yield the small letters that stand without a square above them somewhere, and are no functions."""
    squared = [node.base for node in tree.walk(chain) if isinstance(node, tree.Power) and _is_square(node)]
    bases = [one for base in squared for one in (base, getattr(base, "array", base))]
    for node in tree.walk(chain):
        if isinstance(node, tree.Name) and not any(node is base for base in bases) and _SMALL.fullmatch(node.name):
            yield node.name


def _gives_square(chain: tree.Chain, plain: Collection[str], depends: Mapping[str, set[str]]) -> bool:
    left = chain.sides[0]
    return (
        isinstance(left, tree.Power)
        and _is_square(left)
        and {*chain.relations} <= {"=", ":="}
        and bool(chain.relations)
        and (name := tree.base_name(left.base)) in plain
        and left_side(left.base)[0] == name
        and name not in reached(set().union(*map(trees.names, chain.sides[1:])), depends)
    )


def _as_root(chain: tree.Chain) -> tree.Chain:
    """Return an equation about the root of its left side; of a square that is its base, which may be negative."""
    left, body, *others = chain.sides
    root, square = _inner(left), _inner(body)
    if square is None:
        sides: list[Expr] = [tree.Call(_ROOT, (one,), at=one.at) for one in (body, *others)]
    else:
        sides = [square, *(_moved(square, body, one) for one in others)]
    assert root is not None
    return replace(chain, sides=(root, *sides))


def _inner(node: Expr) -> Expr | None:
    """Return what stands below a square, without its brackets; None where it is none."""
    if not isinstance(node, tree.Power) or not _is_square(node):
        return None
    return node.base.inner if isinstance(node.base, tree.Group) else node.base


def _moved(root: Expr, square: Expr, other: Expr) -> Expr:
    """Return what is the root where another side is the square, and what differs from it where it is not."""
    return tree.Sum((1, 1, -1), (root, tree.Group(other, at=other.at), square), at=other.at)
