"""One row of the tables of right and wrong backward passes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnmath.gradcheck import GradientReport, check_gradients


@dataclass(frozen=True)
class Case:
    """A backward pass, inputs to check it at, and what the checker has to say of it.

    Attributes
    ----------
    name : str
    forward : callable
        Returns the value, or, where `backward` is None, the value and the backward pass.
    backward : callable or None
        ``backward(upstream, *inputs)``.
    draw : callable
        Draws the inputs with a random generator.
    causes : tuple of str
        Any of them is the right one; empty where the backward pass is right.
    factor : float or None
    input : int or None
        The position of the input whose gradient is wrong; None where it does not matter.
    wrt : sequence or None
    """

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Any] | None
    draw: Callable[[np.random.Generator], tuple[Any, ...]]
    causes: tuple[str, ...] = ()
    factor: float | None = None
    input: int | None = None
    wrt: Any = None

    def check(self, seed: int, check: Callable[..., GradientReport] = check_gradients) -> GradientReport:
        """Draw inputs and check the gradients."""
        with np.errstate(all="ignore"):
            inputs, kept = (self.draw(np.random.default_rng(seed)) for _ in range(2))
        report = check(self.forward, *inputs, backward=self.backward, wrt=self.wrt, seed=seed)
        assert all(np.array_equal(x, y) for x, y in zip(inputs, kept)), "an input was written to"
        return report


def normal(*shapes: tuple[int, ...], scale: float = 1.0) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Inputs of these shapes from a normal distribution."""
    return lambda rng: tuple(scale * rng.standard_normal(shape) for shape in shapes)


def problem_with(case: Case, report: GradientReport) -> str:
    """What is wrong with a report; empty where it says what the case asks for."""
    if not case.causes:
        return "" if report.ok else f"a false alarm: {report}"
    if len({finding.input for finding in report.findings}) < len(report.findings):
        return f"more than one finding for an input: {report}"
    found = [finding for finding in report.findings if case.input in (None, finding.input)]
    if not found:
        return f"missed: {report}"
    finding = found[0]
    if finding.cause not in case.causes:
        return f"{finding.cause} for {' or '.join(case.causes)}: {report}"
    if np.isfinite(finding.numeric) and not abs(finding.analytic - finding.numeric) > finding.error_bar >= 0:
        return f"no difference by more than the error bar: {report}"
    if case.factor is not None and not near(finding.factor, case.factor):
        return f"a factor of {finding.factor} for {case.factor}: {report}"
    return ""


def near(factor: float | None, expected: float) -> bool:
    """Equal as far as the distance from 1 matters: 1 + 1e-8 is not 1."""
    return factor is not None and abs(factor - expected) <= 0.05 * abs(expected - 1)
