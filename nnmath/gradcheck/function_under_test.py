"""The function under test, at given inputs: called on copies where it may write to them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from typing import Any

import numpy as np

from nnmath.gradcheck.arguments import (
    as_gradients,
    as_inputs,
    chosen,
    copies,
    is_number,
    own_generator,
    parameter_names,
    refusal_of_value,
    refuse_undifferentiable,
    refuse_without_gradient,
)
from nnmath.gradcheck.arrays import Array, Floats, Indices
from nnmath.gradcheck.backward_precision import BackwardPrecision
from nnmath.gradcheck.entry_by_entry import EntryByEntry, values_of_stack
from nnmath.gradcheck.several_outputs import of_outputs
from nnmath.gradcheck.signatures import takes_an_argument

Backward = Callable[..., Any]


class BackwardRaises(Exception):
    """The backward pass under test raised an exception, which is the cause of this one."""


class FunctionUnderTest:
    """A forward and a backward pass at given inputs.

    Attributes
    ----------
    forward : callable
        Returns the value and the backward pass, or, where `backward` is given, the value alone.
    backward : callable or None
        ``backward(upstream, *inputs)`` returns the gradients.
    inputs : list
        The inputs as they were given; arrays among them are never handed out themselves but copied.
    names : tuple of str
        The names of the inputs, from the function's signature where it has them.
    wrt : tuple of int
        The positions of the inputs that have a gradient.
    value : float64 array
        The value at the inputs.
    value_dtype : dtype
        The precision that the value is computed in.
    epsilon : float
        The coarsest relative spacing among the inputs that are differentiated for and the value.
    gradient_epsilon : float
        That of the precision that the backward pass computes in; the same unless the values come from a reference.
    inner_epsilon : float
        The spacing of the numbers that results are rounded to on the way, where it is wider than that of the value and
        the inputs; otherwise 0.
    format_epsilon : float
        The spacing of the format that the inputs are rounded to before the function sees them; 0 where it is their own.
    full_value_shape : tuple of int
        The shape of the value, or, where only some outputs are kept, of the value with all of them.
    takes_upstream : bool
        Whether the backward pass takes an upstream gradient; that of a loss may be written without.
    writes_to_inputs : bool
        Whether the function may write to its inputs, so that they are copied before each call.
    backward_precision : BackwardPrecision or None
        Where the values come from a reference in double precision, and the backward pass can be run in it, too.
    none_is_zero : frozenset of int
        The inputs for which None is taken for a gradient of zeros, because somebody asked for one.
    none_is_doubtful : bool
        Whether None for an input that nobody has asked a gradient for may have been forgotten.
    is_stateful : bool
        Whether the backward pass may change when it is called, so that the forward pass is called before each call.
    takes_stacks : bool
        Whether it acts on each entry of its inputs by itself, and so on a stack of them as on each.
    known_values : dict
        The values where a single entry has another number: by the position of its input, the entry and the number.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: Sequence[Any],
        backward: Backward | None,
        wrt: int | str | Sequence[int | str] | None,
        names: tuple[str, ...] | None = None,
    ) -> None:
        self.forward = function
        self.takes_stacks = isinstance(function, EntryByEntry)
        self.backward = backward
        self.names = parameter_names(function, len(inputs)) if names is None else names
        self.writes_to_inputs = self.is_stateful = True  # until calls show that they are not
        known = None if wrt is None else chosen(wrt, self.names)
        self.inputs = as_inputs(inputs, known or ())
        for k, x in enumerate(self.inputs):
            if (known is not None and k in known) or (isinstance(x, np.ndarray) and x.dtype.kind == "c"):
                refuse_undifferentiable(self.names[k], x)
        value, backward_pass = self.call(self.inputs)
        self.takes_upstream = backward is not None or takes_an_argument(backward_pass)
        self.wrt = known if known is not None else self._leading(value, backward_pass)
        if any(is_number(self.inputs[k]) for k in self.wrt):  # it has a gradient
            self.inputs = as_inputs(self.inputs, self.wrt)
            value, _ = self.call(self.inputs)
        self.none_is_zero, self.none_is_doubtful = frozenset(known or ()), False
        self.backward_precision: BackwardPrecision | None = None
        self.format_epsilon = self.inner_epsilon = 0.0
        self.known_values: dict[tuple[int, int, Any], Floats | None] = {}
        self.kept_outputs: tuple[Indices, ...] | None = None
        self.full_value_shape: tuple[int, ...] = value.shape
        self.value = value.astype(np.float64)
        refuse_without_gradient(self.names, self.inputs, self.wrt)
        for k in self.wrt:
            refuse_undifferentiable(self.names[k], self.inputs[k])
        self.treat_value_as(value.dtype)

    @property
    def output_axes(self) -> tuple[Indices, ...]:
        """The indices of the outputs along each axis of the full value; `sliced` keeps some of them."""
        return self.kept_outputs if self.kept_outputs is not None else tuple(np.arange(n) for n in self.value.shape)

    @property
    def is_slice(self) -> bool:
        """Whether there are only some of the outputs."""
        return self.kept_outputs is not None

    def treat_value_as(self, dtype: Any) -> None:
        """Take the value as one that is computed in this precision."""
        self.value_dtype = np.dtype(dtype)
        dtypes = [self.value_dtype, *(self.inputs[k].dtype for k in self.wrt)]
        self.epsilon = self.gradient_epsilon = max(float(np.finfo(d).eps) for d in dtypes if d.kind == "f")

    def copied(self) -> "FunctionUnderTest":
        """A copy that may get other passes or other inputs: no value of it is known yet."""
        result = copy(self)
        result.known_values = {}
        return result

    def perturbed(self, inputs: Sequence[Any]) -> "FunctionUnderTest | None":
        """The same function at other inputs; None where it has no finite value there."""
        value = self.value_at(inputs)
        if value is None or not np.isfinite(value).all():
            return None
        result = self.copied()
        result.inputs, result.value = list(inputs), np.array(value)
        return result

    def call(self, inputs: Sequence[Any]) -> tuple[Array, Backward]:
        """Call the forward pass; return its value and a backward pass that takes the upstream gradient alone."""
        given = [
            np.asarray(x) if isinstance(x, np.floating) and isinstance(own, np.ndarray) else x  # 0-d, plus something
            for x, own in zip(inputs, self.inputs)
        ]
        return self.call_without_copies(copies(given) if self.writes_to_inputs else given)

    def call_without_copies(self, inputs: Sequence[Any]) -> tuple[Array, Backward]:
        """Call the forward pass on these very arrays, and on copies of random generators."""
        result = self.forward(*map(own_generator, inputs))
        if self.backward is not None:
            return of_outputs(result, self.backward, *inputs)
        if not (isinstance(result, tuple) and len(result) == 2 and callable(result[1])):
            raise TypeError(refusal_of_value(result))
        return of_outputs(*result)

    def value_at(self, inputs: Sequence[Any]) -> Floats | None:
        """The value at other inputs, or None where the function has none there: it raises, or its shape changes."""
        try:
            value, _ = self.call(inputs)
        except Exception:  # the function may raise anything outside of its domain
            return None
        return value.astype(np.float64, copy=False) if value.shape == self.value.shape else None

    def values_at(self, points: Iterable[Sequence[Any]]) -> Iterator[Floats | None]:
        """The values at several other inputs, each taken before the next is computed unless one call computes all."""
        if self.takes_stacks:
            points = [copies(inputs) for inputs in points]
            values = values_of_stack(self.call, self.inputs, self.value, points)
            if values is not None:
                return iter(values)
        return map(self.value_at, points)

    def gradients_of(self, backward_pass: Backward, upstream: Array) -> tuple[Any, ...]:
        """Call a backward pass; give its gradients in the order of `wrt`, None for an input that has none.

        It returns those of `wrt` alone, or those of all inputs, or of the leading ones.
        """
        found = self._returned(backward_pass, upstream, self.wrt[0])
        if len(found) == len(self.wrt):
            return found
        of_input = dict(zip(self._positions(found), found))
        return tuple(of_input[k] for k in self.wrt) if set(self.wrt) <= set(of_input) else found

    def gradients(self, inputs: Sequence[Any], upstreams: Floats) -> dict[int, Floats]:
        """The gradients at any inputs: for each input that has one an array of shape (upstreams, entries)."""
        rows: dict[int, Floats] = {}
        _, backward_pass = self.call(inputs)
        for i, upstream in enumerate(upstreams):
            if i > 0 and self.is_stateful:
                _, backward_pass = self.call(inputs)
            found = self.gradients_of(backward_pass, np.array(upstream, dtype=self.value_dtype))
            for k, gradient in zip(self.wrt, found):
                if gradient is None and k in self.none_is_zero:
                    gradient = np.zeros(self.inputs[k].shape)
                if gradient is None:
                    continue
                if k not in rows:  # of another shape, and a finding, where the gradient has not that of its input
                    rows[k] = np.zeros((len(upstreams), np.size(gradient)))
                rows[k][i] = np.reshape(gradient, -1)
                if not self.takes_upstream:
                    rows[k][i] *= float(upstream.sum())
        return rows

    def gradients_or_none(self, inputs: Sequence[Any], upstreams: Floats) -> dict[int, Floats] | None:
        """The same, or None where they cannot be had."""
        try:
            return self.gradients(inputs, upstreams)
        except Exception:  # the function may have no value at these inputs
            return None

    def _returned(self, backward_pass: Backward, upstream: Array, first: int) -> tuple[Any, ...]:
        try:
            result = backward_pass(upstream) if self.takes_upstream else backward_pass()
        except MemoryError:  # says nothing about the gradient
            raise
        except Exception as error:  # the backward pass may raise anything
            raise BackwardRaises(f"{type(error).__name__}: {error}") from error
        return as_gradients(result, self.inputs[first])

    def _leading(self, value: Array, backward_pass: Backward) -> tuple[int, ...]:
        """As many leading inputs as backward returns gradients, without integers; all real ones where it raises."""
        try:
            found = self._returned(backward_pass, np.ones(value.shape, value.dtype), 0)
        except BackwardRaises:  # reported when the gradients are checked
            return self._real()
        if len(found) > len(self.inputs):
            raise ValueError(f"the backward pass returns {len(found)} gradients for {len(self.inputs)} inputs")
        real = self._real(found)
        return tuple(k for k, g in zip(self._positions(found), found) if k in real or g is not None) or real

    def _positions(self, found: Sequence[Any]) -> tuple[int, ...]:
        """Of which inputs these are the gradients: the leading ones, without integers unless there are more."""
        real = self._real(found)
        leading = tuple(k for k, g in enumerate(found) if k in real or g is not None)
        if len(leading) > len(real) or set(leading) <= set(real):
            return tuple(range(len(found)))
        return real[: len(found)]

    def _real(self, gradients: Sequence[Any] = ()) -> tuple[int, ...]:
        """The arrays of real numbers of floating point, and the numbers that have a number for their gradient."""
        own = {k for k, g in enumerate(gradients) if g is not None and np.shape(g) == ()}
        return tuple(
            k
            for k, x in enumerate(self.inputs)
            if (isinstance(x, np.ndarray) and x.dtype.kind == "f") or (k in own and is_number(x))
        )
