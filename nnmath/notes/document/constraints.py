"""What annotations may say of values that no domain describes, and how people write it."""

from __future__ import annotations

import re

POSITIVE_DEFINITE = "positive definite"
ONE_HOT = "one-hot"
UNIT = "unit vector"

#: So many dimensions one-hot rows have at most.
MOST_DIMENSIONS = 2

#: Matrices of which there may be several, one for each first index.
STACKED = ("symmetric", POSITIVE_DEFINITE)

#: What a message lists.
CONSTRAINTS = "one-hot, {-1, 1}, symmetric, positive definite, orthogonal, diagonal, unit vector"

_SPELLINGS = {
    r"one[- ]?hot(?: rows| vectors?)?": ONE_HOT,
    r"(?:symmetric(?: and|,)? )?(?:positive[- ](?:semi-?)?definite|psd|spd)|(?:a )?covariance": POSITIVE_DEFINITE,
    r"symmetric": "symmetric",
    r"orthogonal|orthonormal": "orthogonal",
    r"diagonal": "diagonal",
    r"unit(?: vectors?| length| norm)?": UNIT,
    r"\\pm ?1|±1|\+-1|\+/-1": "{-1, 1}",
    r"binary": "{0, 1}",
}
#: Two numbers, of which a value is one.
PAIR = re.compile(r"\\?\{\s*([-+]?\d+(?:\.\d+)?)\s*,\s*([-+]?\d+(?:\.\d+)?)\s*\\?\}")


def parse_constraint(text: str) -> str:
    """Return the constraint that a text names, in one spelling; empty where it names none."""
    text = re.sub(r"^(?:in|\\in)\s*(?=\\?\{)", "", " ".join(text.split())).removesuffix(" matrix")
    if found := PAIR.fullmatch(text):
        return f"{{{found[1]}, {found[2]}}}" if float(found[1]) != float(found[2]) else ""
    return next((kind for pattern, kind in _SPELLINGS.items() if re.fullmatch(pattern, text, re.I)), "")


def problem_of(kind: str, dims: tuple[str, ...] | None) -> str:
    """Return why nothing of these dimensions can be of this kind; empty where it can."""
    if dims is None or PAIR.fullmatch(kind):
        return ""
    if kind == UNIT:
        return "" if len(dims) == 1 else "unit vectors have the shape (N,)"
    if kind == ONE_HOT:
        return "" if 1 <= len(dims) <= MOST_DIMENSIONS else "one-hot rows have the shape (K,) or (N, K)"
    stacked = 3 if kind in STACKED else 2
    fits = 2 <= len(dims) <= stacked and dims[-1] == dims[-2]
    return "" if fits else f"{kind} matrices have the shape (N, N){', a stack of them (K, N, N)' * (stacked > 2)}"
