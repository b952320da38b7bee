"""Domains: what the entries of an input may be, and the one parser of what people write for them.

=====================  ==================================================  =====================================
domain                 what it holds                                       also read
=====================  ==================================================  =====================================
``real``               any number
``positive``           greater than 0
``nonnegative``        0 or greater
``nonzero``            any number but 0
``[0, 1]``, ``(0, 1]`` an interval, with or without its ends               ``unit`` for [0, 1]; ``in [0, 1]``
``probabilities``      rows along the last axis, each with the sum 1       ``distribution``
``labels:K``           one of K classes, K a dimension or a number         ``label 1..K``, ``labels 0..K-1``
``integer``            whole numbers
``integer 1..3``       whole numbers from 1 to 3
``0.5``                this number
=====================  ==================================================  =====================================

Labels count from 0 in code and from 1 in equations. Everything here counts from 0, and so does everything that is
drawn; `in_equations` and `in_code` convert between the two, and nothing else does.
"""

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

#: What an error message lists.
DOMAINS = "real, positive, nonnegative, nonzero, [0, 1], (0, 1), probabilities, labels:K, integer"

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_INTERVAL = rf"(?P<left>[\[(])\s*(?P<low>{_NUMBER})\s*,\s*(?P<high>{_NUMBER})\s*(?P<right>[\])])"
_LABELS = r"labels?\s*:?\s*(?:(?P<first>[01])\s*(?:\.\.\.?|\\l?dots)\s*)?(?P<last>\w+)(?P<minus>\s*-\s*1)?"
_WORDS = "real|positive|nonnegative|nonzero|unit|probabilities|distribution|integer"

#: A domain within a longer text; a number alone is none there, as it could as well be a dimension. Its groups have no
#: names, so that it can stand in any other expression.
DOMAIN_IN_TEXT = re.sub(r"\?P<\w+>", "?:", rf"(?:{_WORDS})\b|{_INTERVAL}|{_LABELS}")


@dataclass(frozen=True)
class Domain:
    """What the entries of an input may be.

    Attributes
    ----------
    kind : str
        ``real``, ``nonzero``, ``interval``, ``probabilities``, ``labels``, ``integer`` or ``constant``.
    low, high : Fraction or None
        The ends of an interval, None where it has none; both are the value of a constant.
    open_low, open_high : bool
        Whether the ends themselves are left out.
    classes : str or int
        How many classes labels have: a dimension or a number.
    """

    kind: str = "real"
    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False
    classes: str | int = 0

    def __str__(self) -> str:
        """Write the domain as a person would; `parse_domain` reads it."""
        if self.kind == "labels":
            return f"labels:{self.classes}"
        if self.kind == "integer" and self.low is not None and self.high is not None:
            return f"integer {self.low}..{self.high}"
        if self.kind == "constant" and self.low is not None:
            return _decimal(self.low)
        if self.kind != "interval" or self.low is None:
            return self.kind
        if self.high is None:
            return "positive" if self.open_low else "nonnegative"
        left, right = "(" if self.open_low else "[", ")" if self.open_high else "]"
        return f"in {left}{_decimal(self.low)}, {_decimal(self.high)}{right}"

    def holds(self, number: float | Fraction) -> bool:
        """Whether a number lies in the domain, as far as that can be said of one alone."""
        if self.kind in ("labels", "integer") and number % 1 != 0:
            return False
        above = self.low is None or number > self.low or (number == self.low and not self.open_low)
        below = self.high is None or number < self.high or (number == self.high and not self.open_high)
        return above and below and not (self.kind == "nonzero" and number == 0)

    def limits(self, dtype: Any = np.float64) -> tuple[float, float]:
        """Return the least and the largest floating-point number in the domain, infinities where it has no end.

        An end such as 0.1 is the number that this decimal is rounded to, as it is in code.
        """
        low, high = (dtype(end) for end in (_end(self.low, -np.inf), _end(self.high, np.inf)))
        if self.open_low:
            low = np.nextafter(low, dtype(np.inf))
        if self.open_high:
            high = np.nextafter(high, dtype(-np.inf))
        return float(low), float(high)

    @property
    def is_continuous(self) -> bool:
        """Whether each entry may be any number, or any between two ends, whatever the others are."""
        return self.kind in ("real", "nonzero", "interval")

    @property
    def has_gradient(self) -> bool:
        """Whether there are derivatives by such an input."""
        return self.kind not in ("labels", "integer")


_SYNONYMS = {"distribution": "probabilities"}
_NAMED = {
    "real": Domain(),
    "positive": Domain("interval", Fraction(0), open_low=True),
    "nonnegative": Domain("interval", Fraction(0)),
    "nonzero": Domain("nonzero"),
    "unit": Domain("interval", Fraction(0), Fraction(1)),
    "probabilities": Domain("probabilities", Fraction(0), Fraction(1)),
    "integer": Domain("integer"),
}


def labels(classes: str | int) -> Domain:
    """Return the domain of labels of so many classes, a dimension or a number."""
    return Domain("labels", Fraction(0), Fraction(classes - 1) if isinstance(classes, int) else None, classes=classes)


def parse_domain(text: str) -> Domain:
    """Read a domain.

    Parameters
    ----------
    text : str
        In any of the spellings that stand at the head of this module.

    Raises
    ------
    ValueError
        It is none of them.
    """
    text = re.sub(r"^in\s+", "", text.strip())
    if (word := _SYNONYMS.get(text, text)) in _NAMED:
        return _NAMED[word]
    if (match := re.fullmatch(_LABELS, text)) and (domain := _labels(match)):
        return domain
    if match := re.fullmatch(_INTERVAL, text):
        low, high = Fraction(match["low"]), Fraction(match["high"])
        if low < high:
            return Domain("interval", low, high, match["left"] == "(", match["right"] == ")")
    if match := re.fullmatch(r"integer\s+(-?\d{1,6})\s*(?:\.\.\.?|\\l?dots)\s*(-?\d{1,6})", text):
        first, last = (Fraction(end) for end in match.groups())
        if first <= last:
            return Domain("integer", first, last)
    if re.fullmatch(_NUMBER, text):
        return Domain("constant", Fraction(text), Fraction(text))
    raise ValueError(f"{text!r} is no domain; expected one of {DOMAINS}")


def _labels(match: re.Match[str]) -> Domain | None:
    first, last, minus = match["first"], match["last"], match["minus"]
    if minus and first != "0":
        return None  # labels 1..K-1, or labels:K-1: which of the K classes is left out?
    if not last.isdecimal():
        return labels(last) if last.isidentifier() and (minus or first != "0") else None
    classes = int(last) + (first == "0" and not minus)
    return labels(classes) if classes > 0 else None


def in_equations(domain: Domain, values: Any) -> Any:
    """Return values as equations have them, where labels count from 1."""
    return values + 1 if domain.kind == "labels" else values


def in_code(domain: Domain, values: Any) -> Any:
    """Return values as code has them, where labels count from 0."""
    return values - 1 if domain.kind == "labels" else values


def _end(end: Fraction | None, infinite: float) -> float:
    return infinite if end is None else float(end)


def _decimal(number: Fraction) -> str:
    """Write a number that was read from a decimal so that the same one is read again."""
    if number.denominator == 1 and abs(number) < 10**15:
        return str(number.numerator)
    short = repr(float(number))
    if Fraction(short) == number:
        return short
    digits = 2 * len(str(number.denominator)) + len(str(number.numerator))
    return str(Context(prec=digits).divide(Decimal(number.numerator), Decimal(number.denominator)))
