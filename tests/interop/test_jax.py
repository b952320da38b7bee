"""Primitives inside JAX: its gradient checker passes them, its own autograd agrees, what cannot be is said."""

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nnmath
from nnmath.interop import as_jax
from tests.interop.cases import ALLOWED, COUNTS, agree, cases, one_of_few

jax = pytest.importorskip("jax", reason="JAX is not installed: pip install 'nnmath[jax]'")
jnp = jax.numpy


@pytest.fixture(autouse=True)
def float64() -> Iterator[Any]:
    """JAX computes in float32 unless it is told otherwise."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def their_binary_cross_entropy(z: Any, t: Any) -> Any:
    return -(t * jax.nn.log_sigmoid(z) + (1 - t) * jax.nn.log_sigmoid(-z)).sum() / len(z)


def their_softmax_cross_entropy(z: Any, y: Any) -> Any:
    t = jax.nn.one_hot(y, z.shape[1], dtype=z.dtype) if y.ndim == 1 else y
    return -(t * jax.nn.log_softmax(z)).sum() / len(z)


THEIRS = {
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "dense": lambda x, W, b: x @ W + b,
    "softmax": jax.nn.softmax,
    "binary_cross_entropy": their_binary_cross_entropy,
    "softmax_cross_entropy": their_softmax_cross_entropy,
}


def compiled(function: Any, wrt: Any) -> Any:
    """Return a compiled function from an upstream gradient and the inputs to the value and the gradients."""

    def value_and_gradients(upstream: Any, *inputs: Any) -> Any:
        value, pass_back = jax.vjp(lambda *leading: function(*leading, *inputs[wrt:]), *inputs[:wrt])
        return value, pass_back(upstream)

    return jax.jit(value_and_gradients)


@pytest.mark.parametrize("dtype", COUNTS)
@pytest.mark.parametrize("name", THEIRS)
def test_their_autograd_agrees(name: Any, dtype: Any) -> None:
    worst, drawn = [], list(cases(name, COUNTS[dtype], dtype, one_of_few))
    ours, theirs = (compiled(f, drawn[0].wrt) for f in (as_jax(getattr(nnmath, name)), THEIRS[name]))
    for case in drawn:
        value, found = ours(case.upstream, *case.inputs)
        _, expected = theirs(case.upstream, *case.inputs)
        flushed = np.finfo(dtype).tiny  # what is smaller JAX takes for 0, also in NumPy while it calls that back
        assert value.dtype == dtype
        assert (np.abs(np.asarray(value) - getattr(nnmath, name)(*case.inputs)[0]) <= flushed).all()
        worst.append(agree(name, case, found, expected))
    assert np.max(worst) <= ALLOWED


@pytest.mark.parametrize("name", THEIRS)
def test_their_gradient_check_passes(name: Any) -> None:
    check_grads = importlib.import_module("jax.test_util").check_grads

    function = as_jax(getattr(nnmath, name))
    for case in cases(name, 3, np.float64, one_of_few):
        leading, rest = case.inputs[: case.wrt], case.inputs[case.wrt :]
        check_grads(lambda *x, rest=rest: function(*x, *rest), leading, order=1, modes=["rev"])


def test_a_function_of_ones_own_that_computes_in_float64() -> None:
    def square(x: Any, scale: Any) -> Any:
        value = (np.asarray(x, float) ** 2).sum() * scale
        return value, lambda: 2.0 * scale * np.asarray(x, float)

    jax.config.update("jax_enable_x64", False)
    value, gradient = jax.jit(jax.value_and_grad(as_jax(square)))(jnp.array([1.0, -3.0]), 0.5)
    assert (value.dtype, float(value)) == (np.float32, 5)
    assert (gradient.dtype, gradient.tolist()) == (np.float32, [1.0, -3.0])


def test_vmap_takes_one_example_at_a_time() -> None:
    loss_of = as_jax(nnmath.softmax_cross_entropy)
    z, labels = jnp.array([[1.0, 2.0], [3.0, 5.0], [0.0, 0.0]]), jnp.array([0, 1, 1])
    per_example = jax.jit(jax.vmap(jax.grad(lambda z, label: loss_of(z[None], label[None]))))(z, labels)
    np.testing.assert_allclose(per_example, jax.nn.softmax(z) - jnp.eye(2)[labels], rtol=1e-14)


def test_transformations_of_a_loop() -> None:
    relu, sigmoid = as_jax(nnmath.relu), as_jax(nnmath.sigmoid)

    def value(relu: Any, sigmoid: Any) -> Any:
        last = lambda z: jax.lax.scan(lambda z, _: (sigmoid(relu(z)), None), z, length=3)[0]  # noqa: E731
        return jax.grad(lambda z: jax.checkpoint(last)(z).sum())

    z = jnp.array([-1.0, 2.0, 0.5])
    np.testing.assert_allclose(value(relu, sigmoid)(z), value(jax.nn.relu, jax.nn.sigmoid)(z), rtol=1e-14)


def test_it_runs_again_and_again_without_being_compiled_again() -> None:
    calls = []

    def counted(x: Any) -> Any:
        calls.append(np.asarray(x).tolist())
        return x * 2, lambda u: u * 2

    double = as_jax(counted)
    for k in range(3):
        double(jnp.array([float(k)]))
    assert calls == [[1.0], [0.0], [1.0], [2.0]]  # tried out once


@pytest.mark.parametrize("targets", [[0, 1], [[0.5, 0.5], [1.0, 0.0]], [[0, 1], [1, 0]]])
def test_all_kinds_of_targets_are_taken(targets: Any) -> None:
    ours = jax.jit(jax.grad(as_jax(nnmath.softmax_cross_entropy)))(jnp.ones((2, 2)), np.array(targets))
    _, backward = nnmath.softmax_cross_entropy(np.ones((2, 2)), targets)
    np.testing.assert_array_equal(ours, backward())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda z: as_jax(nnmath.sigmoid)(z.astype(int)), TypeError, "z: expected float32 or float64"),
        (lambda z: jax.jit(as_jax(nnmath.softmax))(z[0]), ValueError, r"z: expected 2 axes, got shape \(2,\)"),
        (lambda z: as_jax(lambda z: z * 2)(z), TypeError, r"expected it to return \(value, backward\), got ndarray"),
        (
            lambda z: jax.jit(jax.grad(lambda z: as_jax(nnmath.binary_cross_entropy)(z, z)))(z),
            TypeError,
            "the gradient with respect to targets was asked for, but its backward pass returns none",
        ),
        (
            lambda z: jax.grad(as_jax(lambda x: (x.sum(), lambda u: u)))(z),
            ValueError,
            r"gradient 1: expected shape \(2, 2\), that of x, got \(\)",
        ),
        (
            lambda z: jax.jacrev(jax.grad(lambda z: as_jax(nnmath.sigmoid)(z).sum()))(z),
            TypeError,
            "sigmoid: a second derivative was asked for, but it has only a first one",
        ),
        (lambda z: jax.jvp(as_jax(nnmath.sigmoid), (z,), (z,)), TypeError, "forward-mode"),
    ],
)
def test_what_cannot_be_is_refused(call: Any, error: Any, message: Any) -> None:
    with pytest.raises(error, match=message):
        call(jnp.zeros((2, 2)))


def test_the_gradient_may_stop_at_the_targets() -> None:
    loss = as_jax(nnmath.binary_cross_entropy)
    found = jax.grad(lambda z: loss(z, jax.lax.stop_gradient(jax.nn.sigmoid(z))))(jnp.ones(2))
    np.testing.assert_allclose(found, 0, atol=1e-16)


def test_a_fault_in_the_numbers_ends_in_the_same_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Exception, match=r"labels must lie in 0\.\.1, got 7 at row 1"):
        jax.jit(as_jax(nnmath.softmax_cross_entropy))(jnp.zeros((2, 2)), jnp.array([0, 7])).block_until_ready()


def test_what_was_tried_out_is_told() -> None:
    def picky(x: Any) -> None:
        raise LookupError("no")

    with pytest.raises(LookupError) as caught:
        as_jax(picky)(jnp.zeros(2))
    assert "as_jax called picky with inputs float64 (2,)" in caught.value.__notes__[0]
