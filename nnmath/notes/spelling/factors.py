r"""What stands between factors: a full stop, ``(1 - a).x``, a sign, ``a \times -b``, a fraction, ``1/2 (x - y)``."""

from __future__ import annotations

import re
from collections.abc import Collection

from nnmath.notes.document.brackets import group_end, outermost

_TEXT = r"\\(?:text|mbox|textrm|mathrm|operatorname)\s*\{[^{}]*\}"
_FACTOR = r"(?:[A-Za-z]|\\(?![,;:! \\])(?!(?:q?quad|text|mbox|tag|label|right|end|nonumber|notag)(?![a-z])))"
#: A full stop without space behind it, that no sentence ends in.
_STOP = re.compile(
    rf"{_TEXT}|(?<=[)\]}}])\s*\.(?={_FACTOR}|\()|(?<![A-Za-z\\])(?P<letter>[A-Za-z]|\d)\.(?={_FACTOR}(?![A-Za-z])|\\[A-Za-z]|\()"
)
_SIGN = re.compile(r"(?<=[\w)\]}'])\s*(?P<times>\\(?:cdot|times|odot)(?![A-Za-z])|\*)\s*-\s*(?=[\w.\\({])")

_BEFORE = r"(?<![\w^.})/])(?<!\^\{)"
_BRACKET = r"(?=\s*(?:\\[,;:! ])*\s*(?:\\(?:left|[bB]igg?l?)\s*)?(?:\\?[(\[|]|\\lVert|\\lvert|\\Vert))"
_HALF = re.compile(rf"{_BEFORE}(?P<above>\d+)\s*/\s*(?P<below>\d+){_BRACKET}")
_SUM = r"(?=\s*(?:\\[,;:! ])*\s*\\(?:sum|prod)(?![A-Za-z]))"
_MEAN = re.compile(rf"{_BEFORE}(?P<above>\d+)\s*/\s*(?P<below>\d*\s*[A-Za-z]|\d+|\([^()]*\)){_SUM}")

#: A letter below 1, and a bracket behind it: if that letter does not stand in it, it is no part of the denominator.
_LETTER_BELOW = re.compile(rf"{_BEFORE}(?P<above>\d+)\s*/\s*(?P<below>\\?[A-Za-z]+)(?:\s+|(?=\\left)){_BRACKET}")

_CAPITAL = re.compile(
    r"\\(?P<sign>Sigma|Pi)\s*(?P<bounds>_\s*(?:\{\s*(?P<letter>[a-z])\s*(?P<low>=[^{}]*)?\}|(?P<bare>[a-z]))"
    r"\s*(?P<high>\^\s*(?:\{\s*[A-Za-z]\s*\}|[A-Za-z]))?)"
)
#: A sum with its upper bound first: ``\\Sigma^m_{i=1}``.
_BOUND_FIRST = re.compile(r"(\\(?:Sigma|Pi))\s*(\^\s*(?:\{\s*[A-Za-z]\s*\}|[A-Za-z]))\s*(_\s*\{\s*[a-z]\s*=[^{}]*\})")


#: What is differentiated, in the numerator of a derivative.
_TOP = re.compile(r"\\[dt]?frac\s*(?P<group>\{)\s*\\partial(?![A-Za-z])")


def with_whole_tops(latex: str) -> str:
    r"""Return an equation with brackets around a sum that is differentiated, ``\frac{\partial a + b}{\partial b}``."""
    for found in reversed(list(_TOP.finditer(latex))):
        end = group_end(latex, found.start("group")) - 1
        inside = latex[found.end() : end]
        if any(outermost(inside, r"[-+]")):
            latex = f"{latex[: found.end()]} ({inside}){latex[end:]}"
    return latex


def with_plain_factors(latex: str) -> str:
    """Return an equation in which factors, fractions and sums are written with the signs that say so."""
    latex = _BOUND_FIRST.sub(r"\1\3\2", with_whole_tops(latex))
    latex = _STOP.sub(_product, _CAPITAL.sub(_sum, latex))
    latex = _SIGN.sub(r" \g<times> (-1) \\cdot ", latex)
    return _MEAN.sub(r"\\frac{\g<above>}{\g<below>}", _HALF.sub(r"\\frac{\g<above>}{\g<below>}", latex))


def with_letters_below(text: str, functions: Collection[str]) -> str:
    r"""Write ``1/\sigma (x - y)`` as ``\frac{1}{\sigma} (x - y)`` where σ is none of the functions."""

    def fraction(found: re.Match[str]) -> str:
        begin = re.search(r"[(\[|]", text[found.end() :])
        end = group_end(text, found.end() + begin.start()) if begin else 0
        below = rf"(?<![A-Za-z\\]){re.escape(found['below'])}(?![A-Za-z])"
        if found["below"] in functions or re.search(below, text[found.end() : end]):
            return found.group()
        return rf"\frac{{{found['above']}}}{{{found['below']}}} "

    return _LETTER_BELOW.sub(fraction, text)


def _product(found: re.Match[str]) -> str:
    if found.group().startswith("\\"):
        return found.group()
    return (found["letter"] or "") + r" \cdot "


def _sum(found: re.Match[str]) -> str:
    r"""Read ``\Sigma_{i=1}^n x_i`` as a sum; Σ_k beside no bound, and its transpose, are a matrix."""
    letter = found["letter"] or found["bare"]
    behind = re.search(rf"_\s*(?:\{{[^{{}}]*(?<![A-Za-z\\]){letter}|{letter})", found.string[found.end() :])
    counted = found["low"] or (found["high"] and not re.search(r"[Tt]", found["high"]))
    if not behind or not counted:
        return found.group()
    return rf"\{'sum' if found['sign'] == 'Sigma' else 'prod'}{found['bounds']}"
