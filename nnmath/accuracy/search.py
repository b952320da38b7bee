"""The inputs at which a float64 result is worst: a search by coordinates, from random and from hard starts.

Random inputs rarely meet the largest error: all roundings have to go the same way. So one entry after another is moved,
far or by a few units in the last place, and each move is kept that does not make the error smaller.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np

from nnmath.latex import Derivation
from nnmath.sampling.arrays import Spread
from nnmath.suite.code_check import CodeComparison, CodeReport, Worst
from nnmath.suite.code_inputs import SINGLE, Named, draw_inputs
from nnmath.suite.implementation import implementation_of

#: How far one logit leads in the starts: where digits are lost, where a sum is rounded to one term, and to 0.
LEADS = (0.0, 1.0, 5.0, 20.0, 29.287293277735273, 36.0, 100.0, 345.0, 700.0)
#: How large the numbers of a start are.
SIZES = (1.0, 0.0, 30.0, 3.4, 0.01, 300.0)
#: A start is given up after so many moves without a larger error.
PATIENCE = 40


def largest_error(
    derivation: Derivation, evaluations: int = 400, seed: int = 0, most: int = 4, batch: int | None = None
) -> dict[str, Worst]:
    """Search for the largest error of each result of a primitive in float64.

    Parameters
    ----------
    derivation : Derivation
        It links to the module of the primitive.
    evaluations : int
        How often primitive and equations are computed, for each result.
    seed : int
    most : int
        The largest length of an axis.
    batch : int, optional
        The length of the first axis.

    Returns
    -------
    dict
        For each result of the code its largest error, with the inputs.
    """
    implementation = implementation_of(derivation)
    if implementation is None:
        raise ValueError(f"{derivation.path}: links to no module with a function of its name and its inputs")
    report = CodeReport(derivation.path, implementation.module)
    comparison = CodeComparison(implementation, report)

    def errors(inputs: Named) -> dict[str, float]:
        report.results, before = {}, report.results
        report.complaint = ""
        comparison.run(inputs)
        found, report.results = report.results, before
        for name, worst in found.items():
            if name not in before or worst.error > before[name].error:
                before[name] = worst
        return {name: worst.error for name, worst in found.items()}

    rng = np.random.default_rng(seed)
    for result in comparison.results:
        _climb(errors, result.code, starts(derivation, rng, most, batch), rng, evaluations)
    return report.results


def _climb(
    errors: Callable[[Named], dict[str, float]],
    result: str,
    starts: Iterator[Named],
    rng: np.random.Generator,
    evaluations: int,
) -> None:
    here, best, tried = next(starts), -1.0, PATIENCE
    for _ in range(evaluations):
        moved = _moved(here, rng) if tried < PATIENCE else next(starts)
        best, tried = (best, tried + 1) if tried < PATIENCE else (-1.0, 0)
        found = errors(moved).get(result, -1.0)
        if found >= best:
            tried = 0 if found > best else tried
            here, best = moved, found


def starts(
    derivation: Derivation, rng: np.random.Generator, most: int = 4, batch: int | None = None
) -> Iterator[Named]:
    """Yield float64 inputs of a primitive, without end: leads of one class over the others, whole numbers, soft rows.

    `most` is the largest length of an axis, `batch` that of the first.
    """
    for number in count():
        lead = LEADS[number % len(LEADS)]
        spread = Spread(size=SIZES[number % len(SIZES)], rounded=bool(number % 5 == 4), lead=lead, soft=number % 2 / 2)
        seed = int(rng.integers(2**31))
        yield draw_inputs(derivation, SINGLE * number, seed, most, batch=batch, spread=spread)


def _moved(inputs: Named, rng: np.random.Generator) -> Named:
    """Return the inputs with some entries of one array, or all, a little or much different."""
    real = [name for name, x in inputs.items() if np.asarray(x).dtype.kind == "f" and _is_free(x)]
    if not real:
        return inputs
    name = real[int(rng.integers(len(real)))]
    x = np.array(inputs[name], np.float64)
    where = rng.random(x.shape) < (1.0 if rng.random() < 0.2 else 1 / max(1, x.size))
    if not where.any():
        where.reshape(-1)[rng.integers(x.size)] = True
    far = rng.random() < 0.5
    step: Any = rng.standard_normal() if far else np.spacing(x) * rng.integers(-8, 9, x.shape)
    return {**inputs, name: np.where(where, x + step, x)}


def _is_free(x: Any) -> bool:
    """Whether entries may be moved by themselves: targets, which lie in an interval or sum to 1, may not."""
    x = np.asarray(x)
    return bool(x.size and not ((x >= 0) & (x <= 1)).all())
