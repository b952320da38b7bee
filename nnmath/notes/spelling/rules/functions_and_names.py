r"""Functions: their arguments in brackets, their names, logarithms of another base."""

from __future__ import annotations

import re

from nnmath.notes.spelling.rules.rule import ALONE, ELEMENTARY, ENDS, GREEK_FUNCTION, GROUP, INSIDE, SIZE, SYMBOL, Rule

_DEEP = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
_DETERMINANT = rf"(?:\\det\s*(?:\([^()]*\)|{SYMBOL}{ENDS})|\\l?vert\s*[^|()]*?\\r?vert{ENDS})"


def _numbered(found: re.Match[str]) -> str:
    """Return a name of letters for a function with a number, f_3 or g^{[1]}."""
    letter = found[1].removeprefix("\\")
    number = "ABCDEFGHIJ"[int(found[3] or found[4])]
    return rf"\text{{{letter}{number}}}" + found[2] + ("'" if found[5] else "") + found[6]


FUNCTIONS = [
    Rule(rf"(_\s*[A-Za-z])(?=[tT]r\s*{SIZE}[(\[])", r"\1 ", r"\nabla_Wtr(X)", r"\nabla_W tr(X)"),
    Rule(rf"(?<![_^])({GREEK_FUNCTION}\s*'*)\s*\{{\s*((?![_^}}]){INSIDE})\}}", r"\1(\2)",
         r"\sigma{z}", r"\sigma(z)"),
    Rule(rf"((?:{ELEMENTARY}|\\det{ENDS}))\s*\{{({_DEEP})\}}(?!\s*[_^(])", r"\1(\2)", r"\exp{-x}", r"\exp(-x)"),
    Rule(rf"({ELEMENTARY})\s*\{{\s*(\((?:[^()]|\([^()]*\))*\))\s*\}}", r"\1\2", r"\exp{(-x)}^2", r"(\exp(-x))^2"),
    Rule(rf"\\(?:[cs]|nice)frac{ENDS}", r"\\frac", r"\cfrac{a}{b}", r"\frac{a}{b}"),
    Rule(rf"{ALONE}([fghσ]|{GREEK_FUNCTION})\s*('*)\s*"
         r"(?:_\s*\{?\s*(\d)\s*\}?|\^\s*\{\s*[\[(]\s*(\d)\s*[\])]\s*(\\prime|')?\s*\})\s*('*)(?=\s*(?:\\left\s*)?\()",
         _numbered, r"\sigma_1(z) + g^{[1]}(z) + g^{[1]'}(z)", r"\text{sigmaB}(z) + \text{gB}(z) + \text{gB}'(z)"),
    Rule(rf"(\\(?:log|ln){ENDS})\s*(\d+(?:\s*{SYMBOL}{ENDS}(?:\s*[_^]\s*(?:{GROUP}|\w))*)++(?:\s*{_DETERMINANT})*)",
         r"\1(\2)", r"\log 2\pi\sigma^2", r"\log(2\pi\sigma^2)"),
    Rule(r"\(\s*(?:\.\.\.|\\[lc]?dots|\\cdot)\s*\)", " ", r"C(\cdot)", "C"),
    Rule(rf"\\lg{ENDS}|\\log\s*_\s*(?:\{{\s*e\s*\}}|e)", r"\\log ", r"\lg s + \log_e s", r"\log s + \log s"),
    Rule(r"\\log\s*_\s*(?:\{\s*(2|10)\s*\}|(2))", r"\\frac{1}{\\log(\1\2)} \\log ",
         r"\log_2 s", r"\frac{1}{\log(2)} \log s"),
    Rule(rf"{ALONE}[tT]r\s*(?=[A-Z](?:{ENDS}|_))", r"\\operatorname{tr} ", "trP_k", r"\operatorname{tr} P_k"),
    Rule(rf"\\(?:tr|Tr|trace){ENDS}", r"\\operatorname{tr}", r"\Tr(A)", r"\operatorname{tr}(A)"),
]  # fmt: skip
