"""What all tests share: how examples are drawn, the same in every run; how wide they are told of; a stopped run."""

import argparse
import gc
import io
import json
import os
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

os.environ.pop("COLUMNS", None)  # whatever terminal the tests are started from, what is printed is the same

#: `make deep` runs every case of the long lists, and more examples of each property.
DEEP = os.environ.get("NNMATH_DEEP") == "1"
#: How many examples a property is tried with.
EXAMPLES = int(os.environ.get("NNMATH_EXAMPLES", "500" if DEEP else "40"))
#: How many where `make check` tries the same with a hundred, which says how many it wants.
FEW_EXAMPLES = EXAMPLES if DEEP or "NNMATH_EXAMPLES" in os.environ else 10
#: Of a long list, one case in so many is run, always the same ones; all of them by `make deep`, or where one is named.
ONE_IN = 16

settings.register_profile(
    "nnmath",
    max_examples=EXAMPLES,
    derandomize=True,  # a red run is red again
    database=None,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow],  # the same
)
settings.load_profile("nnmath")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long_list: a list of cases of which some are run, and all by `make deep`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if DEEP or any("::" in argument for argument in config.args):
        return
    left_out = {item for item in items if item.get_closest_marker("long_list") and crc32(item.nodeid.encode()) % ONE_IN}
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave all that is imported and collected to itself: it is never garbage, and takes a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Carry out `nnmath check` of one's own code here: a process of its own takes longer to begin than to check."""
    from nnmath.commands.answer import Answer
    from nnmath.commands.own_process import carry_out

    def here(options: argparse.Namespace, on_look: Callable[[Answer], None]) -> Any:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            return Answer(**json.loads(json.dumps(asdict(carry_out(options, on_look)))))  # as the process hands it over

    monkeypatch.setattr("nnmath.commands.check.answer_in_own_process", here)


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
