r"""What TeX does not print: small kerns, sizes, and braces around an operand, ``{z_L} = {-T_i \ln A_i}``."""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end

_KERN = re.compile(
    r"\\(?:mkern|mskip|kern|hskip)\s*-?\s*[\d.]+\s*(?:mu|em|ex|pt)"
    r"|\\(?:tiny|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge)(?![A-Za-z])"
)
#: What an operand may follow: the beginning, a sign, a bracket, or the bounds of a sum.
_BEFORE = re.compile(
    r"(?:^|[=+\-/*(\[,&|]|\\(?:cdot|times|odot|circ|left\s*[(\[])(?![A-Za-z])"
    r"|\\(?:sum|prod)\s*(?:\\limits\s*)?(?:[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w)\s*){1,2})\s*\{"
)
_SWITCH = re.compile(r"\s*\\(?:rm|sf|tt|it|bf|cal|displaystyle|textstyle|color)(?![A-Za-z])")
_INFIX = re.compile(r"\\(?:over|choose|atop|brace|brack)(?![A-Za-z])")


def without_invisible(latex: str) -> str:
    """Return an equation without kerns, sizes and the braces around operands."""
    latex = _KERN.sub(" ", latex)
    position = 0
    while found := _BEFORE.search(latex, position):
        begin = found.end() - 1
        end = group_end(latex, begin)
        inner = latex[begin + 1 : end - 1] if end > 0 else ""
        position = begin + 1
        if end > 0 and inner.strip() and not _SWITCH.match(inner) and not _INFIX.search(inner):
            latex = f"{latex[:begin]} {inner} {latex[end:]}"
            position = begin
    return latex
