"""Where PyTorch is the less accurate one: ours is right to 4 ulp, and PyTorch has lost digits."""

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")

from tests.primitives.peers import cases, exact, ours, theirs, ulp


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.result} of {case.name}")
def test_ours_has_the_digits_that_pytorch_has_lost(case) -> None:  # type: ignore[no-untyped-def]
    right = exact(case)
    assert ulp(ours(case), right) <= 4
    assert ulp(theirs(case), right) > 1000
