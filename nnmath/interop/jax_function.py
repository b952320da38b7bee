"""A primitive as a `jax.custom_vjp`."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from nnmath.extras import optional
from nnmath.interop.vjp_function import Array, VjpFunction


def as_jax(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a primitive for JAX.

    JAX calls the function back from its compiled programs. It works under `jit`, and under `vmap`, which calls it once
    for each example. A compiled program can keep arrays between the forward and the backward pass but no closure, so
    the backward pass runs the forward pass again. JAX must know the shape of the value beforehand. Therefore the
    function is called once for each new set of shapes, on arrays filled with 1/K, K the length of the last axis (rows
    of probabilities), and on labels 0. While JAX computes, the processor flushes subnormal numbers to 0, in NumPy too.

    Parameters
    ----------
    function : callable
        A primitive, or a function of your own that returns ``(value, backward)`` as the primitives do.

    Returns
    -------
    wrapped : callable
        Takes what `jax.numpy.asarray` takes, and returns the value. It has a first derivative, in reverse mode.

    Raises
    ------
    ImportError
        JAX is not installed.

    The wrapped function raises what `function` raises. If the fault is in the numbers and not in shapes or dtypes, JAX
    wraps the message in an error of its own. It raises TypeError for the gradient of an input that has none, and for a
    second derivative.
    """
    jax = optional("jax", "jax", "as_jax")
    primitive = VjpFunction(function)

    @lru_cache  # JAX compiles a callback anew unless it is the same object
    def at(*kinds: tuple[tuple[int, ...], str]) -> Callbacks:
        return _callbacks(jax, primitive, [_trial(shape, np.dtype(dtype)) for shape, dtype in kinds])

    def callbacks(inputs: Any) -> Callbacks:
        return at(*((x.shape, x.dtype.name) for x in inputs))

    @jax.custom_vjp  # type: ignore[untyped-decorator]
    def wrapped(*inputs: Any) -> Any:
        known = callbacks(inputs)
        return jax.pure_callback(known.forward, known.value, *inputs, vmap_method="sequential")

    @jax.custom_jvp  # type: ignore[untyped-decorator]
    def pulled(upstream: Any, *inputs: Any) -> Any:
        known = callbacks(inputs)
        expected = [gradient for gradient in known.gradients if gradient is not None]
        return jax.pure_callback(known.backward, expected, upstream, *inputs, vmap_method="sequential")

    @pulled.defjvp  # type: ignore[untyped-decorator]
    def second(*_: Any) -> Any:
        raise primitive.no_second_derivative_error()

    def forward(*inputs: Any) -> tuple[Any, Any]:
        arrays = tuple(x.value for x in inputs)
        for k, (x, gradient) in enumerate(zip(inputs, callbacks(arrays).gradients)):
            if x.perturbed and gradient is None and jax.numpy.issubdtype(x.value.dtype, np.inexact):
                raise primitive.no_gradient_error(k)
        return wrapped(*arrays), arrays

    def backward(inputs: Any, upstream: Any) -> tuple[Any, ...]:
        found = iter(pulled(upstream, *inputs))
        return tuple(None if gradient is None else next(found) for gradient in callbacks(inputs).gradients)

    wrapped.defvjp(forward, backward, symbolic_zeros=True)

    def converted(*inputs: Any) -> Any:
        return wrapped(*(jax.numpy.asarray(x) for x in inputs))

    converted.__name__ = converted.__qualname__ = primitive.name
    converted.__doc__ = f"`{primitive.name}` of nnmath's form, for JAX: it returns the value alone."
    return converted


class Callbacks(NamedTuple):
    """The callbacks for inputs of certain shapes and dtypes, and the shapes and dtypes that they return.

    Attributes
    ----------
    value : jax.ShapeDtypeStruct
    gradients : list of jax.ShapeDtypeStruct or None
        One for each input; None for one that has no gradient.
    forward, backward : callable
        From the inputs to the value; from the upstream gradient and the inputs to the gradients that are not None.
    """

    value: Any
    gradients: list[Any]
    forward: Callable[..., Array]
    backward: Callable[..., list[Array]]


def _callbacks(jax: Any, primitive: VjpFunction, trial: list[Array]) -> Callbacks:
    """Call a primitive once to learn shapes and dtypes, and make the callbacks."""

    def struct(array: Array) -> Any:  # float32 for float64, unless jax_enable_x64 is set
        return jax.ShapeDtypeStruct(array.shape, jax.dtypes.canonicalize_dtype(array.dtype))

    tried_value, tried_gradients = _tried(primitive, trial)
    value = struct(tried_value)
    gradients = [None if gradient is None else struct(gradient) for gradient in tried_gradients]

    # JAX does not clear the floating-point flags of its own overflows; NumPy would warn of them as if they were ours.
    @np.errstate(all="ignore")
    def forward(*inputs: Any) -> Array:
        found, _ = primitive.forward([np.asarray(x) for x in inputs])
        return found.astype(value.dtype, copy=False)

    @np.errstate(all="ignore")
    def backward(upstream: Any, *inputs: Any) -> list[Array]:
        _, pass_back = primitive.forward([np.asarray(x) for x in inputs])
        pairs = zip(pass_back(np.asarray(upstream)), gradients)
        return [found.astype(g.dtype, copy=False) for found, g in pairs if found is not None and g is not None]

    return Callbacks(value, gradients, forward, backward)


def _trial(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Make an input that most functions accept: probabilities that sum to 1, labels 0, one-hot rows."""
    if dtype.kind in "iub":
        trial = np.zeros(shape, dtype)
        if len(shape) > 1:
            trial[..., :1] = 1
        return trial
    return np.full(shape, 1 / max(shape[-1] if shape else 1, 1), dtype)


def _tried(primitive: VjpFunction, inputs: list[Array]) -> tuple[Array, list[Array | None]]:
    try:
        with np.errstate(all="ignore"):
            value, gradients = primitive.forward(inputs)
            return value, gradients(np.ones_like(value))
    except Exception as error:
        shapes = ", ".join(f"{x.dtype} {x.shape}" for x in inputs)
        error.add_note(f"(as_jax called {primitive.name} with inputs {shapes}, to learn the shape of its value)")
        raise
