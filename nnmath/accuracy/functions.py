"""Which functions are swept: those of one number, and the costs of single entries that a loss is a mean of."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.latex import Derivation, Symbol, evaluate, read
from nnmath.primitives import PRIMITIVES
from nnmath.primitives.precision import rounded_once
from nnmath.primitives.primitive import Primitive
from nnmath.suite.catalogue import catalogue

Array = NDArray[Any]
#: From inputs to the value and the derivative there.
ValueAndSlope = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True)
class ScalarFunction:
    """A function of one number, by its derivation.

    Attributes
    ----------
    name : str
        Of the primitive.
    function : callable
        From the number, and from what is fixed, to a value and its backward pass; float32 in, float32 out.
    fixed : dict
        The other inputs, by their names in the code, such as the target of a cost.
    """

    name: str
    function: Callable[..., Any]
    fixed: dict[str, float]

    @property
    def label(self) -> str:
        """The name, and what is fixed: ``binary_cross_entropy, targets = 1``."""
        return ", ".join([self.name, *(f"{name} = {value:g}" for name, value in self.fixed.items())])

    @property
    def file_name(self) -> str:
        """The label without blanks."""
        return "_".join([self.name, *(f"{name}_{value:g}" for name, value in self.fixed.items())])

    def __call__(self, x: Array) -> tuple[Array, Array]:
        """Return value and derivative, in the precision of x."""
        fixed = (np.full(x.shape, value, x.dtype) for value in self.fixed.values())
        with np.errstate(all="ignore"):
            value, backward = self.function(x, *fixed)
            slope = backward(np.ones_like(x))
        return value, slope

    def exact(self, x: Array) -> tuple[Array, Array]:
        """Return value and derivative by the equations of the derivation, to 40 digits, as mpmath numbers."""
        derivation = _derivation(self.name)
        results = [s for s in derivation.symbols if s.result]
        value = next(s.code for s in results if s.derivative is None)
        slope = next(s.code for s in results if s.derivative is not None)
        column = x.reshape(-1).astype(np.float64)
        given = {s.code: _given(s, column, self.fixed) for s in _inputs(derivation)}
        if not any(s.shape for s in _inputs(derivation)):
            found = evaluate(derivation, given, [value, slope])
            return found[value], found[slope]
        values, slopes = [], []  # the value is a mean over the batch: each number is a batch of its own
        for number in column:
            one = {s.code: _given(s, np.array([[number]]), self.fixed) for s in _inputs(derivation)}
            found = evaluate(derivation, one, [value, slope])
            values.append(found[value].item())
            slopes.append(found[slope].item())
        return np.array(values, object), np.array(slopes, object)


def scalar_functions() -> dict[str, ScalarFunction]:
    """Return every function that is swept, by its label.

    A primitive whose derivation declares the shape ``()`` for everything is a function of one number. So is the
    function ``cost`` in the module of a loss, of which the loss is the mean; its other input is fixed at the ends of
    the interval that it lies in.
    """
    found = [function for primitive in PRIMITIVES for function in _of(primitive)]
    return {function.label: function for function in found}


def _of(primitive: Primitive[..., Any]) -> list[ScalarFunction]:
    name = primitive.__name__
    if name not in catalogue():
        return []
    inputs = [s for s in _inputs(_derivation(name)) if s.code in inspect.signature(primitive).parameters]
    cost = getattr(sys.modules[primitive.__module__], "cost", None)
    if len(inputs) == 1 and not inputs[0].shape:
        return [ScalarFunction(name, primitive.mathematics, {})]
    if cost is not None and len(inputs) == 2 and inputs[1].domain.high is not None:
        ends = (inputs[1].domain.low, inputs[1].domain.high)
        return [ScalarFunction(name, rounded_once(cost), {inputs[1].code: float(end or 0)}) for end in ends]
    return []


def _derivation(name: str) -> Derivation:
    if name not in _derivations:
        _derivations[name] = read(catalogue()[name].path)
    return _derivations[name]


_derivations: dict[str, Derivation] = {}


def _inputs(derivation: Derivation) -> list[Symbol]:
    return [s for s in derivation.symbols if s.code and s.is_input]


def _given(symbol: Symbol, x: Array, fixed: dict[str, float]) -> Any:
    """Return the number itself, what is fixed, or 1 for the upstream gradient."""
    if symbol.code in fixed:
        return np.full(x.shape, fixed[symbol.code])
    is_upstream = symbol.latex.strip("$").startswith(r"\bar")
    return (np.ones(x.shape) if symbol.shape or x.ndim == 1 else 1.0) if is_upstream else x
