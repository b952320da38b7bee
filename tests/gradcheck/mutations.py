"""Mistakes for the checker itself: small changes to the syntax tree of one of its functions, or to a constant.

A mutation names a function and an operation, not the text of a line, so that it outlives a variable that is renamed.
"""

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

import nnmath.gradcheck
from nnmath.gradcheck import GradientReport
from tests.mutations import OPPOSITE, left_operand, nodes, operand, replaced, right_operand, with_comparison

HOME = Path(nnmath.gradcheck.__file__).parent
EXTREMES = {"max": "min", "min": "max", "maximum": "minimum", "minimum": "maximum", "fmax": "fmin", "fmin": "fmax"}


def _reverse(node: ast.AST) -> ast.AST | None:
    """The opposite of a comparison."""
    if not isinstance(node, ast.Compare) or len(node.ops) > 1:
        return None
    return with_comparison(node, OPPOSITE[type(node.ops[0])])


def _skip(node: ast.AST) -> ast.AST | None:
    """No statement, where one is an assignment to what exists, a call or a condition without an alternative."""
    skipped = isinstance(node, ast.AugAssign | ast.Expr) or (isinstance(node, ast.If) and not node.orelse)
    return ast.Pass() if skipped else None


def _last(node: ast.AST) -> ast.AST | None:
    """The last argument of a call in place of the call."""
    return node.args[-1] if isinstance(node, ast.Call) and node.args else None


def _extreme(node: ast.AST) -> ast.AST | None:
    """The least of numbers in place of the largest, or the reverse."""
    if isinstance(node, ast.Name) and node.id in EXTREMES:
        return ast.Name(EXTREMES[node.id], ast.Load())
    if isinstance(node, ast.Attribute) and node.attr in EXTREMES:
        return ast.Attribute(node.value, EXTREMES[node.attr], node.ctx)
    return None


OPERATIONS: dict[str, Callable[[ast.AST], ast.AST | None]] = {
    "left": left_operand, "right": right_operand, "operand": operand, "reverse": _reverse, "skip": _skip, "last": _last,
    "extreme": _extreme,
}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """A change to the checker.

    Attributes
    ----------
    module : str
        The name of the file.
    place : str
        A function, a method, or a constant of the module.
    operation : str
        One of `OPERATIONS`, or what a function returns whatever it is given (``"return expression"``); for a constant
        its expression, or the element of a tuple that is left out (``"without name"``).
    number : int
        Which of the nodes that the operation applies to, in the order of the text.
    """

    module: str
    place: str
    operation: str
    number: int = 0

    def __str__(self) -> str:
        """Name it."""
        return f"{self.module}.{self.place}: {self.operation} {self.number}"

    @property
    def path(self) -> Path:
        """The file of the module."""
        (path,) = HOME.rglob(f"{self.module}.py")
        return path

    def applied(self) -> ast.Module:
        """The syntax tree of the module with the change in it."""
        tree = ast.parse(self.path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == self.place]
        found: list[ast.stmt] = [*functions, *(node for node in tree.body if self._assigned(node))]
        if len(found) != 1:
            raise LookupError(f"{self.module}.py has {self.place} {len(found)} times, expected once")
        if isinstance(found[0], ast.FunctionDef) and self.operation.startswith("return "):
            found[0].body = ast.parse(f"def function():\n    {self.operation}").body[0].body  # type: ignore[attr-defined]
        elif isinstance(found[0], ast.FunctionDef):
            changes = ((node, OPERATIONS[self.operation](node)) for node in nodes(found[0]))
            change = next(islice(((node, new) for node, new in changes if new is not None), self.number, None), None)
            if change is None:
                raise LookupError(f"{self}: there is no such operation in this function")
            replaced(tree, *change)
        else:
            assert isinstance(found[0], ast.Assign | ast.AnnAssign)
            found[0].value = self._constant(found[0])
        return ast.fix_missing_locations(tree)

    def _assigned(self, node: ast.stmt) -> bool:
        """Whether a statement gives the constant its value."""
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        return self.place in [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]

    def _constant(self, node: ast.Assign | ast.AnnAssign) -> ast.expr:
        number = ast.parse(self.operation.removeprefix("without "), mode="eval").body
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if self.operation.startswith("without "):
            assert isinstance(node.value, ast.Tuple)
            assert isinstance(number, ast.Name)
            kept = [e for e in node.value.elts if not (isinstance(e, ast.Name) and e.id == number.id)]
            if len(kept) == len(node.value.elts):
                raise LookupError(f"{self}: there is no such element")
            return ast.Tuple(kept, ast.Load())
        if not isinstance(target, ast.Tuple):
            return number
        assert isinstance(node.value, ast.Tuple)
        names = [n.id for n in target.elts if isinstance(n, ast.Name)]
        return ast.Tuple([number if n == self.place else e for n, e in zip(names, node.value.elts)], ast.Load())


class _Mutated(SourceFileLoader, MetaPathFinder):  # type: ignore[misc]  # typeshed's parents disagree
    """Imports one module of the checker with a mistake in it."""

    def __init__(self, mutation: Mutation) -> None:
        path = mutation.path
        super().__init__(".".join(["nnmath.gradcheck", *path.relative_to(HOME).with_suffix("").parts]), str(path))
        self.tree = mutation.applied()

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


@contextmanager
def mutated(mutation: Mutation) -> Iterator[Callable[..., GradientReport]]:
    """The checker with a mistake, imported anew, and then forgotten again."""
    kept = {name: found for name, found in sys.modules.items() if name.startswith("nnmath.gradcheck")}
    finder = _Mutated(mutation)
    try:
        for name in kept:
            del sys.modules[name]
        sys.meta_path.insert(0, finder)
        check: Callable[..., GradientReport] = importlib.import_module("nnmath.gradcheck").check_gradients
        yield check
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith("nnmath.gradcheck")]:
            del sys.modules[name]
        sys.modules.update(kept)
        nnmath.gradcheck = kept["nnmath.gradcheck"]
