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
    left = float("inf")


def spend(entries: int) -> None:
    """Count an operation on so many entries; where too little is left, count nothing and raise `TooMuchWork`."""
    cost = _OVERHEAD + entries * (1 + ctx.prec / _BITS)
    if cost > _Account.left:
        raise TooMuchWork("it takes too long to compute")
    _Account.left -= cost


@contextmanager
def at_most(allowed: float) -> Iterator[None]:
    """Allow only so much work meanwhile, and no more than is left already."""
    before = _Account.left
    given = _Account.left = min(before, allowed)
    try:
        yield
    finally:
        if before < float("inf"):
            _Account.left = before - (given - _Account.left)
        else:
            _Account.left = before


def left() -> float:
    """Return how much work is left."""
    return _Account.left
