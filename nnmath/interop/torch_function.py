"""A primitive as a `torch.autograd.Function`."""

from collections.abc import Callable, Sequence
from typing import Any

from nnmath.extras import optional
from nnmath.interop.vjp_function import Array, Gradients, VjpFunction


def as_torch(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a primitive for PyTorch.

    Parameters
    ----------
    function : callable
        A primitive, or a function of your own that returns ``(value, backward)`` as the primitives do.

    Returns
    -------
    wrapped : callable
        Takes tensors on the CPU, and returns the value as a tensor that has a first derivative. Other arguments, such
        as targets in a list, are passed on unchanged.

    Raises
    ------
    ImportError
        PyTorch is not installed.

    The wrapped function raises what `function` raises. It raises TypeError for a tensor that is not on the CPU, for the
    gradient of an input that has none, and for a second derivative.
    """
    torch = optional("torch", "torch", "as_torch")
    primitive = VjpFunction(function)
    function_class: type = torch.autograd.Function

    class Wrapped(function_class):  # type: ignore[misc]
        @staticmethod
        def forward(*inputs: Any) -> Any:
            value, gradients = primitive.forward([_to_numpy(primitive, k, x, torch) for k, x in enumerate(inputs)])
            return torch.from_numpy(value), gradients

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            # The closure keeps the arrays. PyTorch keeps the tensors only to notice when one of them is written to.
            ctx.save_for_backward(*[x for x in inputs if isinstance(x, torch.Tensor)])
            _, ctx.gradients = output

        @staticmethod
        def backward(ctx: Any, upstream: Any, _: None) -> Any:
            # Reading the saved tensors raises an error if one was written to, or if this is the second call.
            return Pulled.apply(ctx.gradients, ctx.needs_input_grad, upstream, *ctx.saved_tensors)

    class Pulled(function_class):  # type: ignore[misc]
        @staticmethod
        def forward(gradients: Gradients, asked: Sequence[bool], upstream: Any, *_: Any) -> Any:
            found = gradients(_read_only(upstream))
            for k, gradient in enumerate(found):
                if asked[k] and gradient is None:
                    raise primitive.no_gradient_error(k)
            return tuple(None if gradient is None else torch.from_numpy(gradient) for gradient in found)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

        @staticmethod
        def backward(ctx: Any, *_: Any) -> Any:
            raise primitive.no_second_derivative_error()

    def wrapped(*inputs: Any) -> Any:
        value, _ = Wrapped.apply(*inputs)
        return value

    wrapped.__name__ = wrapped.__qualname__ = Wrapped.__name__ = primitive.name
    wrapped.__doc__ = f"`{primitive.name}` of nnmath's form, for PyTorch: it returns the value alone."
    return wrapped


def _to_numpy(primitive: VjpFunction, position: int, x: Any, torch: Any) -> Any:
    if not isinstance(x, torch.Tensor):
        return x
    if x.device.type != "cpu":
        name = f"{primitive.name}: {primitive.input_name(position)}"
        raise TypeError(f"{name}: expected a tensor on the CPU, where NumPy works, got one on {x.device}; call .cpu()")
    return _read_only(x)


def _read_only(tensor: Any) -> Array:
    """Return the memory of the tensor as a read-only array: a function that writes to it would change the tensor."""
    array: Array = tensor.detach().numpy()
    array.setflags(write=False)
    return array
