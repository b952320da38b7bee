"""The numbers at which a function of one number is worst in float64: a search, since 2**64 are too many for a sweep.

Where digits are lost is found before it is searched: where value or slope change sign, and where they stop being normal
numbers. Half of the inputs are of all sizes, or near such a place. The others are near the worst inputs found so far.
"""

from collections.abc import Iterator

import numpy as np

from nnmath.accuracy.errors import errors_in_ulp_of_float64
from nnmath.accuracy.functions import Array, ScalarFunction
from nnmath.accuracy.sweep import LARGEST_EXACT, PARTS

#: How many inputs are computed at a time, and near how many of the worst of a part they are drawn.
BATCH, KEPT = 2_000, 8
#: How many numbers the places are looked for between, and how often an interval is halved.
GRID, HALVINGS = 4_000, 70
#: Where longer searches than this one found the largest errors, by the name of the primitive: it begins there.
FOUND_BEFORE = {
    "mish": (-29.732679609589436, -0.1603239744572279, -5.707397358953063, 0.7828079303373606),
    "gelu": (-1.8249838303439705,),
    "gelu_tanh": (-0.3245839449450745, -2.59760744519605, -6.907580021140173, -3.881846382006831),
}
#: The smallest and the largest distance from a place, as powers of 10, relative to its size.
NEAR, FAR = -16.0, -1.0


def search_scalar(
    function: ScalarFunction, evaluations: int = 100_000, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Search for the largest error of value and derivative in float64.

    Parameters
    ----------
    function : ScalarFunction
    evaluations : int
        At how many inputs it is compared with the equations of its derivation, evaluated to 40 digits.
    seed : int
        The same seed finds the same inputs.

    Returns
    -------
    dict
        For ``value`` and ``derivative`` the largest error, in ulp of the exact result, and the input where it is.
    """
    rng = np.random.default_rng(seed)
    places = special_places(function)
    worst: dict[str, list[tuple[float, float]]] = {part: [(0.0, 0.0)] for part in PARTS}
    for number in range(max(1, evaluations // BATCH)):
        centres = places if number % 2 == 0 else np.array([at for part in PARTS for _, at in worst[part]])
        near = _around(rng.choice(centres, BATCH // 2), rng) if len(centres) else np.empty(0)
        x = near if number % 2 else np.concatenate([near, *_of_all_sizes(rng)])
        x = x if number else np.concatenate([x, FOUND_BEFORE.get(function.name, ())])
        x = x[np.abs(x) <= LARGEST_EXACT]
        for part, computed, exact in zip(PARTS, function(x), function.exact(x), strict=True):
            errors = errors_in_ulp_of_float64(computed, exact)
            found = zip(errors[order := np.argsort(errors)[-KEPT:]].tolist(), x[order].tolist())
            worst[part] = sorted({*worst[part], *found}, reverse=True)[:KEPT]
    return {part: worst[part][0] for part in PARTS}


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


def _around(centres: Array, rng: np.random.Generator) -> Array:
    distance = 10.0 ** rng.uniform(NEAR, FAR, len(centres)) * rng.choice([-1, 1], len(centres))
    moved: Array = centres + distance * np.maximum(np.abs(centres), rng.choice([0, 1], len(centres)))
    return moved


def _of_all_sizes(rng: np.random.Generator) -> Iterator[Array]:
    few = BATCH // 8
    for size in (3.0, 40.0, 760.0):
        yield rng.uniform(-size, size, few)
    yield 2.0 ** rng.uniform(-1074, 10, few) * rng.choice([-1, 1], few)
