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

from nnmath.typing import Array, Loss

R = TypeVar("R")

#: Multiplications in a matrix product from which on a second thread makes it faster: about a tenth of a millisecond.
WORTH_TWO_THREADS = 5e6

#: Into so many parts a batch is divided, whatever the number of threads, so that these do not change the result.
PARTS = 4

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


def loss_and_gradient_of(
    theta: Array,
    gradient: Array,
    weights_of: Callable[[Array], Any],
    network: Callable[[Any, Any], tuple[Array, Callable[[Array, Any], None]]],
    loss_of: Loss,
    run: Map[Any] = one_by_one,
    parts: int = PARTS,
) -> Callable[[Any, Any], float]:
    """Return the function that a training step calls: it returns the loss of a batch and writes the gradient.

    Parameters
    ----------
    theta : float array, shape (P,)
        The parameters, which an update moves.
    gradient : float array, shape (P,)
        Where the gradient is written.
    weights_of : callable
        ``weights_of(theta)`` is what the network is written in, as views of the vector.
    network : callable
        ``network(x, weights)`` returns the outputs and the backward pass, which takes their gradient and writes those
        of the weights into what ``weights_of`` makes of a vector.
    loss_of : callable
        The mathematics of a loss: a mean over the batch.
    run : callable, optional
        From `threads`.
    parts : int
        Into how many parts a batch is divided. 1 where examples of a batch act on each other.

    Returns
    -------
    loss_and_gradient : callable
        ``loss_and_gradient(x, targets)``; both are divided along their first axis.
    """
    shares = np.empty((parts, len(theta)), theta.dtype)
    weights, gradients = weights_of(theta), [weights_of(share) for share in shares]

    def loss_and_gradient(x: Any, targets: Any) -> float:
        splits = zip(np.array_split(x, parts), np.array_split(targets, parts), gradients, strict=True)
        used = [split for split in splits if len(split[0])]

        def part(split: tuple[Any, Any, Any]) -> float:
            xs, ts, into = split
            share = len(xs) / len(x)
            with np.errstate(all="ignore"):  # a loss that is not finite is found by the loop
                outputs, backward = network(xs, weights)
                loss, loss_backward = loss_of(outputs, ts)
                backward(loss_backward(share), into)
            return share * float(loss)

        losses = run(part, used)
        add_up(shares[: len(used)], gradient, run)
        return float(sum(losses))

    return loss_and_gradient


def add_up(parts: Array, total: Array, run: Map[None], block: int = 2**16) -> None:
    """Add gradients, shape (parts, P), into total, shape (P,): block by block, each in the order of the parts."""

    def add(first: int) -> None:
        some = slice(first, first + block)
        np.copyto(total[some], parts[0, some])
        for part in parts[1:]:
            total[some] += part[some]

    run(add, range(0, len(total), block))
