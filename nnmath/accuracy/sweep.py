"""Value and derivative at every float32 number, beside a float64 reference.

The reference is the primitive itself in float64. How far that is from the equations of the derivation is measured at a
sample of the same inputs, with 40 digits, and stated: a float64 result that is off by a thousand of its own ulp is
still right to 2e-6 ulp of float32.
"""

import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.accuracy.errors import errors_in_ulp
from nnmath.accuracy.functions import ScalarFunction, ValueAndSlope, scalar_functions
from nnmath.accuracy.peers import peers, versions
from nnmath.files import read_json, write_files
from nnmath.suite.catalogue import catalogue
from nnmath.suite.mathematics_digest import mathematics_digest

#: All float32 inputs, how many of them are one piece of work, and how many are computed at a time: their arrays stay in
#: the cache, which makes a sweep eight times as fast.
INPUTS, CHUNK, BLOCK = 2**32, 2**22, 2**16

#: The largest error of nnmath that is allowed, in ulp.
ALLOWED = 1.0
#: A file of what is done is written after so many seconds, and at the end.
SAVING = 10.0
#: The equations are evaluated up to this size. Beyond it the exponential, also that of float64, is 0 or infinite.
LARGEST_EXACT = 2000.0
#: What is measured, in this order.
PARTS = ("value", "derivative")
#: Mantissas that are taken of each exponent in a sample: both ends, the middle, and what lies between.
MANTISSAS = np.array([0, 1, 2, 0x2AAAAA, 0x3FFFFF, 0x400000, 0x400001, 0x555555, 0x7FFFFE, 0x7FFFFF], np.uint32)

#: For each contender and part, the largest error and the input where it is.
Worst = dict[str, dict[str, tuple[float, float]]]


@dataclass(frozen=True)
class Swept:
    """What came of a sweep.

    Attributes
    ----------
    label : str
        Of the function.
    inputs : int
        How many were computed.
    worst : dict
        By contender, nnmath first, and by part: the largest error in ulp, and the input where it is.
    reference : dict
        By part: how far the float64 reference is from the equations, in ulp of float32, at a sample.
    seconds : float
    digest : str
        Of the mathematics: the equations of the derivation, and the code.
    versions : dict
        Of NumPy, and of what else was measured.
    """

    label: str
    inputs: int
    worst: Worst
    reference: dict[str, float]
    seconds: float
    digest: str
    versions: dict[str, str]


def contenders(function: ScalarFunction, with_peers: bool = True) -> dict[str, ValueAndSlope]:
    """Return the function, under the name nnmath, and whatever else computes it."""
    return {"nnmath": function, **(peers(function) if with_peers else {})}


def measured(
    function: ScalarFunction, inputs: NDArray[np.float32], compared: dict[str, ValueAndSlope] | None = None
) -> Worst:
    """Compare what computes a function, by default the function itself, with the reference at some inputs."""
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        references = function(inputs.astype(np.float64))
    worst: Worst = {}
    for name, compute in (contenders(function, False) if compared is None else compared).items():
        with np.errstate(all="ignore"):
            results = compute(inputs)
        worst[name] = {}
        for part, result, reference in zip(PARTS, results, references, strict=True):
            errors = errors_in_ulp(result, reference)
            at = int(errors.argmax())
            worst[name][part] = (float(errors[at]), float(inputs[at]))
    return worst


def reference_error(function: ScalarFunction, inputs: NDArray[np.float32]) -> dict[str, float]:
    """Return how far the reference is from the equations of the derivation, in ulp of float32."""
    x = inputs[np.abs(inputs) <= LARGEST_EXACT].astype(np.float64)
    found = {}
    for part, reference, exact in zip(PARTS, function(x), function.exact(x), strict=True):
        rounded = np.array([float(value) for value in exact])
        with np.errstate(over="ignore"):
            _, exponents = np.frexp(rounded)
            finite = np.isfinite(rounded.astype(np.float32))
        places = np.ldexp(1.0, np.maximum(exponents - 1, -126) - 23)
        errors = [abs(float(r - e)) / p for r, e, p in zip(reference[finite], exact[finite], places[finite])]
        found[part] = max(errors, default=0.0)
    return found


def sample(count: int = 10**6, seed: int = 0) -> NDArray[np.float32]:
    """Return every exponent with both signs and a few mantissas, and random bits; with NaN, infinity, subnormals."""
    heads = np.arange(512, dtype=np.uint32) << 23
    corners = (heads[:, np.newaxis] | MANTISSAS).reshape(-1)
    bits = np.random.default_rng(seed).integers(0, INPUTS, count, dtype=np.uint32)
    return np.concatenate([corners, bits]).view(np.float32)


def neighbourhood(inputs: Iterable[float], reach: int = 64) -> NDArray[np.float32]:
    """Return float32 numbers and those next to them."""
    bits = np.array(list(inputs), np.float32).view(np.uint32)
    return (bits[:, np.newaxis] + np.arange(-reach, reach + 1)).astype(np.uint32).reshape(-1).view(np.float32)


def sweep(
    label: str,
    folder: Path,
    *,
    processes: int | None = None,
    chunks: int | None = None,
    with_peers: bool = True,
    said: Callable[[int], None] = lambda done: None,
) -> Swept:
    """Compute a function at all float32 inputs, on all cores.

    What is done is kept in a file of the folder. The same call goes on from there, if neither the mathematics of the
    function nor a version of what is measured has changed since.

    Parameters
    ----------
    label : str
        Of `scalar_functions`.
    folder : Path
    processes : int, optional
        By default one for each core.
    chunks : int, optional
        By default all; otherwise so many, spread evenly.
    with_peers : bool
        Whether NumPy, PyTorch and JAX are measured, too.
    said : callable
        Told how many chunks have been done since the last call; first, how many were done before.
    """
    function = scalar_functions()[label]
    wanted = wanted_chunks(chunks)
    state = _State(folder, function, with_peers)
    waiting = [chunk for chunk in wanted if chunk not in state.done]
    start = saved = time.monotonic()
    said(len(wanted) - len(waiting))
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        running = {pool.submit(_chunk, label, chunk, with_peers): chunk for chunk in waiting}
        try:
            for future in as_completed(running):
                state.add(running[future], future.result())
                said(1)
                if time.monotonic() - saved > SAVING:
                    saved = time.monotonic()
                    state.save(saved - start)
        finally:
            pool.shutdown(cancel_futures=True)
            state.save(time.monotonic() - start)
    reference = reference_error(function, sample(2000))
    inputs = len(set(wanted) & state.done) * CHUNK
    return Swept(label, inputs, state.worst, reference, state.seconds, **state.of)


def wanted_chunks(count: int | None) -> range:
    """Return which chunks of the inputs are swept: all, or so many, spread evenly."""
    total = INPUTS // CHUNK
    return range(total) if count is None else range(0, total, max(1, total // count))


def merged(one: Worst, other: Worst) -> Worst:
    """Return the larger error of each contender and part."""
    return {
        name: {part: max(one.get(name, {}).get(part, (-1.0, 0.0)), found, key=_error) for part, found in parts.items()}
        for name, parts in other.items()
    }


def _error(found: tuple[float, float]) -> float:
    return found[0]


def _chunk(label: str, chunk: int, with_peers: bool) -> Worst:
    function, compared = _of_this_process(label, with_peers)
    worst: Worst = {}
    for first in range(chunk * CHUNK, (chunk + 1) * CHUNK, BLOCK):
        bits = np.arange(first, first + BLOCK, dtype=np.uint64).astype(np.uint32)
        worst = merged(worst, measured(function, bits.view(np.float32), compared))
    return worst


@lru_cache
def _of_this_process(label: str, with_peers: bool) -> tuple[ScalarFunction, dict[str, ValueAndSlope]]:
    """Return a function and what computes it; JAX compiles once."""
    function = scalar_functions()[label]
    return function, contenders(function, with_peers)


class _State:
    """What is done of a sweep, and the file that it is kept in."""

    def __init__(self, folder: Path, function: ScalarFunction, with_peers: bool) -> None:
        self.folder, self.name = folder, f"{function.file_name}.json"
        self.done: set[int] = set()
        self.worst: Worst = {}
        self.seconds = self._before = 0.0
        digest = mathematics_digest(catalogue()[function.name])
        self.of: dict[str, Any] = {"digest": digest, "versions": versions(contenders(function, with_peers))}
        path = folder / self.name
        if path.is_file():
            kept = read_json(path)
            try:
                if kept["of"] == self.of:
                    self.done, self.seconds = set(kept["done"]), float(kept["seconds"])
                    self.worst = {n: {p: tuple(f) for p, f in parts.items()} for n, parts in kept["worst"].items()}
                    self._before = self.seconds
            except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
                raise ValueError(f"{path}: not what a sweep writes; remove it to begin anew") from None

    def add(self, chunk: int, found: Worst) -> None:
        self.done.add(chunk)
        self.worst = merged(self.worst, found)

    def save(self, seconds: float) -> None:
        self.seconds = self._before + seconds
        kept = {"of": self.of, "seconds": self.seconds, "worst": self.worst, "done": sorted(self.done)}
        write_files(self.folder, {self.name: json.dumps(kept).encode()})
