"""The three sides of the triangle, each checked for one derivation or one function."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from nnmath.gradcheck.examples import run_examples
from nnmath.gradcheck.outcome import Outcome
from nnmath.latex import DerivationError, DerivationReport, described, read, run
from nnmath.suite.code_check import CodeReport, check_code
from nnmath.suite.results import CodeSide, DifferencesSide, EquationsSide, ResultError, WrongEquation

Inputs = tuple[Any, ...]


def equations_side(path: str, examples: int, seed: int = 0) -> EquationsSide:
    """Run the equations of a derivation; one that cannot be read is a finding."""
    try:
        return equations_found(run(read(path), examples, seed))
    except DerivationError as error:
        return EquationsSide(0, 0, 0, failure=str(error))


def equations_found(report: DerivationReport) -> EquationsSide:
    """Take from a report on the equations what the results keep of it."""
    path = report.derivation.path
    wrong = tuple(
        WrongEquation(result.equation.block.tag, result.equation.block.place.line, described(path, result))
        for result in report.failures
    )
    return EquationsSide(report.run, report.held, len(report.not_run), wrong, "" if report.ok else str(report))


def code_side(path: str, examples: int, seed: int = 0) -> CodeSide:
    """Compare the module of a derivation with its equations; a module that cannot be compared is a finding."""
    try:
        report = check_code(read(path), examples, seed)
    except Exception as error:  # a module that is broken enough raises anything: that is a finding, not a crash
        return CodeSide("", 0, failure=f"{path}: {type(error).__name__}: {error}")
    if report is None:
        return CodeSide("", 0, failure=f"{path}: links to no module with a function of its name and its inputs")
    return code_found(report)


def code_found(report: CodeReport) -> CodeSide:
    """Take from a report on the code what the results keep of it."""
    results = tuple(
        ResultError(worst.name, worst.tag, worst.unit, worst.error, worst.limit, worst.where)
        for worst in report.results.values()
    )
    return CodeSide(report.module, report.examples, results, "" if report.ok else str(report))


def differences_side(
    name: str,
    function: Callable[..., Any],
    inputs: st.SearchStrategy[Inputs],
    examples: int,
    seed: int = 0,
    first: Sequence[Inputs] = (),
    shrunk_in: Sequence[st.SearchStrategy[Inputs]] = (),
) -> DifferencesSide:
    """Compare the backward pass of a function with finite differences.

    Parameters
    ----------
    name : str
        What messages call it.
    function : callable
        Returns its value and its backward pass.
    inputs : Hypothesis strategy
        Draws tuples of inputs.
    examples, seed : int
    first : sequence of tuples
        Inputs that are checked before any are drawn.
    shrunk_in : sequence of Hypothesis strategies
        Where small examples of a mistake are looked for, as in `run_examples`.
    """
    return differences_found(name, run_examples(function, inputs, examples, seed, first=first, shrunk_in=shrunk_in))


def differences_found(name: str, outcome: Outcome) -> DifferencesSide:
    """Take from an outcome what the results keep of it."""
    fields = ("examples", "compared", "worst", "worst_at", "widest", "kinks", "not_judged")
    failure = "\n".join(_failure_lines(name, outcome))
    return DifferencesSide(**{field: getattr(outcome, field) for field in fields}, failure=failure)


def _failure_lines(name: str, outcome: Outcome) -> Iterator[str]:
    """Say what is wrong with a function, and at which inputs, the smallest that were found."""
    if outcome.ok:
        return
    if outcome.undecided is not None and not outcome.failures:
        yield f"{name} is undecided"
        yield from outcome.undecided.wrong_lines()
        return
    yield f"{name} is wrong" if outcome.failures else f"{name} could not be checked"
    for failure in outcome.failures:
        yield str(failure.report)
        for argument, x in zip(failure.report.names, failure.inputs):
            yield f"  {argument} = {x!r}"
    if outcome.refusal is not None:
        yield f"it raised {type(outcome.refusal).__name__}: {outcome.refusal}"
