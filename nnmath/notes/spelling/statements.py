r"""From a displayed equation to statements: what stands beside a wide space, a comma or an arrow is one by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nnmath.latex import Place
from nnmath.notes.document.brackets import group_end, outermost, split_outermost
from nnmath.notes.document.source import Formula
from nnmath.notes.spelling.dots import without_dots
from nnmath.notes.spelling.dotted_matrices import entries_one_by_one
from nnmath.notes.spelling.reasons import reason_against, reason_in_words

_RELATION = (
    r"\\(?:equiv|triangleq|coloneqq|doteq|stackrel|overset|propto|le|ge|leq|geq|ne|neq|approx|lt|gt|leqslant|geqslant|sim)"
    r"(?![A-Za-z])|:=|[=<>]"
)
_ARROWS = (
    r"\\(?:Rightarrow|Longrightarrow|implies|iff|Leftrightarrow|Longleftrightarrow|therefore|because)(?![A-Za-z])"
    r"|\\(?:to|rightarrow|longrightarrow)(?![A-Za-z])(?=[^=]*=)"
)
_TEXT = (
    r"\\(?:text|mbox|textrm|mathrm|intertext|textit|textbf)\s*\{"
    r"(?!\s*(?:\\(?:textbf|mathbf|boldsymbol|bm|bf)(?![A-Za-z])\s*\{?\s*)?[A-Za-z]\s*\}?\s*\})"
    r"(?!\s*[A-Za-z]+\s*\}\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[])[^{}]*[ :,.(\[][^{}]*\}"  # \text{tr }(A) is a function
    r"|\\(?:text|mbox|textrm|mathrm|textnormal)\s*\{\s*(?:and|where|with|for|if|so|or|since|then|thus|hence|by|via)\s*\}"
)
#: The word before a condition in letters of mathematics, ``\quad if \; w > x``.
_BARE_WORD = r"(?:\\qq?uad(?![A-Za-z])|\\[; ]|~)(?:\s|\\[;,:! ]|~)*(?:if|for|when|whenever)(?![A-Za-z])(?=[\s\\~]|$)"
#: The word that a row begins with, ``where\\ z = w x``.
_FIRST_WORD = r"\A[\s&]*(?:where|with|and|so|then|thus|hence)(?=\s*(?:\\[ ,;:]|\\qq?uad(?![A-Za-z])|~))"
_SEPARATOR = rf"(?:{_BARE_WORD}|{_FIRST_WORD}|\\qq?uad(?![A-Za-z])|{_ARROWS}|{_TEXT}|\\;\\;|~~)"
_RANGE = re.compile(
    r"(?:\s|\\[,;:! ]|~)*(?:\\forall|\(?\s*(?:[a-z]|\\[a-z]+)(?:\s*,\s*(?:[a-z]|\\[a-z]+))*\s*"
    r"(?:=\s*\d\s*(?:,\s*\d|,?\s*(?:\.\.\.|\\[lc]?dots)|:)|=\s*\\[lc]?dots|\\in(?![A-Za-z]))"
    r"|\(?\s*[01]\s*(?:\\le|\\leq|\\leqslant|<)\s*[a-z]\s*(?:\\le|\\leq|\\leqslant|<)\s*[A-Za-z])"
)
_CASE = re.compile(r"(?:\s|\\[,;:! ]|~|&)*(?P<condition>[i-n]\s*(?:=|\\ne|\\neq|\\not\s*=)\s*[i-n])\s*:(?!=)\s*&?")
#: A case that stands above its equations, ``j = y_i:``.
_HEADING = re.compile(
    r"(?:\\(?:text|mbox|textrm|mathrm)\s*\{[^{}]*\}|\s|\\[,;:! ])*[a-z](?:_\s*\{?[a-z]\}?)?\s*"
    r"(?:=|\\(?:ne|neq)(?![A-Za-z]))\s*(?:[a-z](?:_\s*\{?[a-z]\}?)?|[01])\s*:\s*"
)
#: A case by itself.
_OF_INDICES = re.compile(r"[\s(]*[i-l]\s*(?:=|\\(?:ne|neq)(?![A-Za-z]))\s*[i-l][\s).,:]*")
_LIES_IN = re.compile(r"(=[^=]*?)\\in\s*\\mathbb\s*\{?\s*[RNZ][^=]*$")
#: What is defined behind an equation, ``\text{where } \sigma(z) = \frac{1}{1 + e^{-z}}``, limits it to no case.
_WHERE = re.compile(
    r"\b(?:where|with)\b[^{}]*\}[^=]*[A-Za-z})\s]=\s*(?![^=]*=)[^=]*(?:\\(?:[dt]?frac|sum|exp|log|tanh|max|top)(?![A-Za-z])|[A-Za-z]\s*[+]|\^)"
)
_CONDITION = re.compile(r"\\(?:text|mbox|mathrm)\s*\{[^{}]*\b(?:if|for|when|where|whenever)\b[^{}]*\}|" + _BARE_WORD)
#: The letter that words before a condition end in, ``\text{for j} \ge 1``.
_LAST_LETTER = re.compile(r"\s([a-z])\s*\}\s*$")

#: Space that may stand within a product, and symbols with scripts: what stands behind that space belongs to it.
_WIDE_SPACE = re.compile(r"\\q?quad|\\;\\;|~~")
_FACTORS = re.compile(
    r"(?:\s|\\[,;:! ]|(?:\\(?:mathbf|boldsymbol|bm|vec|hat|bar|tilde)\s*\{\s*\\?[A-Za-z]+\s*\}"
    r"|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|\\(?:alpha|beta|gamma|delta|eta|theta|lambda|mu|phi|psi|sigma|omega)(?![A-Za-z]))"
    r"(?:\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\top|\w))*)+[\s.,]*"
)

#: Remarks, and what says how far a letter runs.
_WORDS = r"\\(?:text|mbox|mathrm|textrm|textit)\s*\{[^{}]*\}|\\(?:forall|in|exists)(?![A-Za-z]).*"
_CALCULATES = re.compile(
    r"\\(?:[dt]?frac|sum|prod|log|exp|cdot|odot|nabla|partial|top)(?![A-Za-z])|[+*/]|\d\s*[A-Za-z\\]"
)

#: A sign of equality, and what stands behind one that sets a derivative to 0.
_EQUALS = r"\\(?:overset|stackrel)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{?\s*=\s*\}?|(?<![:<>!])="
_ZERO = re.compile(
    r"(?:[\s{]|\\[,;:! ]|\\(?:mathbf|boldsymbol|bm|vec|mathbb|bf)(?![A-Za-z]))*0[\s},;.~]*(?:\\[,;:! ]\s*)*"
)


@dataclass(frozen=True)
class Statement:
    r"""One equation of a formula.

    Attributes
    ----------
    latex : str
        As it is written, with macros expanded.
    place : Place
        Where it begins.
    conditions : tuple of str
        What stands beside it and says for which indices or values it is meant: ``i \\ne j``.
    reason : str
        Why it cannot be judged, as far as that can be seen here; empty where nothing is in the way.
    label : str
        The tag or label of the formula.
    before : str
        The text between the equation before it and its own.
    case : str
        For which indices the text says that it is meant: "i is not j".
    behind : str
        The beginning of the text behind its display.
    in_text : bool
        Whether it is no display, and a sentence claims it.
    is_premise : bool
        Whether an arrow behind it says what follows from it.
    """

    latex: str
    place: Place
    conditions: tuple[str, ...]
    reason: str
    label: str
    before: str = ""
    case: str = ""
    behind: str = ""
    in_text: bool = False
    is_premise: bool = False


#: Between a premise and what follows from it.
_IMPLIES = re.compile(r"\\(?:Rightarrow|Longrightarrow|implies)(?![A-Za-z])")
#: Behind a remark, a chain may go on.
_GOES_ON = re.compile(r"[\s&]*=(?!=)")
#: What stands before the reason for a step.
_REASON = re.compile(r"\b(?:from|by|using|since|because|recall|due to)\b", re.I)

#: A derivative, and space before what is differentiated.
_SPACED_OPERATOR = re.compile(
    r"(\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\}\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})"
    r"((?:\s|\\[;,:! ]|\\quad(?![A-Za-z]))+)"
)


#: A constant that is added and not given.
_CONSTANT = re.compile(
    r"(?:\\(?:text|textrm|textnormal|mathrm|mbox|operatorname|mathit|textit)\s*\{|\{\s*\\rm\s)\s*"
    r"(?P<sign>\+\s*)?(?P<word>[Cc]onst(?:ants?)?|cst)\s*\.?\s*\}"
)
_ENDS_IN_CONSTANT = re.compile(r"\+\s*(?:\\text\{const(?:ant)?\}|const|C)[\s.,&\\]*$")


#: A divergence of two laws with a comma between them, which are bars as a rule.
_DIVERGENCE = re.compile(
    r"(KL\s*\}?\s*\}?\s*(?:\\left\s*)?[(\[][^(),|\[\]]*(?:\([^(),]*\))?[^(),|\[\]]*)"
    r",(?=[^(),]*(?:\([^(),]*\))?\s*(?:\\right)?\s*[)\]])"
)


def _plain_constant(found: re.Match[str]) -> str:
    return (("+" if found["sign"] else "") + rf"\text{{{found['word'].lower()}}}").ljust(len(found.group()))


def statements(formula: Formula) -> Iterator[Statement]:
    """Yield the equations that a formula holds; none where it has no relation."""
    latex = _SPACED_OPERATOR.sub(lambda found: found.group(1) + " " * len(found.group(2)), formula.latex)
    latex = _CONSTANT.sub(_plain_constant, latex)
    latex = _DIVERGENCE.sub(lambda found: found[1] + "‖", latex)
    parts: list[tuple[int, str]] = []
    conditions: list[str] = []
    premises = set[int]()
    pending, goes_on = "", 0  # which part a chain goes on with: none that is the reason for a step
    for begin, part, before in _parts(latex):
        pending = before or pending
        if parts and _IMPLIES.search(before):
            premises.add(parts[-1][0])
        if not re.search(_RELATION + r"|\\(?:leftarrow|gets|to|sim|in|propto|mapsto|rightarrow)(?![A-Za-z])", part):
            if parts and _WIDE_SPACE.fullmatch(before) and _FACTORS.fullmatch(part):
                first, above = parts[-1]
                parts[-1] = first, above + " " * (begin - first - len(above)) + part
            continue
        if (parts and _RANGE.match(latex, begin + _trimmed(part)[0])) or _HEADING.fullmatch(part):
            continue
        if not parts and _OF_INDICES.fullmatch(part):
            conditions.append(_trimmed(part)[1])
            continue
        part = _LIES_IN.sub(r"\1", part)
        if case := _CASE.match(part):
            conditions.append(case["condition"])
            begin, part = begin + case.end(), part[case.end() :]
        if parts and (_is_condition(part) or (_CONDITION.search(pending) and not _WHERE.search(pending + part))):
            letter = _LAST_LETTER.search(pending) if re.match(rf"\s*(?:{_RELATION})", part) else None
            conditions.append((letter[1] if letter else "") + _trimmed(part)[1])
        elif parts and _GOES_ON.match(part):
            first, above = parts[goes_on]
            parts[goes_on] = first, above + re.sub(r"[^\n]", " ", latex[first + len(above) : begin]) + part
        else:
            goes_on = goes_on if parts and _REASON.search(before) else len(parts)
            parts.append((begin, part))
    for begin, part in (piece for one in parts for piece in _parted(*one)):
        offset, trimmed = _trimmed(part)
        plain = without_dots(trimmed)
        for trimmed in entries_one_by_one(plain) or [plain] if plain else []:
            place = _place(formula, begin + offset)
            reason = reason_against(trimmed) or reason_in_words(formula)
            yield Statement(trimmed, place, tuple(conditions), reason, formula.label,
                            formula.before if begin == parts[0][0] else "", formula.case, formula.behind,
                            formula.in_text, begin in premises)  # fmt: skip


_DRAWN_BELOW = re.compile(
    r"\\mathbb\s*\{?\s*[EV]\s*\}?\s*_\s*\{\s*(?P<name>\\?[A-Za-z]+)\s*\\sim\s*"
    r"(?P<distribution>(?:\\mathcal\s*\{?\s*)?[A-Z]\w*\s*\}?\s*(?P<open>[(\[]))"
)


def with_draws(formula: Formula) -> Iterator[Formula]:
    r"""Yield what a formula says below an expectation, ``z \sim \mathcal{N}(0, 1)``, then the formula without it."""
    latex = formula.latex
    for found in reversed(list(_DRAWN_BELOW.finditer(latex))):
        end = group_end(latex, found.start("open"))
        if end > 0 and latex[end:].lstrip().startswith("}"):
            drawn = latex[found.start("distribution") : end]
            yield Formula(rf"{found['name']} \sim {drawn}", formula.place, "")
            latex = latex[: found.end("name")] + " " * (end - found.end("name")) + latex[end:]
    yield replace(formula, latex=latex)


def _parts(latex: str) -> Iterator[tuple[int, str, str]]:
    """Split a formula; yield where each part begins, its text, and what stands before it."""
    begin, before = 0, ""
    for end, next_begin, separator in [*((one.start(), one.end(), one.group()) for one in outermost(latex, _SEPARATOR)),
                                       (len(latex), 0, "")]:  # fmt: skip
        row = re.search(r"\n[\s&]*(?==)", latex[begin:end]) if _REASON.search(before) else None
        if row:  # behind the reason for a step the chain goes on in the next row
            yield from _by_commas(begin, latex[begin : begin + row.start()], before)
            begin, before = begin + row.end(), ""
        yield from _by_commas(begin, latex[begin:end], before)
        begin, before = next_begin, separator


def _by_commas(begin: int, text: str, before: str) -> Iterator[tuple[int, str, str]]:
    r"""Part ``a = 1, b = 2`` in two; keep ``i = 1, \\dots, n`` and ``f(x, y)`` whole."""
    pieces = split_outermost(text, r"[,;](?!\s*\\[lc]?dots)")
    if _RANGE.match(text) or not re.search(_RELATION, pieces[0][1]):
        pieces = [(0, text)]
    last = pieces[-1]
    alone = len(pieces) > 1 and not re.search(_RELATION, last[1])
    if alone and _CALCULATES.search(re.sub(_WORDS, " ", last[1])) and not re.search(r"dots(?![A-Za-z])|\.\.\.", text):
        pieces = [(0, text)]  # what is no range and no remark belongs to the equation, and cannot be read
    for offset, piece in pieces:
        if len(pieces) == 1 or re.search(_RELATION, piece):
            yield begin + offset, piece, before


def _parted(begin: int, part: str) -> Iterator[tuple[int, str]]:
    r"""Part ``\frac{\partial f}{\partial x} = 2 x - b = 0`` in two: the first claims, the second is to be solved.

    So is what is given but for a constant.
    """
    signs = list(outermost(part, _EQUALS))
    sides = [part[one.end() : other] for one, other in zip(signs, [*(one.start() for one in signs[1:]), len(part)])]
    first = next((k for k, side in enumerate(sides) if _ENDS_IN_CONSTANT.search(side)), 0)
    if first:
        yield begin, part[: signs[first].start()]
        yield begin + signs[first - 1].end(), part[signs[first - 1].end() :]
        return
    last = part[signs[-2].end() : signs[-1].start()] if len(signs) > 1 else ""
    if not (re.search(r"-|" + _CALCULATES.pattern, last) and _ZERO.fullmatch(part[signs[-1].end() :])):
        yield begin, part
        return
    yield begin, part[: signs[-1].start()]
    yield begin + signs[-2].end(), part[signs[-2].end() :]


def _is_condition(part: str) -> bool:
    r"""Whether ``i \ne j`` or ``z > 0`` stands beside an equation."""
    letter = r"(?:[a-z]|\\[a-z]+)(?:_\s*\{?[a-z]\}?)?"
    return bool(
        re.fullmatch(
            rf"[\s(]*{letter}\s*(?:\\(?:ne|neq|lt|gt|le|ge|leq|geq)(?![A-Za-z])|[<>]|\\not\s*=)\s*(?:{letter}|0|1)[\s).,]*",
            part,
        )
        or re.fullmatch(r"[\s(]*[i-nst]\s*=\s*[i-nst][\s).,]*", part)
    )


def _trimmed(part: str) -> tuple[int, str]:
    """Cut space and punctuation off both ends; return how much stood before."""
    begin = len(part) - len(re.sub(r"^(?:[\s~,;:&]|\\[,;:! ]|\{\})+", "", part))
    text = re.sub(r"(?:[\s~,;.&]|\\[,;:! \\]|\{\}|\\$)+$", "", part[begin:])
    return begin, text


def _place(formula: Formula, offset: int) -> Place:
    before = formula.latex[:offset]
    if "\n" not in before:
        return Place(formula.place.line, formula.place.column + offset)
    return Place(formula.place.line + before.count("\n"), offset - before.rfind("\n"))
