"""Primitives inside PyTorch: its gradient checker passes them, its own autograd agrees, what cannot be is said."""

from typing import Any

import numpy as np
import pytest

import nnmath
from nnmath.interop import as_torch
from tests.interop.cases import ALLOWED, COUNTS, NAMES, agree, any_shape, cases, values_agree

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")
import torch
from torch.nn import functional

from tests.interop.parts import PARTS

THEIRS = {name: PARTS[name].theirs for name in NAMES}


def tensors(case: Any) -> Any:
    """Make the inputs of a case tensors, those that have a gradient requiring it."""
    found = [torch.from_numpy(np.array(x)) for x in case.inputs]
    for x in found[: case.wrt]:
        x.requires_grad_()
    return found


def gradients(function: Any, case: Any) -> Any:
    inputs = tensors(case)
    value = function(*inputs)
    return value, torch.autograd.grad(value, inputs[: case.wrt], torch.tensor(case.upstream))


@pytest.mark.parametrize("dtype", COUNTS)
@pytest.mark.parametrize("name", NAMES)
def test_their_autograd_agrees(name: Any, dtype: Any) -> None:
    ours, worst = as_torch(getattr(nnmath, name)), []
    for case in cases(name, COUNTS[dtype], dtype, any_shape):
        (value, found), (their_value, expected) = gradients(ours, case), gradients(THEIRS[name], case)
        assert value.detach().numpy().dtype == dtype
        assert (value.detach().numpy() == getattr(nnmath, name)(*case.inputs)[0]).all()
        worst.append(agree(name, case, found, expected))
        worst.append(values_agree(name, case, value.detach().numpy(), their_value.detach().numpy()))
    assert np.max(worst) <= ALLOWED


@pytest.mark.parametrize("name", NAMES)
def test_their_gradient_check_passes(name: Any) -> None:
    for case in cases(name, 6, np.float64, any_shape):
        assert torch.autograd.gradcheck(as_torch(getattr(nnmath, name)), tensors(case))


def test_a_function_of_ones_own_that_computes_in_float64() -> None:
    def square(x: Any, scale: Any) -> Any:
        value = (np.asarray(x, float) ** 2).sum() * scale
        return value, lambda: 2.0 * scale * np.asarray(x, float)

    x = torch.tensor([1.0, -3.0], requires_grad=True)
    as_torch(square)(x, 0.5).backward(torch.tensor(4.0, dtype=torch.float64))
    assert (x.grad.dtype, x.grad.tolist()) == (torch.float32, [4.0, -12.0])


def test_a_network_of_their_layers_and_ours_learns_as_theirs_does() -> None:
    rng = np.random.default_rng(0)
    x, labels = torch.from_numpy(rng.normal(size=(20, 3))), torch.from_numpy(rng.integers(2, size=20))
    found = []
    for relu, loss_of in [
        (as_torch(nnmath.relu), as_torch(nnmath.softmax_cross_entropy)),
        (torch.relu, functional.cross_entropy),
    ]:
        torch.manual_seed(0)
        first, second = torch.nn.Linear(3, 5, dtype=torch.float64), torch.nn.Linear(5, 2, dtype=torch.float64)
        optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], 0.05)
        for _ in range(20):
            optimizer.zero_grad()
            loss = loss_of(second(relu(first(x))), labels)
            loss.backward()
            optimizer.step()
        found.append(loss.item())
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_torch_func_takes_derivatives_too() -> None:
    z = torch.linspace(-3, 3, 7, dtype=torch.float64)
    found = torch.func.grad(lambda z: as_torch(nnmath.sigmoid)(z).sum())(z)
    torch.testing.assert_close(found, torch.func.grad(lambda z: torch.sigmoid(z).sum())(z), rtol=1e-14, atol=0)


def test_targets_may_be_a_list() -> None:
    logits = torch.zeros(2, 2, requires_grad=True)
    as_torch(nnmath.softmax_cross_entropy)(logits, [0, 1]).backward()
    assert logits.grad.tolist() == [[-0.25, 0.25], [0.25, -0.25]]


def test_nothing_is_differentiated_that_nobody_asks_for() -> None:
    forward_only = lambda x: (2 * x, pytest.fail)  # noqa: E731  the backward pass fails
    assert as_torch(forward_only)(torch.ones(2)).tolist() == [2, 2]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda z: as_torch(nnmath.sigmoid)(z.to("meta")),
            TypeError,
            "sigmoid: z: expected a tensor on the CPU, .* meta",
        ),
        (lambda z: as_torch(nnmath.sigmoid)(z.int()), TypeError, "z: expected float32 or float64"),
        (lambda z: as_torch(nnmath.softmax)(z[0]), ValueError, r"z: expected 2 axes, got shape \(2,\)"),
        (lambda z: as_torch(lambda z: z * 2)(z), TypeError, r"expected it to return \(value, backward\), got ndarray"),
        (
            lambda z: as_torch(nnmath.binary_cross_entropy)(z, z.sigmoid()).backward(),
            TypeError,
            "the gradient with respect to targets was asked for, but its backward pass returns none",
        ),
        (
            lambda z: as_torch(lambda x: (x.sum(), lambda u: u))(z).backward(),
            ValueError,
            r"gradient 1: expected shape \(2, 2\), that of x, got \(\)",
        ),
        (
            lambda z: as_torch(lambda x: (x.sum(), lambda u: (x, x)))(z).backward(),
            ValueError,
            "backward returned 2 gradients for 1 inputs",
        ),
        (
            lambda z: torch.autograd.functional.hessian(lambda z: as_torch(nnmath.sigmoid)(z).sum(), z),
            TypeError,
            "sigmoid: a second derivative was asked for, but it has only a first one",
        ),
        (lambda z: as_torch(writes)(z * 1), ValueError, "read-only"),
    ],
)
def test_what_cannot_be_is_refused(call: Any, error: Any, message: Any) -> None:
    with pytest.raises(error, match=message):
        call(torch.zeros(2, 2, requires_grad=True))


def writes(z: Any) -> Any:
    z += 1
    return z, lambda dz: dz


def test_an_input_that_was_written_to_since_is_noticed() -> None:
    leaf = torch.ones(2, requires_grad=True)
    z = leaf * 1
    a = as_torch(nnmath.sigmoid)(z)
    z.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        a.sum().backward()


def test_the_value_is_the_callers_own() -> None:
    z = torch.tensor([1.0, 2.0], requires_grad=True)
    a = as_torch(lambda z: (z, lambda da: da))(z)
    assert a.data_ptr() != z.data_ptr()
