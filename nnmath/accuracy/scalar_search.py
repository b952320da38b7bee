"""The numbers at which a function of one number is worst in float64: a search, since 2**64 are too many for a sweep.

The errors of neighbouring inputs are like random numbers below an envelope, which is smooth: how many roundings there
are, how much each counts there, and where the result lies between two powers of two. So the inputs are divided into
cells, and a few inputs of each show how high its envelope is. More are drawn where it is highest. In the end short
intervals there are searched densely: in each the function is a polynomial to twice the digits, which is cheap.

Where digits are lost is found before it is searched: where value or slope change sign, and where they stop being normal
numbers. Cells surround each of these places, one for each power of ten of the distance.
"""

from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter

import numpy as np

from nnmath.accuracy.errors import errors_in_ulp_of_float64
from nnmath.accuracy.functions import Array, ScalarFunction
from nnmath.accuracy.interpolated import Interpolated, points_of
from nnmath.accuracy.sweep import LARGEST_EXACT, PARTS

#: How many inputs of each cell are tried first; then, in each round and for each part, of how many cells how many.
FIRST, HIGHEST, MORE = 8, 32, 32
#: Of each part, in how many short intervals how many inputs are tried; then in how many of them how many times how
#: many, of which how many are evaluated to 40 digits. A short search does less of it.
INTERVALS, TRIED, BEST, TIMES, DENSE, CHECKED, LONG = 96, 2_000, 16, 4, 50_000, 4, 20_000
#: Half the length of a short interval, as a power of two relative to its middle or to 1.
LENGTH = -11
#: Larger errors than this are all alike. An envelope is estimated as the mean of the errors and so many of their
#: standard deviations.
LARGEST_ERROR, DEVIATIONS = 1e9, 2.5
#: Cells about 0 end at these powers of two: small numbers are all alike.
POWERS = np.concatenate([[-1074.0, -1022, -500, -200, -60], np.arange(-24, 11, 1 / 16)])
#: Cells about another place end at these powers of ten, times its size.
DISTANCES = np.arange(-16.0, 0.0)
SMALLEST = 2.0**-1074
#: How many numbers the places are looked for between, and how often an interval is halved.
GRID, HALVINGS = 4_000, 70


def search_scalar(
    function: ScalarFunction, evaluations: int = 100_000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Search for the largest error of value and derivative in float64.

    Parameters
    ----------
    function : ScalarFunction
    evaluations : int
        At how many inputs it is compared with the equations of its derivation, evaluated to 40 digits. Fewer than 8 for
        each of about 1,500 cells are too few for an estimate of the envelope.
    seed : int
        The same seed finds the same inputs.

    Returns
    -------
    dict
        For ``value`` and ``derivative`` the largest error, in ulp of the exact result, and the input where it is.
    """
    rng = np.random.default_rng(seed)
    share = min(1.0, evaluations / LONG)
    cells = Cells(special_places(function))
    worst = dict.fromkeys(PARTS, (0.0, 0.0))
    chosen = np.tile(rng.permutation(cells.number), FIRST)[:evaluations]
    while evaluations > 0:
        x = cells.draw(chosen, rng)
        for index, (computed, exact) in enumerate(zip(function(x), function.exact(x), strict=True)):
            errors = errors_in_ulp_of_float64(computed, exact)
            cells.learn(index, chosen, errors)
            at, part = int(errors.argmax()), PARTS[index]
            worst[part] = max(worst[part], (float(errors[at]), float(x[at])))
        evaluations -= len(chosen)
        chosen = np.repeat(np.concatenate([cells.highest(index) for index in range(len(PARTS))]), MORE)[:evaluations]
    for index, part in enumerate(PARTS):
        centres = [worst[part][1], *cells.draw(np.repeat(cells.highest(index, INTERVALS), 3), rng)]
        for x in _densely(function, index, centres, share, rng):
            error = errors_in_ulp_of_float64(function(x)[index], function.exact(x)[index])
            at = int(error.argmax())
            worst[part] = max(worst[part], (float(error[at]), float(x[at])))
    return worst


def _densely(
    function: ScalarFunction, part: int, centres: list[float], share: float, rng: np.random.Generator
) -> Iterator[Array]:
    """Yield the worst inputs of the short intervals in which the largest errors are."""
    intervals: list[tuple[float, float, Interpolated]] = []
    for centre in centres:
        radius = 2.0 ** (LENGTH + min(0, int(np.frexp(centre)[1])))
        if radius < np.finfo(float).tiny or len(intervals) > INTERVALS * share:
            continue
        points = points_of(centre, radius)
        local = Interpolated(centre, radius, points, function.exact(points)[part])
        if local.is_good:
            x = centre + radius * rng.uniform(-1, 1, TRIED)
            errors = np.minimum(local.errors_in_ulp(x, function(x)[part]), LARGEST_ERROR)
            intervals.append((float(envelope(TRIED, errors.sum(), (errors**2).sum())), centre, local))
    for _, centre, local in sorted(intervals, key=itemgetter(0))[-BEST:]:
        for _ in range(int(TIMES * share) + 1):
            x = centre + local.radius * rng.uniform(-1, 1, DENSE)
            yield x[np.argsort(local.errors_in_ulp(x, function(x)[part]))[-CHECKED:]]


def envelope(count: Array | float, total: Array, squares: Array) -> Array:
    """Return the mean of some errors and so many standard deviations, from their sum and that of their squares."""
    mean = total / count
    return mean + DEVIATIONS * np.sqrt(np.maximum(squares / count - mean**2, 0))


class Cells:
    """Intervals that inputs are drawn from, and what the errors there have been.

    Parameters
    ----------
    places : array
        Cells surround 0, and each of these numbers.
    """

    def __init__(self, places: Array) -> None:
        distances = [(0.0, 2.0**POWERS)]
        distances += [(place, np.maximum(abs(place) * 10.0**DISTANCES, SMALLEST)) for place in places if place]
        ends = [(place, sign, *pair) for place, d in distances for sign in (-1, 1) for pair in pairwise(d)]
        self.centre, self.sign, self.nearest, self.farthest = np.array(ends).T
        self.number = len(ends)
        #: For each part and cell how many errors there are, their sum and that of their squares.
        self.sums = np.zeros((len(PARTS), 3, self.number))

    def draw(self, chosen: Array, rng: np.random.Generator) -> Array:
        """Draw a number of each chosen cell."""
        ends = np.log2(self.nearest[chosen]), np.log2(self.farthest[chosen])
        x: Array = self.centre[chosen] + self.sign[chosen] * np.exp2(rng.uniform(*ends))
        return x.clip(-LARGEST_EXACT, LARGEST_EXACT)

    def learn(self, part: int, chosen: Array, errors: Array) -> None:
        """Add the errors of what was drawn."""
        errors = np.minimum(errors, LARGEST_ERROR)
        for row, values in zip(self.sums[part], (np.ones_like(errors), errors, errors**2), strict=True):
            row += np.bincount(chosen, values, self.number)

    def highest(self, part: int, number: int = HIGHEST) -> Array:
        """Return the cells with the highest envelopes, the highest one first."""
        count, total, squares = self.sums[part]
        return np.argsort(envelope(np.maximum(count, 1), total, squares))[: -number - 1 : -1]


def special_places(function: ScalarFunction) -> Array:
    """Return where value or slope change their sign, or begin or cease to be normal numbers, or are infinite."""
    sizes = np.concatenate([np.geomspace(1e-300, 1e-3, GRID // 8), np.linspace(2e-3, 800, GRID)])
    grid = np.concatenate([-sizes[::-1], [0.0], sizes])
    found = [0.0]
    for part in range(len(PARTS)):
        kinds = _kind(function(grid)[part])
        for left, right in zip(*(grid[np.flatnonzero(np.diff(kinds)) + step] for step in (0, 1)), strict=True):
            found.append(_where_it_changes(function, part, left, right))
    return np.unique(found)


def _where_it_changes(function: ScalarFunction, part: int, left: float, right: float) -> float:
    kind = _kind(function(np.array([left]))[part])[0]
    for _ in range(HALVINGS):
        middle = (left + right) / 2
        same = _kind(function(np.array([middle]))[part])[0] == kind
        left, right = (middle, right) if same else (left, middle)
    return right


def _kind(y: Array) -> Array:
    """Return sign and kind of numbers as one: 0, subnormal, normal or infinite."""
    size = np.abs(y)
    kind: Array = np.sign(y) * ((size > 0) + 1.0 * (size >= np.finfo(np.float64).tiny) + np.isinf(y))
    return kind
