"""Which functions are swept: those of one number, and the costs of single entries that a loss is a mean of."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
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
    defaults : dict
        The options of the function, by their names in the code, with the defaults that they are left at.
    """

    name: str
    function: Callable[..., Any]
    fixed: dict[str, float] = field(default_factory=dict)
    defaults: dict[str, float] = field(default_factory=dict)

    @property
    def others(self) -> dict[str, float]:
        """What is fixed, and the options."""
        return self.fixed | self.defaults

    @property
    def label(self) -> str:
        """The name, and the other inputs: ``binary_cross_entropy, targets = 1``."""
        return ", ".join([self.name, *(f"{name} = {value:g}" for name, value in self.others.items())])

    @property
    def file_name(self) -> str:
        """The label without blanks."""
        return "_".join([self.name, *(f"{name}_{value:g}" for name, value in self.others.items())])

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
        value = next(s for s in results if s.derivative is None)
        slope = next(s.code for s in results if s.derivative is not None)
        column = x.reshape(-1).astype(np.float64)
        if value.shape == _inputs(derivation)[0].shape:
            given = {s.code: self._given(s, column) for s in _inputs(derivation)}
            found = evaluate(derivation, given, [value.code, slope])
            return found[value.code], found[slope]
        values, slopes = [], []  # the value is a mean over the batch: each number is a batch of its own
        for number in column:
            one = {s.code: self._given(s, np.array([[number]])) for s in _inputs(derivation)}
            found = evaluate(derivation, one, [value.code, slope])
            values.append(found[value.code].item())
            slopes.append(found[slope].item())
        return np.array(values, object), np.array(slopes, object)

    def _given(self, symbol: Symbol, x: Array) -> Any:
        """Return the number itself, another input, or 1 for the upstream gradient."""
        if symbol.code in self.defaults:
            return self.defaults[symbol.code]
        if symbol.code in self.fixed:
            return np.full(x.shape, self.fixed[symbol.code])
        is_upstream = symbol.latex.strip("$").startswith(r"\bar")
        return (np.ones(x.shape) if symbol.shape or x.ndim == 1 else 1.0) if is_upstream else x


def scalar_functions() -> dict[str, ScalarFunction]:
    """Return every function that is swept, by its label.

    A primitive is a function of one number if all its inputs but one have defaults, and that one is derived for one
    entry, shape ``()``, or for one of each example, ``(N,)``. So is the function ``cost`` in the module of a loss, of
    which the loss is the mean; its other input is fixed at the ends of the interval that it lies in.
    """
    found = [function for primitive in PRIMITIVES for function in _of(primitive)]
    return {function.label: function for function in found}


def _of(primitive: Primitive[..., Any]) -> list[ScalarFunction]:
    name = primitive.__name__
    if name not in catalogue():
        return []
    parameters = inspect.signature(primitive).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    required = [p.name for p in parameters if p.name not in defaults]
    inputs = [s for s in _inputs(_derivation(name)) if s.code in required]
    cost = getattr(sys.modules[primitive.__module__], "cost", None)
    if len(inputs) == 1 and inputs[0].shape in ((), ("N",)):
        return [ScalarFunction(name, primitive.mathematics, defaults=defaults)]
    if cost is not None and len(inputs) == 2 and inputs[1].domain.high is not None:
        ends = (inputs[1].domain.low, inputs[1].domain.high)
        return [ScalarFunction(name, rounded_once(cost), {inputs[1].code: float(end or 0)}) for end in ends]
    return []


def _derivation(name: str) -> Derivation:
    return read(catalogue()[name].path)


def _inputs(derivation: Derivation) -> list[Symbol]:
    return [s for s in derivation.symbols if s.code and s.is_input]
