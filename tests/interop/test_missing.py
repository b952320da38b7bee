"""Without the packages: nnmath does not ask for them, and what does says which extra brings them."""

import subprocess
import sys
from typing import Any

import pytest

from nnmath import sigmoid
from nnmath.extras import optional
from nnmath.interop import as_jax, as_torch


@pytest.mark.parametrize(
    ("wrap", "sentence"),
    [
        (as_torch, "as_torch needs torch, which is not installed: pip install 'nnmath[torch]'"),
        (as_jax, "as_jax needs jax, which is not installed: pip install 'nnmath[jax]'"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(wrap: Any, sentence: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: Any) -> None:
        raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.setattr("nnmath.extras.import_module", missing)
    with pytest.raises(ImportError) as caught:
        wrap(sigmoid)
    assert str(caught.value) == sentence


def test_a_package_that_is_broken_says_so_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: Any) -> None:
        raise ModuleNotFoundError("No module named 'part'", name="part")

    monkeypatch.setattr("nnmath.extras.import_module", broken)
    with pytest.raises(ModuleNotFoundError, match="No module named 'part'"):
        optional("torch", "torch", "as_torch")


def test_importing_nnmath_imports_neither() -> None:
    script = "import sys, nnmath.interop; sys.exit(any(name in sys.modules for name in ('torch', 'jax', 'onnx')))"
    subprocess.run([sys.executable, "-c", script], check=True)
