"""Functions of JAX are checked as they are."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_function, check_gradients

jax: Any = pytest.importorskip("jax")
jnp = jax.numpy

X, Y = np.random.default_rng(0).standard_normal((2, 3, 2))


def rule(factor: float) -> Any:
    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def product(x: Any, y: Any) -> Any:
        return jnp.sin(x) * y

    def forward(x: Any, y: Any) -> Any:
        return product(x, y), (x, y)

    def backward(kept: Any, grad: Any) -> Any:
        x, y = kept
        return factor * grad * jnp.cos(x) * y, grad * jnp.sin(x)

    product.defvjp(forward, backward)
    return product


def test_a_rule_is_checked_in_double_precision_though_that_is_off() -> None:
    assert not jax.config.jax_enable_x64
    report = check_gradients(rule(1.0), X, Y)
    assert report.ok
    assert report.widest < 1e-8
    assert "jax_enable_x64 is off" in str(report)
    assert not jax.config.jax_enable_x64
    (finding,) = check_gradients(rule(2.0), X, Y).findings
    assert (finding.input, finding.cause, finding.factor) == (0, "scale", 2.0)


def test_single_precision_is_checked_in_it() -> None:
    report = check_gradients(rule(1.0), jnp.asarray(X), jnp.asarray(Y))
    assert report.ok
    assert not report.notes
    assert not check_gradients(rule(1.01), jnp.asarray(X), jnp.asarray(Y)).ok


def test_the_leaves_of_trees_are_inputs() -> None:
    parameters = {"w": jnp.full((2, 3), 0.3), "b": jnp.zeros(3)}
    report = check_gradients(lambda p, x: jnp.tanh(x @ p["w"] + p["b"]), parameters, jnp.asarray(X))
    assert report.ok
    assert report.names == ("p['b']", "p['w']", "x")


def test_complex_numbers_are_pairs() -> None:
    report = check_gradients(lambda z: jnp.exp(z) * z.conj(), jnp.array([1 + 2j, 0.3 - 1j]))
    assert report.ok, str(report)
    assert report.compared == 16


def test_second_order() -> None:
    assert check_gradients(rule(1.0), X, Y, order=2).ok


def test_a_function_that_branches_on_values() -> None:
    assert check_gradients(lambda x: x * x if x.sum() > -100 else x, jnp.asarray(X)).ok


def test_inputs_are_drawn_for_it() -> None:
    assert check_function(rule(1.0), "x=3 y=3", examples=2).outcome.ok
    assert not check_function(rule(2.0), "x=3 y=3", examples=2).outcome.ok
    assert check_function(lambda x: jnp.tanh(x), "x=3", arrays="jax", examples=2).outcome.ok


def square(factor: float) -> Any:
    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def squared(x: Any) -> Any:
        return x * x

    squared.defvjp(lambda x: (x * x, x), lambda x, grad: (factor * 2 * x * grad,))
    return squared


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("count", [5, 300])
def test_formats_of_few_digits_are_compared_with_the_values_in_double_precision(dtype: str, count: int) -> None:
    x = jnp.asarray(np.random.default_rng(0).standard_normal(count), dtype)
    assert check_gradients(square(1.0), x).ok
    assert not check_gradients(square(1.1), x).ok
    assert check_gradients(lambda x: jnp.tanh(x).sum(), x).ok


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_forward_mode_agrees_with_reverse_mode(dtype: Any) -> None:
    def sine(constant: float) -> Any:
        rule: Any = jax.custom_jvp(jnp.sin)
        rule.defjvp(lambda x, t: (jnp.sin(x[0]), t[0] * jnp.cos(x[0]) + constant * x[0]))
        return rule

    x = np.array([0.3, -1.2, 2.0]).astype(dtype)
    assert check_gradients(sine(0.0), jnp.asarray(x)).ok
    (finding,) = check_gradients(sine(0.1), jnp.asarray(x)).findings
    assert "jax.jvp" in finding.message


def test_a_key_for_random_numbers_is_passed_on() -> None:
    def noisy(key: Any, x: Any) -> Any:
        return x * jax.random.normal(key, x.shape)

    for key in (jax.random.key(0), jax.random.PRNGKey(0)):
        report = check_gradients(noisy, key, jnp.ones(3))
        assert report.ok, str(report)
        assert report.compared_inputs == (1,)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: jnp.asarray(np.sin(np.asarray(x))),
        lambda x: np.sin(x),
        lambda x: 2 * jnp.asarray(float(x.sum())),
        lambda x: jnp.array(x.tolist()),
    ],
)
def test_a_function_that_converts_to_numpy_has_no_gradient(function: Any) -> None:
    with pytest.raises(ValueError, match="converted to NumPy or to numbers"):
        check_gradients(function, jnp.ones(3))


def test_a_rule_that_computes_with_numpy_is_checked() -> None:
    sine: Any = jax.custom_vjp(lambda x: jnp.asarray(np.sin(np.asarray(x))))
    sine.defvjp(lambda x: (jnp.asarray(np.sin(np.asarray(x))), x), lambda x, g: (g * jnp.asarray(np.cos(x)),))
    assert check_gradients(sine, jnp.asarray(X)).ok
    assert check_gradients(lambda x: sine(2 * x), jnp.asarray(X)).ok


def test_inputs_without_a_name_are_counted_from_0() -> None:
    assert check_gradients(lambda *x: x[0] * x[1], X, Y, arrays="jax").names == ("input 0", "input 1")


def test_arrays_of_an_unknown_framework_are_refused() -> None:
    with pytest.raises(ValueError, match="arrays: expected numpy, torch or jax, got 'cupy'"):
        check_gradients(jnp.sin, X, arrays="cupy")


def test_what_the_backward_pass_raises_ends_in_one_full_stop() -> None:
    rule: Any = jax.custom_vjp(jnp.sin)
    rule.defvjp(lambda x: (jnp.sin(x), x), lambda x, g: g * jnp.cos(x))  # no tuple
    (finding,) = check_gradients(rule, jnp.asarray(X)).findings
    assert finding.message.endswith(").")


def test_what_single_precision_inside_rounds_is_no_disagreement_of_modes() -> None:
    x, w = np.random.default_rng(12).standard_normal((9, 4)), np.random.default_rng(13).standard_normal((4, 5))

    def product(x: Any, w: Any) -> Any:
        return (x.astype("f4") @ w.astype("f4")).astype(float)

    for report in (
        check_gradients(lambda x: jnp.tanh(x[:, 0].astype("f4")).astype(float), x, arrays="jax"),
        check_gradients(product, x, w, arrays="jax"),
    ):
        assert report.ok, str(report)
