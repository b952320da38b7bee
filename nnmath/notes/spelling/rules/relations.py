r"""Signs between two sides."""

from __future__ import annotations

import re

from nnmath.notes.spelling.rules.rule import ENDS, GROUP, NESTED, Rule

_DEFINED = r"\\(?:coloneqq|triangleq|equiv|doteq|eqqcolon|colonequals|vcentcolon\s*=)"


def _with_words_above(found: re.Match[str]) -> str:
    return ":=" if re.search(r"def|triangle|\\Delta|\\cdot|!", found[0]) else "="


RELATIONS = [
    Rule(rf"{_DEFINED}{ENDS}|(?<!:)=:", ":=", r"f \coloneqq g \equiv h", "f := g := h"),
    Rule(rf"\\(?:overset|stackrel)\s*{NESTED}\s*\{{?\s*=\s*\}}?", _with_words_above,
         r"a \overset{!}{=} b \stackrel{(1)}{=} c", "a := b = c"),
    Rule(rf"\\(?:overset|stackrel)\s*{GROUP}\s*\{{?\s*\\(approx|leq?|geq?)\s*\}}?", r"\\\1",
         r"a \overset{(1)}{\le} b", r"a \le b"),
    Rule(rf"\\([lg])eq(?:slant|q){ENDS}", r"\\\1e", r"a \leqslant b", r"a \le b"),
    Rule(rf"\\(?:simeq|cong|thickapprox){ENDS}", r"\\approx", r"a \simeq b", r"a \approx b"),
    Rule(r"(?<!\})\s*\{\s*=\s*\}", " = ", "x {=} y", "x = y"),
    Rule(r"\\not\s*=", r"\\ne", r"i \not= k", r"i \ne k"),
]  # fmt: skip
