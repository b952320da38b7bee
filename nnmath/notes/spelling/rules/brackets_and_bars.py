"""Brackets and bars: one bar, one bracket, no sizes, and no braces around a differential."""

from nnmath.notes.spelling.rules.rule import ENDS, Rule

BARS = [
    Rule(r"\\(?:bigg?|Bigg?)(?=[()\[\]|\\])", "", r"\Big(x + y\Big)", "(x + y)"),
    Rule(r"\\middle\s*\|", "|", r"p\left(x \middle| y\right)", r"p\left(x , y\right)"),
    Rule(r"\|\|", r"\\|", "KL(q||p)", "KL(q,p)"),
    Rule(rf"\\mid{ENDS}", "|", r"p(x \mid y)", "p(x , y)"),
    Rule(r"\\rangle\s*_\s*(?:\{\s*F\s*\}|F)", r"\\rangle ", r"\langle A, B \rangle_F", r"\langle A, B \rangle"),
]

BRACES = [
    Rule(r"\\left\s*\\(?:lbrace|\{)", r"\\left(", r"\left\{ x + y \right)", r"\left( x + y \right)"),
    Rule(r"\\right\s*\\(?:rbrace|\})", r"\\right)", r"\left( x + y \right\}", r"\left( x + y \right)"),
    Rule(r"(^|[-=+(]|\\top)\s*\{\s*d\s*([A-Z])\s*\}", r"\1 d \2 ", r"dW = X^\top {dF}", r"dW = X^\top d F"),
]
