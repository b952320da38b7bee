"""`nnmath check` takes functions of PyTorch and JAX out of a person's file."""

from pathlib import Path
from typing import Any

import pytest

from nnmath.commands.main import main

OF_TORCH = """
import torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * g * x


class Wrong(Square):
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x


linear = torch.nn.Linear(3, 2).double()


def sine(x):
    return torch.sin(x)


def method(x):
    return x.sin()
"""
OF_JAX = """
import jax

sine = jax.custom_vjp(lambda x: jax.numpy.sin(x))
sine.defvjp(lambda x: (jax.numpy.sin(x), x), lambda x, g: (g * jax.numpy.cos(x),))


def plain(x):
    return jax.numpy.sin(x)
"""


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], checked_here: Any
) -> Any:
    def run(*arguments: str) -> tuple[int, str]:
        status = main(["check", *arguments, "--examples", "3"])
        out, err = capsys.readouterr()
        return status, " ".join((out + err).split())

    (tmp_path / "of_torch.py").write_text(OF_TORCH)
    (tmp_path / "of_jax.py").write_text(OF_JAX)
    monkeypatch.chdir(tmp_path)
    return run


def test_functions_of_torch(check: Any) -> None:
    pytest.importorskip("torch")
    assert check("of_torch.py:Square", "--shapes", "x=N,D")[0] == 0
    status, text = check("of_torch.py:Wrong", "--shapes", "x=N,D")
    assert status == 1
    assert "Wrong is wrong" in text
    assert "(scale)" in text
    status, text = check("of_torch.py:linear", "--shapes", "input=N,3")
    assert status == 0
    assert text.startswith("linear is right")


@pytest.mark.parametrize("name", ["sine", "method"])
def test_a_plain_function_of_torch_needs_a_word(check: Any, name: str) -> None:
    pytest.importorskip("torch")
    status, text = check(f"of_torch.py:{name}", "--shapes", "x=N")
    assert status == 2
    assert "If it takes tensors, say --arrays torch" in text
    assert check(f"of_torch.py:{name}", "--shapes", "x=N", "--arrays", "torch")[0] == 0


def test_functions_of_jax(check: Any) -> None:
    pytest.importorskip("jax")
    assert check("of_jax.py:sine", "--shapes", "x=N")[0] == 0
    status, text = check("of_jax.py:plain", "--shapes", "x=N")
    assert status == 2
    assert "or say --arrays jax" in text
    assert check("of_jax.py:plain", "--shapes", "x=N", "--arrays", "jax")[0] == 0


def test_the_kind_of_arrays(check: Any) -> None:
    pytest.importorskip("torch")
    status, text = check("of_torch.py:sine", "--shapes", "x=N", "--arrays", "cupy")
    assert (status, text) == (2, "nnmath: arrays: expected numpy, torch or jax, got 'cupy'")
    status, text = check("sigmoid", "--arrays", "torch")
    assert status == 2
    assert "--arrays belongs to a function" in text
    status, text = check("of_torch.py:Wrong", "--shapes", "x=N", "--arrays", "torch")
    assert "--arrays torch --examples 3" in text
