r"""The outputs of all examples in a row, ``A = \sigma(w^T X + b)``, and one of them, ``a^{(i)}``: an entry of it.

So are the entries ``y^{(i)}`` of ``Y``, which is a row as A is; ``A = \sigma(X w + b)`` is a column.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.usage import usage


def with_entries_of_outputs(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with entries of such rows and columns in the place of single outputs."""
    bodies = {side.name: chain.sides[1] for chain in reversed(chains) if chain.relations
              and isinstance(side := chain.sides[0], tree.Name)}  # fmt: skip
    used = usage(chains)
    single = {name for name, every in used.arrays.items() if name not in used.bare and name.islower()
              and name not in bodies and all(len(indices) == 1 for indices in every)}  # fmt: skip
    lie = {name: _is_row(bodies[name.upper()], bodies) for name in single if name.upper() in bodies}
    known = {name: is_row for name, is_row in lie.items() if is_row is not None}
    rows = {name for name, body in bodies.items() if _is_row(body, bodies)}
    if len({*known.values()}) > 1 or not (known or rows):
        return list(chains)
    is_row = bool(rows)
    given = {name.upper(): name for name in single - known.keys() if name.upper() in used.bare - bodies.keys()}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Call(function=tree.TRANSPOSE, arguments=(inner,))) if inner in columns:
                return replace(node, array=inner)
            case tree.Element(array=tree.Name(name=name) as array) if name in known:
                return tree.Element(tree.Name(name.upper(), at=array.at), node.indices, at=node.at)
            case tree.Name(name=name) if name in given:
                column = tree.Name(given[name], at=node.at)
                return _turned(column) if is_row else column
            case tree.Name(name=name) if name in rows:
                return _turned(node)
        return node

    columns = {tree.Name(name, at=chains[0].at) for name in rows}
    return [_with_column_defined(trees.changed(chain, change), rows) for chain in chains]


def _with_column_defined(chain: tree.Chain, rows: Collection[str]) -> tree.Chain:
    """Return an equation that defines a row as one that defines the column, for vectors are columns here."""
    match chain.sides[0]:
        case tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name(name=name) as column,)) if name in rows:
            others = (_turned(tree.Group(side, at=side.at)) for side in chain.sides[1:])
            return replace(chain, sides=(column, *others))
    return chain


def _turned(node: Expr) -> Expr:
    return tree.Call(tree.TRANSPOSE, (node,), at=node.at)


def _is_row(body: Expr, bodies: Mapping[str, Expr]) -> bool | None:
    """Whether a body is a row, ``w^T X + b``, or a column, ``X w + b``; None where it is neither."""
    if isinstance(body, tree.Call) and len(body.arguments) == 1:
        return _is_row(body.arguments[0], bodies)
    if isinstance(body, tree.Name):
        rest = {name: one for name, one in bodies.items() if name != body.name}
        return _is_row(bodies[body.name], rest) if body.name in bodies else None
    product = body.terms[0] if isinstance(body, tree.Sum) else body
    match product:
        case tree.Product(
            factors=(tree.Call(function=tree.TRANSPOSE, arguments=(tree.Name(name=one),)), tree.Name(name=other))
        ):
            return True if one.islower() and other.isupper() else None
        case tree.Product(factors=(tree.Name(name=one), tree.Name(name=other))):
            return False if one.isupper() and other.islower() else None
    return None
