"""The LaTeX that equations are written in: commands, letters, brackets, relations."""

from __future__ import annotations

import re

from nnmath.latex.numbers.known_functions import COMMANDS, KNOWN, words_of
from nnmath.latex.numbers.known_functions import SIGNS as KNOWN_SIGNS
from nnmath.latex.numbers.known_functions import WORDS as KNOWN_WORDS
from nnmath.latex.syntax import tree

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "varrho",
        "sigma",
        "varsigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "ell",
    ]
)

#: Functions with or without a backslash in front (``\\exp``, ``\\operatorname{sign}``).
FUNCTIONS = words_of(COMMANDS)
#: Functions that a derivation may define by itself as well; the letters are functions where brackets follow.
LIBRARY = words_of(KNOWN_WORDS) | {"var", "concat", r"\mathbb{E}", r"\mathbb{V}", "Var", "Cov"}
#: Functions that are written with signs or brackets.
SIGNS = words_of(KNOWN_SIGNS) | {tree.TRANSPOSE, tree.NORM, tree.ONES}
#: Other words for a function, with the name that it has in the tree.
SYNONYMS = {word: one.name for one in KNOWN.values() for word in one.also}
#: What of these is an expectation or made of such.
EXPECTATIONS = {r"\mathbb{E}": "E", r"\mathbb{V}": "Var", "Var": "Var", "Cov": "Cov"}
EXTREMES = frozenset(["max", "min", "argmax", "argmin"])

RELATIONS = {
    r"\sim": "∼",
    ":=": ":=", "=": "=", r"\approx": "≈", r"\ne": "≠", r"\neq": "≠", "<": "<", r"\lt": "<", ">": ">", r"\gt": ">",
    r"\le": "≤", r"\leq": "≤", r"\leqslant": "≤", r"\ge": "≥", r"\geq": "≥", r"\geqslant": "≥",
    r"\coloneqq": ":=", r"\triangleq": ":=",
}  # fmt: skip

OPERATORS = {"+": "PLUS", "-": "MINUS", "/": "SLASH", r"\cdot": "CDOT", r"\times": "CDOT", r"\odot": "ODOT",
             "^": "CARET", "_": "UNDERSCORE", ",": "COMMA", ";": "COMMA", r"\partial": "PARTIAL", r"\nabla": "NABLA",
             r"\circ": "ODOT",
             r"\frac": "FRAC", r"\tfrac": "FRAC", r"\dfrac": "FRAC", r"\sqrt": "SQRT"}  # fmt: skip

#: Signs between two factors that stand for a function of both, with its name.
INFIX = {one.sign: one.name for one in KNOWN.values() if one.sign}

#: Opening brackets that stand for a function, with its name.
AROUND = {begin: one.name for one in KNOWN.values() for begin, _ in one.brackets} | dict.fromkeys(
    ("||", r"\|", r"\lVert"), tree.NORM
)

#: Opening bracket -> (its kind, the closing bracket).
BRACKETS = {
    **{begin: ("AROUND", end) for one in KNOWN.values() for begin, end in one.brackets},
    "||": ("AROUND", "||"), r"\|": ("AROUND", r"\|"), r"\lVert": ("AROUND", r"\rVert"), ".": ("EVALUATED", "|"),
    "(": ("ROUND", ")"), r"\lbrace": ("ROUND", r"\rbrace"), r"\{": ("ROUND", r"\}"), "[": ("SQUARE", "]"),
    r"\lbrack": ("SQUARE", r"\rbrack"), r"\langle": ("ANGLE", r"\rangle"), "{": ("BRACE", "}"),
}  # fmt: skip
CLOSING = frozenset(close for _, close in BRACKETS.values())
#: What opens and closes alike, unless ``\left`` or ``\right`` stands before it.
BARS = frozenset(["|", "||", r"\|"])

ENVIRONMENTS = {"aligned": "ALIGNED", "split": "ALIGNED", "cases": "CASES", "dcases": "CASES",
                "pmatrix": "MATRIX", "bmatrix": "MATRIX", "vmatrix": "MATRIX", "array": "MATRIX"}  # fmt: skip

#: Letters that mean something by themselves unless they are declared, where the sign that is given here follows.
LETTERS = {r"\delta": ("KRONECKER", ""), r"\mathbf{J}": ("SINGLE", "^"), r"\mathbf{e}": ("SINGLE", "_")}

#: What stands alone in a script: ``X^{-\\top}``, the norm with ``_\\infty``.
OF_SCRIPTS = (r"\top", r"\infty")

ACCENTS = frozenset([r"\bar", r"\hat", r"\tilde", r"\vec", r"\overline", r"\widehat", r"\widetilde", r"\dot", r"\ddot",
                     r"\check", r"\breve", r"\mathring", r"\underline"])  # fmt: skip
#: The accent that makes a vector of a letter.
VECTOR = r"\vec"
#: Spellings that are one accent.
SAME_ACCENT = {r"\overline": r"\bar", r"\widehat": r"\hat", r"\widetilde": r"\tilde"}
#: Spellings of one style of letters, and of other commands.
SAME_STYLE = {r"\bf": r"\mathbf", r"\bm": r"\boldsymbol"}
SPELLINGS = {r"\vert": "|", r"\Vert": r"\|", r"\mid": "|", r"\cr": r"\\"}

#: Words that stand in ``\text{...}`` and are grammar, not names.
WORDS = {"if": "IF", "for": "IF", "when": "IF", "otherwise": "OTHERWISE", "else": "OTHERWISE", "and": "AND"}

#: Commands that a reader might expect, and why they are not understood.
REFUSED = {
    **dict.fromkeys(
        (r"\dots", r"\ldots", r"\cdots", r"\vdots"), "leaves terms out; write the sum with \\sum or \\prod"
    ),
    **dict.fromkeys((r"\infty", r"\lim"), "is a limit, which cannot be run; mark the block *Not run: the reason.*"),
    r"\equiv": "is not run; write = for a claim or := for a definition",
    r"\propto": "is not run; write the factor",
    r"\in": "is not understood; a sum runs over a whole dimension, or from k=1 to K",
    r"\label": "is not understood; the number of an equation is its \\tag{}",
    r"\int": "is an integral, which is not run; mark the block *Not run: the reason.*",
}

_SPACING = "|".join(
    [
        r"\\(?:[bB]ig{1,2}[lrm]?|displaystyle|limits)(?![A-Za-z])",
        r"\\[hv]space\*?\s*\{[^{}]*\}|\\(?:nonumber|notag|hfill|!)(?![A-Za-z])",
        r"\\[,;:! \n]|~|\s+",
    ]
)

#: An optimum, ``w^*``: a label as ``^{(1)}`` is.
STAR = r"(?:\*|\\(?:star|ast)(?![A-Za-z]))"

_WIDE = r"(?:\\q?quad(?![A-Za-z])|\\hspace\*?\s*\{[^{}]*\})"

_LETTER = r"(?:\\[a-z]+|[a-z])"
#: What a remark is about: ``i, j`` or ``i = 1, \dots, N``.
_FOR_ALL = rf"{_LETTER}(?:\s*,\s*{_LETTER})*(?:\s*=\s*1\s*,\s*\\[lc]?dots\s*,\s*[A-Z])?"

TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "SIDED": r"\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\[{}|]|[^\\\s])",
            "ROW": r"\\\\(?:\[\s*-?\d+(?:\.\d+)?\s*(?:pt|em|ex|mm)\s*\])?",
            "NUMBERED": r"\\q?quad\s*\(\s*\d+\s*[a-z]?\s*\)\s*$",
            "REMARK": rf"(?:{_WIDE}|\\[,;:!~ ]|\s)*{_WIDE}\s*(?:\\text\s*\{{[^{{}}$\\]*\}}\s*[.,]?\s*$"
            rf"|(?:\\text\s*\{{\s*for(?:\s+(?:all|each|every|any))?\s*\}}|\\forall)\s*{_FOR_ALL}\s*[.,]?\s*$)",
            "WIDE": r"\\q?quad(?![A-Za-z])",
            "SPACE": _SPACING,
            "ONES": r"\\(?:math(?:bf|bb)|boldsymbol|vec|bm)\s*(?:1|\{\s*1\s*\})"
            r"|\\mathbb\s*\{\s*I\s*\}(?=\s*(?:\\left\s*)?(?:[(\[]|\\\{|\\lbrace))",
            "ZEROS": r"\\(?:mathbf|boldsymbol|vec|bm)\s*(?:0|\{\s*0\s*\})",
            "WORD": r"\\(?:math(?:rm|sf|it)|operatorname\*?|text|textit|textrm|mbox)\s*"
            r"\{\s*[A-Za-z][A-Za-z ]*[.,]?\s*\}|\\mathrm\s+[A-Za-z]",
            "STYLED": r"\\(?:mathbf|boldsymbol|bm|mathcal|mathbb)\s*(?:\{\s*[A-Za-z][A-Za-z\s]*\}|\s[A-Za-z])"
            r"|\\(?:mathbf|boldsymbol|bm)\s*(?:\{\s*\\[A-Za-z]+\s*\}|\\[A-Za-z]+)|\{\s*\\bf\s+[A-Za-z]\s*\}",
            "ARGEXTREME": r"\\arg\s*\\(?:max|min)(?![A-Za-z])",
            "ENVIRONMENT": r"\\(?:begin|end)\s*\{[a-z*]+\}(?:(?<=array\})\s*\{[lcr|@{}\s]*\})?",
            "LOGARITHM": r"\\log\s*_\s*(?:2|\{\s*(?:2|10)\s*\})",
            "SHORTFRACTION": r"\\[td]?frac\s*\d\s*\d",
            "LABELTRANSPOSE": r"\^\s*\{\s*(?:\(\s*\d+\s*\)|\[\s*\d+\s*\])\s*(?:\\top|\\intercal|T)\s*\}",
            "LABEL": r"\^\s*\{\s*(?:\(\s*\d+\s*\)|\[\s*\d+\s*\])\s*\}"
            rf"|\^\s*(?:{STAR}|\{{\s*{STAR}\s*\}})",
            "TRANSPOSE": r"\^\s*(?:\\top|\{(?:\s|\\[!,:;])*\\top\s*\}|\\intercal)(?![A-Za-z])"
            r"|\^\s*(?:\\mathsf\s*(?:T|\{\s*T\s*\})|\{\s*(?:\\(?:rm|sf|mathsf)\s*(?:T|\{\s*T\s*\}))\s*\})",
            "PSEUDOINVERSE": r"\^\s*(?:\+|\{\s*\+\s*\}|\\dagger(?![A-Za-z])|\{\s*\\dagger\s*\})",
            "COMMAND": r"\\[A-Za-z]+|\\[{}|]",
            "DEFINE": r":=",
            "NUMBER": r"\d{1,3}(?:(?:\\,|\{,\})\d{3})+(?!\d)"
            r"|(?:\d+(?:\.\d+)?|\.\d+)(?:(?:e|\\mathrm\s*\{\s*e\s*\})\s*\{\s*[-+]?\d{1,3}\s*\})?",
            "LETTER": r"[A-Za-z]",
            "PRIMES": r"'+",
            "FACTORIAL": r"!(?!=)",
            "SIGN": r"\|\||[-+/^_,=<>()\[\]{}&|:;]",
        }.items()
    )
)
