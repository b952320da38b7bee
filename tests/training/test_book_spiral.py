"""Our trainer against the algorithm of *Neural Networks from Scratch*: same data and weights, the first ten steps."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from nnmath.runs.experiments import SPIRAL
from nnmath.training.loop import train


@pytest.mark.skipif(find_spec("nnfs") is None, reason="the book's package, nnfs, is not installed: pip install nnfs")
def test_the_first_ten_steps_are_those_of_the_book(tmp_path: Path) -> None:
    path = tmp_path / "book.npz"
    subprocess.run([sys.executable, Path(__file__).with_name("book_spiral.py"), path], check=True)
    with np.load(path) as book:
        theta, x, labels = book["start"].copy(), book["X"], book["y"].astype(int)
        assert theta.dtype == x.dtype == np.float64
        run = train(
            theta, SPIRAL.sizes, x, labels,
            update=SPIRAL.make_update(theta), rate_at=SPIRAL.make_schedule(1), epochs=10,
        )  # fmt: skip
        for epoch, after, loss in zip(run, book["after"], book["losses"], strict=True):
            np.testing.assert_allclose(theta, after, rtol=0, atol=1e-12)
            assert epoch.loss == pytest.approx(loss, rel=1e-12)
