"""What recurrent layers share: products over all steps of all sequences, and the checks of their arguments."""

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype
from nnmath.typing import Array


def sigmoid_of(z: Array, out: Array) -> None:
    """Write 1 / (1 + exp(-z)); where the exponential overflows, 0 is right."""
    np.negative(z, out=out)
    np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def slope_of_sigmoid(z: Array) -> Array:
    """Return the slope of the sigmoid as e / (1 + e)^2 with e = exp(-|z|), all digits of it."""
    e = np.abs(z)
    np.negative(e, out=e)
    np.exp(e, out=e)
    root = 1 + e
    root *= root
    e /= root
    return e


def slope_of_tanh(z: Array) -> Array:
    """Return 1 - tanh(z)^2 as 4 e / (1 + e)^2 with e = exp(-2 |z|): no digits are lost where tanh is nearly 1."""
    slope = slope_of_sigmoid(2 * z)
    slope *= 4
    return slope


def sequences_last(x: Array) -> Array:
    """Lay out sequences, shape (N, T, D), as (T, D, N): the rows of a gate at one step then are one piece of memory."""
    return np.ascontiguousarray(x.transpose(1, 2, 0))


def sequences_first(columns: Array, T: int) -> Array:
    """View what is computed for all sequences of each step side by side, shape (D, T N), as (N, T, D)."""
    return columns.reshape(len(columns), T, -1).transpose(2, 1, 0)


def side_by_side(steps: Array) -> Array:
    """Lay out steps, shape (T, D, N), or (T, K, M, N) with D = K M, side by side, shape (D, T N)."""
    T, N = steps.shape[0], steps.shape[-1]
    return np.moveaxis(steps, 0, -2).reshape(-1, T * N)


def transposed_product(x: Array, dz: Array) -> Array:
    """Return the sum over sequences and steps of x_(ntd) dz_(ntm), shape (D, M)."""
    product: Array = x.reshape(-1, x.shape[-1]).T.dot(dz.reshape(-1, dz.shape[-1]))
    return product


def earlier_states(first: Array, states: Array) -> Array:
    """Return for each step the state before it, shape (N, T, M)."""
    return np.concatenate([first[:, np.newaxis], states[:, :-1]], axis=1)


def check_sequence(
    x: ArrayLike,
    state: ArrayLike,
    W: ArrayLike,
    U: ArrayLike,
    b: ArrayLike,
    *,
    gates: int,
    states: int,
    names: tuple[str, str, str, str, str],
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the arguments of a recurrent layer as arrays whose shapes fit each other.

    Parameters
    ----------
    x, state, W, U, b : array_like
        The sequences, the state before the first step, weights of the input and of the state, biases.
    gates : int
        How many columns of W, U and entries of b there are for each entry of the state.
    states : int
        How many numbers of the state there are for each row of U.
    names : tuple of str
        Of the five, for messages.
    """
    arrays = x, state, W, U, b = (
        real_array(names[0], x, ndim=3),
        real_array(names[1], state, ndim=2),
        real_array(names[2], W, ndim=2),
        real_array(names[3], U, ndim=2),
        real_array(names[4], b, ndim=1),
    )
    same_dtype(names, arrays)
    N, _, D = x.shape
    M = U.shape[0]
    expected = ((N, states * M), (D, gates * M), (M, gates * M), (gates * M,))
    for name, array, shape in zip(names[1:], arrays[1:], expected):
        if array.shape != shape:
            fitting = f"x {x.shape} and a {names[3]} of {M} rows"
            raise ValueError(f"{name}: expected shape {shape}, with {fitting}, got {array.shape}")
    return arrays
