"""What a gradient check found, for programs and for people."""

from dataclasses import dataclass, field
from math import isfinite

#: The reason why an input is not judged where the backward pass says that it has no gradient.
NO_GRADIENT = "the backward pass returns None for it"


@dataclass(frozen=True)
class Finding:
    """One wrong gradient.

    Attributes
    ----------
    input : int
        The position of the input whose gradient is wrong.
    cause : str
        sign, scale, transpose, axis, upstream, missing, mask, entries, shape, dtype, nonfinite, mutates, stateful,
        layout, requires_grad, raises, accuracy or unknown.
    factor : float or None
        For `scale` and `sign`: what the right gradient is multiplied with.
    message : str
        One or two sentences: what is wrong, and what to look for.
    where : tuple of int or None
        The worst entry of the input; None where no single entry is to blame.
    analytic, numeric, error_bar : float
        The entry's gradient from the backward pass, from finite differences, and the error of the latter; NaN where
        there are none. They belong to one output, or, where only a signed upstream gradient shows the mistake, to that.
    """

    input: int
    cause: str
    message: str
    factor: float | None = None
    where: tuple[int, ...] | None = None
    analytic: float = float("nan")
    numeric: float = float("nan")
    error_bar: float = float("nan")


@dataclass(frozen=True)
class NotJudged:
    """An entry of a gradient that finite differences cannot judge, and the reason."""

    input: int
    where: tuple[int, ...] | None
    reason: str


@dataclass(frozen=True)
class GradientReport:
    """The outcome of a gradient check.

    Attributes
    ----------
    findings : tuple of Finding
        One for each wrong gradient; empty where all is well.
    not_judged : tuple of NotJudged
    names : tuple of str
        The names of the inputs.
    compared : int
        How many derivatives were compared: entries of Jacobians, one by one or in products with random vectors, or
        directions where there are too many entries.
    worst : float
        The largest deviation of the backward pass from finite differences, in error bars; over 1 is wrong.
    worst_at : str
        Where that was: an entry, as ``x[0, 1]``, or ``x[...]`` for a product with a random vector.
    widest : float
        The widest error bar, relative to the largest derivative of its output: how precise the check was.
    kinks : int
        How many of the compared derivatives lay on a kink.
    compared_inputs : tuple of int
        The positions of the inputs whose gradients were compared with finite differences.
    notes : tuple of str
        What is not wrong, but hardly meant: a gradient in another precision than its input.
    undecided : tuple of NotJudged
        Gradients that are neither right nor wrong, so that the report is not `ok`: they deviate by more than their
        error bars where no single entry was found wrong, nothing at all could be compared, or the backward pass
        returns None for an input that the value changes with.
    """

    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...] = ()
    names: tuple[str, ...] = field(default=())
    compared: int = 0
    worst: float = 0.0
    worst_at: str = "-"
    widest: float = 0.0
    kinks: int = 0
    compared_inputs: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    undecided: tuple[NotJudged, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no gradient was found wrong, and none is undecided."""
        return not self.findings and not self.undecided

    def __str__(self) -> str:
        """Say in a few lines what was found."""
        lines = self.wrong_lines()
        wrong = {finding.input for finding in self.findings} | {item.input for item in self.undecided}
        right = [self._place(k, None) for k in self.compared_inputs if k not in wrong]
        if right and self.compared:
            lines.append(f"gradient{'s' if len(right) > 1 else ''} of {', '.join(right)}: right")
        if self.ok and not self.compared:
            lines.append("nothing was compared")
        if self.compared:
            kinks = f", {self.kinks} of them on a kink" if self.kinks else ""
            lines.append(f"{self.compared} derivatives compared{kinks}; worst deviation {self.worst:.2g} error bars")
        return "\n".join([*lines, *self._left_out(), *(f"note: {note}" for note in self.notes)])

    def wrong_lines(self) -> list[str]:
        """Return the lines that say what is wrong or undecided, and nothing of what is right."""
        lines = [line for finding in self.findings for line in self._describe(finding)]
        for item in self.undecided:
            lines += [f"gradient of {self._place(item.input, item.where)}: undecided", f"    {item.reason}"]
        return lines

    def _place(self, position: int, where: tuple[int, ...] | None) -> str:
        name = self.names[position] if position < len(self.names) else f"input {position}"
        return name if not where else f"{name}[{', '.join(map(str, where))}]"

    def _describe(self, finding: Finding) -> list[str]:
        lines = [f"gradient of {self._place(finding.input, None)}: wrong ({finding.cause})", f"    {finding.message}"]
        place = self._place(finding.input, finding.where)
        if isfinite(finding.numeric):
            lines.append(f"    worst at {place}: backward pass      {finding.analytic:.15g}")
            bar = f"{finding.numeric:.15g} ± {finding.error_bar:.1g}"
            lines.append(f"    {' ' * len(f'worst at {place}')}  finite differences {bar}")
        return lines

    def _left_out(self) -> list[str]:
        """One line for each reason, with the first of the places that it holds for."""
        lines = []
        for reason in dict.fromkeys(item.reason for item in self.not_judged):
            items = [item for item in self.not_judged if item.reason == reason]
            more = f" and {len(items) - 1} more" if len(items) > 1 else ""
            lines.append(f"not judged: {self._place(items[0].input, items[0].where)}{more}: {reason}")
        return lines
