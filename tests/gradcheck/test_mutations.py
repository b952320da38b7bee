"""Mistakes planted in the checker itself are noticed by its own cases: one of them is enough for each."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import nnmath.gradcheck
from tests.gradcheck.all_cases import RIGHT, WRONG
from tests.gradcheck.gradient_case import Case, verdict
from tests.gradcheck.mutations import EXTRA, MISTAKES

HOME = Path(nnmath.gradcheck.__file__).parent


def cases() -> dict[str, Case]:
    """All cases by their names."""
    return {case.name: case for case in [*EXTRA, *RIGHT, *WRONG]}


class Planted(SourceFileLoader, MetaPathFinder):
    """Imports one module of the checker with a mistake in it."""

    def __init__(self, module: str, old: str, new: str) -> None:
        (path,) = (path for path in HOME.rglob(f"{module}.py"))
        super().__init__(".".join(["nnmath.gradcheck", *path.relative_to(HOME).with_suffix("").parts]), str(path))
        source = path.read_text()
        assert source.count(old) == 1, f"{module}.py holds {old!r} {source.count(old)} times"
        self.changed = source.replace(old, new)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.changed, self.path, "exec")


@contextmanager
def planted(module: str, old: str, new: str) -> Iterator[Callable[..., Any]]:
    """The checker with a mistake, imported afresh, and then forgotten again."""
    kept = {name: found for name, found in sys.modules.items() if name.startswith("nnmath.gradcheck")}
    finder = Planted(module, old, new)
    try:
        for name in kept:
            del sys.modules[name]
        sys.meta_path.insert(0, finder)
        yield importlib.import_module("nnmath.gradcheck").check_gradients
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith("nnmath.gradcheck")]:
            del sys.modules[name]
        sys.modules.update(kept)
        nnmath.gradcheck = kept["nnmath.gradcheck"]


def problem_with(case: Case, check: Callable[..., Any]) -> str:
    """What a checker gets wrong."""
    try:
        return verdict(case, case.check(0, check))
    except Exception as error:  # a checker that raises is noticed, too
        return repr(error)


@pytest.mark.parametrize("case", EXTRA, ids=lambda case: case.name)
def test_cases_for_mistakes_are_right(case: Case) -> None:
    assert problem_with(case, nnmath.gradcheck.check_gradients) == ""


@pytest.mark.parametrize(("module", "old", "new", "case"), MISTAKES)
def test_a_mistake_in_the_checker_is_noticed(module: str, old: str, new: str, case: str) -> None:
    with planted(module, old, new) as check:
        assert problem_with(cases()[case], check), f"{case} came out as it should"
