r"""Spellings: from the LaTeX that people write to the LaTeX of the language of derivations.

Nothing here guesses. A spelling that has one meaning is replaced by the one that the language has; where a spelling has
two meanings the choice is made later, by what the names are and by trying both (`nnmath.notes.verdicts.judging`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nnmath.latex.syntax import alphabet
from nnmath.notes.document.brackets import group_end, outermost, skip_space
from nnmath.notes.spelling.bars import with_sides, without_empty_sides
from nnmath.notes.spelling.bounds import with_plain_bounds
from nnmath.notes.spelling.cases import with_conditions
from nnmath.notes.spelling.code import without_code
from nnmath.notes.spelling.colons import with_inner_products
from nnmath.notes.spelling.factors import with_plain_factors
from nnmath.notes.spelling.function_powers import with_powers_outside
from nnmath.notes.spelling.invisible import without_invisible
from nnmath.notes.spelling.norms import with_orders
from nnmath.notes.spelling.other_letters import with_plain_words
from nnmath.notes.spelling.over import with_fractions
from nnmath.notes.spelling.positive_parts import with_positive_parts
from nnmath.notes.spelling.scripts import with_braced_scripts
from nnmath.notes.spelling.signed_braces import without_signed_braces
from nnmath.notes.spelling.slopes import ACCENT, with_slopes
from nnmath.notes.spelling.styles import with_plain_styles

_BOLD = r"(?:mathbf|boldsymbol|bm|bold|pmb|mathbfit|symbf|vec|mathbold)"
_LETTER = r"(?:[A-Za-z]|\\(?:[a-z]+|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega))"

#: Bold letters, ``\mathbf{W}``, ``\bm{\theta}``, ``\mathbf W``; an accent may stand inside.
BOLD = re.compile(
    rf"\\{_BOLD}(?![A-Za-z])\s*(?:\{{\s*(?P<inner>(?:{ACCENT}\s*\{{?\s*)?{_LETTER}\s*\}}?)\s*\}}"
    rf"|(?P<bare>{_LETTER}))"
)
_SYMBOL = rf"(?:[A-Za-z]|\\(?:{'|'.join(alphabet.GREEK)}))"
_DETERMINANT = rf"(?:\\det\s*(?:\([^()]*\)|{_SYMBOL}(?![A-Za-z]))|\\l?vert\s*[^|()]*?\\r?vert(?![A-Za-z]))"

_TRANSPOSED = (
    r"(?:\\(?:top|intercal|prime(?=\s*\})|T(?![A-Za-z]))"
    r"|\\(?:mathrm|mathsf|text|mathbf|rm|sf|mathtt|textsf|mathit)\s*(?:\{\s*[Tt]\s*\}|T)|\{\\(?:rm|sf)\s+T\}|T)"
)

_NESTED = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"

#: One spelling after the other, each with what it is replaced by.
_RULES: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"\\(?:text[a-z]*|math[a-z]+|operatorname|mbox|label|tag|begin|end)\*?\s*\{[^{}]*\}|[_^]\s*\{[^{}]*\}"
     r"|(?<![A-Za-z\\_^\d.])(d?[A-Za-z])(\d+)(?![\d.])", lambda m: f"{m[1]}_{{{m[2]}}}" if m[1] else m[0]),  # W1 is W_1
    (r"(?:\\(?:text|textit|texttt|mathrm|mathit|mathtt|operatorname)\s*)?(?P<brace>\{)?(?<![A-Za-z\\])"
     r"([A-Za-z]+(?:\\_[A-Za-z]+)+)(?(brace)\s*\})", lambda m: _name_of_code(m)),
    (r"(_\s*[A-Za-z])(?=[tT]r\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[])", r"\1 "),
    (r"\\(?:mathbf|boldsymbol|bm|pmb|bold)\s*\{\s*\\(?:mathrm|mathsf|mathit|mathbf|mathnormal|boldsymbol|bm|rm|bf|it|sf)"
     r"(?![A-Za-z])\s*(?:\{\s*(\\?[A-Za-z]+)\s*\}|(\\?[A-Za-z]+))\s*\}", r"\\mathbf{\1\2}"),
    (r"([_^])\s*(\\[dt]?frac\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}\s*){2})", r"\1{\2}"),
    (r"(?<=\{)\s*\{\s*(\\(?:delta|partial))\s*\}(?=\s*[A-Za-z\\])", r"\1 "),
    (r"\\(mathcal|mathbb|mathds|mathscr|mathfrak)\s+([A-Za-z])(?![A-Za-z])", r"\\\1{\2}"),
    (r"\\mathbb\s*\{\s*(\\[a-z]+(?:\s*\{[^{}]*\}|\s+[A-Za-z])?)\s*\}", r"\\mathbf{\1}"),
    (r"(?<![_^])(\\(?:sigma|varphi|phi|psi)\s*'*)\s*\{\s*((?![_^}])(?:[^{}]|\{[^{}]*\})+)\}", r"\1(\2)"),
    (rf"({ACCENT})(?:\s+([A-Za-z])(?![A-Za-z])|\s*(\\(?:{'|'.join(alphabet.GREEK)})(?![A-Za-z])))",
     lambda m: f"{m[1]}{{{m[2] or m[3]}}}"),
    (rf"(\\(?:log|ln|exp|tanh|sinh|cosh|sin|cos|tan|det)(?![A-Za-z]))\s*\{{({_NESTED})\}}(?!\s*[_^(])", r"\1(\2)"),
    (r"(\\(?:log|ln|exp|tanh|sinh|cosh|sin|cos|tan)(?![A-Za-z]))\s*\{\s*(\((?:[^()]|\([^()]*\))*\))\s*\}", r"\1\2"),
    (r"\\(?:mathrm|ensuremath)\s*\{\s*(\\[A-Za-z]+|d)\s*\}", r"\1 "),
    (r"\\(?:mathrm|text|operatorname)\s*\{\s*e\s*\}(?=\s*\^)", "e"),
    (r"\\(?:mathrm|text|rm)\s+d(?![A-Za-z])", "d"),
    (r"\\(?:mathbf|boldsymbol|bm|mathrm|text)\s*\{\s*E\s*\}(?=\s*(?:_\s*(?:\{[^{}]*\}|\w)\s*)?(?:\\(?:left|[bB]igg?l?)\s*)?\[)",
     r"\\mathbb{E}"),
    (r"(?<![A-Za-z\\])((?:\\(?:hat|bar|tilde)\s*\{\s*[A-Za-z]\s*\}|[A-Za-z])(?:\s*_\s*(?:\w|\{[^{}]*\}))?)"
     r"\s*\^\s*\{\s*(\(\s*[a-z]\s*\))\s*\^\s*\{?\s*(\d)\s*\}?\s*\}", r"(\1^{\2})^\3"),
    (r"(\\(?:wide)?(?:hat|tilde)\s*\{\s*\\?[A-Za-z]+)\s*(\^\s*\{?\s*2\s*\}?)\s*\}((?:\s*_\s*(?:\w|\{[^{}]*\}))?)",
     r"\1}\3\2"),
    (r"\{\\cal\s+([A-Z])\s*\}", r"\\mathcal{\1}"),
    (r"\{\s*\\(?:rm|sf|tt|it)\s+([A-Za-z]{2,})\s*\}", r"\\text{\1}"),
    (r"\\(?:mathrm|operatorname|text|mathsf|mathbf)\s*\{\s*Hess(?:ian)?\s*\}(?=[\s~]*(?:\\[,;!:]\s*)?[a-zA-Z])",
     r"\\nabla^2 "),
    (r"(?<![A-Za-z\\])(?:E|\\mathbb\s*\{?\s*E\s*\}?)\s*\[\s*(\\Delta\s*)?\\?([A-Za-z]+)\s*\^\s*\{?2\}?\s*\]\s*(?=_)",
     lambda m: rf"\text{{meanSquare{'Delta' if m.group(1) else ''}{m.group(2)}}}"),
    (r"\\(?:big)?triangledown(?![A-Za-z])", r"\\nabla"),
    (r"\\nabla\s*\{((?:[^{}]|\{[^{}]*\})*)\}", r"\\nabla \1"),
    (r"(?<![A-Za-z\\])[Pp]\s*\(\s*([A-Za-z])\s*((?:_\s*(?:\w|\{[^{}]*\}))?)\s*=\s*([01])\s*(?:(?:\||\\mid|;)[^()=]*)?\)",
     lambda m: rf"\text{{Prob{m.group(1)}{'AB'[int(m.group(3))]}}}{m.group(2)}"),
    (r"\\(?:mathscr|mathfrak|cal)\s*\{?\s*([A-Z])\s*\}?", r"\\mathcal{\1}"),
    (r"(?:(?<![A-Za-z\\^])N|\\(?:mathrm|text|operatorname|mbox)\s*\{\s*(?:N|[Nn]orm(?:al)?)\s*\})\s*"
     r"(?=(?:\\left\s*|\\[bB]igg?l?\s*)?\((?:[^()|;=]|\\;|\([^()|]*\))*(?:\||(?<!\\);|\\mid(?![A-Za-z])))",
     r"\\mathcal{N}"),
    (r"\\(?:[cs]|nice)frac(?![A-Za-z])", r"\\frac"), (r"\\lg(?![A-Za-z])", r"\\log"),
    (r"\{\s*(\\(?:sum|prod)\s*_\s*\{[^{}]*\})\s*\}\s*\^", r"\1^"),
    (r"(?<=[A-Za-z}\])])\s*[_^]\s*\{\s*\}", ""), (r"([_^])\s*\{(?:\s*\\[!,;:])+\s*", r"\1{"),
    (r"_\s*\{\s*(?:\.|\\(?:cdot|bullet|ast)(?![A-Za-z])|\*)\s*,?\s*([a-z])\s*\}", r"_{:,\1}"),
    (r"_\s*\{\s*([a-z])\s*,?\s*(?:\.|\\(?:cdot|bullet|ast)(?![A-Za-z])|\*)\s*\}", r"_{\1}"),
    (r"(\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*\{\s*([a-z])\s*=\s*\d\s*\}\s*\^\s*)(?:\{\s*\2\s*\}|\2)",
     lambda m: f"{m.group(1)}{{{m.group(2).upper()}}}"),
    (r"(\\(?:sum|prod)\s*(?:\\limits\s*)?)_\s*(?:\{\s*([a-z])\s*\}|([a-z]))\s*(?=\^)",
     lambda m: f"{m.group(1)}_{{{m.group(2) or m.group(3)}=1}}"),
    (r"\^\s*\{\s*(?:\\langle|<|\\lt(?![A-Za-z]))\s*([^{}<>]*?)\s*(?:\\rangle|>|\\gt(?![A-Za-z]))\s*\}", r"^{(\1)}"),
    (r"\^\s*\{\s*(?:\\langle|<)\s*([^{}<>]*?)\s*(?:\\rangle|>)\s*(?:T|\\top)\s*\}", r"^{(\1)}^\\top "),
    (r"(\\(?:sum|prod)\s*(?:\\limits\s*)?)_\s*\{\s*([a-z])\s*,\s*([a-z])\s*(=\s*\d+)\s*\}\s*\^\s*(\{[^{}]*\}|\w)",
     r"\1_{\2\4}^\5 \1_{\3\4}^\5 "),
    (r"(\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*\{)\s*\(\s*([a-z])\s*,\s*([a-z])\s*\)", r"\1\2,\3"),
    (r"\\nabla\s*\\nabla(?:\s*\^\s*(?:\{\s*)?(?:\\top|T)(?:\s*\})?)?", r"\\nabla^2 "),
    (r"(_\s*\{\s*[a-z])\s*,\s*:\s*\}", r"\1}"),
    (r"(?<=[A-Za-z}])\s*_\s*\{\s*1\s*:\s*[A-Z]\s*\}(?=\s*[,;)])", ""),
    (r"(?<![A-Za-z\\])D(?=_\s*(?:\{\s*[\\A-Za-z]+\s*\}|[A-Za-z\\]+)\s*(?:[fghFG]|\\(?:phi|psi|sigma))\s*\()",
     r"\\partial "),
    (r"(?<![A-Za-z\\])J(?=_\s*\{?\s*(?P<by>\\?[A-Za-z]+)\s*\}?\s*[a-zA-Z](?:_\s*(?:\{[^{}]*\}|\\[a-z]+|\w))?\s*\(\s*(?P=by)\s*\))",
     r"\\partial "),
    (r"(?<![A-Za-z\\])D\s*([fghFG]\s*\(\s*(\\?[A-Za-z]+)\s*\))", r"\\frac{\\partial \1}{\\partial \2}"),
    (r"\\dot\s*\{?\s*(\\(?:sigma|phi|varphi|psi)|[fgh])\s*\}?\s*(?=\()", r"\1'"),
    (r"(\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\}\s*\{(?:[^{}]|\{[^{}]*\})*\})\s*\\(?:cdot|times)(?![A-Za-z])", r"\1 "),
    (r"\\(?:mathbf|boldsymbol|bm|textbf)\s*\{\s*([A-Z])\s*([A-Za-z])\s*\}(?!\s*\()", r"\\mathbf{\1}\\mathbf{\2}"),
    (r"\\(?:mathbf|boldsymbol|bm|textbf)\s*\{\s*([a-z])\s*([A-Z])\s*(?:([a-z])\s*)?\}(?!\s*\()",
     lambda m: "".join(rf"\mathbf{{{letter}}}" for letter in m.groups() if letter)),
    (r"\\(?:mathbf|boldsymbol|bm|bold)\s*\{\s*1\s*_\s*\{?\s*[A-Za-z]\s*\}?\s*\}", r"\\mathbf{1}"),
    (r"\\textbf\s*\{\s*([A-Za-z])\s*\}", r"\\mathbf{\1}"),
    (r"\\(?:mathbf|boldsymbol|bm)\s*\{\s*d\s*([A-Za-z])\s*\}", r"d \\mathbf{\1}"),
    (r"_\s*(?:\{([^{}]*)\}|(\w))\s*\^\s*\{\s*(\[\s*\w+\s*\])\s*\(\s*(\w)\s*\)\s*\}",
     lambda m: f"^{{{m.group(3)}}}_{{{m.group(4)},{m.group(1) or m.group(2)}}}"),
    (r"\^\s*\{\s*(\[\s*\w+\s*\])\s*\(\s*(\w)\s*\)\s*\}", r"^{\1}_{\2}"),
    (r"\^\s*\{\s*\(\s*(in|out|hid|hidden|input|output|train|test|new|old)\s*\)\s*\}", r"^{\\text{\1}}"),
    (r"\^\s*\{\s*\(\s*(?![i-nst]+\s*\))([a-z]{2,3})\s*\)\s*\}", r"^{\\text{\1}}"),
    (r"_\s*\{\s*\[\s*([^{}\[\]=<>\\]*)\s*\]\s*\}", r"_{\1}"),
    (r"\^\s*\{\s*[(\[]\s*n_\s*(?:\{\s*l\s*\}|l)\s*(-\s*\d)?\s*[)\]]\s*\}", r"^{(L\1)}"),
    (r"\^\s*\{\s*([A-Za-z]+)\s*,\s*\\(?:text|mathrm)\s*\{\s*([A-Za-z]+)\s*\}\s*\}", r"^{\\text{\1\2}}"),
    (r"\\(?:textcolor|colorbox)\s*\{[^{}]*\}", " "),
    (r"\^\s*\{\s*(\[\w+\]|\(\w+\))\s*\^\s*(?:\{\s*T\s*\}|T|\\top)\s*\}", r"^{\1}^\\top "),
    (r"(?<![A-Za-z\\])([fghσ]|\\(?:sigma|phi|varphi|psi))\s*(?:_\s*\{?\s*(\d)\s*\}?|\^\s*\{\s*[\[(]\s*(\d)\s*[\])]\s*(\\prime)?\s*\})"
     r"\s*('*)(?=\s*(?:\\left\s*)?\()", lambda m: _numbered_function(m)),
    (r"\\rangle\s*_\s*(?:\{\s*F\s*\}|F)", r"\\rangle "),
    (r"\\(?:overline|widehat|widetilde)(?![A-Za-z])", lambda m: alphabet.SAME_ACCENT[m.group()]),
    (r"\\(?:bigg?|Bigg?)(?=[()\[\]|\\])", ""),
    (r"\\middle\s*\|", "|"),
    (r"\|\|", r"\\|"),
    (r"\\mid(?![A-Za-z])", "|"),
    (r"(?<=\\partial)\s*\{\s*((?:[^{}]|\{[^{}]*\})*?)\s*\}(?=\s*(?:\}|\\|$))", r" \1"),
    (r"&\s*:(?!=)", "& "),
    (r"\^\s*(?:\*|\\(?:ast|star)(?![A-Za-z])|\{\s*(?:\*|\\ast|\\star)\s*\})", r"^{\\text{star}}"),
    (r"\\(?:ast|star)(?![A-Za-z])", "*"),
    (r"\\(?:bullet|bigodot|circledcirc|boldsymbol\{\\odot\})(?![A-Za-z])", r"\\odot"),
    (r"\\(?:coloneqq|triangleq|equiv|doteq|eqqcolon|colonequals|vcentcolon\s*=)(?![A-Za-z])|(?<!:)=:", ":="),
    (r"\\(?:overset|stackrel)\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{?\s*=\s*\}?",
     lambda m: ":=" if re.search(r"def|triangle|\\Delta|\\cdot|!", m.group()) else "="),
    (r"\\(?:overset|stackrel)\s*\{[^{}]*\}\s*\{?\s*\\(approx|leq?|geq?)\s*\}?", r"\\\1"),
    (rf"(\\(?:log|ln)(?![A-Za-z]))\s*(\d+(?:\s*{_SYMBOL}(?![A-Za-z])(?:\s*[_^]\s*(?:\{{[^{{}}]*\}}|\w))*)++"
     rf"(?:\s*{_DETERMINANT})*)", r"\1(\2)"),
    (r"\(\s*(?:\.\.\.|\\[lc]?dots|\\cdot)\s*\)", " "),
    (r"([A-Z]_\s*\{\s*(?:\\(?:mathrm|text)\s*\{\s*)?[A-Z]{2,}\s*\}?\s*\})\s*(?:\\left\s*)?"
     r"\([a-zA-Z_0-9,;|\\ ]*?(?:\\right\s*)?\)", r"\1"),
    (r"\\(?:leqslant|leqq)(?![A-Za-z])", r"\\le"),
    (r"\\(?:geqslant|geqq)(?![A-Za-z])", r"\\ge"),
    (r"\\(?:simeq|cong|thickapprox)(?![A-Za-z])", r"\\approx"),
    (r"\\not\s*=", r"\\ne"),
    (r"\\(?:phantom|hphantom|vphantom|color)\s*\{[^{}]*\}|\\mathstrut(?![A-Za-z])|\\(?:rm|bf|it)(?![A-Za-z])", " "),
    (r"\\(?:mathbb|mathbf|mathds|boldsymbol)\s*\{?\s*(?:1|I|\\mathbf\s*1)\s*\}?\s*(?=(?:_\s*)?(?:\\?[\[{(]|\\left|\\big))",
     "«ONE»"),
    (r"(?<![\w}])(?:1|\\mathbf\s*1|I)\s*(?=\\\{|\\left\\\{|\\lbrace)", "«ONE»"),
    (r"(?<![\w}.])1\s*(?=(?:\\left\s*)?[(\[][^()\[\]]*(?:[=<>]|\\(?:neq?|[lg]eq?|[lg]t)(?![A-Za-z]))"
     r"[^()\[\]]*[)\]])", "«ONE»"),
    (r"\\(?:mathbf|bm|boldsymbol|mathbb)\s*\{?\s*0\s*\}?", "0"),
    (r"\\varnothing|\\emptyset", "0"),
    (r"(_\s*(?:\{[^{}]*\}|[a-z0-9]))\s*(\^\s*\{\s*[(\[]\s*\d+\s*[)\]]\s*\})", r"\2\1"),
    (r"\^\s*\{\s*-\s*" + _TRANSPOSED + r"\s*\}", r"^{-1}^\\top "),
    (r"\^\s*\{\s*(?!\\prime)" + _TRANSPOSED + r"\s*\}", r"^\\top "),
    (r"\^\s*\{\s*([^{}]*?[^{}\s\-+/*=(,])\s*(?:,|\\,)?\s*" + _TRANSPOSED + r"\s*\}", r"^{\1}^\\top "),
    (r"\^\s*(?:\\(?:mathrm|mathsf|text)\s*\{?\s*T\s*\}?|\\intercal(?![A-Za-z])|T)", r"^\\top "),
    (r"\^\s*\{\s*(?:'|\\prime)\s*\}|\^\s*\\prime(?![A-Za-z])", "'"),
    (r"\^\s*\{\s*(?:''|\\prime\s*\\prime)\s*\}", "''"),
    (r"\\operatorname\*?\s*\{\s*([A-Za-z]+)\s*\}", r"\\operatorname{\1}"),
    (r"\\(?:mathrm|text|textrm|mathsf|textbf|mathtt|texttt|mbox|textit)\s*\{\s*([A-Za-z]+)\s*\}", r"\\text{\1}"),
    (r"\\log\s*_\s*\{?\s*e\s*\}?", r"\\log "),
    (r"\\log\s*_\s*(?:\{\s*(2|10)\s*\}|(2))", lambda m: rf"\frac{{1}}{{\log({m.group(1) or m.group(2)})}} \log "),
    (r"\\(?:tr|Tr|trace)(?![A-Za-z])", r"\\operatorname{tr}"),
    (r"\\lbrack(?![A-Za-z])", "["), (r"\\rbrack(?![A-Za-z])", "]"),
    (r"\\left\s*\\(?:lbrace|\{)", r"\\left("),
    (r"\\right\s*\\(?:rbrace|\})", r"\\right)"),
    (r"(?<=[0-9])\s*\\times\s*10\s*\^", r"\\cdot 10^"),
    (r"\*", r"\\cdot "),
    (r"(^|[-=+(]|\\top)\s*\{\s*d\s*([A-Z])\s*\}", r"\1 d \2 "),
    (r"\\(?:mathrm|text)\s*\{\s*([A-Za-z]+)\s*\}\s*'", r"\\text{\1}'"),
]  # fmt: skip
_TO_T = re.compile(r"(\\(?:sum|prod)\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|[a-z])\s*)\^\s*(?:\{\s*T\s*\}|T)")
_COMPILED = [(re.compile(pattern), replacement) for pattern, replacement in _RULES]

_WORD_SCRIPT = re.compile(r"_\s*\{\s*([A-Za-z]{2,})\s*\}|_\s*\{\s*\\(?:mathrm|text)\s*\{\s*([A-Za-z ]+)\s*\}\s*\}")

#: Words that stand below a letter and are no indices.
_WORDS = frozenset(
    ["in", "out", "max", "min", "ce", "mse", "reg", "new", "old", "rec", "tot", "pred", "avg", "next", "prev", "curr"]
)


def respelled(latex: str) -> str:
    """Return an equation in the spelling of the language."""
    latex = with_braced_scripts(with_positive_parts(with_fractions(with_plain_bounds(with_plain_styles(latex)))))
    latex = without_signed_braces(with_plain_words(latex))
    latex = with_inner_products(
        with_orders(with_sides(without_empty_sides(with_plain_factors(without_invisible(without_code(latex))))))
    )
    latex = _TO_T.sub(r"\1^{«T»}", latex)  # a sum up to T is no transpose
    for pattern, replacement in _COMPILED:
        latex = pattern.sub(replacement, latex)
    latex = _without_bars_in_calls(latex.replace("«T»", "T"))
    latex = _indicators(_without_primed_indices(latex))
    latex = with_powers_outside(with_slopes(latex))
    return _WORD_SCRIPT.sub(_word_script, with_conditions(latex))


def _name_of_code(found: re.Match[str]) -> str:
    r"""Return a name for one of code, ``c\_in``, and the braces that it was the index of."""
    name = rf"\text{{{found.group(2).replace(chr(92) + '_', '')}}}"
    return f"{{{name}}}" if found["brace"] else name


def _numbered_function(found: re.Match[str]) -> str:
    """Return a name of letters for a function with a number, f_3 or g^{[1]}."""
    letter = found.group(1).removeprefix("\\")
    number = "ABCDEFGHIJ"[int(found.group(2) or found.group(3))]
    return rf"\text{{{letter}{number}}}" + ("'" if found.group(4) else "") + found.group(5)


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


def _word_script(found: re.Match[str]) -> str:
    word = (found.group(1) or found.group(2)).strip()
    if found.group(2) or word in _WORDS or (len(word) > 1 and word.isupper()) or len(word) > 4:
        return rf"_{{\text{{{word}}}}}" if len(word) > 1 else f"_{{{word}}}"
    return found.group()


def _indicators(latex: str) -> str:
    r"""Write ``\mathbb 1\{y = k\}`` and ``\mathbb 1_{[y = k]}`` as ``[y = k]``."""
    while (at := latex.find("«ONE»")) >= 0:
        begin = skip_space(latex, at + len("«ONE»"))
        begin = skip_space(latex, begin + 1) if latex[begin : begin + 1] == "_" else begin
        opening = re.compile(r"\\(?:left|big[lr]?|Big[lr]?)?\s*(?:\\\{|\\lbrace|[\[({])|[\[({]").match(latex, begin)
        inner, end = _inside(latex, begin) if opening else ("", -1)
        if end < 0 or not re.search(r"[=<>]|\\(?:ne|neq|le|ge|leq|geq|in)(?![A-Za-z])", inner):
            latex = latex.replace("«ONE»", r"\mathbf 1 ", 1)
            continue
        inner = re.sub(r"\\in\s*\\?\{\s*([^{},]+?)\s*\\?\}", r"= \1", inner)
        latex = latex[:at] + f" [{inner}]" + latex[end:]
    return latex


def _inside(latex: str, begin: int) -> tuple[str, int]:
    """Return what stands in the brackets at `begin`, of any kind, and where they end."""
    opening = re.compile(r"\\left\s*|\\[bB]ig[lr]?\s*").match(latex, begin)
    begin = opening.end() if opening else begin
    for left, right in ((r"\{", r"\}"), (r"\lbrace", r"\rbrace")):
        if latex.startswith(left, begin):
            end = latex.find(right, begin)
            inner = latex[begin + len(left) : end]
            return (re.sub(r"\\right\s*$|\\[bB]ig[lr]?\s*$", "", inner), end + len(right)) if end > 0 else ("", -1)
    if latex[begin : begin + 1] not in "([{" or begin >= len(latex):
        return "", -1
    end = group_end(latex, begin)
    inner = re.sub(r"\\right\s*$", "", latex[begin + 1 : end - 1])
    bracketed = re.fullmatch(r"\s*(?:\[(.*)\]|\\\{(.*)\\\}|\((.*)\))\s*", inner, re.S)
    return (next(filter(None, bracketed.groups()), "") if bracketed else inner), end


def unstyled(latex: str, kept: Iterable[str] = ()) -> str:
    """Drop bold letters' boldness, but for the letters in `kept`, which are other quantities when they are not bold."""

    def plain(found: re.Match[str]) -> str:
        inner = (found["inner"] or found["bare"]).strip()
        letter = re.sub(rf"^{ACCENT}\s*\{{?\s*|\s*\}}$", "", inner) if found["inner"] else inner
        if letter in kept:
            return rf"\mathbf{{{inner}}}" if not inner.startswith("\\") else inner + " "
        if accent := re.match(ACCENT, inner):
            return f"{accent.group()}{{{letter}}}"
        return f" {inner} "

    return BOLD.sub(plain, latex)
