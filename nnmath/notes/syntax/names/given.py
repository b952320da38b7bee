r"""Bars below letters: ``p_{j|i}`` has two indices, ``\mu_{w | y}`` is a name, ``P_{k|k-1}`` belongs to step k."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.notes.syntax.names.letters import DIGITS

_GIVEN = re.compile(
    r"(?P<name>\\[A-Za-z]+|(?<![A-Za-z\\])[A-Za-z])\s*_\s*\{(?P<one>[\\\sA-Za-z,\d]+)\|(?P<other>[\\\sA-Za-z,\d]+)\}"
)

_STEP = r"(?P<{0}>(?P<{0}_letter>[a-z])\s*(?P<{0}_shift>[-+]\s*\d)?)"
_OF_STEP = re.compile(rf"_\s*\{{\s*{_STEP.format('one')}\s*\|\s*{_STEP.format('other')}\s*\}}")


def with_given(texts: Sequence[str], within: Sequence[str] = ()) -> list[str]:
    r"""Read p_{j|i} as an array with two indices; beside p_{ij} it is another one. ``\mu_{w | y}`` is a name.

    What is known of step k at another one is an array of steps: ``P_{k|k-1}``, before the observation, and ``P_{k|k}``.
    """
    summed = set(re.findall(r"\\(?:sum|prod)\s*_\s*\{?\s*([a-z])(?![A-Za-z])", "\n".join([*texts, *within])))

    def given(found: re.Match[str]) -> str:
        letters = [one.strip() for one in found["one"].split(",") + found["other"].split(",")]
        if all(re.fullmatch("[a-z]", one) for one in letters) and {*letters} & (summed | {*"ijklmn"}):
            return rf"\check{{{found['name']}}}_{{{','.join(letters)}}}"
        word = re.sub("[^A-Za-z]", "", f"{found['one']}given{found['other']}".translate(DIGITS))
        return rf"{found['name']}_{{\text{{{word}}}}}"

    return [_GIVEN.sub(given, _OF_STEP.sub(_of_step, text)) for text in texts]


def _of_step(found: re.Match[str]) -> str:
    """Write the step in front, behind the name of what is known of it."""
    if found["one_letter"] != found["other_letter"]:
        return found.group()
    steps = int(re.sub(r"\s", "", found["one_shift"] or "0")) - int(re.sub(r"\s", "", found["other_shift"] or "0"))
    known = "earlier" if steps > 0 else "later" if steps < 0 else "now"
    return rf"_{{\text{{{known}}},{found['one']}}}"
