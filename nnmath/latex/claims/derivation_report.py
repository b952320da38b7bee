"""What came of running a derivation, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nnmath.latex.claims.derivation import Derivation, Equation
from nnmath.latex.numbers import balls


@dataclass(frozen=True)
class Refutation:
    """Why an equation does not hold.

    Attributes
    ----------
    reason : str
        What is wrong, in a few words.
    link : int
        Which link of the chain broke, from 0; -1 if none in particular.
    left, right : object
        The values of both sides; balls; a wide one is the interval between two one-sided derivatives.
    where : str
        The values of the free indices.
    values : dict
        The inputs of the counterexample, as text, simplest first.
    computed : bool
        Whether it was computed; otherwise it cannot be judged, for the reason given.
    """

    reason: str
    link: int = -1
    left: Any = None
    right: Any = None
    where: str = ""
    values: dict[str, str] = field(default_factory=dict)
    computed: bool = True


@dataclass(frozen=True)
class EquationResult:
    """The verdict on one equation.

    Attributes
    ----------
    equation : Equation
        The equation.
    judged, not_judged : int
        How many entries, over all examples, were judged; how many had no value, or lay on a kink.
    refutation : Refutation or None
        Why it does not hold.
    too_long : int
        How many examples took too long.
    """

    equation: Equation
    judged: int
    not_judged: int
    refutation: Refutation | None
    too_long: int = 0

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return self.refutation is None


@dataclass(frozen=True)
class DerivationReport:
    """The verdicts on all equations of a derivation; ``str()`` is for people."""

    derivation: Derivation
    results: list[EquationResult]
    examples: int

    @property
    def ok(self) -> bool:
        """Whether every equation holds."""
        return all(result.ok for result in self.results)

    @property
    def failures(self) -> list[EquationResult]:
        """The equations that do not hold."""
        return [result for result in self.results if not result.ok]

    @property
    def run(self) -> int:
        """How many equations were run."""
        return len({result.equation.block.tag for result in self.results})

    @property
    def held(self) -> int:
        """How many of them hold."""
        return self.run - len({result.equation.block.tag for result in self.failures})

    @property
    def not_run(self) -> list[tuple[int, str]]:
        """The line and the reason of each block that is marked as not run."""
        return [(block.place.line, block.not_run) for block in self.derivation.not_run]

    def __str__(self) -> str:
        path = self.derivation.path
        head = f"{path}: {self.held} of {self.run} equations hold, {self.examples} examples"
        lines = [head + (f", {len(self.not_run)} not run" if self.not_run else "")]
        lines += [f"{path}:{line}  not run: {reason}" for line, reason in self.not_run]
        lines += [described(path, result) for result in self.failures]
        return "\n".join(lines)


def described(path: str, result: EquationResult) -> str:
    """Describe an equation that does not hold."""
    assert result.refutation is not None
    reason = f": {result.refutation.reason}" if result.refutation.reason else ""
    verdict = "does not hold" if result.refutation.computed else "cannot be judged"
    head = f"{path}:{line_of(result)}  equation ({result.equation.block.tag}) {verdict}{reason}"
    return "\n".join([head, *counterexample(result)])


def line_of(result: EquationResult) -> int:
    """Return the line of the link that broke."""
    link, equation = max(result.refutation.link, 0) if result.refutation else 0, result.equation
    return equation.sides[link + 1 if len(equation.relations) > 1 else 0].at.line


def counterexample(result: EquationResult) -> list[str]:
    """Return, a line each, the link that broke, its sides, and the inputs at which they differ."""
    refutation, equation = result.refutation, result.equation
    assert refutation is not None
    link, texts = refutation.link, equation.texts
    lines = []
    if link >= 0:
        lines.append(f"    {_short(texts[link])} {equation.relations[link]} {_short(texts[link + 1])}")
    if refutation.left is not None:
        left, right = _told_apart(refutation.left, refutation.right)
        lines += [f"    left   {left}", f"    right  {right}"]
    if refutation.where:
        lines.append(f"    at     {refutation.where}")
    lines += [
        f"    {'with ' if i == 0 else '     '}  {name} = {value}"
        for i, (name, value) in enumerate(refutation.values.items())
    ]
    return lines


def _short(text: str) -> str:
    return text if len(text) <= 160 else text[:150] + " ..."


def _told_apart(left: Any, right: Any) -> tuple[str, str]:
    """Print two numbers with as many digits as it takes to see that they differ."""
    for digits in (8, 17, 40):
        printed = _printed(left, digits), _printed(right, digits)
        if printed[0] != printed[1]:
            break
    return printed


def _printed(value: Any, digits: int) -> str:
    if balls.is_wide(value):
        ends = " and ".join(balls.shown(end, digits) for end in balls.ends(value))
        return f"between {ends}, the one-sided derivatives at a kink"
    return balls.shown(value, digits)


def plain(value: Fraction) -> str:
    """Print an exact number as a decimal where it is one, otherwise as a fraction."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    with balls.precision(128):
        return balls.shown(balls.ball(value), 15)


def listed(flat: tuple[Fraction, ...], shape: tuple[int, ...]) -> str:
    """Print an array as nested lists."""
    if not shape:
        return plain(flat[0])
    step = len(flat) // shape[0]
    return "[" + ", ".join(listed(flat[i : i + step], shape[1:]) for i in range(0, len(flat), step)) + "]"
