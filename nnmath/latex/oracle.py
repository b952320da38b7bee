"""The last equations of a derivation, evaluated on what the code was given, to compare its results with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp

from nnmath.latex import tensor, tree
from nnmath.latex.arithmetic import watching_exponents
from nnmath.latex.derivation import Derivation
from nnmath.latex.environment import ENTRY, Environment
from nnmath.latex.errors import Undefined
from nnmath.latex.evaluation import Evaluator
from nnmath.latex.indices import base_name
from nnmath.latex.results import letters_of, side_that_computes
from nnmath.latex.symbols import Symbol
from nnmath.latex.tensor import Objects, Tensor
from nnmath.latex.worked import digits_for_exponential, digits_needed

MOST_DIGITS = 40_000

_ENTRY_AXIS = ENTRY + "entry"


#: Rewrites the side that computes a result before it is evaluated.
Rewrite = Callable[[tree.Expr], tree.Expr]


def as_it_stands(side: tree.Expr) -> tree.Expr:
    """Leave the side as it is."""
    return side


def evaluate(
    derivation: Derivation,
    inputs: dict[str, Any],
    names: Iterable[str] | None,
    digits: int,
    rewrite: Rewrite = as_it_stands,
) -> dict[str, Objects]:
    """Evaluate the equations that compute the results of the code; see `Derivation.evaluate`."""
    given = _Given(derivation, inputs)
    results = [symbol for symbol in derivation.symbols if symbol.code and not symbol.domain.is_input]
    wanted = dict.fromkeys(symbol.code for symbol in results) if names is None else list(names)
    found: dict[str, Objects] = {}
    for name in wanted:
        variants = [symbol for symbol in results if symbol.code == name]
        computable = [symbol for symbol in variants if inputs_of(derivation, symbol) <= given.known.keys()]
        if len(computable) == 1:
            found[name] = _settled(derivation, computable[0], given, digits, rewrite)
        elif names is not None:
            reason = "can be computed in more than one way" if computable else "cannot be computed"
            raise KeyError(f"{name} {reason} from {', '.join(inputs)} by {derivation.path}")
    return found


def inputs_of(derivation: Derivation, symbol: Symbol) -> set[str]:
    """Return the inputs that the equation of a result depends on."""
    equation, _, side = side_that_computes(derivation, symbol)
    meaning = equation.stage.meaning
    return set(meaning.uses(side) & meaning.inputs.keys())


def _settled(derivation: Derivation, symbol: Symbol, given: _Given, digits: int, rewrite: Rewrite) -> Objects:
    """Evaluate with more and more digits until two results agree."""
    start, magnitude = given.digits_needed()
    with watching_exponents() as seen:
        _at(derivation, symbol, given, 30, rewrite)
    precision, before = max(start, digits_for_exponential(seen[-1])), None
    while precision <= MOST_DIGITS:
        now = _at(derivation, symbol, given, precision, rewrite)
        if before is not None and _agree(before, now, digits, magnitude, precision):
            return now
        precision, before = precision * 3 // 2, now
    raise Undefined(f"{symbol.latex} did not settle with {MOST_DIGITS} digits")


def _agree(before: Objects, now: Objects, digits: int, magnitude: float, precision: int) -> bool:
    """Whether two evaluations agree to `digits` digits, or are both nothing but rounding."""
    with mp.workdps(precision):
        relative = mp.mpf(10) ** -digits
        noise = mp.mpf(10) ** (magnitude - precision * 2 // 3 + 15)
        return all(
            (mp.isnan(a) and mp.isnan(b)) or abs(a - b) <= relative * abs(b) or max(abs(a), abs(b)) <= noise
            for a, b in zip(before.flat, now.flat, strict=True)
        )


def _at(derivation: Derivation, symbol: Symbol, given: _Given, digits: int, rewrite: Rewrite) -> Objects:
    with mp.workdps(digits):
        environment = given.environment(digits)
        value = _computed(derivation, symbol, environment, rewrite)
        lengths = tuple(environment.size(dimension) for dimension in symbol.shape)
        axes = [axis for axis in value.axes if axis == _ENTRY_AXIS]
        if given.entries is None:
            return np.broadcast_to(value.data, lengths)
        data = np.broadcast_to(value.data, (given.count if axes else 1, *lengths))
        return np.broadcast_to(data, (given.count, *lengths)).reshape(given.entries + lengths)


def _computed(
    derivation: Derivation, symbol: Symbol, environment: Environment, rewrite: Rewrite = as_it_stands
) -> Tensor:
    """Evaluate the side of the equation that computes a result; its axes are those of the result."""
    equation, named, side = side_that_computes(derivation, symbol)
    value = Evaluator.of(environment, equation.ranges).value(rewrite(side))
    letters = letters_of(named)
    if not letters:
        return tensor.matrix(value) if len(symbol.shape) == 2 and value.rank == 1 else value
    others = tuple(axis for axis in value.axes if axis not in letters)
    data = tensor.laid_out(value, (*others, *letters))
    lengths = tuple(environment.size(dimension) for dimension in symbol.shape)
    return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + lengths))


class _Known:
    """The derivatives that have an equation of their own: no differences are taken for them."""

    def __init__(self, derivation: Derivation, environment: Environment) -> None:
        self.derivation = derivation
        self.environment = environment
        self.values: dict[str, Tensor | None] = {}

    def __call__(self, node: tree.Partial) -> Tensor | None:
        for symbol in self.derivation.symbols:
            derivative = symbol.derivative
            if derivative and derivative.top == node.top and base_name(derivative.bottom) == base_name(node.bottom):
                if symbol.latex not in self.values:
                    self.values[symbol.latex] = None  # while it is being computed it is not known
                    self.values[symbol.latex] = _computed(self.derivation, symbol, self.environment)
                return self.values[symbol.latex]
        return None


class _Given:
    """What the code was given, by the names of the equations."""

    def __init__(self, derivation: Derivation, inputs: dict[str, Any]) -> None:
        self.derivation = derivation
        self.meaning = derivation.equations[0].stage.meaning
        self._environments: dict[int, Environment] = {}
        self._digits_needed: tuple[int, float] | None = None
        self.sizes: dict[str, int] = {}
        self.entries: tuple[int, ...] | None = None
        self.known: dict[str, Any] = {}
        self.spread: set[str] = set()
        symbols = [symbol for symbol in derivation.symbols if symbol.domain.is_input]
        for code, value in inputs.items():
            self._take(_symbol_for(code, np.asarray(value), symbols, derivation.path), np.asarray(value))
        for symbol in symbols:
            if symbol.domain.kind == "constant" and not symbol.shape and symbol.name not in self.known:
                self.known[symbol.name] = symbol.domain.low
        self.count = int(np.prod(self.entries or (), dtype=int))

    def _take(self, symbol: Symbol, array: Any) -> None:
        if not symbol.shape and array.ndim:
            if self.entries not in (None, array.shape):
                raise ValueError(f"{symbol.code} has shape {array.shape}, another input {self.entries}")
            self.entries = array.shape
            self.spread.add(symbol.name)
        for dimension, length in zip(symbol.shape, array.shape, strict=False):
            if self.sizes.setdefault(dimension, length) != length:
                raise ValueError(f"{dimension} is {self.sizes[dimension]} and, by {symbol.code}, {length}")
        self.known[symbol.name] = array + 1 if symbol.domain.kind == "label" else array

    def digits_needed(self) -> tuple[int, float]:
        """Return how many digits the values need, and the power of ten of the largest."""
        if self._digits_needed is None:
            with mp.workdps(30):
                self._digits_needed = digits_needed(self.meaning, self.sizes, self.tensors())
        return self._digits_needed

    def environment(self, digits: int) -> Environment:
        """Return the environment at `digits` digits, the same one for all results."""
        if digits not in self._environments:
            environment = Environment(self.meaning, self.sizes, self.tensors())
            environment.known_derivative = _Known(self.derivation, environment)
            self._environments[digits] = environment
        return self._environments[digits]

    def tensors(self) -> dict[str, Tensor]:
        """Return the inputs; an input of any shape has its entries along one axis."""
        found = {}
        for name, value in self.known.items():
            data = tensor.boxed(_exact(np.asarray(value, dtype=object)))
            found[name] = Tensor((_ENTRY_AXIS,), data.reshape(-1)) if name in self.spread else Tensor((), data)
        return found


def _symbol_for(code: str, array: Any, symbols: list[Symbol], path: str) -> Symbol:
    """Choose the row of the table that an argument is: the one of its name that has as many axes."""
    named = [symbol for symbol in symbols if symbol.code == code]
    fitting = [symbol for symbol in named if len(symbol.shape) == array.ndim] or [
        symbol for symbol in named if not symbol.shape
    ]
    if not named:
        raise KeyError(
            f"{path} has no input {code}; it has {', '.join(symbol.code for symbol in symbols if symbol.code)}"
        )
    if len(fitting) != 1:
        raise ValueError(f"{code} has {array.ndim} axes, which is not what {path} says")
    return fitting[0]


def _as_number(value: Any) -> Any:
    return mp.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mp.mpf(value)


_exact: Any = np.frompyfunc(_as_number, 1, 1)
