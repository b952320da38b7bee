"""The networks that are timed: what is written by hand computes what ours does."""

import numpy as np
import pytest

from tests.benchmarks.networks.__main__ import losses
from tests.benchmarks.networks.works import WORKS


@pytest.mark.parametrize("name", WORKS)
def test_the_network_by_hand_takes_the_same_steps(name: str) -> None:
    found = {contender: list(losses(WORKS[name](), contender, 3)) for contender in ("ours", "by_hand")}
    np.testing.assert_allclose(found["by_hand"], found["ours"], rtol=1e-4)
    assert found["ours"][0] != found["ours"][2]
