"""Values worth trying in a domain: exact, and the simplest first, so that what chooses among them shrinks well."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache

from nnmath.sampling.domains import Domain

#: How near to a kink, an end or a hint: within what single and double precision tell apart, and far beyond.
NEAR = (Fraction(1, 10**3), Fraction(3, 10**7), Fraction(1, 10**9))
#: Within a decade, numbers that differ in their digits.
_LEADING = tuple(Fraction(digits) / 10 for digits in (10, 12, 15, 17, 20, 25, 30, 40, 50, 60, 70, 80, 90))
_SIGNS = (1, -1)


@cache
def plain_values(domain: Domain, classes: int = 0) -> tuple[Fraction, ...]:
    """Return values with two decimals at most, short to read, around where functions bend; the simplest first.

    Parameters
    ----------
    domain : Domain
        Not ``probabilities``, whose entries cannot be chosen one by one.
    classes : int
        How many classes labels have.
    """
    if domain.kind == "labels":
        return tuple(Fraction(i) for i in range(classes))
    if domain.kind == "integer":
        if domain.low is not None and domain.high is not None:
            return tuple(Fraction(i) for i in range(int(domain.low), min(int(domain.high), int(domain.low) + 99) + 1))
        return tuple(Fraction(i) for i in (0, 1, -1, 2, -2, 3, -3, 5))
    if domain.low is None:
        return _in(domain, [0, *_signed((1, 2, 3)), *_signed(Fraction(i, 100) for i in range(1, 301))])
    if domain.kind == "constant":
        return (domain.low,)
    if domain.high is None:
        return _in(domain, [domain.low + Fraction(i, 100) for i in (0, 100, 200, 300, *range(1, 301))])
    percent = (Fraction(i, 100) for i in (50, 25, *range(1, 100)))
    ends = [end for end in (0, 1) if domain.holds(end)]
    return _in(domain, [*ends, *(domain.low + (domain.high - domain.low) * part for part in percent)])


@cache
def awkward_values(domain: Domain) -> tuple[Fraction, ...]:
    """Return values that find what plain ones do not: kinks, ends, and what lies close to them."""
    if domain.low is None:
        return _in(domain, [0, *_signed((1, *NEAR))])
    if domain.high is None:
        return _in(domain, [domain.low, *(domain.low + near for near in NEAR)])
    width = min(domain.high - domain.low, Fraction(1))
    return _in(
        domain,
        [
            domain.low,
            domain.high,
            *(end for near in NEAR for end in (domain.low + near * width, domain.high - near * width)),
        ],
    )


@cache
def scaled_values(domain: Domain, largest: Fraction) -> tuple[Fraction, ...]:
    """Return values of every size, from 0.01 to the largest that is asked for; none where the domain is bounded."""
    if domain.kind not in ("real", "nonzero", "interval") or (domain.low is not None and domain.high is not None):
        return ()
    sizes = [leading * Fraction(10) ** power for power in (0, 1, 2, -1, -2) for leading in _LEADING]
    sizes = [size for size in sizes if size <= largest]
    start = domain.low or 0
    return _in(domain, [start + size for size in (sizes if domain.low is not None else _signed(sizes))])


@cache
def saturated_values(domain: Domain, largest: Fraction) -> tuple[Fraction, ...]:
    """Return large values, at which what saturates is flat to the last digit; none where the domain is bounded."""
    if not scaled_values(domain, largest):
        return ()
    sizes = [size for size in (Fraction(25, 2), Fraction(30), largest) if size <= largest]
    start = domain.low or 0
    return _in(domain, [start + size for size in (sizes if domain.low is not None else _signed(sizes))])


@cache
def hinted_values(domain: Domain, hints: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Return, for each hint, values on it, beside it and beyond it, also with the other sign."""
    return _in(
        domain,
        (
            sign * value
            for hint in hints
            for value in (
                hint,
                *(hint + step * s for step in (*NEAR, Fraction(1, 2), Fraction(1)) for s in _SIGNS),
                2 * hint,
            )
            for sign in _SIGNS
        ),
    )


@cache
def mixed_values(
    domain: Domain, classes: int = 0, largest: Fraction = Fraction(30), hints: tuple[Fraction, ...] = ()
) -> tuple[Fraction, ...]:
    """Return plain, awkward, scaled, saturated and hinted values, about equally many of each; plain ones first."""
    plain = plain_values(domain, classes)
    others = (
        awkward_values(domain),
        scaled_values(domain, largest),
        saturated_values(domain, largest),
        hinted_values(domain, hints),
    )
    if domain.kind in ("labels", "integer", "constant"):
        return plain
    start = (*plain[:7], *plain[7::9]) if len(plain) > 120 else plain
    repeated = [(group * (len(start) // len(group) + 1))[: max(len(start), len(group))] for group in others if group]
    return (*start, *(value for group in repeated for value in group))


def _in(domain: Domain, values: Iterable[Fraction | int]) -> tuple[Fraction, ...]:
    return tuple(dict.fromkeys(Fraction(value) for value in values if domain.holds(value)))


def _signed(values: Iterable[Fraction | int]) -> Iterator[Fraction | int]:
    for value in values:
        yield from (value, -value)
