"""The triangle for one derivation and the module that it links to: what `nnmath check FILE.md` carries out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nnmath.gradcheck.description import describe
from nnmath.gradcheck.examples import run_examples
from nnmath.gradcheck.outcome import Outcome
from nnmath.latex import Derivation, DerivationReport, read, run
from nnmath.latex.examples import DEFAULT_EXAMPLES
from nnmath.sampling import Input, distinct_inputs, drawn_inputs, plain_inputs
from nnmath.suite.code_check import CodeReport, check_code
from nnmath.suite.derived_sizes import drawn_with
from nnmath.suite.implementation import Implementation, implementation_of, in_stacks, input_forms
from nnmath.suite.results import Row
from nnmath.suite.sides import code_found, differences_found, equations_found

#: How many examples each equation is judged at, how many inputs the code is given, and at how many its backward pass is
#: compared with finite differences, unless it is said.
EQUATIONS, CODE, DIFFERENCES = DEFAULT_EXAMPLES, 50, 200


@dataclass(frozen=True)
class Differences:
    """The backward pass compared with finite differences, for one way to read the table of symbols."""

    name: str
    inputs: tuple[Input, ...]
    outcome: Outcome
    asked: int


@dataclass(frozen=True)
class Triangle:
    """What was found about one derivation.

    Attributes
    ----------
    equations : DerivationReport
    code : CodeReport or None
        None where the derivation links to no module with a function that it describes.
    differences : list of Differences
        One for each kind of input; the last one is the first that is wrong, if one is.
    """

    equations: DerivationReport
    code: CodeReport | None
    differences: list[Differences]

    def differences_text(self) -> str:
        """Say what was found by finite differences: a line where all is right, else what is wrong and where."""
        last = self.differences[-1]
        outcome = _sum(self.differences) if last.outcome.ok else last.outcome
        return describe(last.name, last.inputs, outcome, sum(one.asked for one in self.differences))

    @property
    def row(self) -> Row:
        """The same as the row of a table."""
        return Row(
            Path(self.equations.derivation.path).stem,
            equations_found(self.equations),
            None if self.code is None else code_found(self.code),
            differences_found(self.differences[0].name, _sum(self.differences)) if self.differences else None,
        )


def check_triangle(
    path: str,
    examples: int | None = None,
    seed: int = 0,
    seconds: float | None = None,
    on_side: Callable[[Triangle, str], None] = lambda triangle, doing: None,
) -> Triangle:
    """Check all three sides for one derivation.

    Parameters
    ----------
    path : str
        The Markdown file.
    examples : int, optional
        For each side; by default `EQUATIONS`, `CODE` and `DIFFERENCES`.
    seed : int
        The same seed draws the same inputs.
    seconds : float, optional
        For all that runs the module. No further input of the backward pass is begun that would not end in this time.
    on_side : callable, optional
        Called before the module is loaded and after each side, with what was found so far and what is done next.

    Raises
    ------
    DerivationError, LoadingError
        The derivation, or its module, cannot be read.
    """
    derivation = read(path)
    equations = run(derivation, examples or EQUATIONS, seed)
    triangle = Triangle(equations, None, [])
    on_side(triangle, "its module was still being loaded and called for the first time")
    end = None if seconds is None else time.monotonic() + seconds
    implementation = implementation_of(derivation, seed)
    if implementation is None:
        return triangle
    on_side(triangle, f"{implementation.module} was still being compared with the equations")
    code = check_code(derivation, examples or CODE, seed, implementation)
    triangle = Triangle(equations, code, [])
    kinds = input_forms(implementation)
    for number, inputs in enumerate(kinds):
        on_side(triangle, "the backward pass was still being compared with finite differences")
        share = max(1, (examples or DIFFERENCES) // len(kinds))
        limit = None if end is None else max(0.0, (end - time.monotonic()) / (len(kinds) - number))
        found = _differences(derivation, implementation, inputs, share, seed, limit)
        triangle = Triangle(equations, code, [*triangle.differences, found])
        if not found.outcome.ok:
            break
    return triangle


def _differences(
    derivation: Derivation,
    implementation: Implementation,
    inputs: tuple[Input, ...],
    examples: int,
    seed: int,
    seconds: float | None,
) -> Differences:
    outcome = run_examples(
        in_stacks(implementation.function, derivation),
        drawn_with(drawn_inputs, derivation, inputs),
        examples,
        seed,
        first=[distinct_inputs(inputs, seed)],
        shrunk_in=[drawn_with(plain_inputs, derivation, inputs, **options) for options in ({"largest_size": 2}, {})],
        seconds=seconds,
    )
    return Differences(getattr(implementation.function, "__name__", "function"), inputs, outcome, examples)


def _sum(differences: Sequence[Differences]) -> Outcome:
    """Add up what was found for each kind of input."""
    outcomes = [one.outcome for one in differences]
    worst = max(outcomes, key=lambda one: one.worst)
    counts = {n: sum(getattr(one, n) for one in outcomes) for n in ("examples", "compared", "kinks", "not_judged")}
    last = outcomes[-1]
    return Outcome(
        **counts,
        worst=worst.worst,
        worst_at=worst.worst_at,
        widest=max(one.widest for one in outcomes),
        refused=sum(one.refused for one in outcomes),
        refusal=last.refusal,
        failures=last.failures,
        out_of_time=any(one.out_of_time for one in outcomes),
        undecided=last.undecided,
    )
