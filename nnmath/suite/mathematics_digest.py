"""What decides the numbers that a primitive computes: a digest of its code and equations, without comments and prose.

A sweep over all float32 inputs takes minutes. What it found holds until the mathematics is another.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from nnmath.latex.document import Document
from nnmath.latex.markdown import NEVER_SKIPPED, read_document
from nnmath.suite.catalogue import PACKAGE, Entry

#: Modules that check arguments. The mathematics alone is what is swept.
CHECKS = {"nnmath.primitives.arguments", "nnmath.primitives.primitive"}

_TAG = re.compile(r"\((\d+)\)")


def mathematics_digest(entry: Entry) -> str:
    """Return the sha256 of what a derivation defines and derives, and of the code that computes it.

    The code is the module of the derivation and what it imports of nnmath.primitives, but for checks of arguments.
    Comments, docstrings, prose, the numbers of equations, worked examples and what is wrong elsewhere do not count.
    """
    modules = modules_of_mathematics(f"nnmath.primitives.{entry.family}.{entry.name}")
    code = {name: ast.unparse(_without_docstrings(tree)) for name, tree in modules.items()}
    parts = [*_equations(read_document(entry.path)), *(f"{name}\n{code[name]}" for name in sorted(code))]
    return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()


def modules_of_mathematics(module: str) -> dict[str, ast.Module]:
    """Return a module and all that it imports of nnmath.primitives, by name, but for checks of arguments.

    Each stands behind what it imports, so that they can be executed in this order.
    """
    found: dict[str, ast.Module] = {}
    tree = ast.parse(_path(module).read_text(encoding="utf-8"))
    for name in _imported(tree):
        found |= modules_of_mathematics(name)
    return found | {module: tree}


def _path(module: str) -> Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        name = str(node.module) if isinstance(node, ast.ImportFrom) else ""
        if name.startswith("nnmath.primitives.") and name not in CHECKS:
            yield name


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _equations(document: Document) -> Iterator[str]:
    for row in document.rows:
        symbol, code, shape, domain, *_ = row.cells
        tag = _TAG.match(domain)
        result = document.tagged[tag[1]].latex if tag and tag[1] in document.tagged else domain
        yield " ".join([symbol, code, shape, *result.split()])
    for block in document.blocks:
        if block.section in NEVER_SKIPPED:
            yield " ".join(block.latex.split())
