"""What the last `nnmath accuracy` measured, as the pages show it: `results/accuracy.json`, or that there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath.accuracy.sweep import ALLOWED, INPUTS
from nnmath.files import read_json


@dataclass(frozen=True)
class SweptFunction:
    """What a sweep of a function of one number found.

    Attributes
    ----------
    inputs : int
        How many float32 inputs were computed.
    worst : dict
        By contender and by part, value or derivative: the largest error in ulp.
    digest : str
        Of the mathematics that was swept.
    """

    label: str
    inputs: int
    worst: Mapping[str, Mapping[str, float]]
    digest: str

    @property
    def name(self) -> str:
        """The name of the primitive."""
        return self.label.partition(",")[0]

    @property
    def ok(self) -> bool:
        """Whether the errors are as small as they must be."""
        return all(ulp <= ALLOWED for ulp in self.worst["nnmath"].values())

    @property
    def where(self) -> str:
        """At which inputs, in words."""
        which = "Every float32 input" if self.inputs == INPUTS else f"{self.inputs:,} float32 inputs"
        return which + self.label.removeprefix(self.name)

    @property
    def result(self) -> str:
        """The largest errors of the primitive."""
        return f"at most {self._errors('nnmath')} off"

    @property
    def detail(self) -> str:
        """The largest errors of the others."""
        others = [f"{name} {self._errors(name)}" for name in self.worst if name != "nnmath"]
        return f"at the same inputs: {'; '.join(others)}" if others else "nothing else was measured"

    def _errors(self, contender: str) -> str:
        return " and ".join(f"{_ulp(ulp)} (the {part})" for part, ulp in self.worst[contender].items())


def read_sweeps(path: Path) -> list[SweptFunction]:
    """Read what the last `nnmath accuracy` wrote; a file that is missing or not whole is none."""
    try:
        return [_swept(row) for row in read_json(path)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return []


def _swept(row: dict[str, Any]) -> SweptFunction:
    worst = {name: {p: float(f["ulp"]) for p, f in parts.items()} for name, parts in row["worst"].items()}
    return SweptFunction(row["label"], row["inputs"], {"nnmath": worst.pop("nnmath"), **worst}, row["digest"])


def _ulp(ulp: float) -> str:
    if ulp == float("inf"):
        return "no digit right"
    return "0 ulp" if ulp == 0 else f"{ulp:,.0f} ulp" if ulp >= 100 else f"{ulp:.2g} ulp"
