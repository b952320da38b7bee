"""What is released: the contents of the wheel and of the source archive, and the versions that are installed."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def built(kind: str, folder: Path) -> Path:
    """Build one of the two archives, as `python -m build` does."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = folder.iterdir()
    return archive


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    pytest.importorskip("hatchling")
    return zipfile.ZipFile(built("wheel", tmp_path_factory.mktemp("wheel")))


def files(folder: str) -> set[str]:
    """The files of a folder of the project, without what Python leaves behind."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in paths}


def test_the_wheel_holds_the_package_and_the_derivations_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert names == files("nnmath") | {f"nnmath/{name}" for name in files("derivations")}


def test_the_wheel_checks_a_gradient_in_an_empty_folder(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    (tmp_path / "empty").mkdir()
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from nnmath.commands.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, str(tmp_path / "installed"), "check", "relu", "--examples", "10"],
        cwd=tmp_path / "empty",
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^relu .* right$", done.stdout, re.MULTILINE)
    assert list((tmp_path / "empty").iterdir()) == []


def test_the_source_archive_holds_what_the_checks_need(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    with tarfile.open(built("sdist", tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("nnmath", "derivations", "tests", "examples"):
        assert files(folder) <= names
    assert {"Makefile", "README.md", "LICENSE", "SECURITY.md", "constraints.txt", "requirements.txt"} <= names
    assert not {name for name in names if name.startswith(("results/", ".venv/")) or "__pycache__" in name}


def pins(path: str) -> dict[str, str]:
    """The version that a file names for each package."""
    lines = re.findall(r"^([\w.-]+)==([\w.+-]+)", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return {normal(name): version for name, version in lines}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(extra: str) -> set[str]:
    """The packages that an extra names, with those of the extras that it refers to."""
    found: set[str] = set()
    for one in PROJECT["optional-dependencies"][extra]:
        match = re.match(r"nnmath\[(.*)\]", one)
        found |= {name for part in match[1].split(",") for name in needed(part)} if match else {package(one)}
    return found


def package(requirement: str) -> str:
    return normal(re.split(r"[<>=\[; ]", requirement)[0])


def test_every_version_that_is_installed_is_named_and_has_hashes() -> None:
    locked, named = pins("requirements.txt"), pins("constraints.txt")
    assert {package(one) for one in PROJECT["dependencies"]} | needed("dev") <= set(locked), "make lock"
    assert {name: named.get(name) for name in locked} == locked, "make lock"
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = [block for block in re.split(r"^(?=\w)", text, flags=re.MULTILINE) if "==" in block]
    without = [block.split()[0] for block in blocks if "--hash=" not in block]
    assert without == []


def test_every_dependency_has_a_lower_bound() -> None:
    named = [*PROJECT["dependencies"], *(one for extra in PROJECT["optional-dependencies"].values() for one in extra)]
    assert all(">=" in one or one.startswith("nnmath[") for one in named)


def test_every_test_that_the_security_notes_name_is_there() -> None:
    named = re.findall(r"`(tests/\S+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []
