"""Sides of equations that are left out, so that the others can be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """A side that was left out.

    Attributes
    ----------
    text : str
        The side.
    why : str
        Why it cannot be judged.
    claims : bool
        Whether it may be wrong; nothing can be wrong with what speaks of a name that the notes define nowhere.
    """

    text: str
    why: str
    claims: bool = True


def left_out_words(every: Sequence[LeftOut]) -> str:
    """Return in words what was left out, and why; nothing where nothing was."""
    reasons = dict.fromkeys(one.why for one in every)
    said = [f"{', '.join(one.text for one in every if one.why == why)} ({why})" for why in reasons]
    return f"without {', '.join(said)}" if said else ""
