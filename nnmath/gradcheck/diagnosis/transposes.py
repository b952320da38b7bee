"""Gradients that forgot to transpose, or transposed what should be left as it is."""

from itertools import permutations

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.variants import Variants, evidence_at
from nnmath.gradcheck.evidence import Evidence

#: The gradient at the point with a symmetric matrix is looked at for so many entries.
MOST_COLUMNS = 40


def transpose_cause(variants: Variants) -> Cause | None:
    """The gradient, the Jacobian, or a matrix in the product is transposed."""
    evidence = variants.evidence
    return (
        _gradient_transposed(evidence)
        or _jacobian_transposed(evidence)
        or _product_transposed(evidence)
        or _factor_transposed(variants)
    )


def _gradient_transposed(evidence: Evidence) -> Cause | None:
    shape = evidence.shape
    if len(shape) < 2 or _is_broadcast(evidence):
        return None
    message = "The gradient is right but for its axes: it is transposed."
    if not evidence.complete:
        return Cause("transpose", message) if _mirrored(evidence) else None
    stack = _smooth(evidence).reshape(-1, *shape)
    for order in permutations(range(1, len(shape) + 1)):
        turned = stack.transpose(0, *order).reshape(evidence.numeric.shape)
        if order != tuple(range(1, len(shape) + 1)) and _same(evidence, turned):
            if tuple(shape[i - 1] for i in order) != shape:
                message = "The gradient is reshaped where it should be transposed: right numbers in the wrong order."
            return Cause("transpose", message)
    for axis, length in enumerate(shape):
        if length <= 2:
            continue
        if _same(evidence, np.flip(stack, axis + 1).reshape(evidence.numeric.shape)):
            return Cause("transpose", f"The gradient is right, but reversed along axis {axis}.")
        for shift in (1, -1):
            if _same(evidence, np.roll(stack, shift, axis + 1).reshape(evidence.numeric.shape)):
                return Cause("transpose", f"The gradient is right, but shifted by one along axis {axis}.")
    return None


def _is_broadcast(evidence: Evidence) -> bool:
    """Whether the right gradient repeats the upstream gradient along an axis: then this is about axes."""
    if not evidence.complete or len(evidence.function.value.shape) >= len(evidence.shape):
        return False
    stack = evidence.numeric.reshape(-1, *evidence.shape)
    slack = 4 * np.max(evidence.half_width)
    return any((np.ptp(stack, axis=axis) <= slack).all() for axis in range(1, stack.ndim))


def _jacobian_transposed(evidence: Evidence) -> Cause | None:
    message = "The Jacobian is transposed: a matrix, or a sum, acts on the upstream gradient as it does on the input."
    if not evidence.complete or evidence.function.value.shape != evidence.shape or not evidence.shape:
        return None
    axes = len(evidence.shape)
    jacobian = _smooth(evidence).reshape(*evidence.shape, *evidence.shape)
    for swapped in range(axes):
        turned = jacobian.swapaxes(swapped, swapped + axes).reshape(evidence.numeric.shape)
        if _same(evidence, turned):
            return Cause("transpose", message)
    return Cause("transpose", message) if _same(evidence, _smooth(evidence).T) else None


def _product_transposed(evidence: Evidence) -> Cause | None:
    """The gradient is A @ B where A.T @ B belongs (or B @ A and B @ A.T), with an input B and whatever A.

    Then B.T @ A @ B is known from both, and one is the transpose of the other.
    """
    if not evidence.complete or len(evidence.shape) != 2:
        return None
    analytic, numeric = (a.reshape(-1, *evidence.shape) for a in (evidence.analytic, evidence.numeric))
    for k, given in enumerate(evidence.function.inputs):
        if not isinstance(given, np.ndarray) or given.shape != evidence.shape or given.dtype.kind != "f":
            continue
        B = given.astype(np.float64)
        for wrong, right, length in (
            (B.T @ analytic, B.T @ numeric, evidence.shape[1]),
            (analytic @ B.T, numeric @ B.T, evidence.shape[0]),
        ):
            slack = SAME * np.max(np.abs(wrong)) + 4 * evidence.shape[0] * np.max(evidence.half_width) * np.abs(B).max()
            turned = right.swapaxes(1, 2)
            if length > 1 and np.abs(wrong - turned).max() <= slack < 1e-3 * np.abs(turned - right).max():
                name = evidence.function.names[k]
                message = f"A product with {name} takes a matrix where its transpose belongs, or the other way round."
                return Cause("transpose", message)
    return None


def _factor_transposed(variants: Variants) -> Cause | None:
    """The gradient becomes right where one of the matrices among the inputs is symmetric."""
    evidence = variants.evidence
    columns = np.flatnonzero(evidence.matters.any(axis=0))
    wrong_first = columns[np.argsort(~evidence.wrong[:, columns].any(axis=0), kind="stable")][:MOST_COLUMNS]
    for k, B in enumerate(evidence.function.inputs):
        if not isinstance(B, np.ndarray) or B.dtype.kind != "f" or B.ndim < 2 or not 1 < B.shape[-1] == B.shape[-2]:
            continue
        perturbed = list(evidence.function.inputs)
        perturbed[k] = ((B + B.swapaxes(-1, -2)) / 2).astype(B.dtype)
        some, there = evidence_at(variants.some, perturbed), None
        if some is not None and not some.wrong.any():
            there = evidence_at(evidence, perturbed, wrong_first)
        if there is None or there.wrong.any() or there.kink.any():
            continue
        perturbed[k] = ((B + evidence.rng.permutation(B.reshape(-1)).reshape(B.shape)) / 2).astype(B.dtype)
        other = evidence_at(evidence, perturbed, wrong_first)
        if other is None or not other.wrong.any():
            continue  # it is not the symmetry that makes it right
        if there.matters.any() and there.known.all():
            name = evidence.function.names[k]
            message = f"It would be right if {name} were symmetric: a product takes {name} where its transpose belongs"
            return Cause("transpose", message + ", or the other way round.")
    return None


def _smooth(evidence: Evidence) -> Floats:
    """The numerical derivatives, NaN on a kink."""
    return np.where(evidence.kink, np.nan, evidence.numeric)


def _same(evidence: Evidence, candidate: Floats) -> bool:
    """Whether the analytic derivatives are a rearrangement of the numerical ones, but for kinks."""
    smooth = evidence.known & ~evidence.kink & ~np.isnan(candidate)
    slack = 4 * np.max(evidence.half_width, initial=0.0, where=smooth) + SAME * np.abs(candidate)
    another = smooth & (np.abs(evidence.numeric - candidate) > slack)  # not the one of a diagonal Jacobian, say
    return bool((np.abs(evidence.analytic - candidate) <= slack)[smooth].all() and another.any())


def _mirrored(evidence: Evidence) -> bool:
    """The same where only some of the entries are known: those whose mirror image is known, too."""
    shape = evidence.shape
    if shape[-1] != shape[-2]:
        return False
    column_of = np.full(shape, -1)
    column_of.reshape(-1)[evidence.entries] = np.where(
        (evidence.known & ~evidence.kink).all(axis=0), np.arange(len(evidence.entries)), -1
    )
    mirrored = column_of.swapaxes(-1, -2)
    pairs = (column_of >= 0) & (mirrored >= 0) & ~np.eye(shape[-1], dtype=bool)
    here, there = column_of[pairs], mirrored[pairs]
    if len(here) < 4:
        return False
    slack = 4 * np.max(evidence.half_width[:, here])
    matters = evidence.wrong[:, here].any()
    return bool(matters and (np.abs(evidence.analytic[:, here] - evidence.numeric[:, there]) <= slack).all())
