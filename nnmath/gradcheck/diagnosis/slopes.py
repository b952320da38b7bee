"""Gradients of another function: right in which entries act on which outputs, wrong in how much."""

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import diagonal
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.numerical_derivatives import scales

#: So many entries at least must have a factor each.
ENOUGH = 3
#: A derivative of so many error bars is told from 0, and as many outputs are listed.
CLEARLY, LISTED = 4, 4
#: Pairs of directions for which a Jacobian is compared with its transpose, the step in units of the input, and how
#: well they must agree: the error of a central difference with this step is 1e-6 or so.
PAIRS, STEP, SYMMETRIC = 3, 2.0**-10, 1e-4


def slope_cause(variants: Variants) -> Cause | None:
    """Each entry's derivatives are the right ones times a factor of its own: the slope is another function."""
    evidence = variants.evidence
    if evidence.function.value.size == 1:
        return None  # there any gradient is the right one times factors
    smooth = evidence.known & ~evidence.kink
    numeric, analytic = np.where(smooth, evidence.numeric, 0), np.where(smooth, evidence.analytic, 0)
    squares = (numeric**2).sum(axis=0)
    factors = (analytic * numeric).sum(axis=0) / np.where(squares > 0, squares, 1)
    allowed = (1 + np.abs(factors)) * evidence.half_width + SAME * np.abs(numeric)
    if not (np.abs(analytic - factors * numeric) <= allowed)[smooth].all():
        return None
    if diagonal(evidence) is None and ((numeric != 0).sum(axis=0) <= 1).all():
        return None  # where each entry acts on one output alone, any gradient is the right one times factors
    known = factors[squares > 0]
    if len(known) < ENOUGH:
        return None
    message = (
        "Each entry acts on the right outputs, but with a factor of its own, "
        f"{known.min():.3g} to {known.max():.3g} times the right one"
    )
    message += ": is the slope that of another function, or does it lack a term or a factor?"
    only = diagonal(evidence) is not None and len(evidence.function.wrt) == 1
    return Cause("unknown" if only else "scale", message)  # of a function of one number that is true of any slope


def output_cause(variants: Variants) -> Cause | None:
    """Each output's gradient is the right one times a factor of its own."""
    evidence = variants.evidence
    smooth = evidence.known & ~evidence.kink
    numeric, analytic = np.where(smooth, evidence.numeric, 0), np.where(smooth, evidence.analytic, 0)
    squares = (numeric**2).sum(axis=1, keepdims=True)
    factors = (analytic * numeric).sum(axis=1, keepdims=True) / np.where(squares > 0, squares, 1)
    allowed = (1 + np.abs(factors)) * evidence.half_width + SAME * np.abs(numeric)
    told = ((numeric != 0).sum(axis=1) > 1).sum() >= ENOUGH  # of one entry any gradient is a multiple
    if not told or not (np.abs(analytic - factors * numeric) <= allowed)[smooth].all():
        return None
    known = factors[squares > 0]
    message = f"The gradient of each output is {known.min():.3g} to {known.max():.3g} times the right one"
    return Cause("scale", f"{message}: is a factor lost, or one too many, that depends on the output or on a row?")


def some_outputs_cause(variants: Variants) -> Cause | None:
    """The gradients of some outputs are right, and those of the others the right ones times one factor.

    An entry acts on outputs of both kinds; otherwise it might as well be the entry that is wrong.
    """
    evidence = variants.evidence
    smooth = evidence.known & ~evidence.kink
    told = smooth & (np.abs(evidence.numeric) > CLEARLY * evidence.half_width)
    wrong = np.asarray(evidence.wrong.any(axis=1))
    both = (told & evidence.wrong).any(axis=0) & (told & ~wrong[:, np.newaxis]).any(axis=0)
    if (told & evidence.wrong).any(axis=1).sum() < ENOUGH or both.sum() < ENOUGH:
        return None
    told &= wrong[:, np.newaxis]
    relative = np.where(told, evidence.half_width / np.where(told, np.abs(evidence.numeric), 1), np.inf)
    row, column = (int(i) for i in np.unravel_index(relative.argmin(), relative.shape))
    factor = float(evidence.analytic[row, column] / evidence.numeric[row, column])
    allowed = (1 + abs(factor)) * evidence.half_width + abs(factor) * relative.min() * np.abs(evidence.numeric)
    fits = (np.abs(evidence.analytic - factor * evidence.numeric) <= allowed)[smooth & wrong[:, np.newaxis]].all()
    if not fits or abs(factor) <= relative.min():
        return None  # what is 0 is missing
    places = evidence.output_index[wrong]
    shown = ", ".join(
        str(tuple(int(i) for i in place) if len(place) != 1 else int(place[0])) for place in places[:LISTED]
    )
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    message = (
        f"The gradient is {factor:.7g} times the right one for these outputs: {shown}{more}; it is right for others"
    )
    return Cause("scale", f"{message}. Is one of several outputs, or a part of one, taken too often?")


def other_loss_cause(variants: Variants) -> Cause | None:
    """What the backward pass of a loss returns is a gradient, but of another loss: its own Jacobian is symmetric."""
    evidence = variants.evidence
    if evidence.function.value.size != 1 or len(evidence.entries) < ENOUGH or evidence.kink.any():
        return None
    x = evidence.input
    slack = max(SYMMETRIC, 64 * evidence.function.gradient_epsilon / STEP)
    for _ in range(PAIRS):
        u, v = evidence.rng.standard_normal((2, *x.shape)) * scales(x)
        there, back = _second_along(evidence, u), _second_along(evidence, v)
        if there is None or back is None:
            return None
        one, other = float(there @ v.reshape(-1)), float(back @ u.reshape(-1))
        if not abs(one - other) <= slack * max(abs(one), abs(other)):
            return None
    message = "It is a gradient, but of another loss: does a term of the loss have none, or another weight?"
    return Cause("missing", message)


def _second_along(evidence: Evidence, direction: Floats) -> Floats | None:
    """How the gradient changes along a direction, or None where there is none."""
    found = []
    for sign in (1, -1):
        inputs = list(evidence.function.inputs)
        x = inputs[evidence.position]
        inputs[evidence.position] = (evidence.input + sign * STEP * direction).astype(x.dtype)
        gradients = evidence.function.gradients_or_none(inputs, evidence.upstreams[:1])
        if gradients is None or evidence.position not in gradients:
            return None
        found.append(gradients[evidence.position][0])
    return np.asarray((found[0] - found[1]) / (2 * STEP))
