"""The last equations of a derivation, evaluated on what the code was given, to compare its results with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf
from types import MappingProxyType
from typing import Any

import numpy as np
from flint import arb

from nnmath.latex.claims.code_results import letters_of, side_that_computes
from nnmath.latex.claims.derivation import Derivation
from nnmath.latex.errors import Undefined
from nnmath.latex.magnitude import absolute
from nnmath.latex.numbers import balls, jets, tensor
from nnmath.latex.numbers.tensor import Objects, Tensor
from nnmath.latex.numbers.work import at_most
from nnmath.latex.semantics.evaluation import ENTRY, Environment, Evaluator
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import base_name
from nnmath.sampling import in_equations

FEWEST_BITS, MOST_BITS = 256, 140_000

#: What is smaller is 0: no floating-point number is.
_NOTHING = arb(10) ** -400

_ENTRY_AXIS = ENTRY + "entry"

#: Rewrites the side that computes a result before it is evaluated.
_Rewrite = Callable[[tree.Expr], tree.Expr]


def evaluate(
    derivation: Derivation,
    inputs: dict[str, Any],
    names: Iterable[str] | None = None,
    digits: int = 40,
    work: float = inf,
) -> dict[str, Objects]:
    """Evaluate the equations that compute the results of the code, in as much precision as it takes.

    Parameters
    ----------
    derivation : Derivation
        The derivation.
    inputs : dict
        For each input its array, by its name in the code. Labels count from 0, as in the code. Where the derivation
        says ``()``, any shape, the same for all such inputs.
    names : iterable of str, optional
        The results that are wanted, by their names in the code; all of them by default.
    digits : int
        How many digits of each result are right.
    work : float
        How many operations each result may take; a million of them take a second or less.

    Returns
    -------
    dict
        For each result an object array of mpmath numbers.

    Raises
    ------
    KeyError
        An input is not one of the derivation, or a result cannot be computed from the inputs.
    ValueError
        The shapes of the inputs do not fit.
    Undefined
        A result is not decided by the largest precision, or takes too long.
    """
    return _evaluate(derivation, inputs, names, digits, work, lambda side: side)


def evaluate_magnitudes(
    derivation: Derivation,
    inputs: dict[str, Any],
    names: Iterable[str] | None = None,
    digits: int = 40,
    work: float = inf,
) -> dict[str, Objects]:
    """Evaluate the same equations with the terms of their outermost sums taken absolute; see `evaluate`."""
    return _evaluate(derivation, inputs, names, digits, work, absolute)


def lengths_of(
    derivation: Derivation, inputs: dict[str, Any], sizes: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int] | None:
    """Return how large the dimensions are that equations define, such as the positions of a window in an image.

    Parameters
    ----------
    derivation : Derivation
    inputs : dict
        Arrays by their names in the code; those that have such dimensions may be missing.
    sizes : mapping
        The sizes of dimensions that none of these arrays has.

    Returns
    -------
    dict or None
        By the name of the dimension; None where one of them would be less than 1.
    """
    given = _Given(derivation, inputs)
    given.sizes |= {name: size for name, size in sizes.items() if name not in given.scope.lengths}
    environment = given.environment(FEWEST_BITS)
    try:
        return {dimension: environment.size(dimension) for dimension in given.scope.lengths}
    except Undefined:
        return None


def inputs_of(derivation: Derivation, symbol: Symbol) -> set[str]:
    """Return the inputs that have to be given for a result: those its equation depends on, but for constants."""
    equation, _, side = side_that_computes(derivation, symbol)
    scope = equation.stage.scope
    return {name for name in scope.uses(side) & scope.inputs.keys() if not scope.inputs[name].is_constant}


def _evaluate(
    derivation: Derivation,
    inputs: dict[str, Any],
    names: Iterable[str] | None,
    digits: int,
    work: float,
    rewrite: _Rewrite,
) -> dict[str, Objects]:
    given = _Given(derivation, inputs)
    results = [symbol for symbol in derivation.symbols if symbol.code and not symbol.is_input]
    wanted = dict.fromkeys(symbol.code for symbol in results) if names is None else list(names)
    found: dict[str, Objects] = {}
    for name in wanted:
        variants = [symbol for symbol in results if symbol.code == name]
        computable = [symbol for symbol in variants if inputs_of(derivation, symbol) <= given.known.keys()]
        if len(computable) == 1:
            with at_most(work):
                found[name] = _precise(derivation, computable[0], given, digits, rewrite)
        elif names is not None:
            reason = "can be computed in more than one way" if computable else "cannot be computed"
            raise KeyError(f"{name} {reason} from {', '.join(inputs)} by {derivation.path}")
    return found


def _precise(derivation: Derivation, symbol: Symbol, given: _Given, digits: int, rewrite: _Rewrite) -> Objects:
    """Evaluate with more and more bits until every entry is known to so many digits."""
    bits = FEWEST_BITS
    while bits <= MOST_BITS:
        with balls.precision(bits):
            found = _at(derivation, symbol, given, bits, rewrite)
            if all(balls.is_tight(x, int(3.33 * digits)) or abs(x) < _NOTHING for x in found.flat):
                return _as_mpf(found)
        bits *= 3
    if not any(map(balls.is_finite, found.flat)):
        return _as_mpf(found)
    raise Undefined(f"{symbol.latex} is not decided by {MOST_BITS} bits")


def _at(derivation: Derivation, symbol: Symbol, given: _Given, bits: int, rewrite: _Rewrite) -> Objects:
    environment = given.environment(bits)
    value = _computed(derivation, symbol, environment, rewrite)
    lengths = tuple(environment.size(dimension) for dimension in symbol.shape)
    axes = [axis for axis in value.axes if axis == _ENTRY_AXIS]
    if given.entries is None:
        return np.broadcast_to(value.data, lengths)
    data = np.broadcast_to(value.data, (given.count if axes else 1, *lengths))
    return np.broadcast_to(data, (given.count, *lengths)).reshape(given.entries + lengths)


def _computed(derivation: Derivation, symbol: Symbol, environment: Environment, rewrite: _Rewrite) -> Tensor:
    """Evaluate the side of the equation that computes a result; its axes are those of the result."""
    equation, named, side = side_that_computes(derivation, symbol)
    value = jets.primal(Evaluator.of(environment, equation.ranges).value(rewrite(side)))
    letters = letters_of(named)
    if not letters:
        return tensor.matrix(value) if len(symbol.shape) == 2 and value.rank == 1 else value
    others = tuple(axis for axis in value.axes if axis not in letters)
    data = tensor.laid_out(value, (*others, *letters))
    lengths = tuple(environment.size(dimension) for dimension in symbol.shape)
    return Tensor(others, np.broadcast_to(data, data.shape[: len(others)] + lengths))


class _Known:
    """The derivatives that have an equation of their own; at a kink that equation is the convention."""

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
                    self.values[symbol.latex] = _computed(self.derivation, symbol, self.environment, lambda side: side)
                return self.values[symbol.latex]
        return None


class _Given:
    """What the code was given, by the names of the equations."""

    def __init__(self, derivation: Derivation, inputs: dict[str, Any]) -> None:
        self.derivation = derivation
        self.scope = derivation.equations[0].stage.scope
        self._environments: dict[int, Environment] = {}
        self.sizes: dict[str, int] = {}
        self.entries: tuple[int, ...] | None = None
        self.known: dict[str, Any] = {}
        self.spread: set[str] = set()
        symbols = [symbol for symbol in derivation.symbols if symbol.is_input]
        for code, value in inputs.items():
            self._take(_symbol_for(code, np.asarray(value), symbols, derivation.path), np.asarray(value))
        for symbol in symbols:
            if symbol.is_constant and symbol.name not in self.known:
                self.known[symbol.name] = symbol.domain.low
        self.count = int(np.prod(self.entries or (), dtype=int))
        self._compare_lengths()

    def _compare_lengths(self) -> None:
        """Refuse sizes that are not what equations say, and leave those dimensions to the equations."""
        sizes = {dimension: self.sizes.pop(dimension) for dimension in self.scope.lengths if dimension in self.sizes}
        for dimension, size in sizes.items():
            if (length := self.environment(FEWEST_BITS).size(dimension)) != size:
                raise ValueError(f"{dimension} is {length} by its equation and {size} by the arrays")

    def _take(self, symbol: Symbol, array: Any) -> None:
        if not symbol.shape and array.ndim:
            if self.entries not in (None, array.shape):
                raise ValueError(f"{symbol.code} has shape {array.shape}, another input {self.entries}")
            self.entries = array.shape
            self.spread.add(symbol.name)
        for dimension, length in zip(symbol.shape, array.shape, strict=False):
            if self.sizes.setdefault(dimension, length) != length:
                raise ValueError(f"{dimension} is {self.sizes[dimension]} and, by {symbol.code}, {length}")
        self.known[symbol.name] = in_equations(symbol.domain, array)

    def environment(self, bits: int) -> Environment:
        """Return the environment for a precision, the same one for all results."""
        if bits not in self._environments:
            environment = Environment(self.scope, self.sizes, self._tensors())
            environment.known_derivative = _Known(self.derivation, environment)
            self._environments[bits] = environment
        return self._environments[bits]

    def _tensors(self) -> dict[str, Tensor]:
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


_exact: Any = np.frompyfunc(balls.ball, 1, 1)
_to_mpf: Any = np.frompyfunc(balls.to_mpf, 1, 1)


def _as_mpf(found: Objects) -> Objects:
    return tensor.boxed(_to_mpf(found))
