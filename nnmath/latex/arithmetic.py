"""The functions of one or two numbers that equations use, in mpmath, without an exception and without complex numbers.

Where a function has no value the result is not a number, and whatever is computed from it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from mpmath import mp

#: The largest argument of an exponential, for everyone who watches.
_watched: list[list[float]] = []

#: Beyond this the exponent of a number would need millions of digits.
LARGEST_EXPONENT = 10**8


@contextmanager
def watching_exponents() -> Iterator[list[float]]:
    """Watch how large the arguments of exponentials get: a list whose last entry is the largest so far."""
    seen = [0.0]
    _watched.append(seen)
    try:
        yield seen
    finally:
        _watched.pop()


def _watch(x: Any) -> None:
    for seen in _watched:
        if seen[-1] < abs(x) < LARGEST_EXPONENT:
            seen[-1] = float(abs(x))


def _exponential(function: Any) -> Any:
    def compute(x: Any) -> Any:
        _watch(x)
        return function(x) if abs(x) < LARGEST_EXPONENT else mp.nan

    return np.frompyfunc(compute, 1, 1)


def _log(x: Any) -> Any:
    return mp.log(x) if x > 0 else mp.nan


def _sqrt(x: Any) -> Any:
    return mp.sqrt(x) if x >= 0 else mp.nan


def _divide(x: Any, y: Any) -> Any:
    return x / y if y != 0 else mp.nan


def _power(x: Any, y: Any) -> Any:
    if not (mp.isfinite(x) and mp.isfinite(y)):
        return mp.nan
    if x == 0:
        return mp.nan if y < 0 else mp.one if y == 0 else mp.zero
    if (x < 0 and not mp.isint(y)) or abs(y) * (abs(mp.mag(x)) + 1) > LARGEST_EXPONENT:
        return mp.nan
    _watch(abs(y) * mp.mag(x) * 0.7)
    return x**y


def _trigonometric(function: Any) -> Any:
    return np.frompyfunc(lambda x: function(x) if abs(x) < LARGEST_EXPONENT else mp.nan, 1, 1)


def _sign(x: Any) -> Any:
    return x if mp.isnan(x) else mp.mpf((x > 0) - (x < 0))


def _larger(x: Any, y: Any) -> Any:
    return mp.nan if mp.isnan(x) or mp.isnan(y) else max(x, y)


def _smaller(x: Any, y: Any) -> Any:
    return mp.nan if mp.isnan(x) or mp.isnan(y) else min(x, y)


def _relation(holds: Any) -> Any:
    def judge(x: Any, y: Any) -> Any:
        return mp.nan if mp.isnan(x) or mp.isnan(y) else mp.mpf(bool(holds(x, y)))

    return np.frompyfunc(judge, 2, 1)


divide = np.frompyfunc(_divide, 2, 1)
power = np.frompyfunc(_power, 2, 1)
larger = np.frompyfunc(_larger, 2, 1)
smaller = np.frompyfunc(_smaller, 2, 1)
is_nan = np.frompyfunc(mp.isnan, 1, 1)

FUNCTIONS = {
    "exp": _exponential(mp.exp),
    "log": np.frompyfunc(_log, 1, 1),
    "sqrt": np.frompyfunc(_sqrt, 1, 1),
    "abs": np.frompyfunc(abs, 1, 1),
    "sign": np.frompyfunc(_sign, 1, 1),
    **{name: _exponential(getattr(mp, name)) for name in ("tanh", "sinh", "cosh")},
    **{name: _trigonometric(getattr(mp, name)) for name in ("sin", "cos")},
}

RELATIONS = {
    "=": _relation(lambda x, y: x == y),
    "≠": _relation(lambda x, y: x != y),
    "<": _relation(lambda x, y: x < y),
    ">": _relation(lambda x, y: x > y),
    "≤": _relation(lambda x, y: x <= y),
    "≥": _relation(lambda x, y: x >= y),
}
