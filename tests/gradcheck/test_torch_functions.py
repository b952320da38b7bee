"""Functions of PyTorch's tensors are checked as they are."""

from typing import Any

import numpy as np
import pytest

from nnmath.gradcheck import check_function, check_gradients

torch: Any = pytest.importorskip("torch")

X = torch.from_numpy(np.random.default_rng(0).standard_normal((3, 4)))


class Square(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    @staticmethod
    def forward(ctx: Any, x: Any, scale: float = 1.0) -> Any:
        ctx.save_for_backward(x)
        ctx.scale = scale
        return x * x * scale

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 2 * grad * x * ctx.scale, None


class WithoutTwo(Square):
    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return grad * x * ctx.scale, None


class InOrderOfMemory(Square):
    """It reads the numbers as they lie in memory, whatever the strides are."""

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        if grad.numel() > 1 and grad.stride() != x.stride() and 0 not in grad.stride():
            grad = grad.mT.reshape(grad.shape)
        return 2 * grad * x * ctx.scale, None


class OfOneNumber(Square):
    """It takes the stride of an expanded tensor for that of a row."""

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        dx = 2 * grad * x * ctx.scale
        return dx.sum(-1, keepdim=True).expand(dx.shape) if x.dim() > 0 and x.stride(-1) == 0 else dx, None


class ForAllOnly(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """A product whose backward pass looks at the wrong flag."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x * y

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, y = ctx.saved_tensors
        return grad * y, grad * x if ctx.needs_input_grad[0] else None


class SecondWrong(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """The backward pass is right, and that of the backward pass is not: it does not know of x."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 3 * grad * x.detach() * x


def test_a_function_class_is_checked() -> None:
    assert check_gradients(Square, X, 3.0, wrt=0).ok
    (finding,) = check_gradients(WithoutTwo, X, 3).findings
    assert (finding.cause, finding.factor) == ("scale", 0.5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex128])
def test_its_precision_is_that_of_its_tensors(dtype: Any) -> None:
    report = check_gradients(lambda x: torch.exp(x) * x.conj(), X.to(dtype))
    assert report.ok, str(report)
    assert report.compared > 0


def test_numbers_are_passed_on_as_they_are() -> None:
    kinds = set()

    class Scaled(Square):
        @staticmethod
        def forward(ctx: Any, x: Any, scale: float = 1.0) -> Any:
            kinds.add(type(scale))
            return Square.forward(ctx, x, scale)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            return (1 + 1e-8) * Square.backward(ctx, grad)[0], None

    (finding,) = check_gradients(Scaled, X, 0.5).findings  # a tensor of one number would be of single precision
    assert finding.cause == "scale"
    assert kinds == {float}


def test_the_parameters_of_a_module_are_inputs() -> None:
    module = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5), torch.nn.Dropout(0.5)).double()
    before = {name: a.clone() for name, a in module.state_dict().items()}
    report = check_gradients(module, X)
    assert report.ok, str(report)
    assert report.names == ("input", "0.weight", "0.bias", "1.weight", "1.bias")
    assert report.compared_inputs == (0, 1, 2, 3, 4)
    assert all(torch.equal(a, before[name]) for name, a in module.state_dict().items())
    assert check_gradients(module, X, wrt="1.weight").compared_inputs == (3,)


def test_several_outputs_are_checked_jointly() -> None:
    report = check_gradients(torch.linalg.qr, X.mT)
    assert report.ok
    assert report.compared == 12 * (12 + 9)


def test_keywords_are_passed_on() -> None:
    assert check_gradients(torch.sum, X, kwargs={"dim": 1, "keepdim": True}).ok


@pytest.mark.parametrize(
    ("function", "cause"), [(InOrderOfMemory, "layout"), (OfOneNumber, "layout"), (ForAllOnly, "requires_grad")]
)
def test_what_depends_on_more_than_numbers_is_found(function: Any, cause: str) -> None:
    inputs = (X, X + 1) if function is ForAllOnly else (X,)
    assert [finding.cause for finding in check_gradients(function, *inputs).findings] == [cause]


def test_second_order() -> None:
    assert check_gradients(Square, X, order=2).ok
    assert check_gradients(SecondWrong, X).ok
    report = check_gradients(SecondWrong, X, order=2)
    assert [finding.input for finding in report.findings] == [0]
    assert report.findings[0].factor == 0.5


def test_what_was_forgotten_is_said() -> None:
    class NotStatic(Square):
        def forward(self, x: Any) -> Any:  # type: ignore[override]
            return x

    with pytest.raises(ValueError, match=r"under torch\.no_grad\(\)"):
        check_gradients(torch.no_grad()(torch.tanh), X)
    with pytest.raises(TypeError, match=r"NotStatic\.forward: expected a static method.*@staticmethod"):
        check_gradients(NotStatic, X)
    with pytest.raises(TypeError, match="expected a tensor of floating point"):
        check_gradients(torch.abs, torch.arange(3))


def test_a_function_without_second_derivative_says_so() -> None:
    class Once(Square):
        backward = staticmethod(torch.autograd.function.once_differentiable(Square.backward))

    assert check_gradients(Once, X).ok
    with pytest.raises(ValueError, match="once_differentiable"):
        check_gradients(Once, X, order=2)


def test_inputs_are_drawn_for_it() -> None:
    assert check_function(Square, "x=N,D scale=()", wrt=["x"], examples=3).outcome.ok
    check = check_function(WithoutTwo, "x=N,D", examples=3)
    assert check.outcome.failures[0].cause == "scale"
    assert check.outcome.counterexample is not None
    assert check.outcome.counterexample[0].shape == (1, 1)
    assert check_function(lambda x: torch.tanh(x), "x=N,D", arrays="torch", examples=3).outcome.ok


def kernel(dtype: Any, factor: float) -> Any:
    """A square whose backward pass is off by a factor, computed in one format whatever it is given."""

    class Kernel(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x.to(dtype).square().to(x.dtype)

        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            return (2 * factor * grad.float() * x.float()).to(x.dtype)

    return Kernel


@pytest.mark.parametrize(("dtype", "shape"), [(torch.float16, (4, 5)), (torch.bfloat16, (17, 10))])
def test_a_kernel_of_few_digits(dtype: Any, shape: tuple[int, ...]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dtype)
    assert check_gradients(kernel(dtype, 1), x).ok
    assert check_gradients(kernel(dtype, 1), x, reference=torch.square).ok
    assert not check_gradients(kernel(dtype, 1.1), x, reference=torch.square).ok
    for factor in (2, -1):
        assert not check_gradients(kernel(dtype, factor), x).ok


def test_none_is_right_where_the_value_is_constant() -> None:
    assert check_gradients(lambda x: torch.norm(x, p=0, dim=-1), X).ok


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_format_of_few_digits_is_judged_by_its_own_rounding(dtype: Any) -> None:
    class Scaled(Square):
        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            return 2 * grad * x * 1.5, None

    assert check_gradients(Square, X.to(dtype)).ok
    assert not check_gradients(Scaled, X.to(dtype)).ok


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: torch.sort(x, dim=0)[0], torch.randn(20, 20, dtype=torch.double)),  # ties where it is expanded
        (torch.sgn, X),  # its gradient has no storage
        (lambda x: x.bfloat16(), X),
        (lambda x: torch.nn.functional.batch_norm(x, None, None, training=True), X),  # all equal where it is expanded
    ],
    ids=["sort", "sgn", "bfloat16", "batch_norm"],
)
def test_what_pytorch_does_is_not_blamed(function: Any, x: Any) -> None:
    report = check_gradients(function, x)
    assert report.ok, str(report)


def test_a_gradient_whose_last_axes_are_exchanged_is_transposed() -> None:
    class Exchanged(Square):
        @staticmethod
        def backward(ctx: Any, grad: Any) -> Any:
            (x,) = ctx.saved_tensors
            return (2 * grad * x * ctx.scale).mT, None

    x = torch.from_numpy(np.random.default_rng(0).standard_normal((3, 8, 8)))
    (finding,) = check_gradients(Exchanged, x).findings
    assert finding.cause == "transpose"


class ComplexProduct(torch.autograd.Function):  # type: ignore[name-defined,misc]
    """The gradient by its first factor lacks a conjugate, and a factor may be wrong."""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, factor: float) -> Any:
        ctx.save_for_backward(a, b)
        ctx.factor = factor
        return a * b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        a, b = ctx.saved_tensors
        return ctx.factor * g * b, g * a.conj(), None


def test_a_missing_conjugate_is_no_transpose() -> None:
    a = torch.complex(X, X.flip(0))
    (finding,) = check_gradients(ComplexProduct, a, a + 1j, 1.0).findings
    assert (finding.input, finding.cause) == (0, "sign")
    assert ".conj()" in finding.message
    (finding,) = check_gradients(ComplexProduct, a, a + 1j, 2.0).findings
    assert ".conj()" not in finding.message
