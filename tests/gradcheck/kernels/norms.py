"""Normalisations, fused."""

from typing import Any

from tests.gradcheck.kernels.kernel import Kernel, normal

EPS = 1e-5


def layer_norm(x: Any, w: Any, b: Any) -> Any:
    mean = x.mean(-1, keepdim=True)
    rstd = (x.var(-1, keepdim=True, correction=0) + EPS).rsqrt()
    return (x - mean) * rstd * w + b, (x, w, mean, rstd)


def layer_norm_b(g: Any, x: Any, w: Any, mean: Any, rstd: Any) -> Any:
    normed = (x - mean) * rstd
    wdy = g * w
    dx = rstd * (wdy - wdy.mean(-1, keepdim=True) - normed * (wdy * normed).mean(-1, keepdim=True))
    rows = tuple(range(x.dim() - 1))
    return dx, (g * normed).sum(rows), g.sum(rows)


def rms_norm(x: Any, w: Any) -> Any:
    rrms = (x.square().mean(-1, keepdim=True) + EPS).rsqrt()
    return x * rrms * w, (x, w, rrms)


def rms_norm_b(g: Any, x: Any, w: Any, rrms: Any) -> Any:
    wdy, normed = g * w, x * rrms
    dx = rrms * (wdy - normed * (wdy * normed).mean(-1, keepdim=True))
    return dx, (g * normed).flatten(0, -2).sum(0)


def group_norm(x: Any, w: Any, b: Any) -> Any:
    grouped = x.reshape(x.shape[0], 2, -1)
    mean = grouped.mean(-1, keepdim=True)
    rstd = (grouped.var(-1, keepdim=True, correction=0) + EPS).rsqrt()
    normed = ((grouped - mean) * rstd).reshape(x.shape)
    return normed * w[:, None] + b[:, None], (normed, rstd, w)


def group_norm_b(g: Any, normed: Any, rstd: Any, w: Any) -> Any:
    wdy, flat = (a.reshape(g.shape[0], 2, -1) for a in (g * w[:, None], normed))
    dx = rstd * (wdy - wdy.mean(-1, keepdim=True) - flat * (wdy * flat).mean(-1, keepdim=True))
    return dx.reshape(g.shape), (g * normed).sum((0, 2)), g.sum((0, 2))


def batch_norm(x: Any, w: Any, b: Any) -> Any:
    mean, rstd = x.mean(0), (x.var(0, correction=0) + EPS).rsqrt()
    normed = (x - mean) * rstd
    return normed * w + b, (normed, rstd, w)


def batch_norm_b(g: Any, normed: Any, rstd: Any, w: Any) -> Any:
    dw, db = (g * normed).sum(0), g.sum(0)
    return w * rstd * (g - db / len(g) - normed * dw / len(g)), dw, db


def l2_norm(x: Any) -> Any:
    rnorm = (x.square().sum(-1, keepdim=True) + 1e-6).rsqrt()
    y = x * rnorm
    return y, (y, rnorm)


def l2_norm_b(g: Any, y: Any, rnorm: Any) -> Any:
    return ((g - y * (g * y).sum(-1, keepdim=True)) * rnorm,)


def dropout_add_norm(x: Any, residual: Any, w: Any, mask: Any) -> Any:
    """RMS norm of a sum of dropped out numbers and a residual; 0.8 of them are kept."""
    h = x * mask / 0.8 + residual
    rrms = (h.square().mean(-1, keepdim=True) + EPS).rsqrt()
    return h * rrms * w, (h, w, rrms, mask)


def dropout_add_norm_b(g: Any, h: Any, w: Any, rrms: Any, mask: Any) -> Any:
    dh, dw = rms_norm_b(g, h, w, rrms)
    return dh * mask / 0.8, dh, dw, None


def masked(rng: Any) -> Any:
    return (*normal((4, 6), (4, 6), (6,))(rng), rng.uniform(size=(4, 6)) < 0.8)


RIGHT = [
    Kernel("layer norm", layer_norm, layer_norm_b, normal((4, 6), (6,), (6,))),
    Kernel("layer norm, rank 3", layer_norm, layer_norm_b, normal((2, 3, 6), (6,), (6,))),
    Kernel("RMS norm", rms_norm, rms_norm_b, normal((4, 6), (6,))),
    Kernel("RMS norm, rank 4", rms_norm, rms_norm_b, normal((2, 3, 2, 5), (5,))),
    Kernel("group norm", group_norm, group_norm_b, normal((2, 4, 3), (4,), (4,))),
    Kernel("batch norm", batch_norm, batch_norm_b, normal((7, 4), (4,), (4,))),
    Kernel("L2 norm", l2_norm, l2_norm_b, normal((4, 5))),
    Kernel("dropout, residual and RMS norm", dropout_add_norm, dropout_add_norm_b, masked),
]
