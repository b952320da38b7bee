"""The networks, the penalty, the initial weights and the optimizers compute what their derivations say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath.latex import evaluate, read
from nnmath.primitives import softmax_cross_entropy
from nnmath.suite.catalogue import catalogue
from nnmath.training import deep_network, gpt, optimizers, recurrent
from nnmath.training.adamw import adamw, clipped, warmup_cosine
from nnmath.training.initial_weights import STANDARD_DEVIATIONS
from nnmath.training.l2_penalty import l2_penalty
from nnmath.training.network import network
from nnmath.training.optimizers import State

#: What rounding may do to a result, relative to the largest entry of its array: the numbers are all about 1 in size.
ROUNDING = 1e-13


def assert_as_derived(name: str, inputs: dict[str, Any], computed: dict[str, Any]) -> None:
    """Compare results of the code with the equations that a derivation names for them."""
    exact = evaluate(read(catalogue()[name].path), inputs, computed)
    for result, value in computed.items():
        expected = exact[result].astype(float)
        size = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(value, expected, rtol=0, atol=ROUNDING * size, err_msg=f"{name}: {result}")


@pytest.mark.parametrize("seed", range(5))
def test_the_network_and_its_loss(seed: int) -> None:
    rng = np.random.default_rng(seed)
    N, D, M, K = rng.permutation([2, 3, 4, 5])
    W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((D, M), M, (M, K), K))
    x, targets = rng.normal(size=(N, D)), rng.integers(K, size=N)
    logits, backward = network(x, [(W1, b1), (W2, b2)])
    loss, loss_backward = softmax_cross_entropy(logits, targets)
    (dW1, db1), (dW2, db2) = backward(loss_backward())
    inputs = {"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2, "targets": targets}
    computed = {"logits": logits, "loss": loss, "dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
    assert_as_derived("network", inputs, computed)


def test_a_gpt_of_one_block() -> None:
    rng = np.random.default_rng(0)
    T, V, C, H, D, M = 3, 5, 4, 2, 2, 3
    inputs = {name: rng.uniform(-1, 1, shape) for name, shape in {"E": (V, C), "P": (T, C), "W": (C, 3, H, D)}.items()}
    inputs |= {name: rng.uniform(-1, 1, shape) for name, shape in {"O": (H, D, C), "U": (C, M), "G": (M, C)}.items()}
    inputs |= {name: rng.uniform(-1, 1, C) for name in ("alpha", "beta", "gamma")}
    inputs |= {"tokens": np.array([1, 4, 1]), "o": np.zeros(C), "dlogits": rng.uniform(-1, 1, (T, V))}
    names = ("E", "P", "W", "O", "U", "G", "alpha", "beta", "gamma")
    E, P, W, O, U, G, alpha, beta, gamma = map(inputs.get, names)
    block = gpt.BlockWeights(W.reshape(C, -1), O.reshape(-1, C), U, G, alpha, beta)
    logits, backward = gpt.gpt(inputs["tokens"][np.newaxis], gpt.Weights(E, P, (block,), gamma), H)
    zero_block = gpt.BlockWeights(*map(np.zeros_like, block))
    d = gpt.Weights(np.zeros_like(E), np.zeros_like(P), (zero_block,), np.zeros_like(gamma))
    backward(inputs["dlogits"], d)
    gradients = {"dE": d.tokens, "dP": d.positions, "dU": d.blocks[0].up, "dG": d.blocks[0].down, "dgamma": d.scale}
    assert_as_derived("gpt", inputs, {"logits": logits, **gradients})


def test_an_lstm_that_reads_a_sequence() -> None:
    rng = np.random.default_rng(0)
    (N, T, D), M = (2, 4, 3), 2
    w = recurrent.Weights(*(rng.uniform(-1, 1, shape) for shape in recurrent.shapes(D, M, recurrent.LSTM)))
    x, dy = rng.uniform(-1, 1, (N, T, D)), rng.uniform(-1, 1, (N, 1))
    y, backward = recurrent.recurrent(x, w, recurrent.LSTM)
    d = recurrent.Weights(*map(np.zeros_like, w))
    backward(dy, d)
    inputs = {"x": x, "W": w.W, "U": w.U, "b": w.b, "V": w.V[:, 0], "c": w.c[0], "dy": dy[:, 0]}
    inputs["s0"] = np.zeros((N, 2 * M))
    assert_as_derived("recurrent", inputs, {"y": y[:, 0], "dW": d.W, "dU": d.U, "db": d.b, "dV": d.V[:, 0]})


def test_a_network_with_batch_normalization() -> None:
    rng = np.random.default_rng(0)
    N, D, M, K = 5, 3, 4, 2
    layers = deep_network.layers_of(rng.uniform(-1, 1, D * M + 2 * M + M * K + 2 * K), [D, M, K])
    x, dlogits = rng.uniform(-1, 1, (N, D)), rng.uniform(-1, 1, (N, K))
    logits, backward = deep_network.deep_network(x, layers, deep_network.normalized)
    d = [deep_network.Layer(*map(np.zeros_like, layer)) for layer in layers]
    backward(dlogits, d)
    first, last = layers
    inputs = {"x": x, "W": first.W, "b": first.b, "gamma": first.gamma, "V": last.W, "q": last.b, "dlogits": dlogits}
    computed = {"logits": logits, "dW": d[0].W, "db": d[0].b, "dgamma": d[0].gamma, "dV": d[1].W}
    assert_as_derived("deep_network", inputs, computed)


@pytest.mark.parametrize("seed", range(5))
def test_the_penalty(seed: int) -> None:
    rng = np.random.default_rng(seed)
    theta, strength = rng.normal(size=7), rng.random(7)
    penalty, gradient = l2_penalty(theta, strength)
    assert_as_derived("l2_penalty", {"theta": theta, "strength": strength}, {"penalty": penalty, "gradient": gradient})


@pytest.mark.parametrize(("D", "M"), [(1, 1), (2, 64), (784, 30), (30, 784)])
def test_the_initial_weights(D: int, M: int) -> None:
    computed = {kind: STANDARD_DEVIATIONS[kind](D, M) for kind in ("he", "glorot")}
    assert_as_derived("initial_weights", {"D": D, "M": M}, computed)


def sums(m: float, v: float, t: int, beta1: float, beta2: float) -> State:
    """What Adam has in the place of the running means m and v."""
    return {"m": np.array([m / (1 - beta1)]), "v": np.array([v / (1 - beta2)]), "t": np.array(t - 1)}


@pytest.mark.parametrize("t", [1, 2, 10, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_the_optimizers(seed: int, t: int) -> None:
    rng = np.random.default_rng([seed, t])
    theta, g, m = rng.normal(size=3)
    v, rate, epsilon = rng.random(3)
    beta1, beta2 = 0.99 * rng.random(2)
    settings_of: dict[str, tuple[Callable[..., Any], dict[str, Any], State]] = {
        "descent": (optimizers.descent, {}, {}),
        "momentum": (optimizers.momentum, {"beta1": beta1}, {"m": np.array([m])}),
        "rmsprop": (optimizers.rmsprop, {"beta2": beta2, "epsilon": epsilon}, {"v": np.array([v])}),
        "adam": (
            optimizers.adam,
            {"beta1": beta1, "beta2": beta2, "epsilon": epsilon},
            sums(m, v, t, beta1, beta2),
        ),
    }
    computed = {}
    for name, (optimizer, settings, state) in settings_of.items():
        moved = np.array([theta])
        optimizer(moved, **settings, state=state)(np.array([g]), rate)
        computed[name] = moved[0]
    inputs = {"theta": theta, "g": g, "m": m, "v": v, "t": t, "rate": rate}
    inputs |= {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
    assert_as_derived("optimizers", inputs, computed)


@pytest.mark.parametrize("step", [0, 1, 7, 1000])
def test_the_schedules(step: int) -> None:
    rate, factor, decay, every = 0.3, 0.7, 0.01, 5
    computed = {
        "step_decay": optimizers.step_decay(rate, factor, every)(step),
        "inverse_decay": optimizers.inverse_decay(rate, decay)(step),
    }
    inputs = {"rate": rate, "factor": factor, "decay": decay, "step": step, "times": step // every}
    assert_as_derived("optimizers", inputs, computed)


@pytest.mark.parametrize("t", [1, 2, 10, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_adamw(seed: int, t: int) -> None:
    rng = np.random.default_rng([seed, t])
    theta, g, m = rng.normal(size=3)
    v, rate, epsilon, decay = rng.random(4)
    beta1, beta2 = 0.99 * rng.random(2)
    moved = np.array([theta])
    update = adamw(moved, np.array([decay]), beta1, beta2, epsilon, state=sums(m, v, t, beta1, beta2))
    update(np.array([g]), rate)
    inputs = {"theta": theta, "g": g, "m": m, "v": v, "t": t, "rate": rate, "decay": decay}
    assert_as_derived("adamw", inputs | {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}, {"adamw": moved[0]})


@pytest.mark.parametrize("limit", [0.1, 1.0, 100.0])
def test_clipping(limit: float) -> None:
    gradient = np.random.default_rng(0).normal(size=7)
    kept: list[Any] = []
    clipped(lambda g, rate: kept.append(g), limit)(gradient.copy(), 0.1)
    assert_as_derived("adamw", {"gradient": gradient, "limit": limit}, {"clipped": kept[0]})


@pytest.mark.parametrize("step", [0, 3, 4, 5, 20, 29, 30])
def test_the_rate_that_rises_and_falls(step: int) -> None:
    rate, least, warmup, steps = 0.3, 0.01, 5, 30
    computed = {"rising" if step < warmup else "falling": warmup_cosine(rate, least, warmup, steps)(step)}
    inputs = {"rate": rate, "least": least, "warmup": warmup, "steps": steps, "step": step}
    assert_as_derived("adamw", inputs, computed)
