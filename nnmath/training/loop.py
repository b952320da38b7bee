"""The training loop. A training step, from the mini-batch to the update, is the loop of `descend`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import isfinite, nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives import binary_cross_entropy, dense, relu, softmax_cross_entropy
from nnmath.primitives.primitive import without_checks
from nnmath.training.l2_penalty import l2_penalty
from nnmath.training.metrics import accuracy
from nnmath.training.network import flatten, network, unflatten
from nnmath.training.optimizers import Schedule, Update
from nnmath.typing import Activation, Array, Layers, Loss

#: How many bytes of examples are copied at a time when they are shuffled.
BYTES_GATHERED = 2**19

#: Bytes; the threshold of glibc follows freed blocks up to 32 MiB.
LARGEST_KEPT = 2**24

#: Examples that go forward and backward together; with more, what is computed of them falls out of the cache.
CHUNK = 2000


class Epoch(NamedTuple):
    """One pass through the data.

    Each example's loss, without penalty, and answer are those of the step that learned from it, before its update.
    """

    number: int
    rate: float
    loss: float
    accuracy: float


class DivergenceError(ArithmeticError):
    """The loss is no longer a finite number, and no further step would make it one."""


def train(
    theta: Array,
    sizes: Sequence[int],
    x: Array,
    labels: NDArray[np.integer] | None,
    *,
    update: Update,
    rate_at: Schedule,
    epochs: int,
    done: int = 0,
    targets: NDArray[Any] | None = None,
    loss_of: Loss | None = None,
    activation: Activation = relu,
    strength: Array | None = None,
    batch: int = 0,
    rng: np.random.Generator | None = None,
) -> Iterator[Epoch]:
    """Train a network; yields after each epoch.

    Parameters
    ----------
    theta : float array, shape (P,)
        All weights and biases, as `flatten` puts them; what `update` moves.
    sizes : sequence of int
        Inputs of the network, width of each hidden layer, outputs.
    x : float array, shape (N, D), finite
    labels : integer array, shape (N,) or (N, 1), in 0..K-1, or None
        With a single output 0 or 1, also as floats or booleans.
        None where the targets are quantities; there is no accuracy then, and it is NaN.
    update : callable
        ``update(gradient, rate)`` moves theta, in place. The gradient is the same array in each step.
    rate_at : callable
        ``rate_at(step)`` is the learning rate after `step` steps.
    epochs : int
    done : int
        Epochs gone through before, of these: training goes on as if it had never stopped, if theta, what `update`
        remembers and `rng` are as they were then.
    targets : array, shape (N,) or (N, K), optional
        What the loss compares the outputs with; by default the labels.
    loss_of : primitive, optional
        softmax_cross_entropy or binary_cross_entropy, by default the first, or the second for a network with a single
        output; or a function of your own, a mean over the examples, whose backward pass takes an upstream gradient.
    activation : primitive
        relu or sigmoid, between the layers.
    strength : float array, shape (P,), optional
        Of the L2 penalty on each parameter.
    batch : int
        Examples a step: 1, a mini-batch, or 0 for all.
    rng : numpy.random.Generator, optional
        Draws the order of the examples, anew for each epoch; without it they are taken as they lie.

    Yields
    ------
    epoch : Epoch
        The caller may read theta, and may stop.

    Raises
    ------
    ValueError
        x or theta holds NaN or infinity, or the arrays do not fit each other.
    TypeError
        x and theta are not both float32 or both float64.
    DivergenceError
        The loss is NaN or infinite.
    """
    check_finite("x", x)
    check_finite("theta", theta)
    if labels is None and targets is None:
        raise ValueError("labels: expected labels or targets to learn, got neither")
    if labels is not None:
        labels = np.asarray(labels)
        labels = labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels
    targets = np.asarray(labels if targets is None else targets)
    loss_of = loss_of or (binary_cross_entropy if sizes[-1] == 1 else softmax_cross_entropy)
    if loss_of is binary_cross_entropy and sizes[-1] == 1 and targets.ndim == 1:
        targets = targets[:, np.newaxis]  # one column, as the outputs have
    gradient = np.empty(theta.shape, theta.dtype.type)
    layers, gradients = unflatten(theta, sizes), unflatten(gradient, sizes)  # views, which see each update
    check_shapes(x, labels, targets, layers, activation, loss_of)
    is_labels = targets.ndim == 1 and targets.dtype.kind in "iu"
    targets, loss_of = targets.astype(np.intp if is_labels else x.dtype, copy=False), without_checks(loss_of)
    activation = without_checks(activation)
    outputs = np.empty((len(x), sizes[-1]), x.dtype)
    seen = 0
    keep_freed_memory()

    def loss_and_gradient(xs: Array, ts: NDArray[Any]) -> float:
        nonlocal gradient, seen
        loss = 0.0
        for first in range(0, len(xs), CHUNK):  # a mean is a sum of means, each times its share
            part = slice(first, first + CHUNK)
            logits, network_backward = network(xs[part], layers, activation)
            part_loss, loss_backward = loss_of(logits, ts[part])
            share = len(logits) / len(xs)
            found = network_backward(loss_backward(share), out=None if first else gradients)
            if first:
                gradient += flatten(found)
            loss += share * float(part_loss)
            outputs[seen : seen + len(logits)] = logits
            seen += len(logits)
        if strength is not None:
            _, penalty_gradient = l2_penalty(theta, strength)
            gradient += penalty_gradient
        return loss

    steps = -(-len(x) // batch) if batch else 1
    for number in range(done + 1, epochs + 1):
        total, before, seen = 0.0, 0, 0
        order = rng.permutation(len(x)) if rng and batch else None
        parts = batches(x, targets, batch, order)
        with np.errstate(all="ignore"):  # underflow is the right result, and a loss that is not finite is found
            for _, _, loss in descend(parts, loss_and_gradient, gradient, update, rate_at, (number - 1) * steps):
                total += loss * (seen - before)
                before = seen
        right = nan
        if labels is not None:
            right = accuracy(outputs, labels if order is None else labels[order])
        yield Epoch(number, rate_at(number * steps - 1), total / len(x), right)


def descend(
    batches: Iterable[tuple[Any, ...]],
    loss_and_gradient: Callable[..., float],
    gradient: Array,
    update: Update,
    rate_at: Schedule,
    done: int = 0,
) -> Iterator[tuple[int, float, float]]:
    """Take a training step with each batch; every run here is trained by this loop.

    Parameters
    ----------
    batches : iterable of tuples
    loss_and_gradient : callable
        ``loss_and_gradient(*batch)`` returns the loss and writes the gradient.
    gradient : float array, shape (P,)
        Where it is written.
    update : callable
        ``update(gradient, rate)`` moves the parameters.
    rate_at : callable
        ``rate_at(step)`` is the learning rate after `step` steps.
    done : int
        Steps taken before.

    Yields
    ------
    number, rate, loss : int, float, float
        The number of the step, from 1 on, its learning rate, and the loss before its update.

    Raises
    ------
    DivergenceError
        The loss is NaN or infinite.
    """
    for step, batch in enumerate(batches, done):
        rate = rate_at(step)
        loss = loss_and_gradient(*batch)
        stop_if_diverged(loss, step, rate)
        update(gradient, rate)
        yield step + 1, rate, loss


def batches(
    x: Array, targets: NDArray[Any], size: int, order: NDArray[np.intp] | None
) -> Iterator[tuple[Array, NDArray[Any]]]:
    """Divide the examples into mini-batches of that size, in that order; the last may be smaller. Size 0 is all.

    Rows in another order have to be copied; that is done for many a mini-batch at a time.
    """
    size = size or len(x)
    block = len(x) if order is None else size * max(1, BYTES_GATHERED // (size * x[0].nbytes))
    for first in range(0, len(x), block):
        chosen = None if order is None else order[first : first + block]
        xs, ts = (x, targets) if chosen is None else (x.take(chosen, axis=0), targets.take(chosen, axis=0))
        for start in range(0, len(xs), size):
            yield xs[start : start + size], ts[start : start + size]


def check_finite(name: str, array: Array) -> None:
    """Refuse NaN and infinity before training, while the input that holds them can still be named."""
    finite = np.isfinite(array)
    if not finite.all():
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[where]} at index {where}")


def check_shapes(
    x: Array, labels: NDArray[Any] | None, targets: NDArray[Any], layers: Layers, activation: Activation, loss_of: Loss
) -> None:
    """Go forward with the first example, and backward through the loss, with all checks: no step checks again."""
    if labels is not None and labels.shape != (len(x),):
        raise ValueError(f"labels: expected shape ({len(x)},), one for each row of x, got {labels.shape}")
    z, _ = dense(x[:1], *layers[0])
    for layer in layers[1:]:
        z, _ = dense(activation(z)[0], *layer)
    _, backward = loss_of(np.zeros((len(x), z.shape[1]), z.dtype), targets)
    gradient = backward(1.0)
    if gradient.dtype != z.dtype:
        raise TypeError(f"loss_of: expected a gradient of dtype {z.dtype}, that of the outputs, got {gradient.dtype}")


def stop_if_diverged(loss: float, step: int, rate: float) -> None:
    """Stop a run whose loss is not finite: its gradients are not finite either."""
    if not isfinite(loss):
        raise DivergenceError(
            f"training diverged: the loss is {loss} at step {step}, with learning rate {rate:g}; try a smaller rate, "
            "a tenth of this one, or smaller initial weights"
        )


def keep_freed_memory() -> None:
    """Have the C library keep what a step frees for the next step.

    glibc gives the top of its heap back to the system when more is free there than twice the largest block that it has
    taken from the system and freed, and each step then waits for the same pages again: a step of the spiral took four
    times as long. Other C libraries are left as they are.
    """
    np.empty(LARGEST_KEPT, np.uint8)
