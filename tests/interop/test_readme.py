"""What the README says about primitives inside PyTorch and JAX is what happens."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_code_that_is_shown_gives_what_is_shown() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")
    jax = pytest.importorskip("jax", reason="JAX is not installed: pip install 'nnmath[jax]'")
    section = README.read_text(encoding="utf-8").split("\n## Use with PyTorch, JAX and ONNX\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    there = {"torch": torch, "jax": jax}
    exec(code, there)
    assert there["z"].grad.tolist() == pytest.approx([0.25, 8.5330e-17], rel=1e-4, abs=0)
    assert float(there["slope"](37.0)) == pytest.approx(8.5330476e-17, rel=1e-7, abs=0)
    plain = torch.tensor([37.0], dtype=torch.float64, requires_grad=True)
    torch.sigmoid(plain).backward()
    assert (plain.grad.item(), float(jax.grad(jax.nn.sigmoid)(37.0))) == (0, 0)
