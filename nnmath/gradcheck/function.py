"""One call that checks a person's own function at drawn inputs, for tests and for the command line."""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nnmath.gradcheck.adapters import converter, forward_pass, framework_of
from nnmath.gradcheck.description import describe
from nnmath.gradcheck.examples import run_examples
from nnmath.gradcheck.gradients import check_gradients
from nnmath.gradcheck.other_shapes import (
    Judge,
    all_forms,
    axes,
    is_silent,
    only_there,
    other_numbers_of_axes,
    report_at,
    without_entries,
    wrong_at,
)
from nnmath.gradcheck.outcome import Failure, Outcome
from nnmath.gradcheck.refusals import CouldNotCheckError, place_of
from nnmath.gradcheck.report import GradientReport
from nnmath.sampling import Input, declared_inputs, distinct_inputs, drawn_inputs, plain_inputs


@dataclass(frozen=True)
class Check:
    """A function that was checked at drawn inputs; printed, it says what came of it.

    Attributes
    ----------
    name : str
        Of the function.
    inputs : tuple of Input
        What was declared of its inputs.
    outcome : Outcome
        What came of the examples.
    asked : int
        How many examples were asked for.
    """

    name: str
    inputs: tuple[Input, ...]
    outcome: Outcome
    asked: int

    def __str__(self) -> str:
        """Say in a few lines what came of it."""
        return describe(self.name, self.inputs, self.outcome, self.asked)


def assert_function(
    function: Callable[..., Any],
    shapes: str = "",
    domains: str = "",
    **options: Any,
) -> None:
    """Fail a test where the backward pass of a function is not the derivative of its forward pass.

    Parameters
    ----------
    function, shapes, domains, **options
        As in `check_function`.

    Raises
    ------
    AssertionError
        A gradient is wrong or undecided; the text holds the diagnosis and the smallest inputs that show it.
    CouldNotCheckError
        As in `check_function`.
    """
    __tracebackhide__ = True  # pytest shows the line of the test instead
    check = check_function(function, shapes, domains, **options)
    if not check.outcome.ok:
        raise AssertionError(str(check))


def check_function(
    function: Callable[..., Any],
    shapes: str = "",
    domains: str = "",
    *,
    backward: Callable[..., Any] | None = None,
    wrt: Sequence[str] | None = None,
    examples: int = 200,
    seed: int = 0,
    seconds: float | None = None,
    on_example: Callable[[Outcome], None] | None = None,
    arrays: str | None = None,
    first: Sequence[tuple[Any, ...]] = (),
) -> Check:
    """Check the gradients of a function at inputs drawn from its declared shapes and domains.

    Parameters
    ----------
    function, backward : callable
        As `check_gradients` takes them.
    shapes, domains : str
        ``"x=N,D W=D,M b=M"`` and ``"x=positive y=labels:K"``. What is not said here is read from the annotations of
        the parameters, ``x: "N, D positive"``. A shape may begin with ``...``, any number of axes: ``"x=...,D"`` has 1
        to 5 of them.
    wrt : sequence of str, optional
        The names of the inputs that have a gradient; by default the leading ones, as many as backward returns.
    examples, seed, seconds, on_example
        As `run_examples` takes them.
    arrays : str, optional
        numpy, torch or jax: what the function takes. Modules and `autograd.Function` classes of PyTorch and functions
        with rules of JAX's are recognised.
    first : sequence of tuples of arrays
        Inputs that are checked before any are drawn: those of an earlier failure, say.

    Returns
    -------
    Check

    Raises
    ------
    CouldNotCheckError
        The declarations cannot be read, the function is asynchronous, or it raised at all inputs; or it raised what
        ends a program or a test, such as `SystemExit`; or not a single derivative could be compared.
    """
    for given in (function, backward):
        if inspect.iscoroutinefunction(given):
            raise CouldNotCheckError(f"{given.__name__} is an async def; expected a function that returns arrays")
    framework = framework_of(function) if arrays is None else arrays
    try:
        given, convert = forward_pass(function), converter(framework)
        inputs = declared_inputs(given, shapes, domains)
        positions = None if wrt is None else _positions(inputs, wrt)
    except ValueError as error:
        raise CouldNotCheckError(str(error)) from None
    checked = _with_keywords(function, inputs) if given is function else function

    def judge(arrays_of_example: tuple[Any, ...]) -> GradientReport:
        tensors = map(convert, arrays_of_example)
        return check_gradients(checked, *tensors, backward=backward, wrt=positions, seed=seed, arrays=framework)

    reports = _reports_on_forms(judge, inputs, seed)
    forms = list(reports)
    outcome = run_examples(
        checked,
        st.one_of([drawn_inputs(form) for form in forms]),
        examples,
        seed,
        on_example,
        positions,
        backward=backward,
        first=[*first, *(distinct_inputs(form, seed) for form in forms)],
        shrunk_in=[st.one_of([plain_inputs(form, largest_size=size) for form in forms]) for size in (2, None)],
        seconds=seconds,
        convert=convert,
        arrays=framework,
    )
    _look_at_other_shapes(judge, outcome, inputs, reports, seed)
    name = getattr(function, "__name__", "function")
    if outcome.examples == 0:
        assert outcome.refusal is not None  # the first example is always tried
        why = _why_not(name, function, backward, outcome.refusal, outcome.refused)
        raise CouldNotCheckError(why) from outcome.refusal
    if outcome.ok and not outcome.compared:
        raise CouldNotCheckError(
            f"{name}: at none of {outcome.examples} examples was there a derivative to compare; the value must have "
            "entries, and the inputs must not all lie on kinks"
        )
    return Check(name, inputs, outcome, examples)


def _reports_on_forms(
    judge: Judge, inputs: Sequence[Input], seed: int
) -> dict[tuple[Input, ...], GradientReport | None]:
    """The declared inputs with each number of axes that the function takes in place of ``...``, and a report on each.

    Where there is one alone, nobody asks for it.
    """
    forms = all_forms(inputs)
    if len(forms) == 1:
        return {forms[0]: None}
    reports = {form: report_at(judge, distinct_inputs(form, seed)) for form in forms}
    return {form: report for form, report in reports.items() if report is not None} or reports


def _look_at_other_shapes(
    judge: Judge,
    outcome: Outcome,
    inputs: Sequence[Input],
    forms: Mapping[tuple[Input, ...], GradientReport | None],
    seed: int,
) -> None:
    """Say of a failure whether only some numbers of axes show it; without one look at shapes that tests forget.

    A function that does not take these shapes is not blamed. Where the dimensions are declared, another number of axes
    may not be meant: what is wrong there is a note.
    """
    for i, failure in enumerate(outcome.failures if len(forms) > 1 else ()):
        right = [len(form[0].dims) for form, report in forms.items() if report is not None and report.ok]
        if right:
            numbers = ", ".join(map(str, sorted(right)))
            what = f"{inputs[0].name} has {axes(np.ndim(failure.inputs[0]))}, and right with {numbers}"
            outcome.failures[i] = replace(failure, report=only_there(failure.report, what))
    if not outcome.ok or outcome.out_of_time:
        return
    empty = wrong_at(judge, [shape for form in forms for shape in without_entries(form, seed)])
    outcome.failures += [Failure(other.inputs, only_there(report, other.what)) for other, report in empty[:1]]
    if len(forms) == 1:
        for other, report in wrong_at(judge, other_numbers_of_axes(inputs, seed)):
            if is_silent(report):
                names = ", ".join(report.names[finding.input] for finding in report.findings)
                outcome.notes.append(f"where {other.what}, it has a value, and the gradient of {names} is wrong")
                break


def _positions(inputs: Sequence[Input], wrt: Sequence[str]) -> list[int]:
    names = [i.name for i in inputs]
    for name in wrt:
        if name not in names:
            raise ValueError(f"wrt: {name!r} is no input; the inputs are {', '.join(names)}")
        if not inputs[names.index(name)].domain.has_gradient:
            raise ValueError(f"wrt: {name} holds {inputs[names.index(name)].domain.kind}; there is no derivative by it")
    return [names.index(name) for name in wrt]


def _with_keywords(function: Callable[..., Any], inputs: Sequence[Input]) -> Callable[..., Any]:
    """Give the function the declared inputs as its only parameters, in their order."""
    parameters = list(inspect.signature(function).parameters.values())
    names = [i.name for i in inputs]
    leading = [p.name for p in parameters[: len(names)] if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if leading == names:
        return function

    def call(*arrays: Any) -> Any:
        return function(**dict(zip(names, arrays)))

    signature = inspect.Signature([inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in names])
    call.__signature__ = signature  # type: ignore[attr-defined]  # read by inspect.signature
    return call


def _why_not(
    name: str, function: Callable[..., Any], backward: Callable[..., Any] | None, refusal: Exception, times: int
) -> str:
    """Say why no example could be checked."""
    where = place_of(refusal, function, backward)
    if not where:  # the checker itself refused: what the function returns is not what it must return
        return f"{name}: {refusal}"
    why = f"{name} raised at all of {times} inputs drawn, first {type(refusal).__name__} at {where}: {refusal}"
    if isinstance(refusal, NameError | TypeError | AttributeError | ImportError):  # a slip, whatever the inputs
        tensors = "torch" in sys.modules and "numpy.ndarray" in str(refusal)
        return f"{why}. If it takes tensors, say arrays='torch'" if tensors else why
    return f"{why}. If it is not meant for such inputs, say what they may be: shapes (x=N,D) or domains (x=positive)"
