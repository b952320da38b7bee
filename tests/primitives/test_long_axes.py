"""The theorems of softmax and the losses at long axes: 1,000 classes, 60,000 examples, every lead, both precisions.

The equations of a derivation would take too long there. The same mathematics in extended precision has eleven bits to
spare, and is compared with the equations at shorter axes by `test_rounding`.
"""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnmath import (
    binary_cross_entropy,
    causal_attention,
    huber,
    log_softmax,
    mean_squared_error,
    softmax,
    softmax_cross_entropy,
)
from nnmath.primitives.primitive import Primitive
from tests.primitives.attention_theorems import attention_errors
from tests.primitives.rounding_theorems import over_classes

Array = NDArray[Any]
U = 2.0**-53
TINY = 1e-290
SIZES = ((60_000, 2), (10_000, 7), (300, 128), (40, 1000), (2, 1000))
LEADS = (0.0, 1e-9, 1.0, 20.0, 36.8, 100.0, 344.9, 345.1, 700.0)
TARGETS = ("labels", "one-hot", "soft", "nearly 1")

extended = pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="long double has no more digits than double")


def logits(N: int, K: int, lead: float, rng: np.random.Generator) -> Array:
    """Rows of logits of which one leads; every other row is one of equal numbers, or of subnormal ones."""
    z: Array = rng.uniform(-1, 1, (N, K)) * rng.choice([0.0, 1e-310, 1e-3, 1.0], (N, 1))
    z[np.arange(N), rng.integers(K, size=N)] += lead
    return z


def targets(kind: str, N: int, K: int, rng: np.random.Generator) -> Array:
    labels = rng.integers(K, size=N)
    if kind == "labels":
        return labels
    if kind == "one-hot":
        one_hot: Array = np.eye(K)[labels]
        return one_hot
    rows = rng.random((N, K)) * (rng.random((N, K)) < 0.7) + 1e-300
    rows /= rows.sum(axis=1, keepdims=True)
    return rows if kind == "soft" else rows * (1 + 4e-6 * np.cos(np.arange(N)))[:, np.newaxis]


def compared(primitive: Primitive[..., Any], *inputs: Any, upstream: Any) -> list[tuple[Array, Array]]:
    """Return value and gradient, computed and in extended precision."""
    wide = [x.astype(np.longdouble) if getattr(x, "dtype", None) in (np.float32, np.float64) else x for x in inputs]
    value, backward = primitive(*inputs)
    with np.errstate(all="ignore"):
        exact, exact_backward = primitive.mathematics(*wide)
        return [(value, exact), (backward(upstream), exact_backward(np.asarray(upstream).astype(np.longdouble)[()]))]


def largest_share(computed: Array, exact: Array, size: Array) -> float:
    """Return the largest error in u, relative to a size, where nothing underflows."""
    normal = np.asarray(size) > TINY
    return float((np.abs(computed - exact)[normal] / np.asarray(size)[normal]).max(initial=0) / U)


@extended
@pytest.mark.parametrize(("N", "K"), SIZES)
def test_softmax_and_its_logarithm(N: int, K: int) -> None:
    rng = np.random.default_rng(K)
    A = over_classes(K)
    for lead in LEADS:
        z = logits(N, K, lead, rng)
        dp = rng.standard_normal((N, K))
        (p, exact_p), (dz, exact_dz) = compared(softmax, z, upstream=dp)
        assert largest_share(p, exact_p, exact_p) <= 6.4
        leading = exact_p.argmax(axis=1)[:, np.newaxis]
        b = np.where(np.take_along_axis(exact_p, leading, 1) > 0.5, np.take_along_axis(dp, leading, 1), 0)
        v = np.abs(dp - b)
        size = exact_p * (v + (v * exact_p).sum(axis=1, keepdims=True))
        assert largest_share(dz, exact_dz, size) <= 17 + A
        (y, exact_y), (dz, exact_dz) = compared(log_softmax, z, upstream=dp)
        assert largest_share(y, exact_y, np.abs(exact_y)) <= 5.4
        total = np.abs(dp).sum(axis=1, keepdims=True)
        at_largest = (1 - exact_p) * np.abs(dp) + exact_p * (total - np.abs(dp))
        size = np.where(np.arange(K) == leading, at_largest, np.abs(dp) + exact_p * total)
        assert largest_share(dz, exact_dz, size) <= 9.4 + A


@extended
@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize(("N", "K"), SIZES)
def test_softmax_cross_entropy(N: int, K: int, kind: str) -> None:
    rng = np.random.default_rng(K)
    for lead in LEADS:
        z, t, upstream = logits(N, K, lead, rng), targets(kind, N, K, rng), float(rng.standard_normal())
        (loss, exact_loss), (dz, exact_dz) = compared(softmax_cross_entropy, z, t, upstream=upstream)
        assert largest_share(loss, exact_loss, exact_loss) <= 8.4
        size, limit = np.abs(exact_dz), 8.4
        if kind in ("soft", "nearly 1"):
            p, S = softmax.mathematics(z.astype(np.longdouble))[0], t.sum(axis=1, keepdims=True)
            size, limit = (p * np.abs(S - t) + t * (1 - p)) * abs(upstream) / N, 13
        assert largest_share(dz, exact_dz, size) <= limit


@extended
@pytest.mark.parametrize(("N", "K"), SIZES)
def test_losses_of_single_entries(N: int, K: int) -> None:
    rng = np.random.default_rng(K)
    for lead in LEADS:
        z, t, upstream = logits(N, K, lead, rng), rng.choice([0, 1, 0.3], (N, K)), float(rng.standard_normal())
        (loss, exact_loss), (dz, exact_dz) = compared(binary_cross_entropy, z, t, upstream=upstream)
        assert largest_share(loss, exact_loss, exact_loss) <= 7
        q = 1 / (1 + np.exp(z.astype(np.longdouble)))
        assert largest_share(dz, exact_dz, ((1 - t) * (1 - q) + t * q) * abs(upstream) / N) <= 9
        for primitive, limit, inputs in ((mean_squared_error, 5, (z, t)), (huber, 6, (z, t, 0.4))):
            (loss, exact_loss), (dz, exact_dz) = compared(primitive, *inputs, upstream=upstream)
            assert largest_share(loss, exact_loss, exact_loss) <= limit
            assert largest_share(dz, exact_dz, np.abs(exact_dz)) <= 3


@extended
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("T", [1, 2, 17, 300])
def test_attention(T: int, dtype: Any) -> None:
    """Queries and keys have 16 entries, so that the scale is exact in any precision."""
    rng = np.random.default_rng(T)
    for lead in (0.0, 1.0, 40.0, 300.0 if dtype is np.float64 else 60.0):
        q, k = (rng.standard_normal((T, 16)).astype(dtype) for _ in range(2))
        v, da = (rng.standard_normal((T, 5)).astype(dtype) for _ in range(2))
        q[:, 0], k[:, 0], k[rng.integers(T), 0] = 4, 0, lead
        exact_a, exact_backward = causal_attention.mathematics(*(x.astype(np.longdouble) for x in (q, k, v)))
        exact = (exact_a, *exact_backward(da.astype(np.longdouble)))
        a, backward = causal_attention(q, k, v)
        bounds = attention_errors(*(x.astype(np.float64) for x in (q, k, v, da)))
        u = float(np.finfo(dtype).eps) / 2
        nothing = T * float(np.finfo(dtype).tiny)  # what underflows
        for computed, right, bound in zip((a, *backward(da)), exact, (bounds.a, bounds.dq, bounds.dk, bounds.dv)):
            assert (np.abs(computed - right) <= u * bound + nothing).all()


@extended
@pytest.mark.parametrize(("N", "K"), SIZES)
def test_single_precision_is_rounded_once(N: int, K: int) -> None:
    rng = np.random.default_rng(K)
    single = np.float32
    for lead in LEADS[:6]:
        z = logits(N, K, min(lead, 80.0), rng).astype(single)
        soft, labels = targets("soft", N, K, rng).astype(single), targets("labels", N, K, rng)
        dp = rng.standard_normal((N, K)).astype(single)
        few: list[tuple[Any, Any, Any]] = [(softmax, (z,), dp), (log_softmax, (z,), dp)]
        few += [(softmax_cross_entropy, (z, t), single(1.3)) for t in (labels, soft)]
        for primitive, inputs, upstream in [*few, (binary_cross_entropy, (z, soft), single(1))]:
            for computed, exact in compared(primitive, *inputs, upstream=upstream):
                assert computed.dtype == single
                last_place = np.spacing(np.maximum(np.abs(exact.astype(single)), np.finfo(single).tiny))
                cancelled = 1e-14 * np.abs(upstream).max()  # in double precision, of what is subtracted
                assert (np.abs(computed - exact) <= 0.501 * last_place + cancelled).all()
        for primitive, inputs in ((mean_squared_error, (z, soft)), (huber, (z, soft, 0.4))):
            (loss, exact_loss), _ = compared(primitive, *inputs, upstream=single(1))
            assert abs(loss / exact_loss - 1) <= 5 * 2.0**-24
