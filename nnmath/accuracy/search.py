"""The inputs at which a float64 result is worst: a search by coordinates, from random and from hard starts.

Random inputs rarely meet the largest error: all roundings have to go the same way. So one entry after another is moved,
or all of them at once, far or by a few units in the last place, and each move is kept that does not make the error
smaller. Most candidates are only screened: beside the result in float64 the same mathematics is computed in extended
precision, which costs little more and has eleven bits to spare. The worst are then compared with the equations of the
derivation. Where NumPy's long double is no longer than float64, only the starts are compared.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.latex import Derivation
from nnmath.primitives.primitive import without_checks
from nnmath.sampling import Domain
from nnmath.sampling.arrays import Spread, fitted
from nnmath.suite.code_check import CodeComparison, CodeReport, Worst
from nnmath.suite.code_inputs import SINGLE, Named, draw_inputs
from nnmath.suite.implementation import Implementation, implementation_of

#: How far one logit leads in the starts: where digits are lost, where a sum is rounded to one term, and to 0.
LEADS = (0.0, 1.0, 5.0, 20.0, 29.287293277735273, 36.0, 100.0, 345.0, 700.0)
#: How large the numbers of a start are.
SIZES = (1.0, 0.0, 30.0, 3.4, 0.01, 300.0)
#: A start is given up after so many moves without a larger error.
PATIENCE = 60
#: Of how many starts the worst inputs are compared with the equations.
COMPARED = 3
#: How far an entry is moved, in units in the last place, and how often that is done instead of moving it far.
NEAR, NEARBY = 8, 0.6


def largest_error(
    derivation: Derivation, evaluations: int = 400, seed: int = 0, most: int = 4, batch: int | None = None
) -> dict[str, Worst]:
    """Search for the largest error of each result of a primitive in float64.

    Parameters
    ----------
    derivation : Derivation
        It links to the module of the primitive.
    evaluations : int
        How often the primitive is computed, for each result. Each row of a batch is a candidate of its own, where the
        result has a row for each.
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
    rng = np.random.default_rng(seed)
    for result in dict.fromkeys(symbol.code for symbol in comparison.results):
        screen = Screen(implementation, comparison, result)
        found = sorted(_climbs(screen, starts(derivation, rng, most, batch), rng, evaluations), key=lambda f: -f[0])
        for _, inputs in found[:COMPARED]:
            comparison.run(inputs)
    return report.results


class Screen:
    """The error of one result of a primitive beside the same mathematics in extended precision."""

    def __init__(self, implementation: Implementation, comparison: CodeComparison, result: str) -> None:
        self.implementation, self.comparison, self.result = implementation, comparison, result
        self.symbols = {symbol.code: symbol for symbol in comparison.inputs}
        self.by_rows = all(s.shape[:1] == ("N",) for s in comparison.results if s.code == result)
        self.free = [name for name, symbol in self.symbols.items() if moves_freely(symbol.domain)]

    def __call__(self, inputs: Named) -> NDArray[np.float64]:
        """Return the largest error in ulp: of each row, where the result has rows, otherwise one number."""
        if (symbol := self.comparison.row_of(self.result, inputs).result) is None or symbol.componentwise:
            return np.full(1, -1.0)
        computed = np.asarray(self.comparison.computed(inputs)[self.result])
        exact = self._in_extended_precision(inputs)
        with np.errstate(all="ignore"):
            nearest = np.abs(exact).astype(np.float64)
            errors = np.asarray(np.abs(computed - exact) / np.spacing(nearest), np.float64)
        normal = np.isfinite(errors) & (nearest > 1e3 * np.finfo(np.float64).tiny)
        rows = np.where(normal, errors, 0).reshape(len(errors) if self.by_rows else 1, -1)
        worst: NDArray[np.float64] = rows.max(axis=1)
        return worst

    def _in_extended_precision(self, inputs: Named) -> Any:
        wide = {name: x.astype(np.longdouble) if x.dtype.kind == "f" else x for name, x in inputs.items()}
        mathematics = without_checks(self.implementation.function)
        with np.errstate(all="ignore"):
            value, backward = mathematics(*(wide[name] for name in self.implementation.arguments))
            if self.comparison.row_of(self.result, inputs).derivative is None:
                return np.asarray(value)
            upstream = next(name for name in wide if name not in self.implementation.arguments)
            gradients = backward(wide[upstream])
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        order = [name for name in self.implementation.arguments if name in self.comparison.gradient_names()]
        return np.asarray(gradients[[self.comparison.gradient_names()[name] for name in order].index(self.result)])

    def has_rows(self, name: str) -> bool:
        """Whether an input has a row for each example."""
        return self.symbols[name].shape[:1] == ("N",)

    def with_all_rows_as(self, inputs: Named, row: int) -> Named:
        """Return the inputs with a copy of one example for each."""
        return {n: np.repeat(x[[row]], len(x), axis=0) if self.has_rows(n) else x for n, x in inputs.items()}

    def moved(self, inputs: Named, rng: np.random.Generator) -> tuple[str, Any]:
        """Return the name of an input, and its array with some entries, or all, a little or much different."""
        name = self.free[int(rng.integers(len(self.free)))]
        x = np.array(inputs[name], np.float64)
        rows = x if self.by_rows and self.has_rows(name) else x[np.newaxis]
        of_row = rows.reshape(len(rows), -1)
        where = rng.random(of_row.shape) < rng.choice([0.0, 0.5, 1.0])
        where[np.arange(len(of_row)), rng.integers(of_row.shape[1], size=len(of_row))] = True
        near = np.spacing(of_row) * rng.integers(-NEAR, NEAR + 1, of_row.shape)
        far = rng.standard_normal(of_row.shape) * rng.choice([0.1, 1.0, 10.0])
        step = np.where(rng.random((len(of_row), 1)) < NEARBY, near, far)
        values = np.where(where, of_row + step, of_row).reshape(x.shape)
        return name, fitted(self.symbols[name].domain, values)


def moves_freely(domain: Domain) -> bool:
    """Whether entries may be moved by themselves: labels, and rows that sum to 1, may not."""
    return domain.kind == "real" or (domain.kind == "interval" and None not in (domain.low, domain.high))


def _climbs(
    screen: Screen, drawn: Iterator[Named], rng: np.random.Generator, evaluations: int
) -> Iterator[tuple[float, Named]]:
    """Yield the worst inputs from each start, and their errors.

    Where each row climbs by itself, all go on from the worst one when none climbs any more.
    """
    while evaluations > 0:
        here = next(drawn)
        best, stale, together = screen(here), 0, not screen.by_rows
        evaluations -= 1
        if best.max() < 0:  # a result of another form, which is compared in other terms
            continue
        while evaluations > 0 and not (together and stale >= PATIENCE):
            if stale >= PATIENCE:
                here, together = screen.with_all_rows_as(here, int(best.argmax())), True
                best, stale = np.full_like(best, best.max()), 0
            name, array = screen.moved(here, rng)
            found = screen({**here, name: array})
            evaluations -= 1
            stale = 0 if found.max() > best.max() else stale + 1
            if screen.by_rows and screen.has_rows(name):
                better = (found >= best).reshape(-1, *[1] * (array.ndim - 1))
                here, best = {**here, name: np.where(better, array, here[name])}, np.maximum(found, best)
            elif found.max() >= best.max():
                here, best = {**here, name: array}, found
        yield float(best.max()), here


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
