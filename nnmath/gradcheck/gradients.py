"""The gradient checker: whether a backward pass is the derivative of its forward pass, and if not, what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from nnmath.gradcheck.adapters import Adapted, adapted
from nnmath.gradcheck.arguments import chosen, copies, refuse_undifferentiable
from nnmath.gradcheck.comparison import random_directions, whole_jacobians
from nnmath.gradcheck.contract import check_contract, note_where_gradient_is_returned, raised
from nnmath.gradcheck.diagnosis.diagnosis import diagnose
from nnmath.gradcheck.equal_inputs import compare_equal_inputs
from nnmath.gradcheck.first_call import call_elsewhere, named_if_kept
from nnmath.gradcheck.function_under_test import Backward, BackwardRaises, FunctionUnderTest
from nnmath.gradcheck.left_out import nan_in_both, of_the_others, steadily_infinite
from nnmath.gradcheck.left_out import not_judged as without_gradient
from nnmath.gradcheck.numerical_derivatives import value_noise
from nnmath.gradcheck.precision import gradients_round, precision_notes, rounds_inside
from nnmath.gradcheck.reference import with_reference
from nnmath.gradcheck.report import Finding, GradientReport, NotJudged
from nnmath.gradcheck.second_order import gradient_as_function

#: Up to this many entries of inputs and of the value, whole Jacobians are compared; above, random directions.
MOST_ENTRIES, MOST_OUTPUTS = 160, 160
#: With this begins what is said of a wrong gradient of a gradient.
SECOND = "The gradient is right, but not its own gradient (order 2)."
CONJUGATE = "The gradient is right for real numbers, and wrong for complex ones: is .conj() missing, or one too many?"


def check_gradients(
    function: Callable[..., Any],
    *inputs: Any,
    backward: Backward | None = None,
    wrt: int | str | Sequence[int | str] | None = None,
    seed: int = 0,
    order: int = 1,
    second: Backward | None = None,
    kwargs: Mapping[str, Any] | None = None,
    arrays: str | None = None,
    reference: Callable[..., Any] | None = None,
) -> GradientReport:
    """Check a backward pass against finite differences with error bars.

    Parameters
    ----------
    function : callable
        ``function(*inputs)`` returns ``(value, backward)``, and ``backward(upstream)`` the gradients; or, when
        `backward` is given, the value alone. Several outputs are a tuple in place of the value, and so are their
        upstream gradients, or arguments of their own where the backward pass takes as many. Or a
        `torch.autograd.Function` class, an `nn.Module`, whose parameters are inputs by their names, a function with
        `jax.custom_vjp` or `jax.custom_jvp`, or any function of tensors or of JAX arrays: then its framework has the
        backward pass.
    *inputs : arrays and anything else that the function takes
        For PyTorch tensors, for JAX arrays, or trees of them. Complex ones are checked as pairs of reals. Lists of
        numbers are arrays for a function of NumPy. A number is passed on as it is, unless it is differentiated for:
        where `wrt` names it or backward returns its gradient, or where no input is an array of floating point.
    backward : callable, optional
        ``backward(upstream, *inputs)`` returns the gradients, a tuple or, where there is one, a bare array.
    wrt : int, str or sequence of them, optional
        The inputs whose gradients are checked, by position or parameter name, in any order: backward returns theirs,
        those of all inputs, or those of the leading ones, in the order of the inputs. By default the leading ones, as
        many as backward returns, integer arrays left out. For tensors those that require a gradient, or all where none
        does.
    seed : int
        Of the random upstream gradients and directions.
    order : int
        2 checks the backward pass and, where it is right, its own: PyTorch's double backward, JAX's reverse over
        reverse, or `second`.
    second : callable, optional
        With order 2, for a function of NumPy arrays: ``second(v, upstream, *inputs)`` returns the gradients of the sum
        of v times the gradients by the inputs of `wrt`: a Hessian-vector product. Where there is one gradient, v is an
        array of its shape, otherwise a tuple of them.
    kwargs : mapping, optional
        Keyword arguments that the function is called with. A tensor among them that asks for a gradient is an input,
        by its name.
    arrays : str, optional
        numpy, torch or jax: what the function computes with. It is needed only for a plain function of JAX that is
        given NumPy arrays; everything else is recognised.
    reference : callable, optional
        For a function of single precision or less: ``reference(*inputs)`` returns its value in double precision. By
        default the function itself is run in it, where it can be. That of an `nn.Module` is one with parameters of the
        same names, or a function that takes them after the inputs.

    Returns
    -------
    GradientReport
        `ok`, the findings with their causes, what is undecided, and what could not be judged.

    Raises
    ------
    TypeError
        An input to differentiate for is not real floating point, or the function does not return what it must.
    ValueError
        Such an input holds NaN or infinity, `wrt` names no input, there are more gradients than inputs, `reference` is
        another function, or a framework knows no gradient: the value was computed under ``torch.no_grad()``, say.
    Exception
        Whatever the function raises at the given inputs, with a note where `backward` returns a gradient there: the two
        should raise together. What the backward pass raises where there is a value is a finding.

    Notes
    -----
    The error bars are derived in derivations/gradcheck/finite_differences.md. Inputs are never written to. The
    function must not write to one that is judged either. An array of floating point that is not judged may be state, as
    a running mean is, and so may a random generator: the function may write to it, and each call is given it as it was.

    A gradient in a lower precision than its input is wrong (`dtype`): digits are lost. One in a higher precision, such
    as float64 for a float32 input, is not: its numbers are right, and ``np.where(x > 0, 1, 0.01)`` is enough for it. It
    gets a note in the report. So does a value of type float64 that is rounded as float32 is, as behind a cast: then the
    gradients may be off by as much.
    """
    if order not in (1, 2):
        raise ValueError(f"order: expected 1 or 2, got {order!r}")
    with np.errstate(all="ignore"):
        given = partial(_check_order, function, inputs, backward, wrt, seed, kwargs or {}, arrays, reference)
        report = given(1)
        return _with_second_order(report, given(2, second)) if order == 2 and report.ok else report


def assert_gradients(function: Callable[..., Any], *inputs: Any, **options: Any) -> None:
    """Raise an AssertionError with the report where a gradient is wrong or undecided: one line in a test.

    Parameters
    ----------
    function, *inputs, **options
        As in `check_gradients`.

    Raises
    ------
    AssertionError
        A gradient is wrong or undecided; its text is the report.
    """
    __tracebackhide__ = True  # pytest shows the line of the test instead
    report = check_gradients(function, *inputs, **options)
    if not report.ok:
        raise AssertionError(str(report))


def _check_order(
    function: Callable[..., Any],
    inputs: Sequence[Any],
    backward: Backward | None,
    wrt: Any,
    seed: int,
    kwargs: Mapping[str, Any],
    arrays: str | None,
    reference: Callable[..., Any] | None,
    order: int,
    second: Backward | None = None,
) -> GradientReport:
    """Check the backward pass, or with order 2 its own."""
    rng = np.random.default_rng(seed)
    framework = None if backward is not None else adapted(function, inputs, kwargs, order, arrays, wrt)
    if framework is not None:
        with framework.during():
            other = None if reference is None else framework.reference(reference)
            return _check_adapted(framework, wrt, rng, other)
    given = partial(function, **kwargs) if kwargs else function
    if order == 2:
        given, backward = gradient_as_function(given, inputs, backward, second, wrt)
    call_elsewhere(given, inputs, backward)
    try:
        function_under_test = FunctionUnderTest(given, inputs, backward, wrt)
    except Exception as error:
        note_where_gradient_is_returned(error, backward, inputs)
        raise
    return _check(function_under_test, rng, reference)


def _with_second_order(first: GradientReport, second: GradientReport) -> GradientReport:
    """The report on the gradient of a gradient that is right, with what was compared of both."""
    found = [replace(item, message=f"{SECOND} {item.message}") for item in second.findings]
    worst = max(first, second, key=lambda report: report.worst)
    return replace(
        second,
        findings=tuple(found),
        compared=first.compared + second.compared,
        kinks=first.kinks + second.kinks,
        worst=worst.worst,
        worst_at=worst.worst_at,
        widest=max(first.widest, second.widest),
        not_judged=tuple(dict.fromkeys((*first.not_judged, *second.not_judged))),
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
    )


def _check_adapted(
    framework: Adapted, wrt: Any, rng: np.random.Generator, reference: Callable[..., Any] | None
) -> GradientReport:
    """Check the numbers first; only gradients that are right are asked whether they depend on anything else."""
    judged = framework.wrt if wrt is None else chosen(wrt, framework.names)
    for k in judged:
        refuse_undifferentiable(framework.names[k], framework.inputs[k])
    there = FunctionUnderTest(framework.function, framework.inputs, None, judged, framework.names)
    if framework.epsilon > there.epsilon:
        there.epsilon = there.format_epsilon = framework.epsilon
        there.gradient_epsilon = framework.epsilon / 2  # each operation is rounded once, from single precision
    there.none_is_zero = frozenset(there.wrt if wrt is not None else framework.asked)
    there.none_is_doubtful = framework.none_is_doubtful
    report = _check(there, rng, reference)
    if report.ok:
        judge = partial(_report_on, there)
        report = replace(report, findings=tuple(framework.contract(there.inner_epsilon, judge)))
    elif any(finding.input in framework.pairs for finding in report.findings):
        report = _named_if_conjugated(report, there, framework.pairs)
    return replace(report, notes=(*framework.notes, *report.notes))


def _report_on(function: FunctionUnderTest, other: Callable[..., Any]) -> GradientReport:
    """The report on another function with these inputs; nothing is wrong where it has no value."""
    changed = copy(function)
    changed.forward = other
    there = changed.perturbed(function.inputs)
    return GradientReport(()) if there is None else _check(there, np.random.default_rng(0))


def _named_if_conjugated(report: GradientReport, function: FunctionUnderTest, pairs: Sequence[int]) -> GradientReport:
    """The report with a name for gradients of complex numbers that are right where all of these are real."""
    inputs = copies(function.inputs)
    for k in pairs:
        inputs[k][..., 1] = 0
    there = function.perturbed(inputs)
    real = None if there is None else _check(there, np.random.default_rng(0))
    if real is None or real.undecided:
        return report
    right = set(pairs) & set(real.compared_inputs) - {finding.input for finding in real.findings}
    findings = [
        replace(finding, cause="sign", factor=None, message=CONJUGATE) if finding.input in right else finding
        for finding in report.findings
    ]
    return replace(report, findings=tuple(findings))


def _check(
    function: FunctionUnderTest, rng: np.random.Generator, reference: Callable[..., Any] | None = None
) -> GradientReport:
    left_out = steadily_infinite(function)
    upstream = np.where(left_out, 0, rng.standard_normal(function.value.shape))
    fixed = nan_in_both(function, left_out, upstream)
    findings, usable = check_contract(function, upstream, left_out, fixed)
    not_judged = [NotJudged(k, None, "the input has no entries") for k in function.wrt if function.inputs[k].size == 0]
    not_judged += without_gradient(function, fixed)
    if function.value.size == 0:
        not_judged = [NotJudged(k, None, "the value has no entries") for k in function.wrt]
    found = {finding.input for finding in findings}
    judged = [k for k in function.wrt if k not in found and function.inputs[k].size > 0]
    if not usable or not judged or function.value.size == 0:
        return GradientReport(tuple(findings), tuple(not_judged), function.names)
    try:
        report = _judge(of_the_others(function, left_out, fixed), judged, findings, not_judged, rng, reference)
    except BackwardRaises as error:  # at other inputs, or for another upstream gradient
        return GradientReport((*findings, raised(function, error)), tuple(not_judged), function.names)
    if left_out.any():
        note = f"{left_out.sum()} of {left_out.size} outputs are infinite or NaN here and all around: they are left out"
        report = replace(report, notes=(*report.notes, note))
    return report


def _judge(
    function: FunctionUnderTest,
    judged: list[int],
    findings: list[Finding],
    not_judged: list[NotJudged],
    rng: np.random.Generator,
    reference: Callable[..., Any] | None,
) -> GradientReport:
    float32 = float(np.finfo(np.float32).eps)
    if rounds_inside(function, float32):
        function.inner_epsilon = float32
        function.gradient_epsilon = float32 if gradients_round(function, float32) else function.gradient_epsilon
    notes = precision_notes(function)
    function = with_reference(function, reference)
    noise = value_noise(function, rng)
    small = sum(function.inputs[k].size for k in judged) <= MOST_ENTRIES and function.value.size <= MOST_OUTPUTS
    compare = whole_jacobians if small else random_directions
    comparison = compare(function, judged, noise, rng)
    findings += [named_if_kept(function, diagnose(evidence)) for evidence in comparison.wrong]
    on_kinks = comparison.kinks or comparison.not_judged
    if on_kinks and not comparison.wrong and not comparison.undecided:
        right = sorted(comparison.compared_inputs)
        findings += compare_equal_inputs(function, right, noise, rng, entry_by_entry=small)
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
        tuple(sorted(comparison.compared_inputs)),
        notes,
        tuple(comparison.undecided),
    )
