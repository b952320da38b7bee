r"""Spellings: from the LaTeX that people write to the LaTeX of the language of derivations.

Nothing here guesses. A spelling that has one meaning is replaced by the one that the language has; where a spelling has
two meanings the choice is made later, by what the names are and by trying both (`nnmath.notes.verdicts.judging`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nnmath.notes.document.brackets import group_end, outermost
from nnmath.notes.spelling.bars import with_sides, without_empty_sides
from nnmath.notes.spelling.bounds import with_plain_bounds
from nnmath.notes.spelling.cases import with_conditions
from nnmath.notes.spelling.code import without_code
from nnmath.notes.spelling.colons import with_inner_products
from nnmath.notes.spelling.factors import with_plain_factors
from nnmath.notes.spelling.function_powers import with_powers_outside
from nnmath.notes.spelling.indicators import with_indicators
from nnmath.notes.spelling.invisible import without_invisible
from nnmath.notes.spelling.norms import with_orders
from nnmath.notes.spelling.other_letters import with_plain_words
from nnmath.notes.spelling.over import with_fractions
from nnmath.notes.spelling.positive_parts import with_positive_parts
from nnmath.notes.spelling.rules import RULES
from nnmath.notes.spelling.rules.rule import Rule
from nnmath.notes.spelling.scripts import with_braced_scripts
from nnmath.notes.spelling.signed_braces import without_signed_braces
from nnmath.notes.spelling.slopes import with_slopes
from nnmath.notes.spelling.styles import with_plain_styles

_TO_T = re.compile(r"(\\(?:sum|prod)\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|[a-z])\s*)\^\s*(?:\{\s*T\s*\}|T)")

_WORD_SCRIPT = re.compile(r"_\s*\{\s*([A-Za-z]{2,})\s*\}|_\s*\{\s*\\(?:mathrm|text)\s*\{\s*([A-Za-z ]+)\s*\}\s*\}")

#: Words that stand below a letter and are no indices.
_WORDS = frozenset(
    ["in", "out", "max", "min", "ce", "mse", "reg", "new", "old", "rec", "tot", "pred", "avg", "next", "prev", "curr"]
)


def respelled(latex: str, rules: Sequence[Rule] = RULES) -> str:
    """Return an equation in the spelling of the language."""
    for step in _BEFORE_RULES:
        latex = step(latex)
    latex = _TO_T.sub(r"\1^{«T»}", latex)  # a sum up to T is no transpose
    for rule in rules:
        latex = rule.applied(latex)
    latex = latex.replace("«T»", "T")
    for step in _AFTER_RULES:
        latex = step(latex)
    return latex


def _without_bars_in_calls(latex: str) -> str:
    r"""Write ``p(y \mid x)`` and ``KL(q \| p)`` with a comma."""
    for found in reversed(list(re.finditer(r"(?<=[A-Za-z}'])\s*(?:\\left\s*)?\(", latex))):
        end = group_end(latex, found.end() - 1)
        bars = list(outermost(latex[found.end() : end - 1], r"\\\||\|")) if end > 0 else []
        if len(bars) == 1:
            at = found.end() + bars[0].start()
            latex = latex[:at] + "," + latex[at + len(bars[0].group()) :]
    return latex


def _without_primed_indices(latex: str) -> str:
    r"""Give the index of ``\sum_{k'}`` a letter of its own that the equation does not use."""
    for letter in sorted(set(re.findall(r"\\(?:sum|prod|max|min)\s*_\s*\{?\s*([a-z])'", latex))):
        new = next((one for one in "qrsuvwh" if one not in latex), letter)
        latex = re.sub(rf"(?<![A-Za-z\\]){letter}'(?!\s*\()", new, latex)
    return latex


def _with_words_below(latex: str) -> str:
    r"""Write ``L_{reg}`` as ``L_{\text{reg}}``, and ``x_{\text{i}}`` as ``x_{i}``."""
    return _WORD_SCRIPT.sub(_word_script, latex)


def _word_script(found: re.Match[str]) -> str:
    word = (found.group(1) or found.group(2)).strip()
    if found.group(2) or word in _WORDS or (len(word) > 1 and word.isupper()) or len(word) > 4:
        return rf"_{{\text{{{word}}}}}" if len(word) > 1 else f"_{{{word}}}"
    return found.group()


#: What is known by its brackets and braces. Groups come first: styles and fractions of TeX end where theirs do. The
#: sides of bars are found when nothing invisible stands between them, and norms and inner products by those sides.
_BEFORE_RULES: tuple[Callable[[str], str], ...] = (
    with_plain_styles,
    with_plain_bounds,
    with_fractions,
    with_positive_parts,
    with_braced_scripts,
    with_plain_words,
    without_signed_braces,
    without_code,
    without_invisible,
    with_plain_factors,
    without_empty_sides,
    with_sides,
    with_orders,
    with_inner_products,
)

#: What is known by plain names, primes and relations, as the rules write them.
_AFTER_RULES: tuple[Callable[[str], str], ...] = (
    _without_bars_in_calls,
    _without_primed_indices,
    with_indicators,
    with_slopes,
    with_powers_outside,
    with_conditions,
    _with_words_below,
)
