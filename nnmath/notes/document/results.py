r"""Derivatives in displays without a left side: "the derivative with respect to ``$X$`` is" before ``$$-2(Y - X)$$``.

The sentence before such a display says what is differentiated, and by what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from nnmath.latex import DerivationError
from nnmath.notes.document.prose import INLINE
from nnmath.notes.document.source import Formula

RELATION = re.compile(r"=|<|>|\\(?:le|ge|leq|geq|approx|equiv|ne|neq|sim|propto|in|to|mapsto|rightarrow)(?![A-Za-z])")
_EQUALS = re.compile(r":?=(?!=)")
_IS_ZERO = re.compile(r"=\s*(?:0|\\(?:mathbf|boldsymbol|vec|bm)\s*\{?\s*0\s*\}?)[\s.,;]*$")

#: So much text before a display may say what it gives.
_MOST_SAID = 400
_DERIVES = re.compile(r"\b(?:derivatives?|gradient|jacobian|differentiat\w*|deriving|derive|slope)\b", re.I)
_RESULT = re.compile(r"\b(?:result|answer|solution)\b[^.$]*[\s:]*$", re.I)
#: What leads over to a display that gives something.
_GIVES = re.compile(
    r"\b(?:is|as|be|yields?|gives?|get|got|obtain(?:ed|s)?|have|has|becomes?|find|found|results?(?: in)?|like"
    r"|equals?|follows|following|derived|computed|calculated|came up with|arrived at|this)\b"
    r"(?:\s+(?:that|the following|by|then|to|simply|just|this|follows|be))*[\s:,*_]*$",
    re.I,
)
_DENIES = re.compile(r"\b(?:not|never|cannot|wrong\w*|incorrect\w*|instead|rather|would|could|should)\b|n['’]t\b", re.I)
_BY = re.compile(
    r"(?:\bw\.?\s?r\.?\s?t\.?o?\.?|\bwith\s+respect\s+to|\baccording to)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}"
    r"(?:\$(?P<math>[^$=]{1,40})\$|(?P<letter>[A-Za-z])\b)",
    re.I,
)
_OF = re.compile(
    r"\b(?:derivatives?\s+of|gradients?\s+of|differentiat\w*)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}\$(?P<math>[^$]+)\$", re.I
)
_D = r"(?:\\partial(?![A-Za-z])|d)"
_DERIVATIVE = re.compile(rf"\s*(?:\\[dt]?frac\s*\{{\s*{_D}[^=]*\}}\s*\{{\s*{_D}[^=]*\}}|\\nabla\s*_[^=]+)\s*$")


@dataclass
class _Said:
    """What was said last: a derivative, or what may be differentiated, and by what."""

    derivative: str = ""
    of: str = ""
    by: str = ""

    def claimed(self) -> str:
        """Return the derivative that a result is one of; empty where the text does not say of what."""
        if self.derivative:
            return self.derivative
        return rf"\frac{{\partial}}{{\partial {self.by}}} \left( {self.of} \right)" if self.of and self.by else ""


def with_results(formulas: Iterable[Formula], expanded: Callable[[str], str]) -> Iterator[Formula]:
    """Yield formulas; what a sentence calls a derivative is an equation whose left side is that derivative.

    Parameters
    ----------
    formulas : iterable of Formula
        The rows of displays.
    expanded : callable
        Replaces the macros in mathematics within lines.
    """
    said = _Said()
    for formula in formulas:
        words = formula.before[-_MOST_SAID:].split("\n\n\n")[-1]
        _listen(said, words, expanded)
        whole = _IS_ZERO.sub("", formula.latex)
        if RELATION.search(whole):
            left = _EQUALS.split(whole, maxsplit=1)[0]
            said = (
                _Said(derivative=left.strip(" \n&")) if _DERIVATIVE.match(left.replace("&", " ")) else _Said(by=said.by)
            )
        elif (claimed := said.claimed()) and _gives_derivative(words):
            formula = replace(formula, latex=f"{claimed} = {formula.latex.lstrip()}")
        elif whole == formula.latex:
            said = _Said(of=formula.latex.strip(" \n.,;"), by=said.by)
        yield formula


def _gives_derivative(words: str) -> bool:
    """Whether the sentence before a display says that it gives the derivative which was spoken of."""
    *above, sentence = re.split(r"(?<!r)(?<!t)[.?!]\s", words.strip())
    if _DENIES.search(sentence):
        return False
    derives = _DERIVES.search(" ".join((*above[-1:], sentence)))
    return bool(_RESULT.search(sentence) or (derives and _GIVES.search(sentence)))


def _listen(said: _Said, words: str, expanded: Callable[[str], str]) -> None:
    """Learn from the text before a display what is differentiated, and by what."""
    if not (_DERIVES.search(words) or _BY.search(words)):
        return
    try:
        inline = [expanded(one["dollars"] or one["round"]) for one in INLINE.finditer(words)]
        of = [expanded(one["math"]) for one in _OF.finditer(words)]
        by = [expanded(one["math"] or one["letter"]) for one in _BY.finditer(words)]
    except DerivationError:
        return
    if derivatives := [one for one in inline if _DERIVATIVE.match(one)]:
        said.derivative = derivatives[-1].strip()
    elif of and not RELATION.search(of[0]):
        said.derivative, said.of = "", of[0].strip()
    if by:
        said.by = by[-1].strip()
