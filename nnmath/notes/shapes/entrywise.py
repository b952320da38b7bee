r"""Products and powers that notes take entry by entry: ``a * b`` of columns, ``\tanh^2(X W)`` and ``1 - A^2``.

They have another meaning, too: an inner product, or the power of a square matrix.
"""

from __future__ import annotations

from dataclasses import replace

from nnmath.latex.semantics.check import ShapeCheck
from nnmath.latex.symbols.scope import SCALAR
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.shapes.fitting import Fitting
from nnmath.notes.syntax import trees

_LARGEST_POWER = 4


def entry_by_entry(chain: tree.Chain, check: ShapeCheck, stars: bool) -> tree.Chain:
    """Return an equation in which such products and powers are taken entry by entry.

    Parameters
    ----------
    chain : Chain
        The equation.
    check : ShapeCheck
        What is known of shapes so far; it is used up.
    stars : bool
        Whether the file writes products with a star: a dot between columns may be one.
    """
    kinds = tree.kinds(chain)
    if tree.Power not in kinds and not (tree.Product in kinds and (stars or tree.Sum in kinds)):
        return chain
    fitting = Fitting(check)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Product(dotted=dotted) if stars and dotted:
                return _of_columns(node, fitting)
            case tree.Power(base=base, exponent=tree.Number(text=text)) if (
                text.isdigit() and 2 <= int(text) <= _LARGEST_POWER and _is_computed_matrix(base, fitting)
            ):
                return tree.Group(tree.Hadamard((base,) * int(text), at=node.at), at=node.at)
            case tree.Sum(terms=terms) if any(isinstance(one, tree.Product) and one.dotted for one in terms):
                return replace(node, terms=_beside_columns(terms, fitting))
        return node

    return trees.changed(chain, change)


def _of_columns(node: tree.Product, fitting: Fitting) -> Expr:
    """Take a product of columns and numbers, with a dot between two columns, entry by entry."""
    shapes = [fitting.shape(factor) for factor in node.factors]
    places = [i for i, shape in enumerate(shapes) if shape != SCALAR]
    columns = [shape for shape in shapes if shape is not None and len(shape.dims) == 1 and not shape.row]
    if len(columns) != len(places) or not any(i in node.dotted for i in places[1:]):
        return node
    if not all(fitting.alike(columns[0], one, may_be=True) for one in columns[1:]):
        return node
    numbers = [factor for factor, shape in zip(node.factors, shapes, strict=True) if shape == SCALAR]
    whole = tree.Group(tree.Hadamard(tuple(node.factors[i] for i in places), at=node.at), at=node.at)
    return replace(node, factors=(*numbers, whole), dotted=()) if numbers else whole


def _beside_columns(terms: tuple[Expr, ...], fitting: Fitting) -> tuple[Expr, ...]:
    r"""Take the dot in a sum with a column entry by entry, as in ``\gamma \cdot x + \beta``: no number is meant."""
    shapes = [fitting.shape(term) for term in terms]
    if not any(shape is not None and len(shape.dims) == 1 and not shape.row for shape in shapes):
        return terms
    return tuple(_of_columns(term, fitting) if isinstance(term, tree.Product) and shape == SCALAR else term
                 for term, shape in zip(terms, shapes, strict=True))  # fmt: skip


def _is_computed_matrix(base: Expr, fitting: Fitting) -> bool:
    """Whether a base is a matrix that something computes and that nothing so far says is square."""
    inner = base.inner if isinstance(base, tree.Group) else base
    if isinstance(inner, tree.Name) and inner.name not in fitting.check.scope.definitions:
        return False
    shape = fitting.shape(base)
    if shape is None or len(shape.dims) != 2:
        return False
    if isinstance(inner, tree.Call) and inner.function in alphabet.FUNCTIONS:
        return True
    return fitting.check.resolved(shape.dims[0]) != fitting.check.resolved(shape.dims[1])
