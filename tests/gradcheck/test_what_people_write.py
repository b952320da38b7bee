"""What people write and forget: each is checked as it is meant, or refused with a sentence that says why."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

from nnmath.gradcheck.adapters import layouts  # noqa: E402  # it needs PyTorch

X = torch.tensor([0.5, -1.25, 2.0, 0.75], dtype=torch.float64, requires_grad=True)


class Power(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    """A power, its exponent an argument without a gradient."""

    @staticmethod
    def forward(ctx: Any, x: Any, shift: float = 0.0, p: int = 2) -> Any:
        ctx.save_for_backward(x)
        ctx.shift, ctx.p = shift, p
        return (x + shift) ** p

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * ctx.p * (x + ctx.shift) ** (2 if ctx.p == 3 else 3), None, None


class Detached(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """Right, but its backward pass cannot be differentiated for x."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.x = x.detach()
        return x**3

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 3 * g * ctx.x**2


class InPlace(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """Writes to its input, and does not tell PyTorch."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.mul_(2)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 2 * g


class NoBackward(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """A forward pass alone."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * x


@pytest.mark.parametrize("function", [Power, Power.apply])
def test_keyword_arguments_reach_the_forward_pass(function: Any) -> None:
    assert check_gradients(function, X, kwargs={"p": 3}).ok
    assert check_gradients(function, X, kwargs={"p": 4, "shift": 0.5}).ok
    assert not check_gradients(function, X, kwargs={"p": 2}).ok  # its backward pass is that of other exponents
    with pytest.raises(TypeError, match="'q' is no parameter"):
        check_gradients(function, X, kwargs={"q": 3})


def test_apply_has_the_names_of_its_class() -> None:
    assert check_gradients(Power.apply, X, 0.0, 3).names[0] == "x"


@pytest.mark.parametrize(
    ("function", "message"),
    [(lambda: NoBackward, "expected a static method backward"), (lambda: Power(), "expected the class Power itself")],
    ids=["no backward", "an instance"],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_no_function_of_autograd_is_refused(function: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_gradients(function(), X)


def test_outputs_may_be_nested() -> None:
    def wrong(x: Any) -> Any:
        return {"value": x.sin(), "more": (x.cos(), [x.detach() * x])}

    (finding,) = check_gradients(wrong, X).findings
    assert finding.cause
    assert check_gradients(lambda x: (x.sin(), {"more": x.cos()}), X).compared == 8 * len(X)


def test_a_gradient_that_lost_its_own_is_wrong_in_second_order() -> None:
    assert check_gradients(Detached, X).ok
    (finding,) = check_gradients(Detached, X, order=2).findings
    assert (finding.input, finding.cause) == (0, "missing")


def test_what_has_no_gradient_has_none_of_second_order() -> None:
    def loss(x: Any, target: Any) -> Any:
        return ((x - target.detach()) ** 3).sum()

    assert check_gradients(loss, X.detach(), X.detach() + 1, order=2).ok


def test_a_forward_pass_that_writes_to_its_input_mutates() -> None:
    (finding,) = check_gradients(InPlace, X).findings
    assert finding.cause == "mutates"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (lambda x: x.sum(), "expected the shape"),
        (lambda x: 2 * x * x, "Is the forward pass right"),
        (lambda x: (x * x).float(), "expected values of double precision"),
    ],
)
def test_a_reference_of_another_function_is_refused(reference: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"reference: .*{message}"):
        check_gradients(torch.square, X.detach().float(), reference=reference)


class Exponential(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """Its gradient is a tenth too large."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.y = x.exp()
        return ctx.y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 1.1 * g * ctx.y


def test_a_factor_near_the_rounding_of_the_format_is_no_lost_sign() -> None:
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((4, 5))).bfloat16()
    (finding,) = check_gradients(Exponential, x, reference=torch.exp).findings
    assert finding.cause == "scale"


def layer_norm(x: Any) -> Any:
    centred = x - x.mean(-1, keepdim=True)
    return centred * (centred.square().mean(-1, keepdim=True) + 1e-5).rsqrt()


def test_rounding_of_equal_numbers_is_no_matter_of_layout() -> None:
    x = (100 + np.random.default_rng(1).standard_normal((4, 8))).astype(np.float32)
    report = check_gradients(layer_norm, torch.from_numpy(x))
    assert report.ok, str(report)


class SineOfContiguous(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """Takes its input for contiguous, unless it is expanded."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.x = x
        return x.sin()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        plain = torch.as_strided(ctx.x, g.shape, torch.empty(g.shape).stride(), ctx.x.storage_offset())
        return g * (ctx.x if 0 in ctx.x.stride() else plain).cos()


def test_more_or_less_room_for_rounding_in_layouts_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    x = (100 + np.random.default_rng(1).standard_normal((4, 8))).astype(np.float32)
    sine, grid = SineOfContiguous, torch.arange(12.0, dtype=torch.float64).reshape(3, 4)
    assert check_gradients(sine, grid).findings[0].cause == "layout"
    monkeypatch.setattr(layouts, "LAST_PLACES", 1e30)
    assert check_gradients(sine, grid).ok
    monkeypatch.setattr(layouts, "LAST_PLACES", 0.0)
    assert not check_gradients(layer_norm, torch.from_numpy(x)).ok


def both(x: Any, y: Any) -> Any:
    return np.sin(x), x.sum() * y


def gradients_of_both(g: Any, x: Any, y: Any) -> Any:
    dsine, dproduct = g
    return dsine * np.cos(x) + (dproduct * y).sum(), dproduct * x.sum()


def test_several_outputs_of_numpy() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(3), rng.standard_normal((2, 2))
    assert check_gradients(both, x, y, backward=gradients_of_both).ok
    for factor, right in ((1, True), (2, False)):

        def closure(x: Any, y: Any, factor: int = factor) -> Any:
            return both(x, y), lambda one, other: gradients_of_both((one, factor * other), x, y)

        assert check_gradients(closure, x, y).ok == right


def test_several_outputs_of_single_precision_have_a_reference() -> None:
    x = np.random.default_rng(0).standard_normal(5).astype(np.float32)

    def outputs(x: Any) -> Any:
        return np.tanh(x.astype(np.float32)), np.sin(x.astype(np.float32))

    for factor, right in ((1, True), (1.001, False)):

        def backward(g: Any, x: Any, factor: float = factor) -> Any:
            return (g[0] * (1 - np.tanh(x) ** 2) * np.float32(factor) + g[1] * np.cos(x)).astype(np.float32)

        report = check_gradients(outputs, x, backward=backward, reference=lambda x: (np.tanh(x), np.sin(x)))
        assert report.ok == right, str(report)


def test_a_function_of_another_framework_is_told_so() -> None:
    with pytest.raises(TypeError, match="arrays='torch'"):
        check_gradients(lambda x: torch.tensor(x), np.ones(3))
