"""JAX, with the whole step jitted."""

from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from tests.benchmarks.networks.works import SIZES, UNITS, NetworkWork, Step


def step_of(work: NetworkWork) -> Step:
    """Return a step."""
    loss_of = {"gpt": gpt_loss, "lenet": lenet_loss, "lstm": lstm_loss}[work.name]

    def whole(w: Any, m: Any, v: Any, t: Any, x: Any, y: Any) -> Any:
        loss, g = jax.value_and_grad(loss_of)(w, x, y)
        norm = jnp.sqrt(sum(jnp.sum(a * a) for a in g))
        g = [a * jnp.minimum(1.0, work.clip / norm) for a in g]
        m = [0.9 * a + 0.1 * b for a, b in zip(m, g)]
        v = [work.beta2 * a + (1 - work.beta2) * b * b for a, b in zip(v, g)]
        moved = []
        for p, a, b in zip(w, m, v):
            kept = p * (1 - work.rate * (work.decay if p.ndim > 1 else 0.0))
            moved.append(kept - work.rate * (a / (1 - 0.9**t)) / (jnp.sqrt(b / (1 - work.beta2**t)) + 1e-8))
        return moved, m, v, loss

    jitted = jax.jit(whole, donate_argnums=(0, 1, 2))
    w = [jnp.asarray(array) for array in work.arrays()]
    m, v = ([jnp.zeros_like(array) for array in w] for _ in "mv")
    t = 0.0

    def step(x: Any, y: Any) -> float:
        nonlocal w, m, v, t
        t += 1
        w, m, v, loss = jitted(w, m, v, np.float32(t), x, y)
        return float(loss)

    return step


def cross_entropy(logits: Any, y: Any) -> Any:
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1))


def normalize(x: Any, scale: Any) -> Any:
    d = x - x.mean(-1, keepdims=True)
    return d / jnp.sqrt((d * d).mean(-1, keepdims=True) + 1e-5) * scale


def gpt_loss(w: Any, tokens: Any, targets: Any) -> Any:
    blocks, heads = SIZES.blocks, SIZES.heads
    N, T = tokens.shape
    x = w[0][tokens] + w[1][:T]
    mask = jnp.triu(jnp.full((T, T), -jnp.inf), 1)
    for i in range(blocks):
        qkv, out, up, down = w[2 + 4 * i : 6 + 4 * i]
        scale1, scale2 = w[2 + 4 * blocks + 2 * i : 4 + 4 * blocks + 2 * i]
        q, k, v = (normalize(x, scale1) @ qkv).reshape(N, T, 3, heads, -1).transpose(2, 0, 3, 1, 4)
        p = jax.nn.softmax(q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5 + mask)
        x = x + (p @ v).transpose(0, 2, 1, 3).reshape(N, T, -1) @ out
        x = x + jax.nn.gelu(normalize(x, scale2) @ up) @ down
    return cross_entropy((normalize(x, w[-1]) @ w[0].T).reshape(N * T, -1), targets.reshape(-1))


def lenet_loss(w: Any, x: Any, y: Any) -> Any:
    C1, b1, C3, b3, C5, b5, F6, b6, W, b = w

    def conv(x: Any, w: Any, b: Any, padding: int) -> Any:
        z = jax.lax.conv(x, w, (1, 1), "SAME" if padding else "VALID")
        return z + b[:, None, None]

    def pool(z: Any) -> Any:
        return jax.nn.relu(jax.lax.reduce_window(z, -jnp.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID"))

    h = pool(conv(x.reshape(-1, 1, 28, 28), C1, b1, 2))
    h = pool(conv(h, C3, b3, 0)).reshape(len(x), -1)
    h = jax.nn.relu(jax.nn.relu(h @ C5 + b5) @ F6 + b6)
    return cross_entropy(h @ W + b, y)


def lstm_loss(w: Any, x: Any, y: Any) -> Any:
    W, U, b, V, c = w

    def cell(state: Any, xt: Any) -> Any:
        h, cell = state
        i, f, g, o = jnp.split(xt @ W + h @ U + b, 4, axis=1)
        cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(cell), cell), None

    start = jnp.zeros((len(x), UNITS), x.dtype)
    (h, _), _ = jax.lax.scan(cell, (start, start), x.swapaxes(0, 1))
    return jnp.mean((h @ V + c - y) ** 2)
