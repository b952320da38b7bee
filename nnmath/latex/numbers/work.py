"""A bound on the work of an evaluation, counted in operations, so that it is the same on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flint import ctx

from nnmath.latex.errors import Undefined

#: What an operation costs by itself, and with how many bits the operation on one entry costs twice as much; about a
#: microsecond each on a computer of today.
_OVERHEAD = 20
_BITS = 500


class TooMuchWork(Undefined):
    """An evaluation takes more operations than it is allowed."""


class _Account:
    spent = 0.0
    limit = float("inf")


def spend(entries: int) -> None:
    """Count an operation on so many entries; where too little is left, count nothing and raise `TooMuchWork`."""
    cost = _OVERHEAD + entries * (1 + ctx.prec / _BITS)
    if _Account.spent + cost > _Account.limit:
        raise TooMuchWork("it takes too long to compute")
    _Account.spent += cost


@contextmanager
def at_most(allowed: float) -> Iterator[None]:
    """Allow only so much work meanwhile, and no more than is left already."""
    before = _Account.limit
    _Account.limit = min(before, _Account.spent + allowed)
    try:
        yield
    finally:
        _Account.limit = before


@contextmanager
def not_counted() -> Iterator[None]:
    """Count nothing meanwhile: for the few operations that must come out the same whatever has been done before."""
    spent, limit = _Account.spent, _Account.limit
    _Account.limit = float("inf")
    try:
        yield
    finally:
        _Account.spent, _Account.limit = spent, limit


def done() -> float:
    """Return how much work has been done."""
    return _Account.spent


def left() -> float:
    """Return how much work is left."""
    return _Account.limit - _Account.spent
