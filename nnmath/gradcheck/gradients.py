"""The gradient checker: whether a backward pass is the derivative of its forward pass, and if not, what is wrong."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnmath.gradcheck.comparison import random_directions, whole_jacobians
from nnmath.gradcheck.contract import check_contract, raised
from nnmath.gradcheck.diagnosis.diagnosis import diagnose
from nnmath.gradcheck.function_under_test import Backward, BackwardRaises, FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import value_noise
from nnmath.gradcheck.precision import computes_in_single, precision_notes
from nnmath.gradcheck.report import Finding, GradientReport, NotJudged

#: Up to this many entries of inputs and of the value, whole Jacobians are compared; above, random directions.
MOST_ENTRIES, MOST_OUTPUTS = 160, 160


def check_gradients(
    function: Callable[..., Any],
    *inputs: Any,
    backward: Backward | None = None,
    wrt: int | str | Sequence[int | str] | None = None,
    seed: int = 0,
) -> GradientReport:
    """Check a backward pass against finite differences with error bars.

    Parameters
    ----------
    function : callable
        ``function(*inputs)`` returns ``(value, backward)``, and ``backward(upstream)`` the gradients; or, when
        `backward` is given, the value alone.
    *inputs : arrays and anything else that the function takes
    backward : callable, optional
        ``backward(upstream, *inputs)`` returns the gradients, a tuple or, where there is one, a bare array.
    wrt : int, str or sequence of them, optional
        The inputs that have a gradient, by position or parameter name; by default the leading ones, as many as backward
        returns, integer arrays left out.
    seed : int
        Of the random upstream gradients and directions.

    Returns
    -------
    GradientReport
        `ok`, the findings with their causes, what is undecided, and what could not be judged.

    Raises
    ------
    TypeError
        An input to differentiate for is not real floating point, or the function does not return what it must.
    ValueError
        Such an input holds NaN or infinity, `wrt` names no input, or there are more gradients than inputs.
    Exception
        Whatever the function raises at the given inputs. What the backward pass raises is a finding.

    Notes
    -----
    The error bars are derived in derivations/gradcheck/finite_differences.md. Inputs are never written to.

    A gradient in a lower precision than its input is wrong (`dtype`): digits are lost. One in a higher precision, such
    as float64 for a float32 input, is not: its numbers are right, and ``np.where(x > 0, 1, 0.01)`` is enough for it. It
    gets a note in the report. So does a value of type float64 whose numbers are float32, all of them, as behind a cast:
    it is checked as float32.
    """
    with np.errstate(all="ignore"):
        return _check(FunctionUnderTest(function, inputs, backward, wrt), np.random.default_rng(seed))


def assert_gradients(
    function: Callable[..., Any],
    *inputs: Any,
    backward: Backward | None = None,
    wrt: int | str | Sequence[int | str] | None = None,
    seed: int = 0,
) -> None:
    """Raise an AssertionError with the report where a gradient is wrong or undecided: one line in a test.

    Parameters
    ----------
    function, *inputs, backward, wrt, seed
        As in `check_gradients`.

    Raises
    ------
    AssertionError
        A gradient is wrong or undecided; its text is the report.
    """
    report = check_gradients(function, *inputs, backward=backward, wrt=wrt, seed=seed)
    if not report.ok:
        raise AssertionError(str(report))


def _check(function: FunctionUnderTest, rng: np.random.Generator) -> GradientReport:
    findings, usable = check_contract(function, rng.standard_normal(function.value.shape))
    not_judged = [NotJudged(k, None, "the input has no entries") for k in function.wrt if function.inputs[k].size == 0]
    if function.value.size == 0:
        not_judged = [NotJudged(k, None, "the value has no entries") for k in function.wrt]
    found = {finding.input for finding in findings}
    judged = [k for k in function.wrt if k not in found and function.inputs[k].size > 0]
    if not usable or not judged or function.value.size == 0:
        return GradientReport(tuple(findings), tuple(not_judged), function.names)
    try:
        return _judge(function, judged, findings, not_judged, rng)
    except BackwardRaises as error:  # at other inputs, or for another upstream gradient
        return GradientReport((*findings, raised(function, error)), tuple(not_judged), function.names)


def _judge(
    function: FunctionUnderTest,
    judged: list[int],
    findings: list[Finding],
    not_judged: list[NotJudged],
    rng: np.random.Generator,
) -> GradientReport:
    single = computes_in_single(function, np.random.default_rng(0))
    if single:
        function.treat_value_as(np.float32)
    noise = value_noise(function, rng)
    small = sum(function.inputs[k].size for k in judged) <= MOST_ENTRIES and function.value.size <= MOST_OUTPUTS
    compare = whole_jacobians if small else random_directions
    comparison = compare(function, judged, noise, rng)
    findings += [diagnose(evidence) for evidence in comparison.wrong]
    findings.sort(key=lambda finding: finding.input)
    return GradientReport(
        tuple(findings),
        tuple(not_judged + comparison.not_judged),
        function.names,
        comparison.compared,
        comparison.worst,
        comparison.worst_at,
        comparison.widest,
        comparison.kinks,
        tuple(judged),
        precision_notes(function, single=single),
        tuple(comparison.undecided),
    )
