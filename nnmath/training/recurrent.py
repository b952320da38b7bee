"""A recurrent network that reads a sequence and answers with a number at its end.

    s = cell(x_1), cell(x_2), ...        a state after each step: an LSTM's, or that of a plain recurrent layer
    y = h V + c                          h is the output part of the last state

The layers are primitives with their derivations; the backward pass calls theirs in reverse. The whole is derived in
derivations/training/recurrent.md.
"""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np

from nnmath.primitives.linear.dense import dense
from nnmath.primitives.recurrent.lstm import lstm
from nnmath.primitives.recurrent.rnn import rnn
from nnmath.training.parameters import vector, views
from nnmath.typing import Array

affine = dense.mathematics


class Cell(NamedTuple):
    """A recurrent layer: its mathematics, and how many columns of weights and numbers of state it has for each unit."""

    layer: Callable[..., tuple[Array, Callable[[Array], tuple[Array, ...]]]]
    gates: int
    states: int


LSTM, PLAIN = Cell(lstm.mathematics, 4, 2), Cell(rnn.mathematics, 1, 1)


class Weights(NamedTuple):
    """The parameters of a network of M units, or their gradients; G is the number of gates."""

    W: Array
    """Of the input, (D, G M)."""
    U: Array
    """Of the output before, (M, G M)."""
    b: Array
    """(G M,)"""
    V: Array
    """Of the answer, (M, 1)."""
    c: Array
    """(1,)"""


def recurrent(x: Array, w: Weights, cell: Cell) -> tuple[Array, Callable[[Array, Weights], None]]:
    """Answers to sequences.

    Parameters
    ----------
    x : float array, shape (N, T, D)
    w : Weights
    cell : Cell

    Returns
    -------
    y : float array, shape (N, 1)
    backward : callable
        ``backward(dy, d)`` takes the upstream gradient, shape (N, 1), and writes the gradients into d.
    """
    N, M = len(x), len(w.U)
    s, back_s = cell.layer(x, np.zeros((N, cell.states * M), x.dtype), w.W, w.U, w.b)  # (4)
    y, back_y = affine(s[:, -1, :M], w.V, w.c)  # (6)

    def backward(dy: Array, d: Weights) -> None:
        ds = np.zeros_like(s)
        ds[:, -1, :M], _, _ = back_y(dy, out=(d.V, d.c))  # (8), (9), (11)
        _, _, d.W[...], d.U[...], d.b[...] = back_s(ds)  # (12), (13), (14)

    return y, backward


def gradient_norms(x: Array, w: Weights, cell: Cell) -> Array:
    """Return the norm of the gradient of the answer with respect to the state after each step, shape (T,).

    It is the mean over the sequences x, shape (N, T, D). The layer is called for one step at a time, so that its
    backward passes, called in reverse, show the gradient between any two steps.
    """
    (N, T, _), M = x.shape, len(w.U)
    s, backs = np.zeros((N, 1, cell.states * M), x.dtype), []
    for t in range(T):
        s, back = cell.layer(x[:, t : t + 1], s[:, -1], w.W, w.U, w.b)
        backs.append(back)
    ds = np.zeros_like(s)
    ds[:, 0, :M] = w.V[:, 0]
    norms = []
    for back in reversed(backs):
        norms.append(float(np.sqrt(np.square(ds, dtype=np.float64).sum(axis=(1, 2))).mean()))
        _, before, _, _, _ = back(ds)
        ds = before[:, np.newaxis]
    return np.array(norms[::-1])


def shapes(inputs: int, units: int, cell: Cell) -> list[tuple[int, ...]]:
    """Return the shape of each array of the weights."""
    G = cell.gates * units
    return [(inputs, G), (units, G), (G,), (units, 1), (1,)]


def weights_of(theta: Array, inputs: int, units: int, cell: Cell) -> Weights:
    """Return the weights that a vector holds, as views."""
    return Weights(*views(theta, shapes(inputs, units, cell)))


def initialize(inputs: int, units: int, cell: Cell, memory: int, rng: np.random.Generator) -> Array:
    """Draw the weights, float32, as one vector.

    They are normal, of variance 1 / units. An LSTM's biases are set for what is to be remembered: unit by unit a time
    from 1 to `memory` steps is drawn, and the forget gate starts so open, and the input gate so closed, that the cell
    keeps its content for about that long (Tallec and Ollivier 2018, equation 16).
    """
    theta = vector(shapes(inputs, units, cell))
    w = weights_of(theta, inputs, units, cell)
    for matrix in (w.W, w.U, w.V):
        matrix[...] = rng.normal(0, 1 / sqrt(units), matrix.shape)
    if cell is LSTM:
        times = np.log(rng.uniform(1, memory - 1, units))
        w.b[:units], w.b[units : 2 * units] = -times, times
    return theta
