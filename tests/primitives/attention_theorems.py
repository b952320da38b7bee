"""The theorems of the sections *Rounding* of causal attention, and of multi-head attention, which is made of it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = Any


class AttentionErrors(NamedTuple):
    """Bounds on the errors of value and gradients, in u, and the sizes of the gradients of queries, keys and values."""

    a: Array
    dq: Array
    dk: Array
    dv: Array
    sizes: tuple[Array, Array, Array]


def attention_errors(q: Array, k: Array, v: Array, da: Array, off: Sequence[Any] = (0, 0, 0, 0)) -> AttentionErrors:
    """Return the bounds for one head of one sequence, whose inputs are off by `off`, in u."""
    (T, D), M = q.shape, v.shape[1]
    off_q, off_k, off_v, off_da = (np.broadcast_to(o, x.shape) for o, x in zip(off, (q, k, v, da), strict=True))
    root = np.sqrt(D)
    scores = np.where(np.tri(T, dtype=bool), q @ k.T / root, -np.inf)
    below = scores.max(axis=1, keepdims=True) - scores
    p = np.exp(-below)
    p /= p.sum(axis=1, keepdims=True)
    of_scores = ((D + 3) * np.abs(q) @ np.abs(k).T + off_q @ np.abs(k).T + np.abs(q) @ off_k.T) / root
    E = np.where(p > 0, of_scores + np.where(p > 0, below, 0), 0) + 2
    count = np.arange(1, T + 1)[:, np.newaxis]
    P = (1 - 2 * p) * E + (p * E).sum(axis=1, keepdims=True) + count
    g = np.abs(da) @ np.abs(v).T
    of_g = M * g + off_da @ np.abs(v).T + np.abs(da) @ off_v.T
    mean = (p * g).sum(axis=1, keepdims=True)
    B = p * (g + mean)
    H = p * (of_g + (p * ((P + count) * g + of_g)).sum(axis=1, keepdims=True)) + (P + 5) * B
    large = p > 0.5
    others, of_others = (np.where(large, 0, x).sum(axis=1, keepdims=True) for x in (B, H + count * B))
    B, H = np.where(large, others, B), np.where(large, of_others, H)
    size_q, size_k, size_v = B @ np.abs(k) / root, B.T @ np.abs(q) / root, p.T @ np.abs(da)
    return AttentionErrors(
        (p * (P + count)) @ np.abs(v) + p @ off_v,
        (H + count * B) @ np.abs(k) / root + B @ off_k / root,
        (H + T * B).T @ np.abs(q) / root + B.T @ off_q / root,
        (p * (P + T)).T @ np.abs(da) + p.T @ off_da,
        (size_q, size_k, size_v),
    )


def of_causal_attention(inputs: dict[str, Any]) -> dict[str, Any]:
    found = attention_errors(*(inputs[name] for name in ("q", "k", "v", "da")))
    return {"a": found.a, "dq": found.dq, "dk": found.dk, "dv": found.dv}


def of_multi_head_attention(inputs: dict[str, Any]) -> dict[str, Any]:
    x, W, V, dy = (inputs[name] for name in ("x", "W", "V", "dy"))
    (T, C), (_, _, H, D), M = x.shape, W.shape, V.shape[-1]
    z = np.einsum("ic,crhd->rhid", x, W)
    off_z = C * np.einsum("ic,crhd->rhid", np.abs(x), np.abs(W))
    da = np.einsum("im,hdm->hid", dy, V)
    off_da = M * np.einsum("im,hdm->hid", np.abs(dy), np.abs(V))
    heads = []
    for h in range(H):
        (q, k, v), off = z[:, h], (*off_z[:, h], off_da[h])
        heads.append(attention_errors(q, k, v, da[h], off))
    off_a = np.array([head.a for head in heads])
    off_dz = np.array([(head.dq, head.dk, head.dv) for head in heads])  # h, r, i, d
    dz = np.array([head.sizes for head in heads])
    a = np.array([np.abs(attention_value(*z[:, h])) for h in range(H)])
    return {
        "y": np.einsum("hid,hdm->im", off_a + H * D * a, np.abs(V)),
        "dV": np.einsum("hid,im->hdm", off_a + T * a, np.abs(dy)),
        "dW": np.einsum("ic,hrid->crhd", np.abs(x), off_dz + T * dz),
        "dx": np.einsum("hrid,crhd->ic", off_dz + 3 * H * D * dz, np.abs(W)),
    }


def attention_value(q: Array, k: Array, v: Array) -> Array:
    scores = np.where(np.tri(len(q), dtype=bool), q @ k.T / np.sqrt(q.shape[1]), -np.inf)
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True) @ v
