r"""Macros that people use and do not define in the file: those of packages, and those of nearly every preamble.

``\R`` is the real numbers, ``\pdv{y}{x}`` a derivative, ``\cL`` is ``\mathcal{L}``, ``\bx`` and ``\vx`` are a bold x.
What a file defines itself is meant as the file says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase

from nnmath.latex.syntax.alphabet import GREEK


@dataclass(frozen=True)
class Macro:
    r"""What a command stands for: how many arguments it takes, the first one's default, and its body.

    `between` is what stands before, between and behind the arguments of ``\def\pd[#1,#2]{...}``; empty if nothing.
    """

    count: int
    default: str | None
    body: str
    between: tuple[str, ...] = ()


#: Letters before a letter that say its font, and which letters have it; \be and \bf are something else.
_FONTS = (
    ("c", ascii_uppercase, r"\mathcal"),
    ("b", "".join(sorted({*ascii_letters} - {*"abefms"})), r"\mathbf"),
    ("bf", ascii_letters, r"\mathbf"),
    ("v", "".join(sorted({*ascii_lowercase} - {"b"})), r"\mathbf"),
    ("m", ascii_uppercase, r"\mathbf"),
    ("rv", ascii_lowercase, r"\mathbf"),
)
_BOLD_GREEK = ("b", "bf", "v", "bold")
_SHORT_GREEK = {
    "la": "lambda",
    "lam": "lambda",
    "al": "alpha",
    "eps": "epsilon",
    "veps": "varepsilon",
    "sig": "sigma",
    "om": "omega",
    "Lam": "Lambda",
    "La": "Lambda",
    "Sig": "Sigma",
    "Om": "Omega",
}
_WITHOUT_ARGUMENTS = {
    r"\mathbb{R}": ("R", "RR", "reals", "Reals"),
    r"\mathbb{N}": ("N",),
    r"\mathbb{Z}": ("Z",),
    r"\mathbb{E}": ("E", "EE", "Ex", "Exp", "Expect", "expect", "expectation"),
    r"^\top": ("T", "tp", "tran", "trans", "transp", "transpose"),
    r"^{-1}": ("inv",),
    r"\frac{1}{2}": ("half",),
    r"\mid": ("given",),
    ":=": ("eqdef", "defeq", "coloneq", "defn", "define", "eqbydef"),
    "(": ("lparen",),
    ")": ("rparen",),
    r"\,": ("thinspace", "medspace", "thickspace"),
    **{
        rf"\operatorname{{{name}}}": (name,)
        for name in ("softmax", "sigmoid", "relu", "ReLU", "softplus", "Var", "Cov")
    },
}
_WITH_ARGUMENTS = {
    r"\frac{\partial #1}{\partial #2}": (
        "pdv",
        "pd",
        "pder",
        "pderiv",
        "parder",
        "partialderiv",
        "partialder",
        "dpd",
        "diffp",
        "partderiv",
        "pfrac",
    ),
    r"\frac{d #1}{d #2}": ("dv", "der", "deriv"),
    r"\lvert #1 \rvert": ("abs",),
    r"\lVert #1 \rVert": ("norm",),
    r"\langle #1, #2 \rangle": ("ip", "dotp", "inner", "innerprod", "dotprod", "iprod", "inprod"),
    r"\mathbf{#1}": ("mat", "matr", "vect", "vct", "bvec", "mb", "vb", "mathbold"),
    r"\left( #1 \right)": ("paren", "parens", "pa"),
    r"\left[ #1 \right]": ("brac", "brackets", "bracket"),
}


def _usual() -> Iterator[tuple[str, Macro]]:
    for before, letters, font in _FONTS:
        yield from ((rf"\{before}{letter}", Macro(0, None, rf"{font}{{{letter}}}")) for letter in letters)
    for before in _BOLD_GREEK:
        yield from ((rf"\{before}{name}", Macro(0, None, rf"\boldsymbol{{\{name}}}")) for name in GREEK)
    yield from ((rf"\{short}", Macro(0, None, rf"\{name}")) for short, name in _SHORT_GREEK.items())
    yield from ((rf"\{name}", Macro(0, None, body)) for body, names in _WITHOUT_ARGUMENTS.items() for name in names)
    for body, names in _WITH_ARGUMENTS.items():
        yield from ((rf"\{name}", Macro(2 if "#2" in body else 1, None, body)) for name in names)


#: All of them; b before eta is no bold letter.
USUAL = {command: macro for command, macro in _usual() if command[1:] not in GREEK}
