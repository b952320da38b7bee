"""Where no cause is known: how a wrong gradient of one entry at a time relates to the input and the output."""

import numpy as np

from nnmath.gradcheck.arrays import Booleans, Floats, Indices
from nnmath.gradcheck.diagnosis.cause import SAME, Cause
from nnmath.gradcheck.diagnosis.sparsity import diagonal
from nnmath.gradcheck.diagnosis.variants import Variants
from nnmath.gradcheck.evidence import Evidence

#: Entries that must agree before a formula is accepted: two or three may fit one by chance.
ENOUGH = 4
#: A deviation is larger than the tolerance by this factor.
LARGER = 10.0


def elementwise_cause(variants: Variants) -> Cause | None:
    """For functions of each entry by itself: the wrong and the right derivative differ by something simple."""
    evidence = variants.evidence
    own = diagonal(evidence)
    if own is None or (np.abs(evidence.numeric) > evidence.half_width)[~own].any():
        return None
    x, y, analytic, numeric = (np.concatenate(parts) for parts in zip(*(_pairs(variant) for variant in variants.all)))
    known = np.isfinite(numeric)
    usable = known & (np.abs(numeric) > 1e-3 * np.max(np.abs(numeric), initial=0.0, where=known))
    x, y, analytic, numeric = x[usable], y[usable], analytic[usable], numeric[usable]
    if len(np.unique(numeric)) < ENOUGH or _constant(analytic - numeric, LARGER * numeric, zero=True):
        return None  # what is as small as the tolerance of the formulas below fits any of them
    simple = {
        "the output": y, "the input": x, "1 minus the output": 1 - y, "1 plus the output": 1 + y,
        "the output squared": y * y, "the input squared": x * x, "1 minus the output squared": 1 - y * y,
    }  # fmt: skip
    with np.errstate(all="ignore"):
        for name, q in {"1": np.ones_like(x), **simple}.items():
            if _constant((analytic + numeric) / 2 - q, numeric, zero=True):
                message = f"The right and the wrong gradient add up to twice {name}: a term has the wrong sign."
                return Cause("sign", message)
        for name, q in {**_other_inputs(variants, usable), **simple}.items():
            if _constant(analytic / (numeric * q), None):
                message = f"The gradient is the right one times {name} (and perhaps a constant): a factor too many?"
                return Cause("scale", message)
            if _constant(analytic * q / numeric, None):
                message = f"The gradient is the right one divided by {name}, or this factor is forgotten."
                return Cause("missing", message)
        for name, q in simple.items():
            if _constant(analytic - q, numeric, zero=True):
                return Cause("unknown", f"The gradient is just the upstream gradient times {name}.")
    return None


def _other_inputs(variants: Variants, usable: Booleans) -> dict[str, Floats]:
    """The entries of other inputs of the same shape that belong to those of this one, by the names of the inputs."""
    evidence = variants.evidence
    function, found = evidence.function, {}
    for k, other in enumerate(function.inputs):
        alike = isinstance(other, np.ndarray) and other.dtype.kind == "f" and other.shape == evidence.shape
        if alike and k != evidence.position:
            flat = other.astype(np.float64).reshape(-1)
            parts = [flat[variant.entries[_places(variant)[1]]] for variant in variants.all]
            found[function.names[k]] = np.concatenate(parts)[usable]
    return found


def _places(evidence: Evidence) -> tuple[Indices, Indices]:
    """The rows and the columns of the entries whose own output is there, too, but for kinks."""
    own = diagonal(evidence)
    assert own is not None
    rows, columns = np.nonzero(own & evidence.known & ~evidence.kink)
    return rows, columns


def _pairs(evidence: Evidence) -> tuple[Floats, Floats, Floats, Floats]:
    """Input, output, analytic and numerical derivative of each entry, where its own output is there, too."""
    rows, columns = _places(evidence)
    x = np.asarray(evidence.function.inputs[evidence.position], dtype=np.float64).reshape(-1)[evidence.entries[columns]]
    y = evidence.function.value.reshape(-1)[rows]
    return x, y, evidence.analytic[rows, columns], evidence.numeric[rows, columns]


def _constant(values: Floats, unit: Floats | None, *, zero: bool = False) -> bool:
    """Whether values are all the same, or all zero in units of the largest derivative."""
    if not np.isfinite(values).all():
        return False
    size = np.max(np.abs(values)) if unit is None else np.max(np.abs(unit))
    spread = np.max(np.abs(values)) if zero else np.ptp(values)
    return bool(size > 0 and spread <= SAME * size)
