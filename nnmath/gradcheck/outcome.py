"""What came of checking a function at many examples: counts, and the smallest inputs that show each wrong gradient."""

from dataclasses import dataclass, field
from typing import Any

from nnmath.gradcheck.report import GradientReport as Report

Inputs = tuple[Any, ...]


@dataclass(frozen=True)
class Failure:
    """A wrong gradient: the smallest inputs that were found to show it, and the report on this gradient there."""

    inputs: Inputs
    report: Report

    @property
    def position(self) -> int:
        """Of the input whose gradient is wrong."""
        return self.report.findings[0].input

    @property
    def cause(self) -> str:
        """Of the first finding."""
        return self.report.findings[0].cause


@dataclass
class Outcome:
    """What came of checking many examples. While they run it holds what has come of them so far.

    Attributes
    ----------
    examples : int
        How many were checked, up to the first failure.
    compared, kinks, not_judged : int
        How many derivatives were compared, how many of them lay on a kink, and how many could not be judged.
    worst, widest : float
        The largest deviation in error bars and the widest error bar, as in `Report`.
    worst_at : str
        Where the largest deviation was.
    refused : int
        How many examples the function raised an exception for.
    refusal : Exception or None
        The first of these exceptions.
    failures : list of Failure
        One for each gradient that was wrong at any example, those of the first that failed first.
    out_of_time : bool
        Whether time ran out before all examples were checked.
    undecided : Report or None
        The report on the first example that left a gradient undecided.
    notes : list of str
        What is not wrong, but may not be meant.
    """

    examples: int = 0
    compared: int = 0
    worst: float = 0.0
    worst_at: str = "-"
    widest: float = 0.0
    kinks: int = 0
    not_judged: int = 0
    refused: int = 0
    refusal: Exception | None = None
    failures: list[Failure] = field(default_factory=list)
    out_of_time: bool = False
    undecided: Report | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether at least one example was checked, none was found wrong and none is undecided."""
        return not self.failures and self.undecided is None and self.examples > 0

    @property
    def counterexample(self) -> Inputs | None:
        """The smallest inputs that were found to show the first wrong gradient."""
        return self.failures[0].inputs if self.failures else None

    @property
    def report(self) -> Report | None:
        """What is wrong at the counterexample."""
        return self.failures[0].report if self.failures else None

    def add(self, report: Report) -> None:
        """Count one more example."""
        self.examples += 1
        self.compared += report.compared
        self.kinks += report.kinks
        self.not_judged += len(report.not_judged)
        self.widest = max(self.widest, report.widest)
        if report.worst > self.worst:
            self.worst, self.worst_at = report.worst, report.worst_at
        if report.undecided and report.compared and self.undecided is None:  # other examples have something to compare
            self.undecided = report
