"""Conventions at kinks: the derivative that a derivation declares where there is none."""

from __future__ import annotations

from collections.abc import Callable

from nnmath.latex.numbers import jets
from nnmath.latex.numbers.jets import Array, Nudge


def at_kinks(by: Nudge, plain: Callable[[], Array], conventional: Callable[[], Array]) -> Array:
    """Return what is computed; where a kink has been met on the way, what is computed by the convention."""
    before, by.met_kink = by.met_kink, False
    found = plain()
    met, by.met_kink = by.met_kink, before
    return conventional() if met else found


def moved(held: Array, change: Array, by: Nudge) -> Array:
    """Return a value whose tangent is larger by a change."""
    value, tangent = jets.split(held, by)
    return jets.jet(by, value, change if tangent is None else jets.add(tangent, change))
