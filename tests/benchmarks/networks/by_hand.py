"""Plain NumPy, as one writes it for one network: no primitive, no checks, a new array for each result."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.benchmarks.networks.works import SIZES, UNITS, NetworkWork, Step


def step_of(work: NetworkWork) -> Step:
    """Return a step."""
    loss_and_gradients: Callable[..., tuple[Any, list[Any]]]
    loss_and_gradients = {"gpt": gpt, "lenet": lenet, "lstm": lstm}[work.name]
    w, t = work.arrays(), 0
    m, v = ([np.zeros_like(array) for array in w] for _ in "mv")

    def step(x: Any, y: Any) -> float:
        nonlocal t
        t += 1
        loss, g = loss_and_gradients(w, x, y)
        norm = np.sqrt(sum(float((a * a).sum()) for a in g))
        for p, a, b, gradient in zip(w, m, v, g, strict=True):
            gradient *= np.float32(min(1.0, work.clip / norm))
            a += np.float32(0.1) * (gradient - a)
            b += np.float32(1 - work.beta2) * (gradient * gradient - b)
            if p.ndim > 1:
                p *= np.float32(1 - work.rate * work.decay)
            root = np.sqrt(b / np.float32(1 - work.beta2**t)) + np.float32(1e-8)
            p -= np.float32(work.rate / (1 - 0.9**t)) * a / root
        return float(loss)

    return step


def cross_entropy(logits: Any, y: Any) -> tuple[Any, Any]:
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / np.float32(len(y))


def normalize(x: Any, scale: Any) -> tuple[Any, Any]:
    d = x - x.mean(axis=1, keepdims=True)
    r = 1 / np.sqrt((d * d).mean(axis=1, keepdims=True) + np.float32(1e-5))
    h = d * r

    def backward(dy: Any) -> tuple[Any, Any]:
        dh = dy * scale
        dx = dh - dh.mean(axis=1, keepdims=True) - h * (dh * h).mean(axis=1, keepdims=True)
        return dx * r, (dy * h).sum(axis=0)

    return h * scale, backward


def gpt(w: Any, tokens: Any, targets: Any) -> tuple[Any, list[Any]]:
    (N, T), blocks, heads = tokens.shape, SIZES.blocks, SIZES.heads
    E, P, scale = w[0], w[1], w[-1]
    x = (E[tokens] + P[:T]).reshape(N * T, -1)
    mask, root = np.triu(np.full((T, T), -np.inf, np.float32), 1), np.float32((x.shape[1] // heads) ** 0.5)
    kept: list[Any] = []
    for i in range(blocks):
        qkv, out, up, down = w[2 + 4 * i : 6 + 4 * i]
        scale1, scale2 = w[2 + 4 * blocks + 2 * i : 4 + 4 * blocks + 2 * i]
        n1, back1 = normalize(x, scale1)
        q, k, v = (n1 @ qkv).reshape(N, T, 3, heads, -1).transpose(2, 0, 3, 1, 4)
        s = q @ k.swapaxes(-1, -2) / root + mask
        p = np.exp(s - s.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        a = (p @ v).transpose(0, 2, 1, 3).reshape(N * T, -1)
        x = x + a @ out
        n2, back2 = normalize(x, scale2)
        z = n2 @ up
        th = np.tanh(np.float32((2 / np.pi) ** 0.5) * (z + np.float32(0.044715) * z * z * z))
        g = np.float32(0.5) * z * (1 + th)
        x = x + g @ down
        kept.append((n1, back1, q, k, v, p, a, n2, back2, z, th, g))
    y, back_y = normalize(x, scale)
    loss, dlogits = cross_entropy(y @ E.T, targets.ravel())
    d = [np.zeros_like(array) for array in w]
    d[0] += dlogits.T @ y
    dx, d[-1] = back_y(dlogits @ E)
    for i in reversed(range(blocks)):
        qkv, out, up, down = w[2 + 4 * i : 6 + 4 * i]
        n1, back1, q, k, v, p, a, n2, back2, z, th, g = kept[i]
        d[5 + 4 * i] = g.T @ dx
        inner = np.float32((2 / np.pi) ** 0.5) * (1 + np.float32(3 * 0.044715) * z * z)
        dz = (dx @ down.T) * np.float32(0.5) * (1 + th + z * (1 - th * th) * inner)
        d[4 + 4 * i] = n2.T @ dz
        dn2, d[3 + 4 * blocks + 2 * i] = back2(dz @ up.T)
        dx = dx + dn2
        d[3 + 4 * i] = a.T @ dx
        da = (dx @ out.T).reshape(N, T, heads, -1).transpose(0, 2, 1, 3)
        dp = da @ v.swapaxes(-1, -2)
        ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) / root
        dq, dk, dv = ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ da
        dqkv = np.stack([dq, dk, dv]).transpose(1, 3, 0, 2, 4).reshape(N * T, -1)
        d[2 + 4 * i] = n1.T @ dqkv
        dn1, d[2 + 4 * blocks + 2 * i] = back1(dqkv @ qkv.T)
        dx = dx + dn1
    np.add.at(d[0], tokens.ravel(), dx)
    d[1][:T] = dx.reshape(N, T, -1).sum(axis=0)
    return loss, d


def windows(x: Any, size: int) -> Any:
    """Copy each window of images, shape (N, C, H, W), to a row, shape (N P Q, C size size)."""
    found = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return found.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * size * size)


def convolution(x: Any, w: Any, b: Any) -> tuple[Any, Any]:
    (N, C, H, W), (M, _, U, _) = x.shape, w.shape
    P, Q, rows = H - U + 1, W - U + 1, windows(x, U)
    z = (rows @ w.reshape(M, -1).T + b).reshape(N, P, Q, M).transpose(0, 3, 1, 2)

    def backward(dz: Any) -> tuple[Any, Any, Any]:
        flat = dz.transpose(0, 2, 3, 1).reshape(-1, M)
        drows = (flat @ w.reshape(M, -1)).reshape(N, P, Q, C, U, U)
        dx = np.zeros_like(x)
        for u in range(U):
            for v in range(U):
                dx[:, :, u : u + P, v : v + Q] += drows[..., u, v].transpose(0, 3, 1, 2)
        return dx, (flat.T @ rows).reshape(w.shape), flat.sum(axis=0)

    return z, backward


def pooling(z: Any) -> tuple[Any, Any]:
    """Max pooling over two by two, and ReLU."""
    N, C, H, W = z.shape
    tiles = z.reshape(N, C, H // 2, 2, W // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(N, C, H // 2, W // 2, 4)
    which = tiles.argmax(axis=-1)[..., None]
    a = np.maximum(np.take_along_axis(tiles, which, axis=-1)[..., 0], 0)

    def backward(da: Any) -> Any:
        dtiles = np.zeros_like(tiles)
        np.put_along_axis(dtiles, which, (da * (a > 0))[..., None], axis=-1)
        return dtiles.reshape(N, C, H // 2, W // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(z.shape)

    return a, backward


def lenet(w: Any, x: Any, y: Any) -> tuple[Any, list[Any]]:
    C1, b1, C3, b3, C5, b5, F6, b6, W, b = w
    z1, back1 = convolution(np.pad(x.reshape(-1, 1, 28, 28), ((0, 0), (0, 0), (2, 2), (2, 2))), C1, b1)
    s2, back2 = pooling(z1)
    z3, back3 = convolution(s2, C3, b3)
    s4, back4 = pooling(z3)
    flat = s4.reshape(len(x), -1)
    c5 = np.maximum(flat @ C5 + b5, 0)
    f6 = np.maximum(c5 @ F6 + b6, 0)
    loss, dlogits = cross_entropy(f6 @ W + b, y)
    df6 = dlogits @ W.T * (f6 > 0)
    dc5 = df6 @ F6.T * (c5 > 0)
    ds2, dC3, db3 = back3(back4((dc5 @ C5.T).reshape(s4.shape)))
    _, dC1, db1 = back1(back2(ds2))
    dense = [flat.T @ dc5, dc5.sum(axis=0), c5.T @ df6, df6.sum(axis=0), f6.T @ dlogits, dlogits.sum(axis=0)]
    return loss, [dC1, db1, dC3, db3, *dense]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def lstm(w: Any, x: Any, y: Any) -> tuple[Any, list[Any]]:
    W, U, b, V, c0 = w
    (N, T, _), M = x.shape, UNITS
    h, c = np.zeros((N, M), x.dtype), np.zeros((N, M), x.dtype)
    kept: list[Any] = []
    for t in range(T):
        z = x[:, t] @ W + h @ U + b
        i, f, o = sigmoid(z[:, :M]), sigmoid(z[:, M : 2 * M]), sigmoid(z[:, 3 * M :])
        g = np.tanh(z[:, 2 * M : 3 * M])
        before = h, c
        c = f * c + i * g
        th = np.tanh(c)
        h = o * th
        kept.append((*before, i, f, g, o, th))
    error = h @ V + c0 - y
    dy = error * np.float32(2 / N)
    d = [np.zeros_like(array) for array in w]
    d[3], d[4] = h.T @ dy, dy.sum(axis=0)
    dh, dc = dy @ V.T, np.zeros_like(c)
    for t in reversed(range(T)):
        h, c, i, f, g, o, th = kept[t]
        dc = dc + dh * o * (1 - th * th)
        dz = np.concatenate(
            [dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g * g), dh * th * o * (1 - o)], 1
        )
        d[0] += x[:, t].T @ dz
        d[1] += h.T @ dz
        d[2] += dz.sum(axis=0)
        dh, dc = dz @ U.T, dc * f
    return (error * error).mean(), d
