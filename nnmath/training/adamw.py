"""AdamW, the rate and the clipping with which language models are trained.

Derivation: derivations/training/adamw.md.
"""

from math import cos, pi, sqrt
from typing import Any

import numpy as np

from nnmath.training.optimizers import Schedule, State, Update, initial_state
from nnmath.training.shards import Map, one_by_one
from nnmath.typing import Array

#: Parameters that are updated together: what belongs to them stays in the cache of one core.
BLOCK = 2**16


def adamw(
    theta: Array,
    decay: Array,
    beta1: float = 0.9,
    beta2: float = 0.99,
    epsilon: float = 1e-8,
    *,
    state: State | None = None,
    run: Map[Any] = one_by_one,
) -> Update:
    """AdamW (Loshchilov and Hutter 2019): Adam, and each parameter shrinks by a share of the learning rate.

    Parameters
    ----------
    theta : float array, shape (P,)
        The parameters, which each update changes in place.
    decay : float array, shape (P,)
        Weight decay λ of each parameter; 0 for those that do not shrink.
    beta1, beta2 : float, in [0, 1)
        How much of the running means of the gradient and of its square each step keeps.
    epsilon : float, positive
        Added to the corrected root, outside of it.
    state : dict, optional
        Filled with what the update remembers: the sums `m` and `v`, and the number `t` of steps so far.
    run : callable, optional
        Carries out the blocks, from `threads`: each parameter is updated by itself, so the result is the same.

    Returns
    -------
    update : callable
        ``update(g, rate)`` takes the gradient, shape of theta, and the learning rate.
    """
    m, v, t = initial_state(state, m=np.zeros_like(theta), v=np.zeros_like(theta), t=np.array(0))
    real = theta.dtype.type
    blocks = [slice(first, first + BLOCK) for first in range(0, len(theta), BLOCK)]

    def update(g: Array, rate: float) -> None:
        nonlocal t
        t += 1
        kappa = sqrt((1 - beta2) / (1 - beta2 ** int(t)))  # (9)
        size = rate * (1 - beta1) / (1 - beta1 ** int(t)) / kappa

        def move(block: slice) -> None:
            some, g_some, m_some, v_some = theta[block], g[block], m[block], v[block]
            m_some *= real(beta1)
            m_some += g_some  # (7)
            v_some *= real(beta2)
            s = np.square(g_some)
            v_some += s  # (8)
            np.sqrt(v_some, out=s)
            s += real(epsilon / kappa)
            np.divide(m_some, s, out=s)
            s *= real(size)
            some *= 1 - real(rate) * decay[block]
            some -= s  # (10)

        run(move, blocks)

    return update


def clipped(update: Update, limit: float) -> Update:
    """Scale the gradient to a norm of `limit`, if it is longer, before an update.

    A single very large gradient could undo many steps. The direction of the gradient stays as it is.
    """

    def clip(g: Array, rate: float) -> None:
        norm = sqrt(g.dot(g))
        if norm > limit:
            g *= g.dtype.type(limit / norm)  # (12)
        update(g, rate)

    return clip


def warmup_cosine(rate: float, least: float, warmup: int, steps: int) -> Schedule:
    """A learning rate that rises evenly to `rate` in `warmup` steps, and falls along half a cosine to `least`."""

    def rate_at(step: int) -> float:
        if step < warmup:
            return rate * (step + 1) / (warmup + 1)  # (13)
        return least + (rate - least) * (1 + cos(pi * (step - warmup) / (steps - warmup))) / 2  # (14)

    return rate_at
