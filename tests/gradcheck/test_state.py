"""Inputs that are state, such as a running mean: a function may write to them where their gradients are not judged.

Random generators are state as well: each call is given them as they were.
"""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients
from nnmath.gradcheck.report import GradientReport

X = np.random.default_rng(0).standard_normal((3, 4))


def centred(mean: Any) -> Any:
    """Subtract the mean over the batch, or its running mean, and keep that in an array."""

    def forward(x: Any, m: Any) -> Any:
        m *= 0.9
        m += 0.1 * x.mean(0)
        return x - mean(x, m)

    return forward


def of_batch(x: Any, m: Any) -> Any:
    return x.mean(0)


def running(x: Any, m: Any) -> Any:
    return m


def check(mean: Any, share: float, wrt: Any = 0) -> GradientReport:
    """Its gradient, of which this share of the mean is missing."""
    return check_gradients(centred(mean), X, np.zeros(4), backward=lambda g, x, m: g - share * g.mean(0), wrt=wrt)


@pytest.mark.parametrize(("mean", "share"), [(of_batch, 1.0), (running, 0.1)])
def test_a_running_mean_that_is_not_judged_may_be_written_to(mean: Any, share: float) -> None:
    assert check(mean, share).ok
    assert [finding.input for finding in check(mean, share + 0.01).findings] == [0]


def test_an_input_that_is_judged_may_not() -> None:
    def backward(g: Any, x: Any, m: Any) -> Any:
        return g - 0.1 * g.mean(0), -0.9 * g.sum(0)

    (finding,) = check_gradients(centred(running), X, np.zeros(4), backward=backward).findings
    assert (finding.input, finding.cause) == (1, "mutates")


def test_state_of_a_function_of_tensors() -> None:
    torch: Any = pytest.importorskip("torch")
    x, ones, zeros = torch.from_numpy(X), torch.ones(4).double(), torch.zeros(4).double()

    class Centred(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
        share = 1.0

        @staticmethod
        def forward(ctx: Any, x: Any, m: Any) -> Any:
            return centred(of_batch)(x, m)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g - Centred.share * g.mean(0), None

    def normalised(x: Any, m: Any, v: Any) -> Any:
        return torch.nn.functional.batch_norm(x, m, v, training=True)

    def in_place(x: Any, m: Any) -> Any:
        return x - m.mul_(0.9).add_(x.mean(0))

    assert check_gradients(Centred, x, zeros, wrt=0).ok
    assert check_gradients(Centred, x, zeros).findings[0].cause == "mutates"
    for wrt, given in ((0, x), (None, x.clone().requires_grad_())):
        assert check_gradients(normalised, given, zeros, ones, wrt=wrt).ok
        assert check_gradients(in_place, given, zeros, wrt=wrt).ok
    Centred.share = 0.99
    assert [finding.input for finding in check_gradients(Centred, x, zeros, wrt=0).findings] == [0]
    assert not zeros.any()


def mask(x: Any, rng: np.random.Generator, share: float = 0.5) -> Any:
    return rng.random(x.shape) < share


def test_each_call_draws_the_same_numbers() -> None:
    def with_backward(x: Any, rng: np.random.Generator) -> Any:
        m = mask(x, rng)
        return x * m, lambda g: g * m

    def value(x: Any, rng: np.random.Generator) -> Any:
        return x * mask(x, rng)

    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    assert check_gradients(with_backward, X, rng).ok
    assert check_gradients(value, X, rng, backward=lambda g, x, rng: g * mask(x, rng)).ok
    assert not check_gradients(value, X, rng, backward=lambda g, x, rng: g * mask(x, rng, 0.7)).ok
    assert rng.bit_generator.state == before


def test_each_call_of_a_function_of_tensors_draws_the_same_numbers() -> None:
    torch: Any = pytest.importorskip("torch")
    x, generator = torch.from_numpy(X), torch.Generator().manual_seed(0)
    assert check_gradients(lambda x, g: x * (torch.rand(x.shape, generator=g) < 0.5), x, generator).ok
    assert check_gradients(lambda x, rng: x * torch.from_numpy(mask(x, rng)), x, np.random.default_rng(0)).ok
    assert torch.equal(generator.get_state(), torch.Generator().manual_seed(0).get_state())
