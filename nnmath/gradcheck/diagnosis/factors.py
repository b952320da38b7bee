"""A wrong factor, as a number that people recognise: 1/4, where 4 is the batch size."""

from fractions import Fraction

import numpy as np

from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.function_under_test import FunctionUnderTest

#: A derivative of so many error bars tells a factor from 1.
CLEARLY = 4
#: Denominators up to this make a factor a fraction that somebody may have meant.
LARGEST_DENOMINATOR = 100_000
#: A factor this near to 1 is printed as 1 and the rest, which a fraction would hide.
NEAR_1 = 1e-3
#: Numerators and denominators up to this are printed as a fraction.
LARGEST_PRINTED = 1000


def scale_cause(variants: Variants) -> Cause | None:
    """The gradient is a multiple of the right one."""
    evidence = variants.evidence
    analytic, numeric, bar = evidence.analytic, evidence.numeric, evidence.half_width
    smooth = evidence.known & ~evidence.kink
    significant = smooth & (np.abs(numeric) > CLEARLY * bar)
    if not significant.any() or not (evidence.wrong & smooth).any():
        return None
    most_precise = np.unravel_index(np.argmin(np.where(significant, bar / np.abs(numeric), np.inf)), bar.shape)
    factor = float(analytic[most_precise] / numeric[most_precise])
    slack = float(bar[most_precise] / abs(numeric[most_precise]))
    if factor == 0 or not _fits(evidence, factor, slack):
        return None
    if significant.sum() == 1 and (smooth & ~significant).sum() > 3 and not _confirmed(variants.others, factor, slack):
        return None  # a single entry is a multiple of any other number
    factor = simplest_factor(factor, 2 * slack * abs(factor) + 4 * evidence.function.gradient_epsilon)
    if factor == 0:
        return Cause("missing", "The gradient is zero everywhere, but for rounding, and should not be.", 0.0)
    if 0 < abs(factor + 1) < NEAR_1:
        return Cause(
            "sign", f"The gradient has the opposite sign, and the size is off by a factor of {-factor:.10g}.", factor
        )
    return Cause("scale", explain_factor(factor, evidence.function), factor)


def _fits(evidence: Evidence, factor: float, slack: float) -> bool:
    """Whether all smooth derivatives are the right ones times a factor that is known but for a relative error."""
    smooth, size = evidence.known & ~evidence.kink, np.abs(evidence.numeric)
    allowed = (1 + abs(factor)) * evidence.half_width + abs(factor) * slack * size
    return bool((np.abs(evidence.analytic - factor * evidence.numeric) <= allowed)[smooth].all())


def _confirmed(others: list[Evidence], factor: float, slack: float) -> bool:
    """Whether the factor is the same at other inputs."""
    return any(evidence.wrong.any() for evidence in others) and all(
        _fits(evidence, factor, slack) for evidence in others
    )


def simplest_factor(factor: float, uncertainty: float) -> float:
    """The simplest fraction within the uncertainty of a factor, or the factor itself where there is none."""
    fraction = Fraction(factor).limit_denominator(LARGEST_DENOMINATOR)
    for most in (10, 100, 1000, 10_000, LARGEST_DENOMINATOR):
        candidate = Fraction(factor).limit_denominator(most)
        if abs(float(candidate) - factor) <= uncertainty:
            fraction = candidate
            break
    simple = fraction.numerator * fraction.denominator <= LARGEST_DENOMINATOR
    return float(fraction) if simple and abs(float(fraction) - factor) <= uncertainty else factor


def explain_factor(factor: float, function: FunctionUnderTest) -> str:
    """One or two sentences on a factor, related to the sizes that are at hand."""
    if abs(factor - 1) < NEAR_1:
        return f"The gradient is right but for a factor of 1 {'+' if factor > 1 else '-'} {abs(factor - 1):.3g}."
    shown = _as_text(factor)
    text = f"The gradient is {shown} times the right one"
    size = abs(factor) if abs(factor) >= 1 else 1 / abs(factor)
    for names, value in _sizes(function):
        if abs(size - value) <= SAME * value:
            hint = "a sum where a mean belongs?" if abs(factor) > 1 else "a mean where a sum belongs?"
            return f"{text}, and {f'{value} = {names}' if ' × ' in names else f'{names} is {value}'}: {hint}"
        if value > 2 and abs(size - value / (value - 1)) <= SAME / value:
            divisor = f"is there a division by {value} - 1 where one by {value} belongs, or the reverse?"
            return f"{text}, and {names} is {value}: {divisor}"
    if abs(factor) in (2, 0.5):
        return f"{text}: is it the factor 2 of a square's derivative, or something that is counted twice?"
    if shown == f"{factor:.10g}" and factor != round(factor):
        return f"{text} here: is a factor lost that depends on the inputs, such as a norm?"
    return f"{text}: is a constant counted twice, or left out?"


def _as_text(factor: float) -> str:
    fraction = Fraction(factor).limit_denominator(LARGEST_PRINTED)
    near = abs(float(fraction) - factor) <= 4 * np.finfo(float).eps * abs(factor)
    return str(fraction) if near and abs(fraction.numerator) <= LARGEST_PRINTED else f"{factor:.10g}"


def _sizes(function: FunctionUnderTest) -> list[tuple[str, int]]:
    """Lengths and their products, with names, the likeliest first; a length of 1 explains nothing."""
    first, value = np.shape(function.inputs[0]), function.full_value_shape
    batch = [("the batch size", "batch", first[0])] if first else []
    width = [("the number of columns of " + function.names[0], "columns", first[1])] if len(first) == 2 else []
    if len(function.wrt) == 1 and width and not value:
        width = [("the number of classes", "classes", first[1])]  # a loss of logits
    outputs = [(f"the number of outputs, axis {a} of the value,", "outputs", n) for a, n in enumerate(value[1:], 1)]
    others = [
        (f"axis {a} of {function.names[k]}", f"{function.names[k]}'s axis {a}", n)
        for k, x in enumerate(function.inputs)
        for a, n in enumerate(np.shape(x) if isinstance(x, np.ndarray) else ())
        if k > 0
    ]
    single = [item for item in (*batch, *width, *outputs) if item[2] > 1]
    pairs = [(f"{a} × {b}", m * n) for i, (_, a, m) in enumerate(single) for _, b, n in single[i + 1 :]]
    return [(name, length) for name, _, length in single] + pairs + [(a, n) for a, _, n in others if n > 1]
