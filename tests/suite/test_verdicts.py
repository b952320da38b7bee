"""Nothing holds by default: a result that holds no check is not right, and what ends a process is no result."""

import math
from concurrent.futures import Future
from typing import Any

import pytest

from nnmath.suite.results import CodeSide, DifferencesSide, EquationsSide, Properties, ResultError, Row, SuiteResults
from nnmath.suite.suite import _result
from nnmath.suite.table import table
from nnmath.suite.tasks import Task, properties

RIGHT = EquationsSide(3, 3, 0)


def suite(*rows: Row, **folders: Properties) -> SuiteResults:
    return SuiteResults(rows, folders, 10, 1.0, {}, "")


@pytest.mark.parametrize(
    "nothing",
    [
        EquationsSide(0, 0, 0),
        CodeSide("module.py", 10),
        CodeSide("module.py", 10, (ResultError("z", "1", "ulp", math.nan, 8.0, "-"),)),
        DifferencesSide(0, 0, 0.0, "-", 0.0, 0, 0),
        Row("name"),
        Row("name", RIGHT, CodeSide("module.py", 10)),
        Properties(),
        Properties(held=3, broken=1),
        suite(),
        suite(Row("name")),
        suite(Row("name", RIGHT), tests=Properties()),
    ],
    ids=repr,
)
def test_what_checked_nothing_is_not_right(nothing: Any) -> None:
    assert not nothing.ok


def test_what_was_checked_and_holds_is_right() -> None:
    assert suite(Row("name", RIGHT), tests=Properties(held=3), more=Properties(not_run="not here")).ok


@pytest.mark.parametrize("error", [SystemExit(0), GeneratorExit(), BaseException("its own"), ZeroDivisionError("1/0")])
def test_what_ends_a_task_is_no_verdict(error: BaseException) -> None:
    future: Future[Any] = Future()
    future.set_exception(error)
    with pytest.raises(ValueError, match=f"code of sigmoid could not be checked: {type(error).__name__}"):
        _result(future, Task("code", "sigmoid", 1))


def test_tests_that_say_nothing_do_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        returncode, stdout, stderr = 0, "", ""

    monkeypatch.setattr("subprocess.run", lambda *arguments, **options: Silent)
    found = properties("tests/gradients", 10)
    assert not found.ok
    assert found.failure == "pytest ended without output"


def test_skipped_tests_are_counted() -> None:
    assert "tests: 3 of 3 hold, 2 skipped" in table(suite(Row("name", RIGHT), tests=Properties(3, skipped=2)), {})
