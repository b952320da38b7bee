"""A batch, shared out over threads: NumPy computes outside of the interpreter's lock, but most of it on one core.

The batch is always divided into the same parts, and their gradients are added in the same order, so the result does
not depend on the number of threads, to the last bit. While the parts are computed each matrix product keeps to the
thread that it is called from.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from os import cpu_count
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from nnmath.typing import Array

R = TypeVar("R")

#: Multiplications in a matrix product from which on a second thread makes it faster: about a tenth of a millisecond.
WORTH_TWO_THREADS = 5e6

#: Calls a function with each of several arguments, and returns the results in their order.
Map = Callable[[Callable[[Any], R], Sequence[Any]], list[R]]


def one_by_one(function: Callable[[Any], R], arguments: Sequence[Any]) -> list[R]:
    """Call a function with each argument, one after the other."""
    return [function(argument) for argument in arguments]


@contextmanager
def threads(count: int = 0) -> Iterator[Map[Any]]:
    """Open a pool of so many threads; 0 is one for each core, up to four."""
    count = count or min(4, cpu_count() or 1)
    with threadpool_limits(1, "blas"):
        if count == 1:
            yield one_by_one
            return
        with ThreadPoolExecutor(count) as pool:
            yield lambda function, arguments: list(pool.map(function, arguments))


@contextmanager
def blas_threads(products: float) -> Iterator[None]:
    """Keep the matrix products of a run on one thread where they are small.

    A second thread gains nothing there, and on a busy machine each product then waits for the slower of two.

    Parameters
    ----------
    products : float
        How many multiplications the largest matrix product of a step takes.
    """
    if products > WORTH_TWO_THREADS:
        yield
        return
    with threadpool_limits(1, "blas"):
        yield


def add_up(parts: Array, total: Array, run: Map[None], block: int = 2**16) -> None:
    """Add gradients, shape (parts, P), into total, shape (P,): block by block, each in the order of the parts."""

    def add(first: int) -> None:
        some = slice(first, first + block)
        np.copyto(total[some], parts[0, some])
        for part in parts[1:]:
            total[some] += part[some]

    run(add, range(0, len(total), block))
