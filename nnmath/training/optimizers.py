"""Updates and schedules: how the parameters move, given the gradient.

Derivation: derivations/training/optimizers.md.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.typing import Array

#: Moves the parameters in place, given the gradient of the loss and the learning rate of this step.
Update = Callable[[Array, float], None]

#: What an update remembers from step to step, by name. Who passes one in can read it, as a checkpoint does, and the
#: update continues from what stands there.
State = dict[str, NDArray[Any]]

#: The learning rate after so many steps: 0, 1, ...
Schedule = Callable[[int], float]


def descent(theta: Array, *, state: State | None = None) -> Update:
    """Gradient descent: each update subtracts the rate times the gradient.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    state : dict, optional
        Filled with what the update remembers: nothing.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """

    def update(g: Array, rate: float) -> None:
        nonlocal theta
        theta -= rate * g  # (1)

    return update


def momentum(theta: Array, beta1: float = 0.9, *, state: State | None = None) -> Update:
    """Momentum: each update follows a sum of all gradients so far, in which older ones count less.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta1 : float, in [0, 1)
        How much of the sum each step keeps.
    state : dict, optional
        Filled with what the update remembers: `m`.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    (m,) = initial_state(state, m=np.zeros_like(theta))

    def update(g: Array, rate: float) -> None:
        nonlocal m, theta
        m *= beta1
        m += g  # (2)
        theta -= rate * m  # (3)

    return update


def rmsprop(theta: Array, beta2: float = 0.99, epsilon: float = 1e-8, *, state: State | None = None) -> Update:
    """RMSprop: each update follows the gradient, divided by its root mean square so far.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta2 : float, in [0, 1)
        How much of the running mean of the square each step keeps.
    epsilon : float, positive
        Added to the root, outside of it; keeps 0 / 0 away.
    state : dict, optional
        Filled with what the update remembers: `v`.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    (v,) = initial_state(state, v=np.zeros_like(theta))

    def update(g: Array, rate: float) -> None:
        nonlocal v, theta
        v *= beta2
        v += (1 - beta2) * g**2  # (4)
        theta -= rate * g / (np.sqrt(v) + epsilon)  # (5)

    return update


def adam(
    theta: Array, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-7, *, state: State | None = None
) -> Update:
    """Adam, algorithm 1 of Kingma and Ba (2015): each parameter moves by about the rate, whatever the gradient's scale.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta1, beta2 : float, in [0, 1)
        How much of the running means of the gradient and of its square each step keeps.
    epsilon : float, positive
        Added to the corrected root, outside of it; keeps 0 / 0 away.
    state : dict, optional
        Filled with what the update remembers: the sums `m` and `v`, and the number `t` of steps so far.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    m, v, t = initial_state(state, m=np.zeros_like(theta), v=np.zeros_like(theta), t=np.array(0))
    s = np.empty_like(theta)  # written by every step, so that none allocates memory

    def update(g: Array, rate: float) -> None:
        nonlocal m, v, t, s, theta
        t += 1
        steps = int(t)
        m *= beta1
        m += g  # (32)
        v *= beta2
        v += np.square(g, out=s)  # (33)
        kappa = sqrt((1 - beta2) / (1 - beta2**steps))  # (34)
        np.sqrt(v, out=s)
        s += epsilon / kappa
        np.divide(m, s, out=s)
        s *= rate * (1 - beta1) / (1 - beta1**steps) / kappa
        theta -= s  # (35)

    return update


#: The optimizers by name.
OPTIMIZERS: Mapping[str, Callable[..., Update]] = {f.__name__: f for f in (adam, momentum, rmsprop, descent)}


def initial_state(state: State | None, **start: NDArray[Any]) -> list[NDArray[Any]]:
    """Return what the state holds under these names; what it does not hold yet starts as given, and is put in."""
    state = {} if state is None else state
    return [state.setdefault(name, array) for name, array in start.items()]


def constant(rate: float) -> Schedule:
    """The same learning rate in every step."""
    return lambda step: rate


def step_decay(rate: float, factor: float, every: int) -> Schedule:
    """A learning rate that is multiplied by a factor after every so many steps, and stays as it is between."""
    return lambda step: rate * factor ** (step // every)  # (11)


def inverse_decay(rate: float, decay: float) -> Schedule:
    """1/t decay: the learning rate divided by a number that grows with the steps, rate / (1 + decay * step)."""
    return lambda step: rate / (1 + decay * step)  # (12)
