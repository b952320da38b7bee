"""Where no cause is known: how a wrong gradient of one entry at a time relates to the input and the output."""

import numpy as np

from nnmath.gradcheck.diagnosis.clue import Clue
from nnmath.gradcheck.diagnosis.scenes import Scene
from nnmath.gradcheck.diagnosis.structure import diagonal
from nnmath.gradcheck.finite_differences import Floats

#: Entries that must agree before a formula is believed, and how well.
ENOUGH, AGREEMENT = 4, 1e-6


def formula_hint(scenes: list[Scene]) -> Clue | None:
    """For functions of each entry by itself: the wrong and the right derivative differ by something simple."""
    scene = scenes[0]
    own = diagonal(scene)
    if own is None or (np.abs(scene.evidence.numeric) > scene.evidence.half_width)[~own].any():
        return None
    x, y, analytic, numeric = (np.concatenate(parts) for parts in zip(*(_pairs(s) for s in scenes)))
    known = np.isfinite(numeric)
    usable = known & (np.abs(numeric) > 1e-3 * np.max(np.abs(numeric), initial=0.0, where=known))
    x, y, analytic, numeric = x[usable], y[usable], analytic[usable], numeric[usable]
    if len(np.unique(numeric)) < ENOUGH:
        return None
    simple = {
        "the output": y, "the input": x, "1 minus the output": 1 - y, "1 plus the output": 1 + y,
        "the output squared": y * y, "the input squared": x * x, "1 minus the output squared": 1 - y * y,
    }  # fmt: skip
    with np.errstate(all="ignore"):
        for name, q in {"1": np.ones_like(x), **simple}.items():
            if _constant((analytic + numeric) / 2 - q, numeric, zero=True):
                message = f"The right and the wrong gradient add up to twice {name}: a term has the wrong sign."
                return Clue("sign", message)
        for name, q in simple.items():
            if _constant(analytic / (numeric * q), None):
                message = f"The gradient is the right one times {name} (and perhaps a constant): a factor too many?"
                return Clue("unknown", message)
            if _constant(analytic * q / numeric, None):
                return Clue("unknown", f"The gradient is the right one divided by {name}, or this factor is forgotten.")
            if _constant(analytic - q, numeric, zero=True):
                return Clue("unknown", f"The gradient is just the upstream gradient times {name}.")
    return None


def _pairs(scene: Scene) -> tuple[Floats, Floats, Floats, Floats]:
    """Input, output, analytic and numerical derivative of each entry, where its own output is there, too."""
    own = diagonal(scene)
    assert own is not None
    rows, columns = np.nonzero(own & scene.evidence.known & ~scene.evidence.kink)
    x = np.asarray(scene.subject.inputs[scene.position], dtype=np.float64).reshape(-1)[scene.evidence.entries[columns]]
    y = scene.subject.value.reshape(-1)[rows]
    return x, y, scene.evidence.analytic[rows, columns], scene.evidence.numeric[rows, columns]


def _constant(values: Floats, unit: Floats | None, *, zero: bool = False) -> bool:
    """Whether values are all the same, or all zero in units of the largest derivative."""
    if not np.isfinite(values).all():
        return False
    size = np.max(np.abs(values)) if unit is None else np.max(np.abs(unit))
    spread = np.max(np.abs(values)) if zero else np.ptp(values)
    return bool(size > 0 and spread <= AGREEMENT * size)
