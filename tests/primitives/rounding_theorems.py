"""The theorems of the sections *Rounding*, as functions of the inputs.

For each result of the code a theorem gives either a number, which bounds the error in u = 2**-53 relative to the result
(where the table of symbols says *componentwise*, to the size of the terms of its equation), or an array, which bounds
the error itself in u.
"""

from collections.abc import Callable
from math import ceil, log, log2
from typing import Any

import numpy as np

from tests.primitives.attention_theorems import of_causal_attention as of_causal_attention
from tests.primitives.attention_theorems import of_multi_head_attention as of_multi_head_attention

#: The inputs of the code, by name, and what a theorem says about each of its results.
Inputs = dict[str, Any]
Bounds = dict[str, Any]

#: NumPy's tanh is taken to be within 3 u; the condition number of the sigmoid of a positive number is at most this.
TANH, GATE = 3, 0.2785


def over_classes(K: int) -> int:
    """A: the additions that a term of a sum over the classes takes part in."""
    return max(K - 2, 0) if K <= 17 else 15 + ceil(log2(K / 16))


def over_row(D: int) -> int:
    """The same where no term is 0."""
    return D - 1 if D <= 16 else 15 + ceil(log2(D / 16))


def over_batch(N: int) -> int:
    """C: the additions that a term of a sum over the batch takes part in."""
    return N - 1 if N <= 32 else 32 * ceil(log(N, 32)) - 1


def of_sigmoid(inputs: Inputs) -> Bounds:
    return {"a": 5, "dz": 6}


def of_relu(inputs: Inputs) -> Bounds:
    return {"a": 0, "dz": 0}


def of_leaky_relu(inputs: Inputs) -> Bounds:
    return {"a": 1, "dz": 1}


def of_swiglu(inputs: Inputs) -> Bounds:
    return {"y": 4, "dx": 4, "dz": 5.2}


def of_dense(inputs: Inputs) -> Bounds:
    (N, D), M = inputs["x"].shape, len(inputs["b"])
    return {"z": D + 1, "dx": M, "dW": N, "db": over_batch(N)}


def of_linear(inputs: Inputs) -> Bounds:
    (N, D), M = inputs["x"].shape, inputs["W"].shape[1]
    return {"z": D, "dx": M, "dW": N}


def of_embedding(inputs: Inputs) -> Bounds:
    return {"x": 0, "dW": np.bincount(inputs["tokens"]).max() - 1}


def of_residual(inputs: Inputs) -> Bounds:
    return {"y": 1, "dx": 0, "df": 0}


def of_dropout(inputs: Inputs) -> Bounds:
    return {"y": 1, "dx": 1}


def of_softmax(inputs: Inputs) -> Bounds:
    A = over_classes(inputs["z"].shape[1])
    return {"p": 6.4, "dz": 17 + A}


def of_log_softmax(inputs: Inputs) -> Bounds:
    A = over_classes(inputs["z"].shape[1])
    return {"y": 5.4, "dz": 9.4 + A}


def of_rms_norm(inputs: Inputs) -> Bounds:
    N, D = inputs["x"].shape
    A = over_row(D)
    return {"y": 5.5 + A / 2, "dgamma": 5.5 + A / 2 + over_batch(N), "dx": 18 + 3 * A}


def of_layer_norm(inputs: Inputs) -> Bounds:
    x, gamma, beta, dy = (inputs[name] for name in ("x", "gamma", "beta", "dy"))
    N, D = x.shape
    d = x - x.mean(axis=1, keepdims=True)
    d -= d.mean(axis=1, keepdims=True)
    r = 1 / np.sqrt((d * d).mean(axis=1, keepdims=True) + 1e-5)
    h = np.abs(d * r)
    off = (D + 4) * h.max(axis=1, keepdims=True) + (D / 2 + 7) * h
    g = np.abs(dy * gamma)
    mean, share = g.mean(axis=1, keepdims=True), (g * h).mean(axis=1, keepdims=True)
    off_share = (g * off).mean(axis=1, keepdims=True) + (D + 2) * share
    inside = 3 * g + (D + 3) * mean + h * off_share + (off + 2 * h) * share
    return {
        "y": np.abs(gamma) * (off + 2 * h) + np.abs(beta),
        "dgamma": (np.abs(dy) * (off + N * h)).sum(axis=0),
        "dbeta": N - 1,
        "dx": r * (inside + (D / 2 + 7) * (g + mean + h * share)),
    }


def of_batch_norm(inputs: Inputs) -> Bounds:
    x, gamma, beta, dy = (inputs[name] for name in ("x", "gamma", "beta", "dy"))
    N, C = len(x), over_batch(len(x))
    d = x - x.mean(axis=0)
    d -= d.mean(axis=0)
    r = 1 / np.sqrt((d * d).mean(axis=0) + 1e-5)
    h = np.abs(d * r)
    of_r = C / 2 + 6 + 4 * h.max(axis=0)
    off = (C + 8) * h.max(axis=0) + (of_r + 1) * h
    g = np.abs(dy)
    mean, share = g.mean(axis=0), (g * h).mean(axis=0)
    off_share = (g * off).mean(axis=0) + (C + 2) * share
    inside = 2 * g + (C + 2) * mean + h * off_share + (off + 3 * h) * share
    return {
        "y": np.abs(gamma) * (off + 2 * h) + np.abs(beta),
        "dgamma": N * ((g * off).mean(axis=0) + (C + 1) * share),
        "dbeta": C,
        "dx": np.abs(gamma) * r * (inside + (of_r + 2) * (g + mean + h * share)),
    }


def of_rotary(inputs: Inputs) -> Bounds:
    T, D = inputs["x"].shape

    def pairs(x: Any) -> Any:
        sums = np.abs(x).copy()
        sums[:, 0 : D - 1 : 2] += np.abs(x[:, 1::2])
        sums[:, 1::2] = sums[:, 0 : D - 1 : 2]
        return sums

    return {"y": (3 * T + 1) * pairs(inputs["x"]), "dx": (3 * T + 1) * pairs(inputs["dy"])}


def of_conv2d(inputs: Inputs) -> Bounds:
    (M, C, U, V), (N, _, P, Q) = inputs["w"].shape, inputs["dy"].shape
    return {"y": C * U * V + 1, "db": Q * N + P - 1, "dw": Q * N + P, "dx": M + U + V - 2}


def of_max_pool(inputs: Inputs) -> Bounds:
    return {"y": 0, "dx": ceil(int(inputs["size"]) / int(inputs["stride"])) ** 2 - 1}


def of_average_pool(inputs: Inputs) -> Bounds:
    size = int(inputs["size"])
    return {"y": size**2, "dx": ceil(size / int(inputs["stride"])) ** 2}


def of_rnn(inputs: Inputs) -> Bounds:
    (N, T, D), M = inputs["x"].shape, len(inputs["U"])
    h, Z = inputs["h0"], 0.0
    for t in range(T):
        z = inputs["x"][:, t] @ inputs["W"] + inputs["b"] + h @ inputs["U"]
        h, Z = np.tanh(z), max(Z, float(z.max()))
    of_h = D + 1 + T * (M + 1 + TANH)
    q = T * (M + 7 + 2 * Z * np.tanh(Z) * (D + T * (M + 1 + TANH)))
    return {
        "h": of_h,
        "dx": q + M,
        "dh0": q + M,
        "dW": q + N * T,
        "dU": q + of_h + N * T,
        "db": q + over_batch(N * T),
    }


def of_lstm(inputs: Inputs) -> Bounds:
    (N, T, D), M = inputs["x"].shape, len(inputs["U"])
    h, c = inputs["s0"][:, :M], inputs["s0"][:, M:]
    Z, largest, a, of_h, of_c = 0.0, 0.0, [], [0.0], [0.0]
    for t in range(T):
        z = inputs["x"][:, t] @ inputs["W"] + inputs["b"] + h @ inputs["U"]
        gates = 1 / (1 + np.exp(-z))
        c = gates[:, M : 2 * M] * c + gates[:, :M] * np.tanh(z[:, 2 * M : 3 * M])
        h, Z, largest = gates[:, 3 * M :] * np.tanh(c), max(Z, float(z.max())), max(largest, float(c.max()))
        a.append(max(D + 1, M + of_h[-1]) + 1)
        of_c.append(GATE * a[-1] + 5 + max(of_c[-1], a[-1] + TANH))
        of_h.append(GATE * a[-1] + 4 + of_c[-1] + TANH)
    of_slope, of_tanh_slope, of_cell_slope = Z * np.tanh(Z / 2), 2 * Z * np.tanh(Z), 2 * largest * np.tanh(largest)
    q = p = of_dh = by_cell = 0.0
    for t in reversed(range(T)):
        p = max(of_dh + GATE * a[t] + 11 + of_cell_slope * of_c[t + 1], by_cell) + 2
        by_gate = max(of_slope * a[t] + TANH + max(a[t], of_c[t + 1]), (GATE + of_tanh_slope) * a[t] + 3)
        q = p + by_gate + 8
        of_dh, by_cell = q + 4 * M + 1, p + GATE * a[t] + 4
    return {
        "s": max(of_h[-1], of_c[-1]),
        "dx": q + 4 * M,
        "ds0": max(q + 4 * M, by_cell),
        "dW": q + N * T,
        "dU": q + of_h[-1] + N * T,
        "db": q + over_batch(N * T),
    }


def of_gru(inputs: Inputs) -> Bounds:
    (N, T, D), M = inputs["x"].shape, len(inputs["U"])
    h, Z, of_h = inputs["h0"], 0.0, 0.0
    a = n = of_v = 0.0
    for t in range(T):
        z = inputs["x"][:, t] @ inputs["W"] + inputs["b"]
        hU = h @ inputs["U"]
        z[:, : 2 * M] += hU[:, : 2 * M]
        gates = 1 / (1 + np.exp(-z))
        z[:, 2 * M :] += gates[:, :M] * (hU[:, 2 * M :] + inputs["c"])
        u = gates[:, M : 2 * M]
        h, Z = (1 - u) * np.tanh(z[:, 2 * M :]) + u * h, max(Z, float(z.max()))
        a, of_v = max(D + 1, M + of_h) + 1, M + of_h + 1
        n = max(D + 1, GATE * a + 4 + of_v) + 1
        of_h = max(Z * a + 4 + n + TANH, GATE * a + 3 + of_h) + 2
    G = Z * (1 + np.tanh(Z / 2)) * a + 2 * Z * np.tanh(Z) * n + max(a, n, of_v) + 20
    G = G if T == 1 else 1e300  # of the gradients of several steps nothing is said
    return {
        "h": of_h,
        "dx": G + 3 * M,
        "dh0": G + 2 * M + 2,
        "dW": G + N,
        "dU": G + N,
        "db": G + over_batch(N),
        "dc": G + over_batch(N),
    }


def of_binary_cross_entropy(inputs: Inputs) -> Bounds:
    return {"loss": 7, "dlogits": 9}


def of_softmax_cross_entropy(inputs: Inputs) -> Bounds:
    one_hot = inputs["targets"].ndim == 1 or ((inputs["targets"] == 0) | (inputs["targets"] == 1)).all()
    return {"loss": 8.4, "dlogits": 8.4 if one_hot else 13}


def of_mean_squared_error(inputs: Inputs) -> Bounds:
    return {"loss": 5, "dpredictions": 3}


def of_huber(inputs: Inputs) -> Bounds:
    return {"loss": 6, "dpredictions": 3}


#: By the name of the primitive.
THEOREMS: dict[str, Callable[[Inputs], Bounds]] = {
    name.removeprefix("of_"): theorem for name, theorem in list(globals().items()) if name.startswith("of_")
}
