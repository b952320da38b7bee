"""Code is held to its derivation: what finite differences cannot see, digits lost, is seen here."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from nnmath.latex import read
from nnmath.primitives import PRIMITIVES, exponentials
from nnmath.suite.code_check import CodeReport, check_code

ROOT = Path(__file__).parents[2]
DERIVATIONS = {p.stem: p for p in sorted((ROOT / "derivations").rglob("*.md")) if p.name != "README.md"}
EXAMPLES = 50

#: (primitive, what stands in its module, what is put in its place): the textbook's formulas, right and inaccurate
INACCURATE = [
    ("sigmoid", "da * (e / s**2)", "da * (a * (1 - a))"),
    ("sigmoid", "e = np.exp(-np.abs(z))", "e = np.exp(np.clip(-np.abs(z), -50, 0))"),
    ("softmax_cross_entropy", "np.log1p(others / of_label)", "np.log(1 + others / of_label)"),
    ("softmax_cross_entropy", "-others / s", "of_label / s - 1"),
    (
        "softmax_cross_entropy",
        "p * t.sum(axis=1, keepdims=True)",
        "p * np.rint(t.sum(axis=1, keepdims=True) * 9) / 9.001",
    ),
    ("binary_cross_entropy", "np.log1p(e)", "np.log(1 + e)"),
    ("binary_cross_entropy", "(1 - t) * p - t * q", "p - t"),
    ("relu", "da * (z > 0)", "da * (1 + 1e-14) * (z > 0)"),
    ("dense", "dz.dot(W.T)", "(1 + 1e-13) * (dz @ W.T)"),
    ("dense", "x.T.dot(dz, out=to_W)", "(1 + 1e-13) * (x.T @ dz)"),
]

#: (what stands in the exponentials that softmax and its losses share, what is put in its place)
INACCURATE_EXPONENTIALS = [
    ("np.where(e > 0, e + e * r, e)", "e"),
    ("e = np.exp(d)", "e = np.exp(d.astype(np.float32)).astype(d.dtype)"),
]


def check(folder: Path, primitive: str, right: str = "", wrong: str = "") -> CodeReport:
    """Hold a copy of a primitive, with something replaced in it, to its derivation."""
    path = DERIVATIONS[primitive]
    family = path.parent.name
    source = (ROOT / "nnmath" / "primitives" / family / f"{primitive}.py").read_text()
    assert not right or source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {primitive}.py"
    module = folder / "nnmath" / "primitives" / family / f"{primitive}.py"
    module.parent.mkdir(parents=True)
    module.write_text(source.replace(right, wrong) if right else source)
    derivation = folder / "derivations" / family / f"{primitive}.md"
    derivation.parent.mkdir(parents=True)
    shutil.copy(path, derivation)
    report = check_code(read(derivation), EXAMPLES)
    assert report is not None
    return report


@pytest.mark.parametrize("primitive", [p.__name__ for p in PRIMITIVES])
def test_the_code_computes_what_its_derivation_says(primitive: str, tmp_path: Path) -> None:
    report = check(tmp_path, primitive)
    assert report.ok, str(report)
    assert report.examples >= EXAMPLES
    assert all(worst.inputs for worst in report.results.values()), "each result was compared"


@pytest.mark.parametrize(("primitive", "right", "wrong"), INACCURATE)
def test_a_formula_that_loses_digits_is_refused(primitive: str, right: str, wrong: str, tmp_path: Path) -> None:
    report = check(tmp_path, primitive, right, wrong)
    assert not report.ok
    tag = next(worst.tag for worst in report.results.values() if not worst.ok)
    assert f"equation ({tag}) of" in str(report)


@pytest.mark.parametrize(("right", "wrong"), INACCURATE_EXPONENTIALS)
def test_shared_exponentials_that_lose_digits_are_refused(
    right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(exponentials.__file__).read_text()
    assert source.count(right) == 1
    broken: dict[str, Any] = {}
    exec(source.replace(right, wrong), broken)
    monkeypatch.setattr(exponentials, "shifted_exponentials", broken["shifted_exponentials"])
    report = check_code(read(DERIVATIONS["softmax"]), EXAMPLES)
    assert report is not None
    assert not report.ok


def test_another_gradient_than_the_derivation_has_is_refused(tmp_path: Path) -> None:
    report = check(tmp_path, "dense", "return dx, dW, db", "return dW, db")
    assert "returns 2 gradients" in str(report)


def test_code_that_raises_is_a_finding(tmp_path: Path) -> None:
    report = check(tmp_path, "relu", "return da * (z > 0)", "return 1 // 0")
    assert "it raises ZeroDivisionError" in str(report)


@pytest.mark.parametrize("name", ["network", "l2_penalty", "optimizers"])
def test_a_function_that_is_no_primitive_is_not_compared(name: str) -> None:
    assert check_code(read(DERIVATIONS[name])) is None


def test_a_derivation_without_a_module_has_no_code_to_check(tmp_path: Path) -> None:
    lone = tmp_path / "relu.md"
    lone.write_text(DERIVATIONS["relu"].read_text().replace(".py", ".txt"))
    assert check_code(read(lone)) is None
