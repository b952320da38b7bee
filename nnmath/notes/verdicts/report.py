"""What came of judging notes, in words and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nnmath.latex.claims.derivation_report import counterexample, line_of
from nnmath.notes.verdicts.verdict import FAILS, HOLDS, NOT_JUDGED, Judged, Verdict
from nnmath.sampling import Domain
from nnmath.sampling.shapes import written

#: How the reason begins of an equation that is no equation of the language, and what its author can do.
UNREAD = "it cannot be read"
COMPARED = "nothing can be wrong with a definition; an annotation such as % nnmath: {} = ... would be compared with it"
OTHER_SPELLING = r"a spelling that cannot be read can be explained, % nnmath: read \langle #1 \rangle as \mathbb{E}[#1]"


@dataclass(frozen=True)
class NotesReport:
    """The verdicts on the equations of a file; ``str()`` is for people.

    Attributes
    ----------
    path : str
        The file.
    judged : Judged
        The verdicts, and the shapes that were found.
    problems : tuple of str
        What is wrong with the annotations that were left out, and where they stand.
    """

    path: str
    judged: Judged
    problems: tuple[str, ...] = ()

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts, in the order of the file."""
        return self.judged.verdicts

    def count(self, state: str) -> int:
        """Return how many equations have a verdict."""
        return sum(one.state == state for one in self.verdicts)

    @property
    def claims(self) -> int:
        """How many equations were judged as a whole that claim something."""
        judged = [one for one in self.verdicts if one.state != NOT_JUDGED and not one.in_part]
        return sum(not one.only_defines for one in judged)

    @property
    def definitions(self) -> int:
        """How many equations hold because they do nothing but define."""
        return sum(one.state == HOLDS and one.only_defines for one in self.verdicts)

    @property
    def _last_defined(self) -> str:
        """What the last definition has on its left."""
        *_, last = (one for one in self.verdicts if one.state == HOLDS and one.only_defines)
        return last.parsed.texts[0].strip(" &")

    @property
    def in_part(self) -> int:
        """How many equations hold without sides that cannot be judged."""
        return sum(one.in_part for one in self.verdicts)

    @property
    def ok(self) -> bool:
        """Whether something was judged as a whole, nothing is wrong, and every annotation could be read."""
        return self.claims > 0 and not self.count(FAILS) and not self.problems

    @property
    def shapes(self) -> str:
        """The symbols that the notes do not define, with their shapes."""
        every = sorted(self.judged.shapes.items())
        return ", ".join(f"{name} {written(one.dims)}" + _domain(one.domain) for name, one in every)

    def __str__(self) -> str:
        held, failed, rest = (self.count(state) for state in (HOLDS, FAILS, NOT_JUDGED))
        kinds = [f"{self.in_part} in part"] * (self.in_part > 0)
        kinds += [f"{self.definitions} as definitions"] * (self.definitions > 0)
        some = f" ({', '.join(kinds)})" if kinds else ""
        counts = f"{held} hold{some}, {failed} {_do(failed)} not hold, {rest} {_are(rest)} not judged"
        lines = [f"{problem}; it was left out" for problem in self.problems]
        lines += [f"{self.path}: of {len(self.verdicts)} equations {counts}"]
        if self.shapes:
            lines.append(f"read with {self.shapes}")
        lines += [_line(self.path, one) for one in self.verdicts if one.state != HOLDS or one.reason]
        if any(one.reason.startswith(UNREAD) for one in self.verdicts):
            lines.append(OTHER_SPELLING)
        if not self.claims and self.definitions:
            lines.append(COMPARED.format(self._last_defined))
        return "\n".join(lines)

    def found(self) -> dict[str, Any]:
        """Return the same for programs."""
        return {
            "ok": self.ok,
            "file": self.path,
            "equations": len(self.verdicts),
            "held": self.count(HOLDS),
            "failed": self.count(FAILS),
            "not_judged": self.count(NOT_JUDGED),
            "problems": list(self.problems),
            "shapes": {
                name: {"shape": list(one.dims), "domain": str(one.domain)} for name, one in self.judged.shapes.items()
            },
            "verdicts": [_found(one) for one in self.verdicts],
        }


def _do(count: int) -> str:
    return "does" if count == 1 else "do"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _domain(domain: Domain) -> str:
    return "" if domain == Domain() else f" {domain}"


def _where(one: Verdict) -> str:
    label = one.parsed.statement.label
    return f"equation ({label})" if label else "equation"


def _line(path: str, one: Verdict) -> str:
    line = one.parsed.statement.place.line
    if one.state == FAILS and one.result is not None:
        return message(path, one)
    what = " ".join(one.parsed.statement.latex.split())
    reason = f": {one.reason}" if one.reason else ""
    head = f"{path}:{line}  {_where(one)} {_state(one)}{reason}"
    if one.state == NOT_JUDGED and one.result is not None:
        return "\n".join([head, *counterexample(one.result)])
    return f"{head}\n    {what if len(what) <= 160 else what[:150] + ' ...'}"


def _state(one: Verdict) -> str:
    return "is not judged" if one.state == NOT_JUDGED else one.words


def message(path: str, one: Verdict) -> str:
    """Return what is wrong with an equation: both sides, and the smallest inputs that show it."""
    assert one.result is not None
    refutation = one.result.refutation
    reasons = [reason for reason in (one.reason, refutation.reason if refutation else "") if reason]
    head = f"{path}:{line_of(one.result)}  {': '.join([f'{_where(one)} does not hold', *reasons])}"
    return "\n".join([head, *counterexample(one.result)])


def _found(one: Verdict) -> dict[str, Any]:
    statement = one.parsed.statement
    return {
        "line": statement.place.line,
        "label": statement.label,
        "latex": " ".join(statement.latex.split()),
        "verdict": one.state,
        "in_part": one.in_part,
        "reason": one.reason,
        "defines": one.defines,
        "message": message("", one).lstrip(":") if one.state == FAILS and one.result is not None else "",
    }
