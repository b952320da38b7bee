"""What all tests share: how examples are drawn, the same in every run; how wide they are told of; a stopped run."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # whatever terminal the tests are started from, what is printed is the same

#: How many examples a property is tried with.
EXAMPLES = int(os.environ.get("NNMATH_EXAMPLES", "100"))

settings.register_profile(
    "nnmath",
    max_examples=EXAMPLES,
    derandomize=True,  # a red run is red again
    database=None,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],  # the same
)
settings.load_profile("nnmath")


@pytest.fixture
def every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a checkpoint after each epoch, however short it is."""
    monkeypatch.setattr("nnmath.training.checkpoints.INTERVAL", 0.0)


@pytest.fixture
def stopped(tmp_path: Path, every_epoch: None) -> Path:
    """A run that was stopped after four of six epochs."""
    from tests.training.stopping import Stop, train_until

    with pytest.raises(Stop):
        train_until(tmp_path, 4)
    return tmp_path
