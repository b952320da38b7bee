"""Polynomials in random numbers, which stand in arrays where else balls do, and their expectations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nnmath.latex.errors import Undefined
from nnmath.latex.numbers import balls
from nnmath.latex.numbers.work import TooMuchWork, spend

#: A random number: the name of its array and its place there.
Variable = tuple[str, int]
#: A product of powers: pairs of a random number and an exponent, in order.
_Monomial = tuple[tuple[Variable, int], ...]

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
        return cls({((variable, 1),): balls.ONE})

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
        if isinstance(other, Polynomial):
            raise NotPolynomial("a quotient of random numbers is no polynomial")
        return Polynomial.__mul__(self, 1 / other)

    def __rtruediv__(self, _: Any) -> Polynomial:
        raise NotPolynomial("a quotient of random numbers is no polynomial")

    def __pow__(self, exponent: Any) -> Polynomial:
        whole = None if isinstance(exponent, Polynomial) else balls.whole(exponent)
        if whole is None or not 0 <= whole <= MOST_EXPONENT:
            raise NotPolynomial("a power of a random number is no polynomial")
        found = Polynomial({(): balls.ONE})
        for _ in range(whole):
            found = Polynomial.__mul__(found, self)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what numpy and flint look for in numbers
            raise AttributeError(name)
        # is_zero, exp and whatever else a ball has
        raise NotPolynomial(f"{name} of a random number is no polynomial")

    def is_finite(self) -> bool:
        """Whether all factors are numbers."""
        return all(map(balls.is_finite, self.terms.values()))

    def expectation(self, moment: Callable[[Variable, int], Any]) -> Any:
        """Return the expectation; what is not random has the same as its value."""
        total = balls.ZERO
        for monomial, factor in self.terms.items():
            for variable, exponent in monomial:
                factor = factor * moment(variable, exponent)
            total = total + factor
        return total


def _terms(value: Any) -> Mapping[_Monomial, Any]:
    return value.terms if isinstance(value, Polynomial) else {(): value}


def _product(one: _Monomial, other: _Monomial) -> _Monomial:
    exponents = dict(one)
    for variable, exponent in other:
        exponents[variable] = exponents.get(variable, 0) + exponent
    return tuple(sorted(exponents.items()))
