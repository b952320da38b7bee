r"""Fonts, accents and words: one command for each, with braces around the letter."""

from __future__ import annotations

import re

from nnmath.latex.syntax import alphabet
from nnmath.notes.spelling.rules.rule import BOLD, ELEMENTARY, ENDS, GROUP, UPRIGHT, Rule
from nnmath.notes.spelling.slopes import ACCENT

_SWITCHES = r"\\(?:mathrm|mathsf|mathit|mathbf|mathnormal|boldsymbol|bm|rm|bf|it|sf)"
_PERHAPS_BELOW = rf"((?:\s*_\s*(?:\w|{GROUP}))?)"


#: Greek capitals that look like Latin ones, which TeX has no commands for.
_CAPITALS = {"Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M",
             "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X"}  # fmt: skip


def _letters(found: re.Match[str]) -> str:
    return "".join(rf"\mathbf{{{letter}}}" for letter in "".join(found[1].split()))


FONTS = [
    Rule(rf"(?:{BOLD}\s*\{{\s*{_SWITCHES}|\\(?:text|mbox|mathrm)\s*\{{\s*\\(?:textbf|mathbf|boldsymbol|bm|bf)){ENDS}\s*"
         r"(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\?[A-Za-z]+))\s*\}", r"\\mathbf{\1\2}",
         r"\boldsymbol{\mathrm{u}} + \text{\bm v}", r"\mathbf{u} + \mathbf{v}"),
    Rule(rf"\\(mathcal|mathbb|mathds|mathscr|mathfrak)\s+([A-Za-z]){ENDS}", r"\\\1{\2}",
         r"\mathbb E[x]", r"\mathbb{E}[x]"),
    Rule(rf"\\mathbb\s*\{{\s*(\\[a-z]+(?:\s*{GROUP}|\s+[A-Za-z])?)\s*\}}", r"\\mathbf{\1}",
         r"\mathbb{\hat{y}}", r"\mathbf{\hat{y}}"),
    Rule(r"\{\s*\\cal\s+([A-Z])\s*\}|\\(?:mathscr|mathfrak|cal)\s*\{?\s*([A-Z])\s*\}?", r"\\mathcal{\1\2}",
         r"{\cal L} + \mathfrak{L}", r"\mathcal{L} + \mathcal{L}"),
    Rule(r"\\(?:overline|widehat|widetilde)(?![A-Za-z])", lambda found: alphabet.SAME_ACCENT[found[0]],
         r"\widehat{x} + \overline{y}", r"\hat{x} + \bar{y}"),
    Rule(rf"\\overrightarrow{ENDS}", r"\\vec", r"\overrightarrow{w}", r"\vec{w}"),
    Rule(rf"\\(?:mathrm|mathit|text|rm)\s*\{{\s*({ACCENT}\s*\{{[^{{}}]*\}})\s*\}}", r"\1",
         r"\mathrm{\hat{y}}", r"\hat{y}"),
    Rule(rf"({ACCENT})\s*\{{\s*\\(?:mathcal|mathrm|mathit|mathbb)\s*\{{\s*([A-Za-z])\s*\}}\s*\}}", r"\1{\2}",
         r"\hat{\mathcal{L}} + \hat{\mathrm{y}}", r"\hat{L} + \hat{y}"),
    Rule(r"\\mathbb\s*\{\s*([ABFGHJKLMOQSTUVWXY])\s*\}", r"\\mathcal{\1}", r"\mathbb{L}", r"\mathcal{L}"),
    Rule(rf"({ACCENT})(?:\s+([A-Za-z]){ENDS}|\s*(\\(?:{'|'.join(alphabet.GREEK)}){ENDS}))", r"\1{\2\3}",
         r"\hat y + \bar\mu", r"\hat{y} + \bar{\mu}"),
    Rule(rf"(\\(?:hat|tilde)\s*\{{\s*\\?[A-Za-z]+)\s*(\^\s*\{{?\s*2\s*\}}?)\s*\}}{_PERHAPS_BELOW}", r"\1}\3\2",
         r"\hat{\sigma^2}_k", r"\hat{\sigma}_k^2"),
    Rule(r"\\(?:mathrm|ensuremath)\s*\{\s*(\\[A-Za-z]+|d)\s*\}", r"\1 ",
         r"\mathrm{\theta} + \ensuremath{x}", r"\theta + \ensuremath{x}"),
    Rule(rf"{UPRIGHT}\s*\{{\s*e\s*\}}(?=\s*\^)", "e", r"\mathrm{e}^x", "e^x"),
    Rule(r"\{\s*(?:\\(?:rm|mathrm)\s+)?e\s*\}(?=\s*\^)", "e", r"\frac{1}{s} {\rm e}^{x}", r"\frac{1}{s} e^{x}"),
    Rule(rf"(?<![_^A-Za-z])(?<![_^]\s)\{{\s*({ELEMENTARY})\s*\}}", r"\1 ", r"2 {\log} x", r"2 \log x"),
    Rule(rf"{UPRIGHT}\s*\{{\s*(\d+)\s*\}}", r"\1 ", r"j \ge \text{1}", r"j \ge 1"),
    Rule(rf"\\({'|'.join(_CAPITALS)}){ENDS}", lambda found: _CAPITALS[found[1]] + " ", r"\Beta(a, b)", "B (a, b)"),
    Rule(r"\\(?:mathrm|text|rm)\s+d(?![A-Za-z])", "d",
         r"\frac{\mathrm d f}{\mathrm d x}", r"\frac{\partial f}{\partial x}"),
    Rule(r"\{\s*\\(?:rm|sf|tt|it)\s+([A-Za-z]{2,})\s*\}", r"\\text{\1}", r"L_{\rm loss}", r"L_\text{loss}"),
    Rule(r"\\(?:mathbf|boldsymbol|bm|textbf)\s*\{\s*([A-Z]\s*[A-Za-z]|[a-z]\s*[A-Z](?:\s*[a-z])?)\s*\}(?!\s*\()",
         _letters,
         r"\mathbf{Xw} + \mathbf{dQ}", r"\mathbf{X}\mathbf{w} + \mathbf{d}\mathbf{Q}"),
    Rule(r"\\(?:mathbf|boldsymbol|bm)\s*\{\s*d\s*([A-Za-z])\s*\}", r"d \\mathbf{\1}", r"\mathbf{do}", r"d \mathbf{o}"),
    Rule(rf"{BOLD}\s*\{{\s*\\(?:mathbf|mathbb|mathrm|bf)\s*(?:1|\{{\s*1\s*\}})\s*\}}", r"\\mathbf{1}",
         r"\boldsymbol{\mathbf{1}}", r"\mathbf{1}"),
    Rule(r"\\(?:pmb|bold|symbf|textbf|mathds|mathbbm|mathbbold|underline|overrightarrow)\s*(?:1|\{\s*1\s*\})",
         r"\\mathbf{1}", r"\pmb 1 + \mathds{1}", r"\mathbf{1} + \mathbf{1}"),
    Rule(rf"{BOLD}\s*\{{\s*1\s*_\s*\{{?\s*([A-Za-z])\s*\}}?\s*(\^\s*(?:T|\\top|\{{[^{{}}]*\}}))?\s*\}}",
         r"\\mathbf{1}_\1\2", r"\mathbf{1_N^T}", r"\mathbf{1}_N^\top"),
    Rule(r"(\{\s*[1I]\s*\}|(?<![A-Za-z}])[1I])\s*_\s*\{\s*([A-Za-z])\s*\\times\s*(?:1|\2)\s*\}", r"\1_\2",
         r"\mathbf{1}_{n \times 1} + I_{m \times m}", r"\mathbf{1}_n + I_m"),
    Rule(r"\\(?:mathbb|mathds)\s*\{\s*I\s*\}(?!\s*(?:_\s*)?(?:\\?[\[{(]|\\left|\\big))", "I",
         r"A - \mathbb{I}", "A - I"),
    Rule(r"\\textbf\s*\{\s*([A-Za-z])\s*\}", r"\\mathbf{\1}", r"\textbf{s}", r"\mathbf{s}"),
    Rule(r"\\(?:mathbf|bm|boldsymbol|mathbb)\s*\{?\s*0\s*\}?", "0", r"\mathbf{0} + \bm 0", "0 + 0"),
    Rule(rf"\\(?:phantom|hphantom|vphantom|color)\s*{GROUP}|\\mathstrut{ENDS}|\\(?:rm|bf|it){ENDS}", " ",
         r"x\vphantom{y} + \rm z", "x + z"),
]  # fmt: skip

WORDS = [
    Rule(r"\\operatorname\*", r"\\operatorname", r"\operatorname*{tr}(A)", r"\operatorname{tr}(A)"),
    Rule(r"\\(?:mathrm|textrm|mathsf|textbf|mathtt|texttt|mbox|textit|mathit|text)\s*\{\s*([A-Za-z]+)\s*\}",
         r"\\text{\1}", r"\mathrm{softmax}(S)", r"\text{softmax}(S)"),
]  # fmt: skip
