"""Where most equations of a file fail, it is the reading that is wrong, and not the author."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Verdict, wanted

#: So many equations that fail are no mistakes of the author, unless others hold.
_MANY = 3


def plausible(verdicts: list[Verdict], known: Collection[int] = ()) -> list[Verdict]:
    """Take back that equations do not hold, where most do not: it is the reading then that is wrong.

    Of those with numbers that are `known` nothing was guessed, so that their reading is right.
    """
    failed = {i for i, one in enumerate(verdicts) if one.state == FAILS and i not in known}
    held = [one for one in verdicts if one.state == HOLDS and not (one.defines and len(one.parsed.texts) == 2)]
    if len(failed) < _MANY or len(held) * 2 >= len(failed):
        return verdicts
    reason = "most equations of these notes fail as they were read, so that the reading is probably wrong; " + wanted(
        "W (D, M), which gives the shapes of symbols,"
    )
    return [replace(one, state=NOT_JUDGED, reason=reason) if i in failed else one for i, one in enumerate(verdicts)]
