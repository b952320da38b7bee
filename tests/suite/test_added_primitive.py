"""A primitive of one's own, added as CONTRIBUTING.md says, is checked, planted with mistakes and drawn on a page."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "softsign"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with softsign in it: a module, a derivation and one line."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("nnmath", "derivations", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:nnmath|derivations)/\S*FAMILY/NAME\.(?:py|md))`", text):
        place = copy / named(path)
        shutil.copy(OWN / place.name, place)
    line = re.search(r"`(from nnmath\.primitives\.FAMILY\.NAME import .*)`", text)
    assert line is not None
    with open(copy / "nnmath" / "primitives" / "__init__.py", "r+", encoding="utf-8") as file:
        before = file.read()
        last = list(re.finditer(r"^from nnmath\.primitives\.\w+\.\w+ import .*\n", before, re.MULTILINE))[-1]
        file.seek(0)
        file.write(before[: last.end()] + named(line[1]) + "\n" + before[last.end() :])
    return copy


def named(text: str) -> str:
    return text.replace("FAMILY", "activations").replace("NAME", "softsign")


def run(project: Path, *arguments: str) -> str:
    """Run Python in the project and return what it prints."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_three_sides_are_checked(project: Path) -> None:
    found = json.loads(run(project, "nnmath", "check", "softsign", "--examples", "40", "--json"))
    (row,) = found["rows"]
    assert row["ok"]
    assert row["equations"]["run"] == 9
    assert {one["name"] for one in row["code"]["results"]} == {"a", "dz"}
    assert row["differences"]["compared"] > 40


def test_mistakes_are_planted_in_it(project: Path) -> None:
    assert re.search(r"softsign: (\d\d) of \1 mistakes", run(project, "tests.suite.planting", "softsign"))


def test_the_tests_of_all_primitives_take_it_in(project: Path) -> None:
    folders = (
        "tests/gradients",
        "tests/suite/test_numbers.py",
        "tests/suite/test_planted.py",
        "tests/suite/test_code.py",
    )
    said = run(project, "pytest", "-v", "-k", "softsign", *folders)
    assert "test_backward_is_linear_in_the_upstream_gradient[softsign]" in said
    assert " failed" not in said


def test_it_has_a_page(project: Path, tmp_path: Path) -> None:
    (tmp_path / "nnmath").symlink_to(project / "nnmath")
    for name in ("README.md", "activations/softsign.md"):  # one page is built sooner than all of them
        place = tmp_path / "derivations" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / "derivations" / name, place)
    run(tmp_path, "nnmath", "site")
    page = (tmp_path / "results" / "site" / "softsign.html").read_text(encoding="utf-8")
    assert "def softsign" in re.sub("<[^>]*>", "", page)
    assert 'id="eq-9"' in page
