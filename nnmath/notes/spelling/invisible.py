r"""What TeX does not print: kerns, sizes, shapes of words, and braces around an operand, ``{z_L} = {-T_i \ln A_i}``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end

_MEANS_NOTHING = (
    r"|\\math(?:open|close)\s*\{\s*\}|\\(?:bgroup|egroup|aftergroup|mathopen|mathclose)(?![A-Za-z])"
    r"|\\require\s*\{[^{}]*\}|\\(?:space|relax|protect|nobreakspace)(?![A-Za-z])"
)
_KERN = re.compile(
    r"\\(?:mkern|mskip|kern|hskip)\s*-?\s*[\d.]+\s*(?:mu|em|ex|pt)"
    r"|\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])" + _MEANS_NOTHING
)
#: What says no more than how much space there is around it.
_CLASS = re.compile(r"\\math(?:op|ord|bin|rel|inner)\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\\[A-Za-z]+))")
_BRACED_BRACKET = re.compile(r"(?<![A-Za-z_^])\{\s*([()\[\]])\s*\}")
#: What an operand may follow: the beginning, a sign, a bracket, or the bounds of a sum.
_BEFORE = re.compile(
    r"(?:^|[=+\-/(\[,&|]|(?<!\\operatorname)\*|\\(?:cdot|times|odot|circ|l?[vV]ert|left\s*[(\[])(?![A-Za-z])"
    r"|\\(?:sum|prod)\s*(?:\\limits\s*)?(?:[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w)\s*){1,2})\s*\{"
)
#: A group within a group, which ends where the other one does: ``\\frac{a}{{1 + b}}``.
_DOUBLE = re.compile(r"\{\s*(?=\{)")
#: A letter in braces of its own that has something above or below it, ``{{x}^{(i)}}``, or a function with something
#: below it and its argument behind, ``{h_\theta}(x)``; what it may be an argument of.
_LETTER = re.compile(
    r"\{\s*(?:(\\?[A-Za-z]|\\[A-Za-z]+)\s*\}(?=\s*[_^])"
    r"|([fgh]\s*_\s*(?:\{[^{}]*\}|[A-Za-z]|\\[a-z]+))\s*\}(?=\s*(?:\\left\s*)?\())"
)
_ARGUMENT_OF = re.compile(
    r"(?:[}\]^_*]|\\(?:[dtc]?frac|sqrt|vec|math[a-z]+|bm|boldsymbol|pmb|bold|text[a-z]*|mbox|operatorname|limits"
    r"|(?:wide)?(?:hat|tilde|check)|bar|d*dot|breve|acute|grave|(?:over|under)[a-z]+|(?:stack|x)[a-z]+))\s*$"
)
_SWITCH = re.compile(r"\s*\\(?:rm|sf|tt|it|bf|cal|displaystyle|textstyle|color)(?![A-Za-z])")
_INFIX = re.compile(r"\\(?:choose|atop|brace|brack)(?![A-Za-z])")


#: Colours, which may have braces around what is coloured, and strokes through what is left out next.
_COLOUR = re.compile(
    r"\\[bx]?cancel(?=\s*\{)\s*|\\(?:text|math)?color\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}\s*|\\colorbox\s*\{[^{}]*\}\s*"
)
#: Commands for words that look in another way.
_WORDS = re.compile(r"\\(?:textsc|textsf|textup|textnormal|textsl|textmd)(?![A-Za-z])")


def without_invisible(latex: str) -> str:
    """Return an equation without kerns, sizes and the braces around operands."""
    latex = _WORDS.sub(r"\\text", _without_colours(latex))
    latex = _BRACED_BRACKET.sub(r"\1", _CLASS.sub(r"\1\2 ", _KERN.sub(" ", latex)))
    position = 0
    while found := _BEFORE.search(latex, position):
        begin = found.end() - 1
        end = group_end(latex, begin)
        inner = latex[begin + 1 : end - 1] if end > 0 else ""
        position = begin + 1
        if end > 0 and inner.strip() and not _SWITCH.match(inner) and not _INFIX.search(inner):
            latex = f"{latex[:begin]} {inner} {latex[end:]}"
            position = begin
    return _LETTER.sub(_letter, _LETTER.sub(_letter, _without_double(latex)))


def _letter(found: re.Match[str]) -> str:
    return found.group() if _ARGUMENT_OF.search(found.string, 0, found.start()) else f" {found[1] or found[2]}"


def _without_colours(latex: str) -> str:
    """Leave out colours; braces around what is coloured are left where they are those of a script."""
    for found in reversed(list(_COLOUR.finditer(latex))):
        end = group_end(latex, found.end()) if latex[found.end() : found.end() + 1] == "{" else -1
        inside, behind = latex[found.end() + 1 : end - 1], latex[max(end, 0) :]
        is_script = latex[: found.start()].rstrip().endswith(("_", "^"))
        rest = f" {inside} {behind}" if end > 0 and not is_script else latex[found.end() :]
        latex = latex[: found.start()] + rest
    return latex


def _without_double(latex: str) -> str:
    """Leave out the outer braces of two that begin and end side by side."""
    for found in reversed(list(_DOUBLE.finditer(latex))):
        begin = found.end()
        inner, outer = group_end(latex, begin), group_end(latex, found.start())
        if 0 < inner < outer and not latex[inner : outer - 1].strip():
            latex = latex[: found.start()] + latex[begin:inner] + latex[outer:]
    return latex
