"""The fixture for pytest, in runs of their own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from runpy import run_path

import pytest

from nnmath import pytest_plugin

EXAMPLES = Path(__file__).parents[2] / "examples" / "tests"
gradcheck = pytest_plugin.gradcheck  # a fixture of this module, also where the plugin is not installed
WRONG = """
import numpy as np
from hypothesis import settings

settings.register_profile("few", max_examples=7)
settings.load_profile("few")
calls = 0

def sine(x):
    global calls
    calls += 1
    return np.sin(x), lambda g: 1.01 * g * np.cos(x)

def test_sine(gradcheck):
    gradcheck(sine, "x=N")
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "nnmath.pytest_plugin", "-p", "no:cacheprovider", "-q", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_examples_pass(tmp_path: Path) -> None:
    found = run(str(EXAMPLES / "test_numpy.py"), folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_the_examples_of_a_framework_pass(framework: str, gradcheck: Callable[..., None]) -> None:
    """Here, where the framework has been imported: in a run of its own that takes most of the time."""
    pytest.importorskip(framework)
    tests = [one for name, one in run_path(str(EXAMPLES / f"test_{framework}.py")).items() if name.startswith("test_")]
    assert tests
    for test in tests:
        test(gradcheck)


def test_a_mistake_is_told_and_kept_in_the_database(tmp_path: Path) -> None:
    (tmp_path / "test_sine.py").write_text(WRONG)
    default = 'from hypothesis import settings\n\nsettings.load_profile("default")\n'
    (tmp_path / "conftest.py").write_text(default)  # where CI is set, Hypothesis keeps no database
    for processes in (["-n", "2"], []):
        found = run(*processes, folder=tmp_path)
        assert found.returncode == 1
        assert "gradient of x: wrong (scale)" in found.stdout
        assert "101/100 times the right one" in found.stdout
        assert "The smallest inputs found that show it" in found.stdout
    assert any((tmp_path / ".hypothesis").rglob("*"))


def test_where_there_is_no_verdict_a_line_says_why(tmp_path: Path) -> None:
    (tmp_path / "test_sine.py").write_text(WRONG.replace('"x=N"', '"y=N"'))
    found = run(folder=tmp_path)
    assert found.returncode == 1
    assert "there is no verdict: shapes: y is no parameter of the function; it has x" in found.stdout
    assert "def check_function" not in found.stdout


def test_nothing_is_imported_before_it_is_used() -> None:
    heavy = "{'numpy', 'hypothesis', 'nnmath.gradcheck'}"
    code = f"import sys, nnmath.pytest_plugin; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    assert pytest_plugin.gradcheck.__doc__
