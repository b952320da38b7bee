"""Polynomials in random numbers, which stand in arrays where else balls do, and their expectations.

A function of one random number is a factor, as the number itself is: the expectation of a product of independent
numbers is the product of the expectations, each of them of one number and what is a function of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import count, groupby
from typing import Any

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.work import TooMuchWork, spend

#: A random number: the name of its array and its place there.
Variable = tuple[str, int]


@dataclass(frozen=True, order=True)
class Factor:
    """A random number, or a function of one.

    Attributes
    ----------
    variable : Variable
        The random number.
    number : int
        0 for the random number itself; what tells a function of it from the others.
    function : callable
        From a value of the random number to that of the factor.
    """

    variable: Variable
    number: int = 0
    function: Callable[[Any], Any] = field(default=lambda x: x, compare=False)


#: A product of powers: pairs of a factor and an exponent, in order.
_Monomial = tuple[tuple[Factor, int], ...]

_numbers = count(1)

MOST_TERMS = 4000
MOST_EXPONENT = 24


class NotPolynomial(Undefined):
    """Something that is no polynomial in the random numbers is asked for."""


class Polynomial:
    """A sum of products of random numbers, with balls before them."""

    def __init__(self, terms: Mapping[_Monomial, Any]) -> None:
        if len(terms) > MOST_TERMS:
            raise TooMuchWork("a polynomial in random numbers has too many terms")
        self.terms = terms

    @classmethod
    def of(cls, variable: Variable) -> Polynomial:
        """Return a random number."""
        return cls({((Factor(variable), 1),): balls.ONE})

    def __add__(self, other: Any) -> Polynomial:
        terms = dict(self.terms)
        for monomial, factor in _terms(other).items():
            terms[monomial] = terms[monomial] + factor if monomial in terms else factor
        return Polynomial(terms)

    def __mul__(self, other: Any) -> Polynomial:
        found: dict[_Monomial, Any] = {}
        others = _terms(other)
        spend(len(self.terms) * len(others))
        for one, factor in self.terms.items():
            for another, by in others.items():
                monomial = _product(one, another)
                term = factor * by
                found[monomial] = found[monomial] + term if monomial in found else term
        return Polynomial(found)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Polynomial:
        return Polynomial.__mul__(self, balls.ball(-1))

    def __sub__(self, other: Any) -> Polynomial:
        return Polynomial.__add__(self, -other)

    def __rsub__(self, other: Any) -> Polynomial:
        return Polynomial.__add__(-self, other)

    def __truediv__(self, other: Any) -> Polynomial:
        return Polynomial.__mul__(self, 1 / other)

    def __rtruediv__(self, other: Any) -> Polynomial:
        return Polynomial.__mul__(applied(lambda x: 1 / x, self), other)

    def __pow__(self, exponent: Any) -> Polynomial:
        if isinstance(exponent, Polynomial):
            raise NotPolynomial("a power with a random exponent is no polynomial")
        whole = balls.whole(exponent)
        if whole is None or not 0 <= whole <= MOST_EXPONENT:
            power: Polynomial = applied(lambda x: balls.power(x, exponent), self)
            return power
        found = Polynomial({(): balls.ONE})
        for _ in range(whole):
            found = Polynomial.__mul__(found, self)
        return found

    def __rpow__(self, base: Any) -> Polynomial:
        power: Polynomial = applied(lambda exponent: balls.power(base, exponent), self)
        return power

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what numpy and flint look for in numbers
            raise AttributeError(name)
        # is_zero, exp and whatever else a ball has
        raise NotPolynomial(f"{name} of a random number is no polynomial")

    def is_finite(self) -> bool:
        """Whether all factors are numbers."""
        return all(map(balls.is_finite, self.terms.values()))

    def at(self, x: Any) -> Any:
        """Return the value where the random numbers are x."""
        total = balls.ZERO
        for monomial, factor in self.terms.items():
            total = total + factor * _value(monomial, x)
        return total

    def expectation(self, moment: Callable[[Variable, int], Any], integral: Callable[..., Any]) -> Any:
        """Return the expectation, by that of a power of a random number, and that of a function of one."""
        total = balls.ZERO
        for monomial, factor in self.terms.items():
            functions: dict[Variable, _Monomial] = {}
            for variable, group in groupby(monomial, lambda pair: pair[0].variable):
                powers = tuple(group)
                (one, exponent), *others = powers
                if one.number or others:
                    functions[variable] = powers
                else:
                    factor = factor * moment(variable, exponent)
            for variable, powers in functions.items() if not factor.is_zero() else ():
                factor = factor * integral(variable, partial(_value, powers))
            total = total + factor
        return total


def applied(function: Callable[[Any], Any], argument: Any) -> Any:
    """Return a function of a ball, or of what depends on one random number."""
    if not isinstance(argument, Polynomial):
        return function(argument)
    variables = {one.variable for monomial in argument.terms for one, _ in monomial}
    if len(variables) != 1:
        raise NotPolynomial("a function of several random numbers is no polynomial")
    factor = Factor(variables.pop(), next(_numbers), lambda x: function(argument.at(x)))
    return Polynomial({((factor, 1),): balls.ONE})


def _value(monomial: _Monomial, x: Any) -> Any:
    value = balls.ONE
    for factor, exponent in monomial:
        value = value * factor.function(x) ** exponent
    return value


def _terms(value: Any) -> Mapping[_Monomial, Any]:
    return value.terms if isinstance(value, Polynomial) else {(): value}


def _product(one: _Monomial, other: _Monomial) -> _Monomial:
    exponents = dict(one)
    for variable, exponent in other:
        exponents[variable] = exponents.get(variable, 0) + exponent
    return tuple(sorted(exponents.items()))
