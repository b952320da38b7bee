"""The function under check: called on copies, with every liberty that it takes noticed."""

import inspect
from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.gradcheck.arguments import as_gradients, as_input, as_value, chosen, copies, refuse_undifferentiable

Array = NDArray[Any]
Floats = NDArray[np.float64]
Backward = Callable[..., Any]


class BackwardRaises(Exception):
    """The backward pass under check raised an exception, which is the cause of this one."""


class Subject:
    """A primitive, or a forward and a backward function, at given inputs.

    Attributes
    ----------
    inputs : list
        The inputs as they were given; arrays among them are never handed out themselves but copied.
    names : tuple of str
        The names of the inputs, from the function's signature where it has them.
    wrt : tuple of int
        The positions of the inputs that have a gradient.
    value : float64 array
        The value at the inputs.
    whole_shape : tuple of int
        The shape of the value, or, for a slice of another subject, of the whole value there.
    mutates : bool
        Whether the function may write to its inputs, so that they are copied before each call.
    remembers : bool
        Whether the backward pass changes when it is called, so that the forward pass is called again each time.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Sequence[Any],
        backward: Backward | None,
        wrt: int | str | Sequence[int | str] | None,
    ) -> None:
        self.function = function
        self.separate = backward
        self.inputs = [as_input(x) for x in inputs]
        self.names = _names(function, len(inputs))
        self.mutates = self.remembers = True  # until seen not to
        known = None if wrt is None else chosen(wrt, self.names)
        for k, x in enumerate(self.inputs):
            if (known is not None and k in known) or (isinstance(x, np.ndarray) and x.dtype.kind == "c"):
                refuse_undifferentiable(self.names[k], x)
        value, pass_back = self.run(self.inputs)
        self.value_dtype = value.dtype
        self.grid: tuple[NDArray[np.intp], ...] | None = None
        self.whole_shape: tuple[int, ...] = value.shape
        self.value = value.astype(np.float64)
        self.wants_upstream = backward is not None or _takes_an_argument(pass_back)
        self.wrt = known if known is not None else self._leading(pass_back)
        for k in self.wrt:
            refuse_undifferentiable(self.names[k], self.inputs[k])

    @property
    def axes(self) -> tuple[NDArray[np.intp], ...]:
        """The indices of the outputs along each axis of the whole value; `sliced` keeps some of them only."""
        return self.grid if self.grid is not None else tuple(np.arange(n) for n in self.value.shape)

    @property
    def is_slice(self) -> bool:
        """Whether there are only some of the outputs."""
        return self.grid is not None

    @cached_property
    def epsilon(self) -> float:
        """The coarsest relative spacing among the inputs that are differentiated for and the value."""
        dtypes = [self.value_dtype, *(self.inputs[k].dtype for k in self.wrt)]
        return max(float(np.finfo(d).eps) for d in dtypes if d.kind == "f")

    def run(self, inputs: Sequence[Any]) -> tuple[Array, Backward]:
        """Call the forward pass; return its value and a backward pass that takes the upstream gradient alone."""
        return self.run_directly(copies(inputs) if self.mutates else inputs)

    def run_directly(self, inputs: Sequence[Any]) -> tuple[Array, Backward]:
        """Call the forward pass on these very arrays."""
        result = self.function(*inputs)
        if self.separate is not None:
            separate = self.separate
            return as_value(result), lambda upstream: separate(upstream, *inputs)
        if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
            raise TypeError(
                "the function under check must return (value, backward); "
                "give the backward pass of a function that returns its value alone as backward="
            )
        return as_value(result[0]), result[1]

    def value_at(self, inputs: Sequence[Any]) -> Floats | None:
        """The value at other inputs, or None where the function has none there: it raises, or its shape changes."""
        try:
            value, _ = self.run(inputs)
        except Exception:  # whatever a stranger's function raises outside of its domain
            return None
        return value.astype(np.float64, copy=False) if value.shape == self.value.shape else None

    def gradients_of(self, pass_back: Backward, upstream: Array) -> tuple[Any, ...]:
        """Call a backward pass; give its gradients in the order of `wrt`, None for an input that has none."""
        found = self._returned(pass_back, upstream, self.wrt[0])
        if len(found) == len(self.inputs) != len(self.wrt):
            return tuple(found[k] for k in self.wrt)
        return found

    def gradients(self, inputs: Sequence[Any], upstreams: Floats) -> dict[int, Floats]:
        """The gradients at any inputs: for each input that has one an array of shape (upstreams, entries)."""
        rows: dict[int, list[Floats]] = {}
        _, pass_back = self.run(inputs)
        for i, upstream in enumerate(upstreams):
            if i > 0 and self.remembers:
                _, pass_back = self.run(inputs)
            unit = 1.0 if self.wants_upstream else float(upstream.sum())
            found = self.gradients_of(pass_back, np.array(upstream, dtype=self.value_dtype))
            for k, gradient in zip(self.wrt, found):
                if gradient is not None:
                    rows.setdefault(k, []).append(np.array(gradient, dtype=np.float64).reshape(-1) * unit)
        return {k: np.stack(found) for k, found in rows.items()}

    def gradients_or_none(self, inputs: Sequence[Any], upstreams: Floats) -> dict[int, Floats] | None:
        """The same, or None where they cannot be had."""
        try:
            return self.gradients(inputs, upstreams)
        except Exception:  # the function may have no value at these inputs
            return None

    def _returned(self, pass_back: Backward, upstream: Array, first: int) -> tuple[Any, ...]:
        try:
            result = pass_back(upstream) if self.wants_upstream else pass_back()
        except Exception as error:  # whatever a stranger's backward pass raises
            raise BackwardRaises(f"{type(error).__name__}: {error}") from error
        return as_gradients(result, self.inputs[first])

    def _leading(self, pass_back: Backward) -> tuple[int, ...]:
        """As many leading inputs as backward returns gradients, without integers; all real ones where it raises."""
        real = tuple(k for k, x in enumerate(self.inputs) if isinstance(x, np.ndarray) and x.dtype.kind == "f")
        try:
            found = self._returned(pass_back, np.ones(self.value.shape, self.value_dtype), 0)
        except BackwardRaises:  # reported when the gradients are checked
            return real
        if len(found) > len(self.inputs):
            raise ValueError(f"the backward pass returns {len(found)} gradients for {len(self.inputs)} inputs")
        leading = tuple(k for k, g in enumerate(found) if k in real or g is not None)
        return leading if len(leading) > len(real) or set(leading) <= set(real) else real[: len(found)]


def as_moved(subject: Subject, inputs: Sequence[Any]) -> Subject | None:
    """The same function at other inputs; None where it has no value there."""
    value = subject.value_at(inputs)
    if value is None or not np.isfinite(value).all():
        return None
    moved = copy(subject)
    moved.inputs, moved.value = list(inputs), np.array(value)
    return moved


def projected(subject: Subject, weights: Floats) -> Subject:
    """The subject followed by weighted sums of its outputs, one for each row: a smaller value, the same inputs."""
    shape, weights = subject.value.shape, weights.reshape(len(weights), -1)

    def function(*inputs: Any) -> tuple[Array, Backward]:
        value, pass_back = subject.run(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            unit = (upstream @ weights).reshape(shape).astype(subject.value_dtype)
            found = subject.gradients_of(pass_back, unit)
            return found if subject.wants_upstream else _times(found, float(unit.sum()))

        return (weights @ value.reshape(-1)).astype(value.dtype), backward

    return _inner(Subject(function, subject.inputs, None, subject.wrt), subject)


def grouped(subject: Subject, groups: NDArray[np.intp], weights: Floats, count: int) -> Subject:
    """The subject followed by sums of its outputs: of those with the same group, times their weights."""
    shape = subject.value.shape

    def function(*inputs: Any) -> tuple[Array, Backward]:
        value, pass_back = subject.run(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            return subject.gradients_of(
                pass_back, of_all_outputs(upstream, groups, weights, shape, subject.value_dtype)
            )

        return np.bincount(groups, weights * value.reshape(-1), count).astype(subject.value_dtype), backward

    return _inner(Subject(function, subject.inputs, None, subject.wrt), subject)


def of_all_outputs(
    upstream: Array, groups: NDArray[np.intp], weights: Floats, shape: tuple[int, ...], dtype: Any
) -> Array:
    """The upstream gradient of all outputs that an upstream gradient of their groups amounts to."""
    return (upstream[groups] * weights).reshape(shape).astype(dtype)


def sliced(subject: Subject, axes: tuple[NDArray[np.intp], ...]) -> Subject:
    """The subject with a grid of its outputs alone: these indices along each axis of its value."""
    grid = np.ix_(*axes)

    def function(*inputs: Any) -> tuple[Array, Backward]:
        value, pass_back = subject.run(inputs)

        def backward(upstream: Array) -> tuple[Any, ...]:
            whole = np.zeros(subject.value.shape, dtype=subject.value_dtype)
            whole[grid] = upstream
            found = subject.gradients_of(pass_back, whole)
            return found if subject.wants_upstream else _times(found, float(upstream.sum()))

        return value[grid], backward

    result = _inner(Subject(function, subject.inputs, None, subject.wrt), subject)
    result.grid, result.whole_shape = axes, subject.whole_shape
    return result


def _times(gradients: tuple[Any, ...], factor: float) -> tuple[Any, ...]:
    return tuple(None if g is None else g * factor for g in gradients)


def _inner(result: Subject, subject: Subject) -> Subject:
    """The wrapper of another subject, which looks after names and copies."""
    result.names, result.mutates, result.remembers = subject.names, False, subject.remembers
    return result


def _names(function: Callable[..., Any], count: int) -> tuple[str, ...]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built-in functions need not have a signature
        parameters = []
    named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return tuple(named[k] if k < len(named) else f"input {k}" for k in range(count))


def _takes_an_argument(pass_back: Backward) -> bool:
    """Whether a backward pass takes an upstream gradient; that of a loss may be written without."""
    try:
        parameters = inspect.signature(pass_back).parameters.values()
    except (TypeError, ValueError):
        return True
    return any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL) for p in parameters)
