"""What a function keeps from its first call is found, although nothing that is called later changes it."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

X = np.random.default_rng(0).standard_normal((4, 3))


@pytest.mark.parametrize("size", [12, 300])
def test_an_array_that_is_kept_by_its_shape_is_found(size: int) -> None:
    kept: dict[Any, Any] = {}

    def exponential(x: Any) -> Any:
        e = kept.setdefault(x.shape, np.exp(x))
        return np.exp(x), lambda u: u * e

    (finding,) = check_gradients(exponential, np.random.default_rng(0).standard_normal(size)).findings
    assert finding.cause == "stateful"


def test_an_array_that_the_backward_pass_keeps_is_found() -> None:
    kept: dict[Any, Any] = {}

    def sine(u: Any, x: Any) -> Any:
        return u * kept.setdefault("slope", x + np.cos(x))

    assert not check_gradients(lambda x: np.sin(x) + x * x / 2, X, backward=sine).ok


def test_a_tensor_that_is_kept_is_found() -> None:
    torch = pytest.importorskip("torch")
    kept: dict[Any, Any] = {}

    class Exponential(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            kept.setdefault(x.shape, x.exp())
            ctx.shape = x.shape
            return x.exp()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * kept[ctx.shape]

    (finding,) = check_gradients(Exponential, torch.from_numpy(X)).findings
    assert finding.cause == "stateful"


def test_a_gradient_that_is_wrong_everywhere_keeps_its_name() -> None:
    (finding,) = check_gradients(lambda x: (3 * x, lambda u: 2 * u), X).findings
    assert finding.cause == "scale"


def test_a_gradient_that_is_known_for_these_inputs_alone_is_right() -> None:
    slope = np.exp(X)
    assert check_gradients(lambda x: (np.exp(x), lambda u: u * slope), X).ok


def test_a_wrong_gradient_that_happens_to_be_right_at_the_first_call_keeps_its_name() -> None:
    x = np.array([-3.5, -1.0, 0.5, 1.5, 2.0, 3.8])
    (finding,) = check_gradients(lambda x: np.clip(x, -3, 3), x, backward=lambda u, x: u).findings
    assert finding.cause == "mask"


def test_a_function_of_single_numbers_is_given_what_it_was_given_first() -> None:
    torch = pytest.importorskip("torch")
    kinds = set()

    def product(a: Any, b: Any) -> Any:
        kinds.update({type(a), type(b)})
        return torch.tanh(a) * b

    assert check_gradients(product, *torch.tensor([0.7, 1.3], dtype=torch.float64)).ok
    assert kinds == {torch.Tensor}
