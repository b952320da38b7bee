"""What keeps an equation from being judged, as far as its own spelling and the words around it say so."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end, outermost
from nnmath.notes.document.prose import NEGLECTS, SAYS_SHAPES
from nnmath.notes.document.source import Formula

#: What keeps an equation from being judged that assigns.
ASSIGNS = "it is an assignment: it claims nothing"
_LIES = "it says where something lies"

#: What keeps an equation from being judged, and why.
_REASONS: list[tuple[str, str]] = [
    (r"\\(?:[lcvd]?dots|ddots|dotsc|dotsb)(?![A-Za-z])|\.\.\.",
     "it leaves terms out with dots; a sum \\sum_{i=1}^{N} can be judged"),
    (r"\A\\(?:leftarrow|gets|longleftarrow)(?![A-Za-z])", ASSIGNS),
    (r"\A(?:[^=]*=)?\s*(?:\\left\s*)?\\\{(?:[^{}]|\{[^{}]*\})*,(?:[^{}]|\{[^{}]*\})*\\\}\Z",
     "it is a set: it claims nothing"),
    (r"\\(?:to|rightarrow|longrightarrow|mapsto|xrightarrow)(?![A-Za-z])", "an arrow claims nothing"),
    (r"\\mathrel\s*\{\s*[-+]\s*\}\s*=|[-+]\s*(?:\\!\s*)*=", ASSIGNS),
    (r"(?:\\right|\\[bB]igg?r?)?\s*(?<![\\|])(?:\||\\vert(?![A-Za-z]))\s*_\s*\{\s*\\(?:text|mathrm|mbox|textrm)"
     r"\s*\{[^{}=]{2,}\}",
     "the words below a bar name a part of a derivative; parts are not computed"),
    (r"\\underset\s*\{[^{}]*\}\s*\{[^{}]*arg"
     r"|(?<![A-Za-z])arg\s*\}?\s*(?:\\[,;:! ]\s*|~)*(?:\\text\{)?\\?(?:max|min)(?![A-Za-z])\s*\}*\s*(?:\\limits\s*)?"
     r"_\s*(?:\{\s*)?(?:[dfhp-xz]|[A-Z]|\\(?!text))", "where an extreme lies is not computed"),
    (r"\\lim(?![A-Za-z])|\\infty", "limits are not computed"),
    (r"\\i?int(?![A-Za-z])", "integrals are not computed"),
    (r"(?:(?<![A-Za-z\\])(?:[Dd]|\\mathrm\s*\{\s*D\s*\}|\\mathcal\s*\{?\s*D\s*\}?)\s*"
     r"(?:[fghFG]|\\(?:phi|varphi|psi)(?![A-Za-z]))|\\text\{[Dd][fghFG]\})\s*"
     r"(?:_\s*\{?\s*[A-Z]\s*\}?|(?:\\left\s*)?\[[^\[\]]*\])\s*"
     r"(?:\^\s*(?:\{[^{}]*\}|\\[a-z]+|[*T])\s*)?(?:\\left\s*)?[(\[]|[fghFG]\s*'\s*\([^()]*\)\s*\[",
     "derivatives in a direction, D f[X](V), are not computed; \\frac{\\partial f}{\\partial X} is"),
    (r"\\(?:propto)(?![A-Za-z])", "\\propto leaves the factor open; write = with the factor"),
    (r"\A(?:[^=]*=)?\s*\\mathcal\s*\{?\s*N\s*\}?\s*(?:\\left|\\[bB]igg?l?)?\s*\((?:(?!\\mid|\\vert)[^()|;]|\([^()]*\))*\)\s*\Z",
     "it names a law: it claims nothing"),
    (r"\\mathcal\{?O\}?\s*[(\\]|(?<![A-Za-z\\])O\s*\(", "an order of magnitude is no number"),
    (r"\\mathbb\s*\{?\s*[RNZ]\s*\}?", _LIES),
    (r"\\(?:subset|cup|cap|setminus)", "it speaks of sets"),
    (r"\\approx(?![A-Za-z])", "\\approx does not say how near; write = where the sides are equal"),
]  # fmt: skip


def reason_against(latex: str) -> str:
    """Return why an equation, or a side of one, cannot be judged; empty where nothing is in the way."""
    if any(outermost(latex, r"\\in(?![A-Za-z])")):
        return _LIES
    if is_slope_of_brackets(latex):
        return "nothing says what the derivative of the brackets is by; write \\frac{d}{dx} in place of the prime"
    return next((reason for pattern, reason in _REASONS if re.search(pattern, latex)), "")


def reason_in_words(formula: Formula) -> str:
    """Return why a formula cannot be judged, as its words and those before it say."""
    if NEGLECTS.search(formula.latex):
        return "its words say that terms are left out"
    return "it says which shapes there are" if SAYS_SHAPES.search(formula.before) else ""


def is_slope_of_brackets(latex: str) -> bool:
    """Whether the left side is ``(x - m)'`` and nothing else of the equation has a prime, as transposes would have."""
    left, equals, right = latex.partition("=")
    whole = re.match(r"(?:\s|\\left(?![A-Za-z]))*(?=\()", left)
    end = group_end(left, whole.end()) if whole else -1
    primed = end > 0 and re.fullmatch(r"\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*", left[end:])
    return bool(equals and primed) and not re.search(
        r"'|\\prime|\^\s*\{?\s*(?:T|\\top)(?![A-Za-z])", left[:end] + right
    )
