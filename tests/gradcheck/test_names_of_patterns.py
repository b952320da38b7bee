"""Names that follow from the pattern of the derivatives alone: places, dependences, factors, last digits."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

SEEDS = pytest.mark.parametrize("seed", range(3))


def numbers(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).standard_normal(shape)


def named(function: Any, *inputs: Any, position: int = 0, **options: Any) -> Any:
    """The finding on an input."""
    report = check_gradients(function, *inputs, **options)
    return next(finding for finding in report.findings if finding.input == position)


def gate(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@SEEDS
def test_a_pass_in_single_precision_is_inaccurate_and_not_nonlinear(seed: int) -> None:
    x, weight = numbers(seed, 20), numbers(seed, 3, 4)

    def single(a: Any) -> Any:
        return np.asarray(a, np.float32).astype(float)

    for function, inputs, backward in (
        (np.exp, (x,), lambda g, x: g * single(np.exp(np.float32(x)))),
        (np.tanh, (2 * x,), lambda g, x: g * (1 - single(np.tanh(x)) ** 2)),
        (np.sin, (x,), lambda g, x: single(g * np.cos(x))),
        (lambda x, w: x @ w, (numbers(seed, 5, 3), weight), lambda g, x, w: (g @ single(w.T), x.T @ g)),
    ):
        assert named(function, *inputs, backward=backward).cause == "accuracy"
    assert named(np.sin, numbers(seed, 300), backward=lambda g, x: single(g * np.cos(x))).cause == "accuracy"


@SEEDS
def test_a_slight_factor_or_constant_is_no_rounding(seed: int) -> None:
    x = numbers(seed, 20)
    assert named(np.sin, x, backward=lambda g, x: (1 + 1e-7) * g * np.cos(x)).cause == "scale"
    assert named(np.sin, x, backward=lambda g, x: g * np.cos(x) + 1e-9).cause == "upstream"
    wrong = np.where(np.arange(20) == 7, 1 + 1e-7, 1)
    assert named(np.sin, x, backward=lambda g, x: g * np.cos(x) * wrong).cause == "entries"


@SEEDS
@pytest.mark.parametrize("count", [12, 300])
def test_the_gradient_of_what_does_not_change(seed: int, count: int) -> None:
    for function, slope in ((np.round, np.ones_like), (np.sign, lambda x: 1 - np.tanh(x) ** 2)):
        finding = named(function, 3 * numbers(seed, count), backward=lambda g, x, slope=slope: g * slope(x))
        assert finding.cause == "mask"
        assert "does not change with" in finding.message


def swiglu(x: Any) -> Any:
    half = x.shape[-1] // 2
    return x[..., :half] * gate(x[..., :half]) * x[..., half:]


def swiglu_parts(g: Any, x: Any) -> Any:
    half = x.shape[-1] // 2
    one, other = x[..., :half], x[..., half:]
    return g * other * gate(one) * (1 + one * (1 - gate(one))), g * one * gate(one)


@SEEDS
def test_halves_that_change_places(seed: int) -> None:
    x = numbers(seed, 4, 6)
    right = lambda g, x: np.concatenate(swiglu_parts(g, x), axis=-1)  # noqa: E731
    assert check_gradients(swiglu, x, backward=right).ok
    finding = named(swiglu, x, backward=lambda g, x: np.concatenate(swiglu_parts(g, x)[::-1], axis=-1))
    assert finding.cause == "transpose"
    assert "halves along axis 1 have changed places" in finding.message


@SEEDS
def test_upstream_gradients_that_change_places(seed: int) -> None:
    def backward(g: Any, x: Any) -> Any:
        return g[1] * np.cos(x) - g[0] * np.sin(x)

    finding = named(lambda x: (np.sin(x), np.cos(x)), numbers(seed, 5), backward=backward)
    assert finding.cause == "transpose"
    assert "two upstream gradients changed places" in finding.message


def smoothed(x: Any, w: Any) -> Any:
    padded = np.pad(x, 1)
    return np.array([[(padded[i : i + 3, j : j + 3] * w).sum() for j in range(x.shape[1])] for i in range(x.shape[0])])


def smoothed_b(g: Any, x: Any, w: Any, first: int) -> Any:
    d, padded, dw = np.zeros(np.add(x.shape, 2)), np.pad(x, 1), np.zeros_like(w)
    for i, j in np.ndindex(*g.shape):
        d[i : i + 3, j : j + 3] += g[i, j] * w
        dw += g[i, j] * padded[i : i + 3, j : j + 3]
    return d[first : first + len(x), first : first + x.shape[1]], dw


@SEEDS
def test_a_padding_that_is_cut_at_one_end(seed: int) -> None:
    x, w = numbers(seed, 5, 6), numbers(seed + 9, 3, 3)
    assert check_gradients(smoothed, x, w, backward=lambda g, x, w: smoothed_b(g, x, w, 1)).ok
    finding = named(smoothed, x, w, backward=lambda g, x, w: smoothed_b(g, x, w, 0))
    assert finding.cause == "transpose"
    assert "shifted by one along axis 0 and axis 1" in finding.message


def turned(x: Any, angle: Any) -> Any:
    half = x.shape[1] // 2
    return x * np.cos(angle)[:, None] + np.concatenate([-x[:, half:], x[:, :half]], 1) * np.sin(angle)[:, None]


@SEEDS
@pytest.mark.parametrize("offset", [1, 2])
def test_a_position_without_its_offset(seed: int, offset: int) -> None:
    angles = np.arange(offset, 6 + offset), np.arange(6)
    finding = named(
        lambda x: turned(x, angles[0]), numbers(seed, 6, 4), backward=lambda g, x: turned(g, -angles[1].astype(float))
    )
    assert finding.cause == "transpose"
    assert f"{offset} place{'s' * (offset > 1)} before it" in finding.message


def attention(q: Any, k: Any, v: Any, mask: Any) -> Any:
    e = np.exp(q @ k.T) * mask
    return e / e.sum(axis=1, keepdims=True) @ v


def attention_b(g: Any, q: Any, k: Any, v: Any, mask: Any) -> Any:
    e = np.exp(q @ k.T) * mask
    p = e / e.sum(axis=1, keepdims=True)
    dp = g @ v.T
    ds = p * (dp - (dp * p).sum(axis=1, keepdims=True))
    return ds @ k, ds.T @ q, p.T @ g


def window(width: int) -> Any:
    distance = np.subtract.outer(np.arange(6), np.arange(6))
    return (distance >= 0) & (distance < width)


@pytest.mark.parametrize(("width", "cause"), [(4, "mask"), (2, "missing")])
def test_a_window_that_is_one_too_wide_or_too_narrow(width: int, cause: str) -> None:
    report = check_gradients(
        lambda q, k, v: attention(q, k, v, window(3)),
        *numbers(0, 3, 6, 3),
        backward=lambda g, q, k, v: attention_b(g, q, k, v, window(width)),
    )
    assert [finding.cause for finding in report.findings if finding.input > 0] == [cause, cause]
    if cause == "mask":
        assert "In the backward pass output (3, 0) depends on v[0, 0]" in report.findings[2].message


@SEEDS
def test_a_dependence_that_a_relu_cuts_off_here_is_one(seed: int) -> None:
    """The derivative is 0 at this input and not at others: no mask is missing that the value always has."""
    x = -np.abs(numbers(seed, 6)) * np.array([1, -1, 1, 1, -1, 1])
    report = check_gradients(
        lambda x: np.outer(np.maximum(x, 0), x), x, backward=lambda g, x: g @ x + (g.T @ np.maximum(x, 0)) * (x > 0)
    )
    assert all("In the backward pass output" not in finding.message for finding in report.findings)


@SEEDS
def test_a_factor_that_is_another_input(seed: int) -> None:
    r, u = numbers(seed, 2, 6)

    def check(power: int) -> Any:
        return named(
            lambda r, u: np.tanh(r * u),
            r, u,
            backward=lambda g, r, u: (g * (1 - np.tanh(r * u) ** 2) * u, g * (1 - np.tanh(r * u) ** 2) * r**power),
            position=1,
        )  # fmt: skip

    assert check(0).cause == "missing"
    assert "or this factor is forgotten" in check(0).message
    assert check(2).cause == "scale"
    assert "times r" in check(2).message


@SEEDS
@pytest.mark.parametrize("count", [5, 300])
def test_one_of_several_outputs_has_a_wrong_factor(seed: int, count: int) -> None:
    x = numbers(seed, count)

    def backward(g: Any, x: Any) -> Any:
        return g[0] * np.cos(x) + 1.01 * g[1] * np.exp(x)

    finding = named(lambda x: (np.sin(x), np.exp(x)), x, backward=backward, seed=seed)
    assert finding.cause == "scale", finding
    assert "1.01 times the right one for these outputs" in finding.message
