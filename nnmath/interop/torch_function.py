"""A primitive as a `torch.autograd.Function`."""

from collections.abc import Callable, Sequence
from typing import Any

from nnmath.extras import optional
from nnmath.interop.primitive import Array, Gradients, Primitive


def as_torch(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a primitive for PyTorch.

    Parameters
    ----------
    function : callable
        A primitive, or a function of your own that returns ``(value, backward)`` as the primitives do.

    Returns
    -------
    wrapped : callable
        Takes tensors on the CPU, and returns the value as a tensor of which PyTorch can take the derivative, once.
        What is no tensor, such as targets in a list, is handed on as it is.

    Raises
    ------
    ImportError
        PyTorch is not installed. The wrapped function raises what `function` raises; TypeError, for a tensor that
        is not on the CPU, when the gradient of an input is asked for that has none, and when a second derivative is.
    """
    torch = optional("torch", "torch", "as_torch")
    primitive = Primitive(function)
    function_class: type = torch.autograd.Function

    class Wrapped(function_class):  # type: ignore[misc]
        @staticmethod
        def forward(*inputs: Any) -> Any:
            value, gradients = primitive.run([_to_numpy(primitive, k, x, torch) for k, x in enumerate(inputs)])
            return torch.from_numpy(value), gradients

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            # The closure holds the arrays; that PyTorch holds the tensors makes it notice when one is written to.
            ctx.save_for_backward(*[x for x in inputs if isinstance(x, torch.Tensor)])
            _, ctx.gradients = output

        @staticmethod
        def backward(ctx: Any, upstream: Any, _: None) -> Any:
            # Reading the tensors raises when one was written to since, or when it is the second time.
            return Pulled.apply(ctx.gradients, ctx.needs_input_grad, upstream, *ctx.saved_tensors)

    class Pulled(function_class):  # type: ignore[misc]
        @staticmethod
        def forward(gradients: Gradients, asked: Sequence[bool], upstream: Any, *_: Any) -> Any:
            found = gradients(_read_only(upstream))
            for k, gradient in enumerate(found):
                if asked[k] and gradient is None:
                    raise primitive.has_none(k)
            return tuple(None if gradient is None else torch.from_numpy(gradient) for gradient in found)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            pass

        @staticmethod
        def backward(ctx: Any, *_: Any) -> Any:
            raise primitive.has_no_second()

    def wrapped(*inputs: Any) -> Any:
        value, _ = Wrapped.apply(*inputs)
        return value

    wrapped.__name__ = wrapped.__qualname__ = Wrapped.__name__ = primitive.name
    wrapped.__doc__ = f"`{primitive.name}` of nnmath's form, for PyTorch: it returns the value alone."
    return wrapped


def _to_numpy(primitive: Primitive, position: int, x: Any, torch: Any) -> Any:
    if not isinstance(x, torch.Tensor):
        return x
    if x.device.type != "cpu":
        name = f"{primitive.name}: {primitive.input_name(position)}"
        raise TypeError(f"{name}: expected a tensor on the CPU, where NumPy works, got one on {x.device}; call .cpu()")
    return _read_only(x)


def _read_only(tensor: Any) -> Array:
    """Return the tensor's own memory, in which a function that writes to it would change what others see."""
    array: Array = tensor.detach().numpy()
    array.setflags(write=False)
    return array
