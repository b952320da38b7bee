"""The written-out pass: its numbers are right, its equations are those of the derivation, and it fits the terminal."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.latex import read_document
from nnmath.primitives import sigmoid, softmax_cross_entropy
from nnmath.runs.experiments import FIRST_PASS
from nnmath.runs.first_pass import one_sample, written_out
from nnmath.training.loop import DivergenceError
from nnmath.training.network import flatten, network, unflatten

TEXT, LOSSES = written_out(FIRST_PASS)
NETWORK = Path(__file__).parents[2] / "derivations" / "training" / "network.md"


def by_primitives(x: Any, labels: Any, theta: Any) -> Any:
    logits, backward = network(x, unflatten(theta, FIRST_PASS.sizes))
    loss, loss_backward = softmax_cross_entropy(logits, labels)
    return float(loss), flatten(backward(loss_backward()))


def test_by_hand_is_by_primitives_for_many_networks() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        x, label, theta = rng.normal(size=2), int(rng.integers(2)), rng.normal(size=12)
        loss, gradients, _ = one_sample(x.tolist(), label, unflatten(theta, FIRST_PASS.sizes))
        expected = by_primitives(x[np.newaxis], np.array([label]), theta)
        assert loss == pytest.approx(expected[0], rel=1e-13)
        np.testing.assert_allclose(flatten(gradients), expected[1], rtol=1e-12, atol=1e-15)


def test_by_hand_is_by_primitives_with_a_sigmoid_too() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        x, label, theta = rng.normal(size=2), int(rng.integers(2)), rng.normal(size=12)
        loss, gradients, _ = one_sample(x.tolist(), label, unflatten(theta, FIRST_PASS.sizes), "sigmoid")
        logits, backward = network(x[np.newaxis], unflatten(theta, FIRST_PASS.sizes), sigmoid)
        expected, loss_backward = softmax_cross_entropy(logits, np.array([label]))
        assert loss == pytest.approx(float(expected), rel=1e-13)
        np.testing.assert_allclose(flatten(gradients), flatten(backward(loss_backward())), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("settings", [{"hidden": "sigmoid"}, {"seed": 3}, {"hidden": "sigmoid", "seed": 4}])
def test_other_activations_and_random_weights_are_written_out_too(settings: Any) -> None:
    text, losses = written_out(replace(FIRST_PASS, **settings))
    assert losses["one sample, after an update"] < losses["one sample"]
    assert losses["a handful, after 200 updates"] < losses["a handful"]
    assert ("sigmoid" in text) == ("hidden" in settings)
    assert max(len(line) for line in text.splitlines()) <= 80


def test_losses_are_those_before_and_after_gradient_descent() -> None:
    x, labels, theta = np.array(FIRST_PASS.x, float), np.array(FIRST_PASS.labels), FIRST_PASS.theta
    before, gradient = by_primitives(x[:1], labels[:1], theta)
    after, _ = by_primitives(x[:1], labels[:1], theta - FIRST_PASS.rate * gradient)
    assert LOSSES["one sample"] == pytest.approx(before, rel=1e-13)
    assert LOSSES["one sample, after an update"] == pytest.approx(after, rel=1e-13)
    assert after < before
    course = []
    for _ in range(FIRST_PASS.epochs + 1):
        loss, gradient = by_primitives(x, labels, theta)
        course.append(loss)
        theta -= FIRST_PASS.rate * gradient
    expected = {
        "a handful": course[0],
        "a handful, after an update": course[1],
        "a handful, after 200 updates": course[-1],
    }
    assert {name: LOSSES[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    assert course[-1] < course[1] < course[0]


def test_every_sum_that_is_written_out_adds_up() -> None:
    checked = 0
    for line in TEXT.splitlines():
        formula = line.split("   (")[0].split("=")
        if len(formula) < 2:
            continue
        left, right = formula[-2].strip(), formula[-1].strip()
        if re.fullmatch(r"[-+*/().\d ]+", left) and re.fullmatch(r"-?[\d.]+", right):
            assert eval(left) == pytest.approx(float(right), abs=6e-4), line
            checked += 1
    assert checked >= 33


def test_each_number_is_that_of_an_equation_of_its_quantity() -> None:
    equations = {int(tag): " ".join(block.latex.split()) for tag, block in read_document(NETWORK).tagged.items()}
    required = {
        "z1": "z^{(1)}", "a": "a", "z2": "z^{(2)}", "w": "w_{nk}", "s": "s_n", "p": "p_{nk}", "c": "c_n", "L": "L :=",
    }  # fmt: skip
    required |= {
        f"d{name}": rf"\frac{{\partial L}}{{\partial {symbol}"
        for name, symbol in {
            "z2": "z^{(2)}", "z1": "z^{(1)}", "a": "a",
            "W1": "W^{(1)}", "b1": "b^{(1)}", "W2": "W^{(2)}", "b2": "b^{(2)}",
        }.items()
    }  # fmt: skip
    found = set()
    for line in TEXT.splitlines():
        match = re.match(r"  (\w+?)(?:_\d+)? (?:=|=.*) .*\((\d+)\)$", line)
        if match:
            name, number = match[1], int(match[2])
            assert equations[number].startswith(required[name]), line
            found.add(name)
    assert found == set(required)


def test_it_fits_a_terminal_of_80_columns() -> None:
    assert max(len(line) for line in TEXT.splitlines()) <= 80


def test_a_rate_that_is_too_large_is_found() -> None:
    with pytest.raises(DivergenceError, match=r"learning rate 1e\+300"):
        written_out(replace(FIRST_PASS, rate=1e300))


@pytest.mark.parametrize(
    "wrong", [{"rate": 0.0}, {"rate": float("nan")}, {"epochs": 0}, {"seed": -1}, {"hidden": "tanh"}]
)
def test_settings_that_make_no_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        replace(FIRST_PASS, **wrong)
