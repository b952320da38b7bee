"""Real numbers as balls: a midpoint and a radius that together enclose the exact number (Arb, by python-flint).

What two disjoint balls say is a proof: the exact numbers differ. Where a function has no value the ball is not a
number, and whatever is computed from it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import arb, ctx, fmpq
from mpmath import mp
from mpmath.libmp import from_man_exp

#: The exponential of a larger number would need millions of digits.
_LARGEST_EXPONENT = arb(10) ** 10

ZERO, ONE = arb(0), arb(1)
UNKNOWN = arb("nan")
#: A truth that the precision does not decide: somewhere from 0 to 1.
EITHER = arb(0.5, 0.5)


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute with midpoints of so many bits meanwhile."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def ball(value: Any) -> Any:
    """Return the ball around a Fraction, a decimal, an integer or a float."""
    if isinstance(value, str):
        value = Fraction(value)
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value if isinstance(value, (int, arb)) else float(value))


def is_finite(x: Any) -> bool:
    """Whether there is a number at all."""
    return bool(x.is_finite())


def whole(x: Any) -> int | None:
    """Return a number that is exactly a whole one; None for any other."""
    exact = x.unique_fmpz() if x.is_finite() and x.is_exact() else None
    return None if exact is None else int(exact)


def union(x: Any, y: Any) -> Any:
    """Return a ball around two balls."""
    if x is y or not (x.is_finite() and y.is_finite()):
        return x if x is y else UNKNOWN
    return x.union(y)


def overlap(x: Any, y: Any) -> bool:
    """Whether the exact numbers may be equal."""
    return bool(x.overlaps(y))


def is_tight(x: Any, bits: int) -> bool:
    """Whether `bits` bits of a number are known; those of an exact zero are."""
    radius = x.rad()
    return bool(radius.is_zero() or abs(x.mid()) > radius * arb(2) ** bits)


def is_wide(x: Any) -> bool:
    """Whether a ball is an interval between different numbers, not one number up to rounding."""
    return not is_tight(x, 20) and x.rad() > arb(2) ** -40


def to_mpf(x: Any) -> Any:
    """Return the midpoint as a number of mpmath, without rounding it."""
    if not x.is_finite():
        return mp.nan
    mantissa, exponent = x.mid().man_exp()
    return mp.make_mpf(from_man_exp(int(mantissa), int(exponent)))


def shown(x: Any, digits: int = 8) -> str:
    """Print the midpoint with so many digits."""
    with mp.workdps(digits + 10):
        return str(mp.nstr(to_mpf(x), digits, min_fixed=-9)).removesuffix(".0")


def ends(x: Any) -> tuple[Any, ...]:
    """Return the ends of an interval; the radius has 30 bits only, so that a 0 may look like a tiny number."""
    return tuple(ZERO if abs(end) < x.rad() * arb(2) ** -25 else end for end in (x.lower(), x.upper()))


# ------------------------------------------------------------------ functions that are not defined everywhere


def guarded(compute: Any) -> Any:
    """Return a function that has no value where its argument is so large that the result would fill the memory."""
    return lambda x: compute(x) if abs(x) < _LARGEST_EXPONENT else UNKNOWN


#: A ball around everything that is so near to 0 that its digits would fill the memory.
_NEARLY_ZERO = arb(0, arb(2) ** -(10**9))


def exp(x: Any) -> Any:
    """Return the exponential; far below 0 a ball around 0."""
    return _NEARLY_ZERO if x < -_LARGEST_EXPONENT else x.exp() if x < _LARGEST_EXPONENT else UNKNOWN


def erfc(x: Any) -> Any:
    """Return one minus the error function; far from 0 a ball around its limit."""
    if abs(x) < _LARGEST_EXPONENT:
        return x.erfc()
    return _NEARLY_ZERO if x > 0 else 2 - _NEARLY_ZERO if x < 0 else UNKNOWN


def sqrt(x: Any) -> Any:
    """Return the square root; a ball around 0 is taken to be the ball of a number that is not negative."""
    return UNKNOWN if x < 0 else x.nonnegative_part().sqrt()


def power(x: Any, y: Any) -> Any:
    """Return x to the y, for negative x and whole y as well."""
    if not isinstance(x, arb):  # a polynomial in random numbers
        return x**y
    if not isinstance(y, arb):
        return y.__rpow__(x)
    if x.is_zero():
        return UNKNOWN if not y >= 0 else ONE if y.is_zero() else ZERO
    if not abs(y) * (1 + abs(abs(x).log() if not x.contains(0) else x.abs_upper().log())) < _LARGEST_EXPONENT:
        return UNKNOWN
    if x.mid().is_zero() and (exponent := whole(y)) is not None and exponent > 0:
        return arb(0, x.abs_upper() ** y)  # for flint a ball around 0 has no powers
    return x**y


def logistic(x: Any) -> Any:
    """Return 1 / (1 + exp(-x)), without a large exponential."""
    if not abs(x) < _LARGEST_EXPONENT:
        return UNKNOWN
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def softplus(x: Any) -> Any:
    """Return log(1 + exp(x)), without a large exponential."""
    if not abs(x) < _LARGEST_EXPONENT:
        return UNKNOWN
    return x + (-x).exp().log1p() if x > 0 else x.exp().log1p()


def sign(x: Any) -> Any:
    """Return -1, 0 or 1, or all of them where that is unknown."""
    return ONE if x > 0 else -ONE if x < 0 else ZERO if x.is_zero() else UNKNOWN if x.is_nan() else arb(0, 1)


# ------------------------------------------------------------------ truth


def truth(relation: str, difference: Any) -> Any:
    """Return 1 where ``difference = left - right`` is as the relation says, 0 where not, else `EITHER`."""
    if not difference.is_finite():
        return UNKNOWN
    if difference.is_zero():
        return ONE if relation in ("=", "≤", "≥") else ZERO
    if difference > 0:
        return ONE if relation in ("≠", ">", "≥") else ZERO
    if difference < 0:
        return ONE if relation in ("≠", "<", "≤") else ZERO
    return EITHER


def pi() -> Any:
    """Return pi."""
    return arb.pi()
