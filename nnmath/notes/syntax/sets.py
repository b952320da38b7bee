r"""Sums over sets, ``\sum_{i \in I_u}``: where every sum over a letter has one set, the letter runs over all of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

_SET = re.compile(
    r"(?P<sum>\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*\{\s*(?P<letters>[a-z](?:\s*,\s*[a-z])?))\s*\\in\s*"
    r"(?P<set>(?:\\(?:mathcal\s*\{?\s*[A-Z]\s*\}?|Omega|kappa)|[A-Z])"
    r"(?:\s*_\s*(?:[a-z]|\{\s*[a-z]\s*\})|\s*\(\s*[a-z]\s*\))?)\s*\}"
)


def without_sets(texts: Sequence[str]) -> list[str]:
    """Leave out such sets: I_u below a sum, and N(i). What two sets have in common cannot be known."""
    sets: dict[str, set[str]] = defaultdict(set)
    for found in (one for text in texts for one in _SET.finditer(text)):
        sets[found["letters"]].add(re.sub(r"[\s{}]", "", found["set"]))

    def whole(found: re.Match[str]) -> str:
        return found["sum"] + "}" if len(sets[found["letters"]]) == 1 else found.group()

    return [_SET.sub(whole, text) for text in texts]
