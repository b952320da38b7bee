"""A gradient that deviates where no wrong entry is found is undecided: neither right nor wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import assert_gradients, check_function, check_gradients, comparison


def scaled(g: Any, x: Any) -> Any:
    return 1.001 * g * np.cos(x)


@pytest.fixture
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that finds no entry, whatever is wrong."""
    monkeypatch.setattr(comparison, "_wrong_entries", lambda *_: None)


@pytest.mark.usefixtures("nothing_found")
def test_a_deviation_without_a_wrong_entry_is_undecided() -> None:
    x = np.random.default_rng(0).standard_normal(300)
    report = check_gradients(np.sin, x, backward=scaled)
    assert report.worst > 1
    assert not report.ok
    assert not report.findings
    text = str(report)
    assert "undecided" in text
    assert "right" not in text
    with pytest.raises(AssertionError, match="undecided"):
        assert_gradients(np.sin, x, backward=scaled)


@pytest.mark.usefixtures("nothing_found")
def test_a_function_with_an_undecided_example_is_not_right() -> None:
    def sine(x: Any) -> Any:
        return np.sin(x), lambda g: scaled(g, x)

    check = check_function(sine, "x=300", examples=2)
    assert not check.outcome.ok
    assert "sine is undecided" in str(check)
    assert "A random direction" in str(check)


#: Functions with jumps, and poles: right gradients beside wrong ones of a single entry.
JUMPS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "fraction": (lambda x: x - np.trunc(x), lambda g, x: 1.0 * g),
    "remainder": (lambda x: np.remainder(x, 0.7), lambda g, x: 1.0 * g),
    "tan": (np.tan, lambda g, x: g * (1 + np.tan(x) ** 2)),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", JUMPS)
def test_functions_with_jumps_get_a_verdict(name: str, seed: int) -> None:
    forward, backward = JUMPS[name]
    x = np.random.default_rng(seed).uniform(-9, 9, (20, 30))
    report = check_gradients(forward, x, backward=backward, seed=seed)
    assert report.ok, str(report)
    assert report.worst <= 1

    def one_entry(g: Any, x: Any) -> Any:
        gradient = backward(g, x)
        gradient[2, 17] *= 1.001
        return gradient

    report = check_gradients(forward, x, backward=one_entry, seed=seed)
    assert [finding.cause for finding in report.findings] == ["entries"]
    assert report.findings[0].where == (2, 17)


def test_a_search_by_output_takes_values_of_any_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "HOW_TO_SEARCH", ("by output",))

    def one_entry(g: Any, x: Any) -> Any:
        gradient = g * np.cos(x)
        gradient[5, 7] *= 1.1
        return gradient

    x = np.random.default_rng(0).uniform(-1, 1, (13, 17))
    (finding,) = check_gradients(np.sin, x, backward=one_entry).findings
    assert finding.where == (5, 7)
