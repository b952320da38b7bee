"""Many inputs in one call, for a function that is said to act on each entry by itself: the verdict stays the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import CouldNotCheckError, GradientReport, assert_function, check_gradients
from nnmath.gradcheck.entry_by_entry import EntryByEntry

X = np.random.default_rng(0).standard_normal((3, 2)) + 0.1


def tanh(x: Any) -> Any:
    a = np.tanh(x)
    return a, lambda da: da * (1 - a**2)


def wrong_at_large(x: Any) -> Any:
    return x**2, lambda da: da * np.where(x > 0.5, x, 2 * x)


def relu(x: Any) -> Any:
    return np.maximum(x, 0), lambda da: da * (x > 0)


def log(x: Any) -> Any:
    if (np.asarray(x) < 0.3).any():
        raise ValueError("x must be at least 0.3")
    return np.log(x), lambda da: da / x


def product(x: Any, y: Any) -> Any:
    return x * y, lambda dz: (dz * y, dz * x)


def centred(x: Any) -> Any:
    return x - x.mean(), lambda da: da - da.mean()


def centred_by_rows(x: Any) -> Any:
    return x - x.mean(axis=0), lambda da: da - da.mean(axis=0)


def first_entry(x: Any) -> Any:
    def backward(da: Any) -> Any:
        dx = np.zeros_like(x)
        dx.flat[0] = da.sum()
        return dx

    return x * 0 + x.flat[0], backward


def figures(report: GradientReport) -> Any:
    return str(report), report.compared, report.worst, report.widest, report.kinks, report.not_judged


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        *((one, (X,)) for one in (tanh, wrong_at_large, relu, centred, centred_by_rows, first_entry)),
        (tanh, (X.astype(np.float32),)),
        (tanh, (X[0, 0],)),
        (relu, (np.round(X),)),
        (log, (abs(X) + 0.31,)),
        (product, (X, X + 1)),
    ],
)
def test_the_report_is_that_of_single_calls(function: Callable[..., Any], inputs: tuple[Any, ...]) -> None:
    assert figures(check_gradients(EntryByEntry(function), *inputs)) == figures(check_gradients(function, *inputs))


def test_the_calls_are_few() -> None:
    shapes: list[tuple[int, ...]] = []

    def counted(x: Any) -> Any:
        shapes.append(x.shape)
        return tanh(x)

    check_gradients(counted, X)
    single = len(shapes)
    shapes.clear()
    check_gradients(EntryByEntry(counted), X)
    assert max(shapes)[1:] == X.shape
    assert len(shapes) < single / 2


def test_the_line_that_raised_is_told() -> None:
    def refuses(x: Any) -> Any:
        raise ValueError("never")

    with pytest.raises(CouldNotCheckError, match=r"refuses raised .* first ValueError at test_entry_by_entry.py:\d+"):
        assert_function(EntryByEntry(refuses), "x=N")
