"""Small mistakes in syntax trees: what may stand in the place of a node, and a module in which it does.

Two suites plant mistakes: `tests.gradcheck.mutations` in the checker, `tests.suite.mutations` in the primitives. They
say where; how a tree is walked and changed, and what is alike among the mistakes, stands here.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy

#: A comparison and its opposite.
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def nodes(root: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all that it is made of, in the order of the text."""
    yield root
    for child in ast.iter_child_nodes(root):
        yield from nodes(child)


def replaced(root: ast.AST, old: ast.AST, new: ast.AST | None) -> None:
    """Put a node in the place of another below the root; a statement that is dropped becomes `pass`."""
    _Replace(old, ast.Pass() if new is None else new).visit(root)
    ast.fix_missing_locations(root)


def left_operand(node: ast.AST) -> ast.expr | None:
    """The left operand of an operation alone."""
    if isinstance(node, ast.BinOp):
        return node.left
    return node.values[0] if isinstance(node, ast.BoolOp) else None


def right_operand(node: ast.AST) -> ast.expr | None:
    """The right operand of an operation alone."""
    if isinstance(node, ast.BinOp):
        return node.right
    return node.values[-1] if isinstance(node, ast.BoolOp) else None


def operand(node: ast.AST) -> ast.expr | None:
    """What a minus sign, `not` or `~` stands before."""
    return node.operand if isinstance(node, ast.UnaryOp) else None


def with_comparison(node: ast.Compare, first: type[ast.cmpop]) -> ast.Compare:
    """The same with another comparison in the place of its first."""
    return ast.Compare(node.left, [first(), *node.ops[1:]], node.comparators)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, deepcopy(new)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)
