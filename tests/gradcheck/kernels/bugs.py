"""Mistakes that were published in the backward passes of kernels, made again in ours.

Each names where it was reported, or the paper that warns of it, and what the checker may call it.
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.gradcheck.kernels import activations, losses, norms, sequences
from tests.gradcheck.kernels.kernel import Kernel, torch

BY_NAME = {k.name: k for k in [*norms.RIGHT, *activations.RIGHT, *losses.RIGHT, *sequences.RIGHT]}


@dataclass(frozen=True)
class Bug:
    """A kernel with a mistake.

    Attributes
    ----------
    source : str
    kernel : Kernel
    causes : tuple of str
        Any of them is right.
    input : int or None
        The position of the input whose gradient is wrong.
    """

    source: str
    kernel: Kernel
    causes: tuple[str, ...]
    input: int | None = None


def bug(name: str, source: str, backward: Any, causes: str, input: int | None = None, **changes: Any) -> Bug:
    """One row: the right kernel of this name with another backward pass."""
    kernel = replace(BY_NAME[name], backward=backward, **changes)
    return Bug(source, kernel, tuple(causes.split()), input)


def in_memory_order(g: Any) -> Any:
    """The numbers as a kernel finds them that takes a tensor for contiguous."""
    return torch.as_strided(g, g.shape, torch.empty(g.shape).stride())


def over_first_axis(g: Any, x: Any, w: Any, mean: Any, rstd: Any) -> Any:
    dx, dw, db = norms.layer_norm_b(g, x, w, mean, rstd)
    return dx, dw, g[0].sum(tuple(range(g.dim() - 2))) if g.dim() > 2 else db


def sums_of_all_rows(g: Any, x: Any, w: Any, mean: Any, rstd: Any) -> Any:
    normed, wdy = (x - mean) * rstd, g * w
    dx = rstd * (wdy - wdy.sum() / x.shape[-1] - normed * (wdy * normed).sum() / x.shape[-1])
    return dx, (g * normed).sum(0), g.sum(0)


def without_weight(g: Any, x: Any, w: Any, rrms: Any) -> Any:
    normed = x * rrms
    return rrms * (g * w - normed * (g * normed).mean(-1, keepdim=True)), (g * normed).sum(0)


def no_weight(g: Any, x: Any, w: Any, rrms: Any) -> Any:
    return norms.rms_norm_b(g, x, w, rrms)[0], None


def overwritten(g: Any, x: Any, w: Any, rrms: Any) -> Any:
    dx = norms.rms_norm_b(g, x, w, rrms)[0]
    g.copy_(dx)
    return dx, (g * x * rrms).sum(0)


def variance_constant(g: Any, normed: Any, rstd: Any, w: Any) -> Any:
    dw, db = (g * normed).sum(0), g.sum(0)
    return w * rstd * (g - db / len(g)), dw, db


def correction_of_1(g: Any, normed: Any, rstd: Any, w: Any) -> Any:
    dw, db = (g * normed).sum(0), g.sum(0)
    return w * rstd * (g - db / len(g) - normed * dw / (len(g) - 1)), dw, db


def other_mask(g: Any, h: Any, w: Any, rrms: Any, mask: Any) -> Any:
    return norms.dropout_add_norm_b(g, h, w, rrms, mask.roll(1, -1))


def without_keep(g: Any, h: Any, w: Any, rrms: Any, mask: Any) -> Any:
    dx, *rest = norms.dropout_add_norm_b(g, h, w, rrms, mask)
    return dx * 0.8, *rest


def residual_forgotten(g: Any, h: Any, w: Any, rrms: Any, mask: Any) -> Any:
    dx, dh, dw, _ = norms.dropout_add_norm_b(g, h, w, rrms, mask)
    return dx, torch.zeros_like(dh), dw, None


def groups_of_one(g: Any, normed: Any, rstd: Any, w: Any) -> Any:
    wdy = g * w[:, None]
    r = rstd.repeat_interleave(g.shape[1] // 2, 1)
    dx = r * (wdy - wdy.mean(-1, keepdim=True) - normed * (wdy * normed).mean(-1, keepdim=True))
    return dx, (g * normed).sum((0, 2)), g.sum((0, 2))


def swapped(u: Any, e: Any, g: Any) -> Any:
    return activations.swiglu_b(u, e, g)[::-1]


def first_row(u: Any, e: Any, g: Any) -> Any:
    de, dg = activations.swiglu_b(u, e, g)
    only = torch.zeros_like(de)
    only[0] = de[-1]
    return only, dg


def sigmoid_alone(u: Any, e: Any, g: Any) -> Any:
    s = torch.sigmoid(e)
    return u * g * s * (1 - s), u * e * s


def pair(g: Any, x: Any, b: Any) -> Any:
    both = activations.bias_gelu_b(g, x, b)
    return both, both


def without_cube(g: Any, x: Any, b: Any) -> Any:
    z = x + b
    t = torch.tanh(activations.ROOT * (z + activations.CUBE * z**3))
    dx = g * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * activations.ROOT)
    return dx, dx.sum(0)


def tanh_for_erf(g: Any, a: Any, b: Any) -> Any:
    return g * b * activations.gelu_tanh_slope(a), g * activations.gelu(a)


def no_scale(g: Any, x: Any, W: Any, A: Any, B: Any) -> Any:
    dx, dW, dA, dB = activations.low_rank_b(g, x, W, A, B)
    return dx, dW, dA / 4, dB


def all_rows(g: Any, p: Any, labels: Any, valid: Any) -> Any:
    dx, _ = losses.cross_entropy_b(g, p, labels, valid)
    return dx * valid.sum() / len(p), None


def ignored_too(g: Any, p: Any, labels: Any, valid: Any) -> Any:
    return g * (p - losses._one_hot(labels, p)) / valid.sum(), None


def labels_sharp(g: Any, p: Any, target: Any) -> Any:
    return g * (p - (target > 0.5).to(p)) / len(p), None


def no_z_loss(g: Any, x: Any, lse: Any, labels: Any) -> Any:
    return g * (torch.exp(x - lse[:, None]) - losses._one_hot(labels, x)) / len(x), None


def upstream_ignored(g: Any, dx: Any, dW: Any) -> Any:
    return dx, dW, None


def mean_of_all(g: Any, logp: Any, logq: Any) -> Any:
    dx, dy = losses.divergence_b(g, logp, logq)
    return dx / logp.shape[-1], dy


def clipped_at_2(g: Any, e: Any) -> Any:
    d = g * e.clamp(-2, 2) / e.numel()
    return d, -d


def not_summed(g: Any, p: Any) -> Any:
    return (p * (g - g * p),)


def over_other_axis(g: Any, y: Any) -> Any:
    return (g - y.exp() * g.sum(0, keepdim=True),)


def keys_unscaled(g: Any, *kept: Any) -> Any:
    dq, dk, dv = sequences.attention_b(g, *kept)
    return dq, dk * kept[0].shape[-1] ** 0.5, dv


def values_without_mask(g: Any, q: Any, k: Any, v: Any, out: Any, lse: Any) -> Any:
    dq, dk, _ = sequences.attention_b(g, q, k, v, out, lse)
    p = torch.exp(sequences._scores(q, k, causal=False) - lse)
    return dq, dk, p.mT @ g


def delta_forgotten(g: Any, q: Any, k: Any, v: Any, out: Any, lse: Any) -> Any:
    p = torch.exp(sequences._scores(q, k, causal=True) - lse)
    ds = p * (g @ v.mT) / q.shape[-1] ** 0.5
    return ds @ k, ds.mT @ q, p.mT @ g


def contiguous_upstream(g: Any, *kept: Any) -> Any:
    return sequences.attention_b(in_memory_order(g), *kept)


def contiguous_norm(g: Any, *kept: Any) -> Any:
    return norms.rms_norm_b(in_memory_order(g), *kept)


def after_dropout(g: Any, q: Any, k: Any, v: Any, p: Any, mask: Any) -> Any:
    dropped, dp = p * mask / 0.8, g @ v.mT
    ds = dropped * (dp - (dp * dropped).sum(-1, keepdim=True)) / q.shape[-1] ** 0.5
    return ds @ k, ds.mT @ q, dropped.mT @ g, None


def last_group(g: Any, q: Any, k: Any, v: Any, p: Any) -> Any:
    dq, _, dv = sequences.grouped_attention_b(g, q, k, v, p)
    dk = sequences.grouped_attention_b(g[:, -1:], q[:, -1:], k, v, p[:, -1:])[1]
    return dq, dk, dv


def same_turn(g: Any, cos: Any, sin: Any) -> Any:
    return (sequences._turned(g, cos, sin),)


def halves_alike(g: Any, cos: Any, sin: Any) -> Any:
    first, second = g.chunk(2, -1)
    return (torch.cat([first * cos + second * sin, second * cos + first * sin], -1),)


def not_carried(g: Any, a: Any, h: Any) -> Any:
    dx, _ = sequences.scan_b(g, a, h)
    cut = g.clone()
    cut[:2] = sequences.scan_b(g[:2], a[:2], h[:2])[0]
    cut[2:] = dx[2:]
    return cut, sequences.scan_b(g, a, h)[1]


def state_after(g: Any, a: Any, h: Any) -> Any:
    dx, _ = sequences.scan_b(g, a, h)
    return dx, torch.cat([0 * h[:1], (dx * h)[1:]])


def forward_again(g: Any) -> Any:
    return (g.cumsum(0),)


def turned_kernel(g: Any, x: Any, w: Any) -> Any:
    return sequences.causal_convolution_b(g, x, w.flip(1))


def assigned(g: Any, W: Any, places: Any) -> Any:
    dW = torch.zeros_like(W)
    dW[places] = g
    return dW, None


ALL = [
    bug("layer norm, rank 3", "FlagGems #5392", over_first_axis, "axis missing", 2),
    bug("layer norm", "FlagGems #59", sums_of_all_rows, "axis", 0),
    bug("RMS norm", "FlagGems #1084", contiguous_norm, "layout"),
    bug("RMS norm", "llm.c #763", without_weight, "missing", 0),
    bug("RMS norm", "unsloth #4533", no_weight, "missing", 1),
    bug("RMS norm", "unsloth #4550", overwritten, "mutates"),
    bug("batch norm", "a variance taken for a constant", variance_constant, "missing", 0),
    bug("batch norm", "the variance with and without its correction", correction_of_1, "missing", 0),
    bug("group norm", "statistics of a channel for those of a group", groups_of_one, "missing axis", 0),
    bug("dropout, residual and RMS norm", "mamba #1023", other_mask, "mask entries missing", 0),
    bug("dropout, residual and RMS norm", "the share that is kept forgotten", without_keep, "scale", 0),
    bug("dropout, residual and RMS norm", "the path around forgotten", residual_forgotten, "missing", 1),
    bug("SwiGLU", "unsloth #3314", swapped, "transpose"),
    bug("SwiGLU", "Triton-distributed #180", first_row, "entries axis missing", 0),
    bug("SwiGLU", "the slope of sigmoid for that of e sigmoid(e)", sigmoid_alone, "scale", 0),
    bug("bias and GELU", "flash-attention #2820", pair, "raises"),
    bug("bias and GELU", "the slope of the cube forgotten", without_cube, "scale", 0),
    bug("GEGLU", "the approximation's slope for the exact function", tanh_for_erf, "scale", 0),
    bug("dense with a low-rank adapter", "the adapter's scale forgotten", no_scale, "scale", 2),
    bug("cross-entropy with ignored labels", "Liger-Kernel #198", all_rows, "scale", 0),
    bug("cross-entropy with ignored labels", "FlagGems #73", ignored_too, "entries mask axis", 0),
    bug("cross-entropy, labels smoothed", "Liger-Kernel #198, smoothing", labels_sharp, "missing", 0),
    bug("cross-entropy with z-loss", "the z-loss has no gradient", no_z_loss, "missing", 0),
    bug("dense and cross-entropy in chunks", "gradients of the forward pass as they are", upstream_ignored, "upstream"),
    bug("divergence", "mean over all entries for the batch", mean_of_all, "scale", 0),
    bug("Huber", "another threshold", clipped_at_2, "mask scale", 0),
    bug("softmax", "no sum over the row", not_summed, "missing", 0),
    bug("log-softmax", "sum over the batch", over_other_axis, "axis", 0),
    bug("causal attention", "flash-attention #2657", keys_unscaled, "scale", 1),
    bug("causal attention", "flash-attention #1915", values_without_mask, "mask", 2),
    bug("causal attention", "delta forgotten", delta_forgotten, "missing", 0),
    bug("causal attention", "flash-attention #355", contiguous_upstream, "layout"),
    bug("attention with dropout", "nki-samples #81", after_dropout, "missing mask", 0),
    bug("grouped attention", "one head of queries for all of a group", last_group, "missing", 1),
    bug("rotary embedding", "Paddle #74716", same_turn, "sign transpose", 0),
    bug("rotary embedding", "both halves with the same sign", halves_alike, "sign entries", 0),
    bug("linear scan", "nothing carried over the end of a block", not_carried, "missing entries", 0),
    bug("linear scan", "the state after the step for that before it", state_after, "scale", 1),
    bug("cumulative sum", "the sum in the same order", forward_again, "transpose", 0),
    bug("causal convolution", "the kernel turned", turned_kernel, "transpose", 0),
    bug("embedding", "assigned where it is added", assigned, "missing", 0),
]
