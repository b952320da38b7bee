"""Updates and schedules: how the parameters move, given the gradient. Derivation: derivations/optimizers.md."""

from collections.abc import Callable

import numpy as np

from nnmath.primitives._checks import Array

#: Moves the parameters in place, given the gradient of the loss and the learning rate of this step.
Update = Callable[[Array, float], None]

#: The learning rate after so many steps: 0, 1, ...
Schedule = Callable[[int], float]


def descent(theta: Array) -> Update:
    """Gradient descent: straight down the gradient.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """

    def update(g: Array, rate: float) -> None:
        nonlocal theta
        theta -= rate * g  # (1)

    return update


def momentum(theta: Array, beta1: float = 0.9) -> Update:
    """Momentum: down a sum of all gradients so far, of which the older count less.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta1 : float, in [0, 1)
        How much of the sum each step keeps.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    m = np.zeros_like(theta)

    def update(g: Array, rate: float) -> None:
        nonlocal m, theta
        m *= beta1
        m += g  # (2)
        theta -= rate * m  # (3)

    return update


def rmsprop(theta: Array, beta2: float = 0.99, epsilon: float = 1e-8) -> Update:
    """RMSprop: down the gradient, in units of its root mean square so far.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta2 : float, in [0, 1)
        How much of the running mean of the square each step keeps.
    epsilon : float, positive
        Added to the root, outside of it; keeps 0 / 0 away.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    v = np.zeros_like(theta)

    def update(g: Array, rate: float) -> None:
        nonlocal v, theta
        v *= beta2
        v += (1 - beta2) * g**2  # (4)
        theta -= rate * g / (np.sqrt(v) + epsilon)  # (5)

    return update


def adam(theta: Array, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-7) -> Update:
    """Adam, algorithm 1 of Kingma and Ba (2015): each parameter moves by about the rate, whatever the gradient's scale.

    Parameters
    ----------
    theta : float array, any shape
        The parameters, which each update changes in place.
    beta1, beta2 : float, in [0, 1)
        How much of the running means of the gradient and of its square each step keeps.
    epsilon : float, positive
        Added to the corrected root, outside of it; keeps 0 / 0 away.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    m, v, t = np.zeros_like(theta), np.zeros_like(theta), 0

    def update(g: Array, rate: float) -> None:
        nonlocal m, v, t, theta
        t += 1
        m *= beta1
        m += (1 - beta1) * g  # (6)
        v *= beta2
        v += (1 - beta2) * g**2  # (7)
        theta -= rate / (1 - beta1**t) * m / (np.sqrt(v / (1 - beta2**t)) + epsilon)  # (28)

    return update


def constant(rate: float) -> Schedule:
    """The same learning rate in every step."""
    return lambda step: rate


def step_decay(rate: float, factor: float, every: int) -> Schedule:
    """A learning rate that is multiplied by a factor after every so many steps, and stays as it is between."""
    return lambda step: rate * factor ** (step // every)  # (11)


def inverse_decay(rate: float, decay: float) -> Schedule:
    """1/t decay: the learning rate divided by a number that grows with the steps, rate / (1 + decay * step)."""
    return lambda step: rate / (1 + decay * step)  # (12)
