r"""Primes of the product and the quotient rule: ``\frac{dy_i}{dx_j} = \frac{(x_i - \mu)' s - (x_i - \mu) s'}{s^2}``.

What stands there once with a prime and once without is differentiated by what the left side differentiates by, in this
equation and in those that say what these derivatives are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nnmath.notes.document.brackets import group_end
from nnmath.notes.spelling.rules.rule import BELOW, FRACTION, NESTED, SYMBOL

_SLOPE = re.compile(rf"\s*{FRACTION}\{{\s*(?:\\partial|d)[^{{}}]*(?:{NESTED}[^{{}}]*)*\}}\s*"
                    rf"\{{\s*(?:\\partial|d)\s*(?P<by>{SYMBOL}(?:{BELOW})?)\s*\}}\s*=(?P<right>.*)", re.S)  # fmt: skip
_NAME = re.compile(rf"(?<![A-Za-z\\])(?P<name>{SYMBOL}(?:{BELOW})?)(?:(?P<prime>')(?!'|\s*\()|(?![A-Za-z']))")
_LEFT = re.compile(rf"\s*(?P<name>{SYMBOL}(?:{BELOW})?)\s*:?=")


def with_product_rules(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with derivatives in the place of such primes."""
    defined = {_plain(found["name"]) for found in map(_LEFT.match, texts) if found}
    apart = [_with_spaces(text, defined) for text in texts]
    rules = [found for found in map(_SLOPE.match, apart) if found and _is_rule(found["right"], defined)]
    variables = {_plain(found["by"]) for found in rules}
    if len(variables) != 1:
        return list(texts)
    by = rules[0]["by"]
    return [_differentiated(text, by, defined) for text in apart]


def _with_spaces(text: str, defined: set[str]) -> str:
    """Part two letters that stand side by side and are quantities, u v'."""

    def parted(found: re.Match[str]) -> str:
        return f"{found[1]} {found[2]}" if {found[1], found[2]} <= defined else found.group()

    return re.sub(r"(?<![A-Za-z\\])([A-Za-z])([A-Za-z])(?![A-Za-z])", parted, text)


def _plain(name: str) -> str:
    return re.sub(r"[\s{}]", "", name)


def _is_rule(right: str, defined: set[str]) -> bool:
    """Whether two things stand with a prime, one of them without it, too, and each is defined or stands in brackets."""
    primed = {item for item, has_prime in _items(right) if has_prime}
    plain = {item for item, has_prime in _items(right) if not has_prime}
    return len(primed) > 1 and bool(primed & plain) and all(item in defined or item.startswith("(") for item in primed)


def _items(text: str) -> Iterator[tuple[str, bool]]:
    """Yield names and brackets, and whether they have a prime."""
    for found in _NAME.finditer(text):
        yield _plain(found["name"]), bool(found["prime"])
    for begin, end, has_prime in _brackets(text):
        yield _plain(text[begin:end]), has_prime


def _brackets(text: str) -> Iterator[tuple[int, int, bool]]:
    for found in re.finditer(r"\(", text):
        if (end := group_end(text, found.start())) > 0:
            yield found.start(), end, text[end : end + 1] == "'" != text[end + 1 : end + 2]


def _differentiated(text: str, by: str, defined: set[str]) -> str:
    for begin, end, has_prime in reversed([*_brackets(text)]):
        if has_prime:
            text = rf"{text[:begin]}\left(\frac{{\partial}}{{\partial {by}}} {text[begin:end]}\right){text[end + 1 :]}"

    def of_name(found: re.Match[str]) -> str:
        slope = rf"\frac{{\partial {found['name']}}}{{\partial {by}}}"
        return slope if found["prime"] and _plain(found["name"]) in defined else found.group()

    return _NAME.sub(of_name, text)
