"""The table of `make check`: a row for each primitive, network and derivation, the sides of the triangle as columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nnmath.gradcheck.examples import Outcome
from nnmath.suite.code_check import CodeReport, Worst

HEADING = (
    f"{'':22}{'derivation':^12}  {'code against it':^17}  {'backward against finite differences':^49}\n"
    f"{'':22}{'equations':^12}  {'worst':^17}  {'examples':>8} {'compared':>9} {'worst':>6}  {'at':13} {'unjudged':>8}"
)


@dataclass(frozen=True)
class Differences:
    """What came of comparing a backward pass with finite differences: an `Outcome` without its arrays."""

    ok: bool
    examples: int
    compared: int
    worst: float
    worst_at: str
    widest: float
    kinks: int
    not_judged: int
    failure: str = ""

    @classmethod
    def of(cls, outcome: Outcome, failure: str) -> "Differences":
        """Take what a table needs from an outcome."""
        names = ("ok", "examples", "compared", "worst", "worst_at", "widest", "kinks", "not_judged")
        return cls(failure=failure, **{name: getattr(outcome, name) for name in names})


@dataclass
class Row:
    """One line of the table. A side that there is nothing of for this row stays None."""

    name: str
    equations: Any = None
    code: CodeReport | str | None = None
    differences: Differences | None = None

    @property
    def ok(self) -> bool:
        """Whether every side holds."""
        return not any(self.failures())

    def failures(self) -> Iterator[str]:
        """Say what does not hold."""
        if self.equations is not None and self.equations.failure:
            yield self.equations.failure
        if isinstance(self.code, str) or (self.code is not None and not self.code.ok):
            yield str(self.code)
        if self.differences is not None and not self.differences.ok:
            yield self.differences.failure

    def __str__(self) -> str:
        """Return the line."""
        run = f"{self.equations.held} of {self.equations.run}" if self.equations else "-"
        d = self.differences
        numbers = (
            f"{d.examples:>8,} {d.compared:>9,} {d.worst:>6.2g}  {d.worst_at:13} {d.not_judged:>8,}"
            if d
            else f"{'-':>8} {'-':>9} {'-':>6}  {'-':13} {'-':>8}"
        )
        return f"{self.name:22}{run:^12}  {self._code():^17}  {numbers}  {'right' if self.ok else 'WRONG'}"

    def _code(self) -> str:
        if isinstance(self.code, CodeReport) and self.code.results:
            worst = self.worst_of_code
            return f"{worst.error:.2g} {worst.unit}, {worst.name}"
        return "-" if self.code is None else "?"

    @property
    def worst_of_code(self) -> Worst:
        """The result of the code that is furthest from its equation, by what it may be."""
        assert isinstance(self.code, CodeReport)
        return max(self.code.results.values(), key=lambda worst: worst.error / worst.limit)

    def as_json(self) -> dict[str, Any]:
        """Return the same for other programs."""
        result: dict[str, Any] = {"name": self.name, "ok": self.ok}
        if self.equations is not None:
            result["equations"] = {n: getattr(self.equations, n) for n in ("run", "held", "not_run", "failed")}
        if isinstance(self.code, CodeReport):
            of_worst = ("name", "tag", "unit", "error", "limit", "where")
            worst = [{n: getattr(w, n) for n in of_worst} for w in self.code.results.values()]
            result["code"] = {"examples": self.code.examples, "results": worst}
        if self.differences is not None:
            fields = ("examples", "compared", "worst", "worst_at", "widest", "kinks", "not_judged")
            result["differences"] = {n: getattr(self.differences, n) for n in fields}
        return result


def failures_of(name: str, outcome: Outcome) -> Iterator[str]:
    """Say what is wrong with a subject, and at which inputs, the smallest that were found."""
    if outcome.ok:
        return
    yield f"{name} is wrong"
    for failure in outcome.failures:
        yield str(failure.report)
        for argument, x in zip(failure.report.names, failure.inputs):
            yield f"  {argument} = {x!r}"
    if outcome.refusal is not None:
        yield f"it raised {type(outcome.refusal).__name__}: {outcome.refusal}"
