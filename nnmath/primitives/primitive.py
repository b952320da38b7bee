"""What makes a primitive of its mathematics: checks of the arguments and of the upstream gradient, and no warnings."""

from collections.abc import Callable
from contextvars import Context
from functools import update_wrapper
from inspect import signature
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike

from nnmath.primitives.arguments import real_array, same_dtype, upstream_gradient
from nnmath.typing import Array

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])
Check = TypeVar("Check", bound=Callable[..., tuple[Any, ...]])

#: Where NumPy ignores floating-point errors, whatever the caller has told it: underflow to 0, and what follows from NaN
#: and infinity, is the right result. A copy of it is entered, which is much faster than `np.errstate`.
_QUIET = Context()
_QUIET.run(np.seterr, all="ignore")


class Primitive(Generic[P, R]):
    """A function that returns its value and its backward pass, and checks what it is given.

    The class is used as a decorator. Each argument must then be a float32 or float64 array, all of one dtype; a
    primitive that expects something else says so with `check_arguments`.

    Attributes
    ----------
    mathematics : callable
        The decorated function alone. It checks nothing and leaves floating-point warnings to the caller's
        ``np.errstate``; a training loop, which has checked its arrays once, calls it in each step.
    """

    __name__: str

    def __init__(self, mathematics: Callable[P, R]) -> None:
        self.mathematics = mathematics
        update_wrapper(self, mathematics)  # name, docstring, module and signature
        self._untyped: Callable[..., tuple[Any, Callable[..., Any]]] = mathematics  # type: ignore[assignment]
        self._names = tuple(signature(mathematics).parameters)
        self._check: Callable[..., tuple[Any, ...]] = self._float_arrays

    def check_arguments(self, check: Check) -> Check:
        """Decorate the function that takes the same arguments, checks them and returns them as arrays."""
        self._check = check
        return check

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the value and the backward pass.

        Raises
        ------
        TypeError, ValueError
            An argument is missing or is not what is expected. The backward pass raises them for the upstream gradient.
        """
        try:
            arguments = self._check(*args, **kwargs)
        except TypeError:
            signature(self).bind(*args, **kwargs)  # raises if an argument is missing or unknown, and names it
            raise
        value, backward = _QUIET.copy().run(self._untyped, *arguments)
        return value, BackwardPass(backward, value)  # type: ignore[return-value]  # R is the type of such a pair

    def __repr__(self) -> str:
        return f"<primitive {self.__name__}({', '.join(self._names)})>"

    def __reduce__(self) -> str:
        return self.__name__  # pickled as a function is: by its module and name

    def _float_arrays(self, *args: Any, **kwargs: Any) -> tuple[Array, ...]:
        if kwargs or len(args) != len(self._names):
            args = signature(self).bind(*args, **kwargs).args
        arrays = tuple(map(real_array, self._names, args))
        if len(arrays) > 1:
            same_dtype(self._names, arrays)
        return arrays


class BackwardPass:
    """The backward pass of a primitive, which expects an upstream gradient of the shape of the value."""

    __slots__ = ("__wrapped__", "dtype", "shape")

    def __init__(self, mathematics: Callable[..., Any], value: Array) -> None:
        self.__wrapped__ = mathematics  # where `inspect.signature` looks
        self.shape, self.dtype = value.shape, value.dtype

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the gradient of each differentiable input, in their order."""
        if kwargs and not args:  # the upstream gradient may be given by its name
            bound = signature(self).bind(**kwargs)
            args, kwargs = bound.args, bound.kwargs
        if args:
            args = (self._upstream(args[0]), *args[1:])
        return _QUIET.copy().run(self.__wrapped__, *args, **kwargs)

    def _upstream(self, value: ArrayLike) -> Array:
        if type(value) is np.ndarray and value.shape == self.shape and value.dtype == self.dtype:
            return value
        name = next(iter(signature(self).parameters))
        return upstream_gradient(name, value, self.shape, self.dtype)


def without_checks(function: F) -> F:
    """Return the mathematics of a primitive; any other function is returned as it is."""
    return cast(F, function.mathematics) if isinstance(function, Primitive) else function
