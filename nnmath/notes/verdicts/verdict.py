"""The verdict on an equation of notes: it holds, does not hold, or is not judged, for a reason."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath.latex.claims.derivation_report import EquationResult
from nnmath.notes.shapes.model import Quantity
from nnmath.notes.syntax.parsing import Parsed

HOLDS, FAILS, NOT_JUDGED = "holds", "does not hold", "not judged"


@dataclass(frozen=True)
class Verdict:
    """The verdict on one equation.

    Attributes
    ----------
    parsed : Parsed
        The equation.
    state : str
        `HOLDS`, `FAILS` or `NOT_JUDGED`.
    reason : str
        Why it is not judged, and what would let it be judged; or in which reading it holds.
    defines : str
        What it defines; empty for a claim.
    result : EquationResult or None
        The numbers.
    in_part : bool
        Whether it holds without sides that cannot be judged.
    """

    parsed: Parsed
    state: str
    reason: str = ""
    defines: str = ""
    result: EquationResult | None = None
    in_part: bool = False

    @property
    def only_defines(self) -> bool:
        """Whether it claims nothing: it defines something, and no further side follows."""
        return bool(self.defines) and len(self.parsed.texts) <= 2

    @property
    def words(self) -> str:
        """The verdict as people read it, "holds in part" where sides were left out."""
        return f"{self.state} in part" if self.in_part else self.state


@dataclass(frozen=True)
class Judged:
    """The verdicts on all equations of a file, and the shapes that its symbols were found to have."""

    verdicts: list[Verdict]
    shapes: dict[str, Quantity]


def wanted(said: str) -> str:
    """Return what would let an equation be judged."""
    return f"a line such as % nnmath: {said} would let it be judged"
