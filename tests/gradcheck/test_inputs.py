"""Which inputs are differentiated for, and what a function is given in place of its inputs."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 5))
LABELS = np.array([0, 1, 2, 4])


def picked(factor: float, *, of: slice = slice(None)) -> Any:
    """One number of each row of a product, whose gradient by w may be wrong; some of its gradients are returned."""

    def function(x: Any, w: Any, labels: Any) -> Any:
        def backward(u: Any) -> Any:
            d = np.eye(5)[labels] * u[:, None]
            return (d @ w.T, factor * x.T @ d, None)[of]

        return (x @ w)[np.arange(4), labels], backward

    return function


@pytest.mark.parametrize("wrt", [None, "w", ["w", "x"], ["x", "w"]])
@pytest.mark.parametrize("of", [slice(None), slice(2)], ids=["all", "leading"])
def test_gradients_may_be_asked_for_in_any_order(wrt: Any, of: slice) -> None:
    assert check_gradients(picked(1, of=of), X, W, LABELS, wrt=wrt).ok
    (finding,) = check_gradients(picked(2, of=of), X, W, LABELS, wrt=wrt).findings
    assert (finding.input, finding.cause, finding.factor) == (1, "scale", 2)


def test_those_that_are_asked_for_may_be_all_that_is_returned() -> None:
    assert check_gradients(picked(1, of=slice(1, 2)), X, W, LABELS, wrt="w").ok
    assert not check_gradients(picked(1, of=slice(1, 2)), X, W, LABELS, wrt="x").ok


def test_none_may_stand_for_the_gradient_of_labels_that_are_not_the_last() -> None:
    def function(x: Any, labels: Any, w: Any, more: Any) -> Any:
        value, backward = picked(1, of=slice(2))(x, w, labels)
        return value, lambda u: (backward(u)[0], None, backward(u)[1])

    assert check_gradients(function, X, LABELS, W, LABELS).compared_inputs == (0, 2)


def test_a_number_that_is_not_differentiated_for_is_passed_on_as_it_is() -> None:
    kinds = set()

    def scaled(x: Any, mode: Any, eps: Any) -> Any:
        kinds.add((type(mode), type(eps)))
        factor = {0.5: 2}[mode]
        return factor * x + eps, lambda u: factor * u

    report = check_gradients(scaled, X.astype(np.float32), 0.5, 1e-5)
    assert report.ok
    assert not report.notes  # it computes in single precision
    assert kinds == {(float, float)}


@pytest.mark.parametrize("wrt", [None, "y"])
def test_a_number_whose_gradient_is_returned_is_judged(wrt: Any) -> None:
    def product(x: Any, y: Any, more: Any, factor: float = 1) -> Any:
        return x * y + more, lambda u: (u * y, factor * (u * x).sum(), u)

    assert check_gradients(product, X, 0.5, X, wrt=wrt).ok
    (finding,) = check_gradients(product, X, 0.5, X, wrt=wrt, kwargs={"factor": 2}).findings
    assert (finding.input, finding.factor) == (1, 2)


def test_a_number_alone_is_judged() -> None:
    assert check_gradients(np.sin, 0.5, backward=lambda u, x: u * np.cos(x)).ok
    assert not check_gradients(np.sin, 0.5, backward=lambda u, x: u * np.sin(x)).ok


def test_numbers_are_passed_on_in_jax() -> None:
    jax = pytest.importorskip("jax")
    kinds = set()

    def power(x: Any, p: Any) -> Any:
        kinds.add(type(p))
        return x**p

    rule: Any = jax.custom_vjp(power, nondiff_argnums=(1,))
    rule.defvjp(lambda x, p: (x**p, x), lambda p, x, u: (u * p * x ** (p - 1),))
    report = check_gradients(rule, jax.numpy.asarray(X) ** 2 + 1, 1.5)
    assert report.ok
    assert not report.notes
    assert kinds == {float}
    assert check_gradients(jax.numpy.sin, 0.5, arrays="jax").compared_inputs == (0,)
    with pytest.raises(TypeError, match="p: expected an array"):
        check_gradients(rule, X, 1.5, wrt="p", arrays="jax")


def test_labels_that_a_function_of_tensors_writes_to_are_copied() -> None:
    torch = pytest.importorskip("torch")
    labels = torch.tensor([0, -1, 2, 1])

    def chosen(x: Any, labels: Any) -> Any:
        labels[labels < 0] = 0
        return x[torch.arange(4), labels]

    (finding,) = check_gradients(chosen, torch.from_numpy(X), labels).findings
    assert (finding.input, finding.cause) == (1, "mutates")
    assert labels.tolist() == [0, -1, 2, 1]
    assert check_gradients(chosen, torch.from_numpy(X), labels.abs()).ok
