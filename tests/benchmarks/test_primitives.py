"""The primitives that are timed: what a textbook and what PyTorch computes is what ours computes."""

from typing import Any

import numpy as np
import pytest

from nnmath.primitives import PRIMITIVES
from tests.benchmarks.primitives.__main__ import function_of
from tests.benchmarks.primitives.works import PrimitiveWork, works

WORKS = works(share=12)


def results(contender: str, name: str, work: PrimitiveWork, upstream: Any) -> list[Any]:
    """Return the value and the gradients of a contender, for an upstream gradient of the value's leading columns."""
    value, backward = function_of(contender, name, work)(*work.inputs)
    gradients = backward(upstream)
    return [np.asarray(found) for found in (value, *(gradients if isinstance(gradients, tuple) else (gradients,)))]


@pytest.mark.parametrize("contender", ["textbook", "pytorch"])
@pytest.mark.parametrize("name", WORKS)
def test_they_compute_the_same(name: str, contender: str) -> None:
    if contender == "pytorch":
        pytest.importorskip("torch")
    work = WORKS[name]
    value = np.asarray(function_of("ours", name, work)(*work.inputs)[0])
    upstream = np.cos(np.arange(value.size)).astype(np.float32).reshape(value.shape)[()]
    if name == "lstm":
        upstream[..., value.shape[-1] // 2 :] = 0  # PyTorch passes nothing back to the cells
    ours, theirs = (results(who, name, work, upstream) for who in ("ours", contender))
    assert len(ours) == len(theirs) == 1 + len(work.wrt)
    for one, other in zip(ours, theirs):
        one = one[..., : other.shape[-1]] if other.ndim else one
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4 * max(np.abs(one).max(), 1e-3))


def test_each_primitive_is_timed() -> None:
    assert {name.partition(",")[0] for name in WORKS} == {primitive.__name__ for primitive in PRIMITIVES}
