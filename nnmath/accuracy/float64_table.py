"""The largest errors that a search finds in float64: of functions of one number, of softmax and the losses."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nnmath.accuracy.functions import scalar_functions
from nnmath.accuracy.scalar_search import search_scalar
from nnmath.accuracy.search import largest_error
from nnmath.accuracy.table import paragraph
from nnmath.latex import Undefined, read
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import Worst

#: At how many inputs a function of one number is compared, and the cost of an entry, which takes far longer.
EVALUATIONS, OF_COSTS = 60_000, 2_000
#: Largest length of an axis, length of the first one, and how often each result is computed. A division by a number of
#: examples that is no power of two is rounded, too.
SIZES: tuple[tuple[int, int | None, int], ...] = (
    *((4, 250, 4_000), (4, None, 5_000), (3, 1, 6_000)),
    *((20, 60, 5_000), (200, 15, 300), (1000, 7, 60), (3, 10_000, 20)),
)
#: The families whose results are promised in units in the last place.
FAMILIES = ("activations", "losses")

TITLE = "## Double precision"
MEASURED = """2⁶⁴ inputs are too many. The largest errors that a search found, in ulp: `python -m nnmath accuracy
--float64` divides the numbers into cells, of all sizes, also near the zeros of value and slope and near the ends of the
normal numbers, and draws more inputs where errors are large, at last some million in short intervals. It compares them
with the equations of the derivations, to 40 digits. Of functions of several numbers, with up to 1,000 classes and
10,000 examples, it moves one entry or all and keeps what makes the error larger; there only the worst inputs are
compared with the equations, the others with the same mathematics in extended precision."""


@dataclass(frozen=True)
class Searched:
    """The largest error that was found of one result.

    Attributes
    ----------
    label : str
        Of the function.
    result : str
        ``value`` or ``derivative`` of a function of one number, else the name of the result in the code.
    ulp : float
    at : str
        The number, or the inputs, of arrays the shapes.
    """

    label: str
    result: str
    ulp: float
    at: str


def search_all(names: Sequence[str] = (), said: Callable[[str], None] = lambda label: None) -> list[Searched]:
    """Search each function of one number, each loss and other primitive of `FAMILIES`; only those named, if any are.

    `said` is called with the label of each function before it is searched.
    """
    found = []
    functions = scalar_functions()
    for label, function in functions.items():
        if not names or function.name in names:
            said(label)
            worst = search_scalar(function, OF_COSTS if function.fixed else EVALUATIONS)
            found += [Searched(label, part, ulp, f"{at!r}") for part, (ulp, at) in worst.items()]
    of_one_number = {function.name for function in functions.values()}
    for name, entry in catalogue().items():
        several = entry.family == "losses" or name not in of_one_number
        if several and entry.family in FAMILIES and (not names or name in names):
            said(name)
            found += _of_several_numbers(name)
    return found


def _of_several_numbers(name: str) -> list[Searched]:
    worst: dict[str, Searched] = {}
    derivation = read(catalogue()[name].path)
    for most, batch, evaluations in SIZES:
        found: dict[str, Worst] = {}
        with suppress(Undefined):  # too much work for the equations
            found = largest_error(derivation, evaluations, most=most, batch=batch)
        for result, one in found.items():
            if one.unit == "ulp" and (result not in worst or one.error > worst[result].ulp):
                at = ", ".join(f"{n} {x.shape}" if np.ndim(x) else f"{n} = {float(x)!r}" for n, x in one.inputs.items())
                worst[result] = Searched(name, result, one.error, at)
    return list(worst.values())


def as_json(found: Sequence[Searched]) -> list[dict[str, Any]]:
    """Return what is written to ``results/accuracy_float64.json``."""
    return [asdict(one) for one in found]


def from_json(rows: Sequence[dict[str, Any]]) -> list[Searched]:
    """Return what `as_json` has written."""
    return [Searched(**row) for row in rows]


def section(found: Sequence[Searched]) -> str:
    """Return Markdown: what was measured, and a table with a row for each result."""
    rows = [f"| {one.label}: {one.result} | {one.ulp:.2f} | {one.at} |" for one in found]
    table = "\n".join(["| result | ulp | at |", "|---|---:|---|", *rows])
    return "\n\n".join([TITLE, paragraph(MEASURED), table]) + "\n"
