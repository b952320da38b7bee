"""Gradients that forgot to transpose, or transposed what should be left as it is."""

from itertools import permutations

import numpy as np

from nnmath.gradcheck.diagnosis.clue import Clue
from nnmath.gradcheck.diagnosis.scenes import Scene
from nnmath.gradcheck.finite_differences import Floats

#: The gradient at the point with a symmetric matrix is looked at for so many entries.
MOST_COLUMNS = 40


def transpose_cause(scene: Scene, rng: np.random.Generator) -> Clue | None:
    """The gradient, the Jacobian, or a matrix in the product is transposed."""
    return (
        _gradient_transposed(scene)
        or _jacobian_transposed(scene)
        or _product_transposed(scene)
        or _factor_transposed(scene, rng)
    )


def _gradient_transposed(scene: Scene) -> Clue | None:
    shape = scene.shape
    if len(shape) < 2 or _is_broadcast(scene):
        return None
    message = "The gradient is right but for its axes: it is transposed."
    if not scene.whole:
        return Clue("transpose", message) if _mirrored(scene) else None
    stack = scene.evidence.numeric.reshape(-1, *shape)
    for order in permutations(range(1, len(shape) + 1)):
        turned = stack.transpose(0, *order).reshape(scene.evidence.numeric.shape)
        if order != tuple(range(1, len(shape) + 1)) and _same(scene, turned):
            if tuple(shape[i - 1] for i in order) != shape:
                message = "The gradient is reshaped where it should be transposed: right numbers in the wrong order."
            return Clue("transpose", message)
    return None


def _is_broadcast(scene: Scene) -> bool:
    """Whether the right gradient repeats the upstream gradient along an axis: then this is about axes."""
    if not scene.whole or len(scene.subject.value.shape) >= len(scene.shape):
        return False
    stack = scene.evidence.numeric.reshape(-1, *scene.shape)
    slack = 4 * np.max(scene.evidence.half_width)
    return any((np.ptp(stack, axis=axis) <= slack).all() for axis in range(1, stack.ndim))


def _jacobian_transposed(scene: Scene) -> Clue | None:
    message = "The Jacobian is transposed: a matrix, or a sum, acts on the upstream gradient as it does on the input."
    if not scene.whole or scene.subject.value.shape != scene.shape or not scene.shape:
        return None
    axes = len(scene.shape)
    jacobian = scene.evidence.numeric.reshape(*scene.shape, *scene.shape)
    for swapped in range(axes):
        turned = jacobian.swapaxes(swapped, swapped + axes).reshape(scene.evidence.numeric.shape)
        if _same(scene, turned):
            return Clue("transpose", message)
    return Clue("transpose", message) if _same(scene, scene.evidence.numeric.T) else None


def _product_transposed(scene: Scene) -> Clue | None:
    """The gradient is A @ B where A.T @ B belongs (or B @ A and B @ A.T), with an input B and whatever A.

    Then B.T @ A @ B is known from both, and one is the transpose of the other.
    """
    if not scene.whole or len(scene.shape) != 2:
        return None
    analytic, numeric = (a.reshape(-1, *scene.shape) for a in (scene.evidence.analytic, scene.evidence.numeric))
    for k, given in enumerate(scene.subject.inputs):
        if not isinstance(given, np.ndarray) or given.shape != scene.shape or given.dtype.kind != "f":
            continue
        B = given.astype(np.float64)
        for wrong, right, length in (
            (B.T @ analytic, B.T @ numeric, scene.shape[1]),
            (analytic @ B.T, numeric @ B.T, scene.shape[0]),
        ):
            slack = (
                1e-9 * np.max(np.abs(wrong)) + 4 * scene.shape[0] * np.max(scene.evidence.half_width) * np.abs(B).max()
            )
            turned = right.swapaxes(1, 2)
            if length > 1 and np.abs(wrong - turned).max() <= slack < 1e-3 * np.abs(turned - right).max():
                name = scene.subject.names[k]
                message = f"A product with {name} takes a matrix where its transpose belongs, or the other way round."
                return Clue("transpose", message)
    return None


def _factor_transposed(scene: Scene, rng: np.random.Generator) -> Clue | None:
    """The gradient becomes right where one of the matrices among the inputs is symmetric."""
    evidence = scene.evidence
    columns = np.flatnonzero(evidence.matters.any(axis=0))
    wrong_first = columns[np.argsort(~evidence.wrong[:, columns].any(axis=0), kind="stable")][:MOST_COLUMNS]
    for k, B in enumerate(scene.subject.inputs):
        if not isinstance(B, np.ndarray) or B.dtype.kind != "f" or B.ndim < 2 or not 1 < B.shape[-1] == B.shape[-2]:
            continue
        moved = list(scene.subject.inputs)
        moved[k] = ((B + B.swapaxes(-1, -2)) / 2).astype(B.dtype)
        there = scene.at(moved, wrong_first)
        if there is None or there.evidence.wrong.any() or there.evidence.kink.any():
            continue
        moved[k] = ((B + rng.permutation(B.reshape(-1)).reshape(B.shape)) / 2).astype(B.dtype)
        other = scene.at(moved, wrong_first)
        if other is None or not other.evidence.wrong.any():
            continue  # it is not the symmetry that makes it right
        if there.evidence.matters.any() and there.evidence.known.all():
            name = scene.subject.names[k]
            message = f"It would be right if {name} were symmetric: a product takes {name} where its transpose belongs"
            return Clue("transpose", message + ", or the other way round.")
    return None


def _same(scene: Scene, candidate: Floats) -> bool:
    """Whether the analytic derivatives are a rearrangement of the numerical ones."""
    smooth = scene.evidence.known & ~scene.evidence.kink
    slack = 4 * np.max(scene.evidence.half_width, initial=0.0, where=smooth) + 1e-9 * np.abs(candidate)
    return bool((np.abs(scene.evidence.analytic - candidate) <= slack)[smooth].all())


def _mirrored(scene: Scene) -> bool:
    """The same where only some of the entries are known: those whose mirror image is known, too."""
    shape, evidence = scene.shape, scene.evidence
    if len(shape) != 2 or shape[0] != shape[1]:
        return False
    place = {int(e): column for column, e in enumerate(evidence.entries)}
    usable = np.asarray((evidence.known & ~evidence.kink).all(axis=0))
    pairs = []
    for e, column in place.items():
        i, j = divmod(e, shape[1])
        mirror = place.get(j * shape[1] + i)
        if mirror is not None and i != j and usable[column] and usable[mirror]:
            pairs.append((column, mirror))
    if len(pairs) < 4:
        return False
    here, there = np.array(pairs).T
    slack = 4 * np.max(evidence.half_width[:, here])
    matters = evidence.wrong[:, here].any()
    return bool(matters and (np.abs(evidence.analytic[:, here] - evidence.numeric[:, there]) <= slack).all())
