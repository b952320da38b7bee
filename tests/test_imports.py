"""Imports run one way: between the packages only as the design draws it, and without circles, also inside a package."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "nnmath"

#: What each part of nnmath may import from the others. A part is a package, or a module of its own.
ALLOWED: dict[str, set[str]] = {
    "typing": set(),
    "primitives": {"typing"},
    "sampling": {"typing"},
    "gradcheck": {"sampling", "typing"},
    "pytest_plugin": {"gradcheck"},
    "latex": {"sampling", "typing"},
    "notes": {"latex", "sampling", "typing"},
    "suite": {"streams", "gradcheck", "latex", "sampling", "primitives", "typing"},
    "extras": set(),
    "streams": set(),
    "progress": {"streams"},
    "files": set(),
    "archive": {"files"},
    "data": {"files", "archive", "extras", "progress", "typing"},
    "training": {"streams", "primitives", "data", "files", "archive", "typing"},
    "plots": {"training", "data", "files", "extras", "typing"},
    "interop": {"primitives", "extras", "typing"},
    "export": {"training", "data", "extras", "files", "typing"},
    "estimators": {"primitives", "training", "data", "archive", "files", "extras", "progress", "typing"},
    "runs": {"training", "primitives", "data", "plots", "estimators", "archive", "files", "extras"}
    | {"progress", "typing"},
    "accuracy": {"suite", "latex", "sampling", "primitives", "files"},
    "site": {"accuracy", "streams", "suite", "latex", "primitives", "training", "data", "files", "extras", "typing"},
    "commands": {"streams", "runs", "site", "suite", "export", "estimators", "gradcheck", "latex", "notes", "sampling"}
    | {"training", "data", "accuracy", "progress", "plots", "primitives", "files", "extras", "archive", "typing"},
}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package has the name of its folder."""
    paths = (path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): ROOT / path for path in paths}


@cache
def imports() -> dict[str, set[str]]:
    """The modules of nnmath that each module imports, wherever in it the import stands."""
    known = modules()
    return {name: set(_imported(path, known)) - {name} for name, path in known.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if whole in known or node.module in known:
                    yield whole if whole in known else str(node.module)


def part_of(module: str) -> str:
    """The part that a module belongs to; nothing for ``nnmath`` and ``nnmath.__main__``, which may import all."""
    part = [*module.split("."), ""][1]
    return "" if part == "__main__" else part


def folder_of(module: str) -> str:
    """The folder or the module right inside of its part that a module belongs to."""
    return ".".join(module.split(".")[:3])


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other (the strongly connected components of more than one node)."""
    arrows = {node: others & set(arrows) for node, others in arrows.items()}
    reach = {node: reached(node, arrows) for node in arrows}
    groups = {
        frozenset(other for other in reach[node] if node in reach[other]) for node in arrows if node in reach[node]
    }
    return sorted(sorted(group) for group in groups)


def reached(start: str, arrows: dict[str, set[str]]) -> set[str]:
    """Return all nodes that arrows lead to."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for node in arrows.get(ahead.pop(), set()) - found:
            found.add(node)
            ahead.append(node)
    return found


def test_the_table_itself_has_no_circle() -> None:
    assert circles(ALLOWED) == []


def test_every_part_stands_in_the_table() -> None:
    assert {part_of(name) for name in modules()} - {""} <= set(ALLOWED)


@pytest.mark.parametrize("part", ALLOWED)
def test_a_part_imports_only_what_the_design_allows(part: str) -> None:
    against = [
        f"{name} imports {other}"
        for name, others in sorted(imports().items())
        for other in sorted(others)
        if part_of(name) == part and part_of(other) not in {part, "", *ALLOWED[part]}
    ]
    assert not against, "\n".join(against)


@pytest.mark.parametrize("part", ALLOWED)
def test_no_modules_import_each_other_in_a_circle(part: str) -> None:
    inside = {name: others for name, others in imports().items() if part_of(name) == part}
    found = circles(inside)
    assert not found, "\n".join(" and ".join(group) for group in found)


@pytest.mark.parametrize("part", ALLOWED)
def test_the_folders_of_a_part_import_one_way(part: str) -> None:
    between: dict[str, set[str]] = {}
    for name, others in imports().items():
        if part_of(name) == part:
            inside = {folder_of(other) for other in others if part_of(other) == part}
            between.setdefault(folder_of(name), set()).update(inside - {folder_of(name)})
    found = circles(between)
    assert not found, "\n".join(" and ".join(group) for group in found)


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [["a", "b", "c"]]
