"""The last equations of a derivation as the oracle of the code."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from nnmath.latex import evaluate, inputs_of, read_text
from tests.latex.documents import DENSE, LAYER_NORM, RELU, SOFTMAX_CROSS_ENTROPY, TANH, document


def same(found: Any, expected: Any, digits: int = 38) -> Any:
    assert found.shape == np.shape(expected)
    with mpmath.workdps(60):
        for a, b in zip(found.flat, np.asarray(expected, dtype=object).flat, strict=True):
            assert abs(a - b) <= mpmath.mpf(10) ** -digits * abs(b), (a, b)


def high(function: Callable[..., Any], *arrays: Any) -> Any:
    with mpmath.workdps(1000):
        return np.frompyfunc(lambda *values: function(*map(mpmath.mpf, values)), len(arrays), 1)(*arrays)


def test_any_shape_where_the_derivation_is_for_one_entry() -> None:
    z = np.array([[0.0, 1.5, -700.0], [700.0, 1e-300, 37.0]])
    da = np.array([[1.0, -2.0, 3.0], [1.0, 1.0, 1.0]])
    found = evaluate(read_text(TANH), {"z": z, "da": da})
    assert found.keys() == {"a", "dz"}
    same(found["a"], high(mpmath.tanh, z))
    same(found["dz"], high(lambda z, da: da * mpmath.sech(z) ** 2, z, da))
    same(evaluate(read_text(TANH), {"z": np.float64(2.5)}, ["a"])["a"], high(mpmath.tanh, np.float64(2.5)))


def test_the_convention_at_a_kink_is_that_of_the_last_equation() -> None:
    found = evaluate(read_text(RELU), {"z": np.array([-1.0, 0.0, 2.0]), "da": np.array([5.0, 5.0, 5.0])})
    assert [float(value) for value in found["dz"]] == [0, 0, 5]


def test_a_constant_needs_no_name_in_the_code() -> None:
    rows = "| $z$ | `z` | () | real | x |\n| $s$ | - | () | 3 | factor |\n| $a$ | `a` | () | (1) | value |"
    derivation = read_text(document(rows, "a := s z"))
    (result,) = (symbol for symbol in derivation.symbols if not symbol.is_input)
    assert inputs_of(derivation, result) == {"z"}
    assert float(evaluate(derivation, {"z": np.float64(2)})["a"][()]) == 6


@pytest.mark.parametrize(("sign", "z"), [("", 2e7), ("-", -2e7), ("", -2e7), ("-", 2e7)])
def test_an_exponential_that_no_float_holds_is_settled(sign: str, z: float) -> None:
    rows = "| $z$ | `z` | () | real | x |\n| $a$ | `a` | () | (1) | value |"
    found = evaluate(read_text(document(rows, rf"a := \frac{{1}}{{1 + e^{{{sign} z}}}}")), {"z": np.float64(z)})
    assert float(found["a"][()]) == float(mpmath.mpf(1) / (1 + mpmath.exp(-z if sign else z)))


def test_labels_count_from_zero_and_nothing_is_lost_to_cancellation() -> None:
    z = np.array([[700.0, -700.0, 0.0], [1.0, 2.0, 3.0]])
    found = evaluate(read_text(SOFTMAX_CROSS_ENTROPY), {"logits": z, "labels": np.array([0, 2])})
    assert found.keys() == {"p", "loss", "dlogits"}

    def softmax(row: Any) -> Any:
        total = mpmath.fsum(mpmath.exp(value) for value in row)
        return [mpmath.exp(value) / total for value in row]

    with mpmath.workdps(1500):
        p = np.array([softmax([mpmath.mpf(value) for value in row]) for row in z.tolist()], dtype=object)
        loss = -(mpmath.log(p[0, 0]) + mpmath.log(p[1, 2])) / 2
        p[0, 0] -= 1
        p[1, 2] -= 1
        halves = p / 2
    assert 0 < -p[0, 0] < mpmath.mpf("1e-303")
    same(found["dlogits"], halves)
    same(found["loss"], loss)


def test_float32_is_taken_as_it_is() -> None:
    z = np.array([0.1, 3.3], dtype=np.float32)
    same(evaluate(read_text(TANH), {"z": z}, ["a"])["a"], high(mpmath.tanh, z.astype(float)))


def test_matrix_form_and_index_form() -> None:
    rng = np.random.default_rng(0)
    x, W, b, dz = (rng.integers(-8, 8, shape) / 4 for shape in [(3, 2), (2, 4), (4,), (3, 4)])
    found = evaluate(read_text(DENSE), {"x": x, "W": W, "b": b, "dz": dz})
    for name, expected in {"z": x @ W + b, "dx": dz @ W.T, "dW": x.T @ dz, "db": dz.sum(axis=0)}.items():
        assert (found[name].astype(float) == expected).all(), name


def test_constants_of_the_table_and_defaults_of_the_code() -> None:
    rng = np.random.default_rng(1)
    x, gamma, beta, da = (rng.normal(size=shape) for shape in [(4, 5), (5,), (5,), (4, 5)])
    derivation = read_text(LAYER_NORM)
    found = evaluate(derivation, {"x": x, "gamma": gamma, "beta": beta, "da": da})
    s = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    h = (x - x.mean(axis=1, keepdims=True)) / s
    dh = da * gamma
    dx = (dh - dh.mean(axis=1, keepdims=True) - h * (dh * h).mean(axis=1, keepdims=True)) / s
    for name, expected in {
        "a": h * gamma + beta,
        "dx": dx,
        "dgamma": (da * h).sum(axis=0),
        "dbeta": da.sum(axis=0),
    }.items():
        np.testing.assert_allclose(found[name].astype(float), expected, rtol=1e-12, atol=1e-13)
    larger = evaluate(derivation, {"x": x, "gamma": gamma, "beta": beta, "eps": 1.0}, ["a"])["a"]
    np.testing.assert_allclose(larger.astype(float), h * s / np.sqrt(s**2 - 1e-5 + 1) * gamma + beta, rtol=1e-12)


def test_the_convention_at_a_kink_reaches_the_gradients_behind_it() -> None:
    text = document(
        r"""
        | $x$ | `x` | () | real | input |
        | $v$ | `v` | () | real | weight |
        | $\frac{\partial L}{\partial z}$ | `dz` | () | (4) | gradient |
        | $\frac{\partial L}{\partial v}$ | `dv` | () | (5) | gradient |
        """,
        r"""
        z := v x

        a := \max(z, 0)

        L := 3 a
        """,
        r"""
        \frac{\partial L}{\partial z} = 3 [z \ge 0]

        \frac{\partial L}{\partial v} = x \frac{\partial L}{\partial z}
        """,
    )
    found = evaluate(read_text(text), {"x": np.array([2.0, 2.0, 2.0]), "v": np.array([-1.0, 0.0, 1.0])}, ["dv"])
    assert [float(value) for value in found["dv"]] == [0, 6, 6]


def test_a_derivative_in_the_last_equation_is_taken_from_the_equation_that_computes_it() -> None:
    text = DENSE.replace(r"= x^\top \bar z" + "\n\\tag{9}", r"= x^\top \frac{\partial L}{\partial z}" + "\n\\tag{9}")
    found = evaluate(read_text(text), {"x": np.eye(2), "W": np.eye(2), "b": np.zeros(2), "dz": np.ones((2, 2))}, ["dW"])
    assert (found["dW"].astype(float) == 1).all()


@pytest.mark.parametrize(
    ("inputs", "names", "error"),
    [
        ({"w": 1.0}, None, "has no input w"),
        ({"z": 1.0}, ["dz"], "dz cannot be computed from z"),
        ({"z": 1.0}, ["q"], "q cannot"),
    ],
)
def test_what_is_missing_is_named(inputs: dict[str, Any], names: list[str] | None, error: str) -> None:
    with pytest.raises(KeyError, match=error):
        evaluate(read_text(TANH), inputs, names)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="axes"):
        evaluate(read_text(DENSE), {"x": np.zeros(3)})
    with pytest.raises(ValueError, match="D is 2 and, by W, 3"):
        evaluate(read_text(DENSE), {"x": np.zeros((1, 2)), "W": np.zeros((3, 1))})
    with pytest.raises(ValueError, match="another input"):
        evaluate(read_text(TANH), {"z": np.zeros(3), "da": np.zeros(2)})


def test_two_rows_of_one_name_are_told_apart_by_their_shapes() -> None:
    text = (
        SOFTMAX_CROSS_ENTROPY.replace("`labels`", "`targets`")
        .replace("`rows`", "`targets`")
        .replace("`drows`", "`dlogits`")
    )
    z = np.array([[0.0, 0.0]])
    derivation = read_text(text)
    assert [float(g) for g in evaluate(derivation, {"logits": z, "targets": np.array([1])})["dlogits"].flat] == [
        0.5,
        -0.5,
    ]
    assert [
        float(g) for g in evaluate(derivation, {"logits": z, "targets": np.array([[1.0, 0.0]])})["dlogits"].flat
    ] == [-0.5, 0.5]
