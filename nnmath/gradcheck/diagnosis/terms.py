"""Gradients that lack a term, or have one with the wrong sign."""

import numpy as np

from nnmath.gradcheck.arrays import Floats
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import alignments, blocks, diagonal, nonzero
from nnmath.gradcheck.diagnosis.variants import Variants

#: Entries along the last axis that tell a direction from another one.
ENOUGH = 3


def missing_cause(variants: Variants) -> Cause | None:
    """The gradient is zero everywhere."""
    evidence = variants.evidence
    if (evidence.analytic == 0).all():
        return Cause("missing", "The gradient is zero everywhere, and should not be.", 0.0)
    return None


def sign_cause(variants: Variants) -> Cause | None:
    """The gradient is minus the right one, or its absolute value."""
    evidence = variants.evidence
    analytic, numeric, bar = evidence.analytic, evidence.numeric, evidence.half_width
    smooth = evidence.known & ~evidence.kink
    if (np.abs(analytic + numeric) <= 2 * bar)[smooth].all() and (evidence.wrong & smooth).any():
        return Cause("sign", "The gradient has the opposite sign.", -1.0)
    matters = smooth & (np.abs(numeric) > bar)
    flipped = matters & evidence.wrong
    if (analytic * numeric > 0)[flipped].any():
        return None
    same_size = (np.abs(np.abs(analytic) - np.abs(numeric)) <= 2 * bar)[matters].all()
    one_sign = (analytic[matters] >= 0).all() or (analytic[matters] <= 0).all()
    if same_size and one_sign and flipped.sum() > matters.sum() / 4:
        return Cause("sign", "The size is right everywhere but the sign is lost: an absolute value or a square root?")
    return None


def partly_missing_cause(variants: Variants) -> Cause | None:
    """Whatever is wrong is zero, or entries that should act on each other do not."""
    evidence = variants.evidence
    wrong = evidence.wrong
    own = diagonal(evidence)
    coupled = own is not None and (evidence.matters & (np.abs(evidence.numeric) > evidence.half_width) & ~own).any()
    if own is not None and coupled and (evidence.analytic[~own] == 0).all():
        message = "Each entry gets its own share only: the Jacobian is zero off its diagonal, where it should not be."
        return Cause("missing", message + " Every output depends on other entries, too (a sum, a mean, a maximum).")
    if (np.abs(evidence.analytic) > evidence.half_width)[wrong].any():
        return None
    return Cause("missing", "The wrong entries are zero where they should not be: a term is missing.")


def term_sign_cause(variants: Variants) -> Cause | None:
    """Most of what is wrong is minus the right derivative."""
    evidence = variants.evidence
    wrong = evidence.wrong & ~evidence.kink
    opposite = wrong & (np.abs(evidence.analytic + evidence.numeric) <= 2 * evidence.half_width)
    if opposite.sum() >= 3 and opposite.sum() >= wrong.sum() / 2:
        return Cause("sign", "Part of the gradient has the opposite sign: the sign of one of its terms is wrong.")
    return None


def path_cause(variants: Variants) -> Cause | None:
    """What is missing is simple: the upstream gradient itself, or a mean or a projection (a matrix of rank one)."""
    evidence = variants.evidence
    own = diagonal(evidence)
    if own is None or not evidence.known.all():
        return None
    lack = evidence.numeric - evidence.analytic
    bar = evidence.half_width
    passed = float(np.median(lack[own])) if own.any() else 0.0
    if own.sum() > 1 and abs(passed) > SAME and (np.abs(lack - passed * own) <= 4 * bar + SAME * abs(passed)).all():
        times = "" if abs(passed - 1) < SAME else f" times {passed:.6g}"
        message = f"What is missing is the upstream gradient itself{times}: a path around, as a residual connection is?"
        return Cause("missing", message)
    found = [block for block in blocks(evidence) if (np.abs(block[0] - block[1]) > block[2]).any()]
    if not found or not all(_rank_one(numeric - analytic, bar) for numeric, analytic, bar in found):
        return None
    if all(min(numeric.shape) < 3 or _rank_one(numeric, bar) for numeric, _, bar in found):
        return None  # what is of rank one itself lacks nothing else
    message = "One term is missing, or has the wrong factor or sign: that of a mean, of a norm or of a projection."
    return Cause("missing", message)


def few_terms_cause(variants: Variants) -> Cause | None:
    """The same whatever the shapes, and for two such terms: what is missing has a lower rank than the gradient."""
    evidence = variants.evidence
    if not evidence.known.all():
        return None
    found = [block for block in blocks(evidence) if (np.abs(block[0] - block[1]) > block[2]).any()]
    lacks = [_rank(numeric - analytic, bar) for numeric, analytic, bar in found]
    ranks = [_rank(numeric, bar) for numeric, _, bar in found]
    if not found or max(lacks) > 2 or any(2 * lack > rank for lack, rank in zip(lacks, ranks)):
        return None
    if max(lacks) == 1:
        message = "One term is missing, or has the wrong factor or sign: that of a mean, of a norm or of a projection."
    else:
        message = "Terms are missing, or have the wrong factor or sign: those of a mean, of a norm or of a projection."
    return Cause("missing", message)


def along_input_cause(variants: Variants) -> Cause | None:
    """What is missing points along the input itself: it is what a norm of it contributes."""
    evidence = variants.evidence
    if not evidence.complete or not evidence.shape or evidence.shape[-1] < ENOUGH:
        return None
    x = evidence.input.reshape(-1, evidence.shape[-1])
    lack, bar, analytic = (
        a.reshape(len(a), *x.shape)
        for a in (evidence.numeric - evidence.analytic, evidence.half_width, evidence.analytic)
    )
    squares = (x * x).sum(axis=-1)
    if (squares == 0).any() or not (np.abs(lack) > bar).any():
        return None

    def aside(a: Floats) -> Floats:
        return np.asarray(a - ((a * x).sum(axis=-1) / squares)[..., np.newaxis] * x)

    along = (np.abs(aside(lack)) <= 4 * bar.max(axis=-1, keepdims=True) + SAME * np.abs(lack).max()).all()
    if not along or (np.abs(aside(analytic)) <= SAME * np.abs(analytic).max()).all():
        return None
    name = evidence.function.names[evidence.position]
    message = f"What is missing points along {name} itself: is a norm of {name}, or a projection, taken for a constant?"
    return Cause("missing", message)


def _rank_one(matrix: Floats, bar: Floats) -> bool:
    """Whether there is one singular value; the others are no larger than the error bars make them."""
    return _rank(matrix, bar) == 1


def _rank(matrix: Floats, bar: Floats) -> int:
    """How many singular values are larger than the error bars make them."""
    sizes = np.linalg.svd(matrix, compute_uv=False)
    return int((sizes > SAME * sizes[0] + np.linalg.norm(bar)).sum())


def uncoupled_cause(variants: Variants) -> Cause | None:
    """Entries along an axis should act on each other, and do not."""
    evidence = variants.evidence
    right = alignments(evidence, nonzero(evidence, evidence.numeric))
    gained = sorted(alignments(evidence, nonzero(evidence, evidence.analytic)) - right)
    if not gained:
        return None
    message = f"Entries with different indices along axis {gained[0][0]} should act on each other, and do not."
    return Cause("missing", f"{message} Is a sum, a mean or a carry left out, or taken over too few of them?")
