r"""Mathematics within lines of text, and spaces that symbols lie in, ``$W \in \mathbb{R}^{m \times n}$``.

A space says how many dimensions a symbol has. Their lengths follow from the equations, as everywhere, but for those
that stand in equations as numbers, D in ``\frac{1}{D}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nnmath.notes.document.source import Lies

#: Mathematics within a line.
INLINE = re.compile(r"(?<![\\$])\$(?!\$)(?P<dollars>[^$]{1,400}?)(?<![\\$])\$(?!\$)|\\\((?P<round>.{1,400}?)\\\)", re.S)
_SPACE = re.compile(
    r"(?P<names>[^=$]*?)\\in\s*\\(?:mathbb|mathbf|mathds|Bbb|mathcal|mathrm)\s*\{?\s*R\s*\}?\s*"
    r"(?:\^\s*(?:\{(?P<dims>(?:[^{}]|\{[^{}]*\})*)\}|(?P<dim>\w)))?"
)
_NAME = re.compile(
    r"\s*(?P<name>(?:\\[A-Za-z]+\s*)*(?:\{\s*\\?[A-Za-z]+\s*\}|[A-Za-z])?"
    r"(?:_\s*(?:\w|\{\s*(?:\w+|\\text\{\w+\})\s*\}))?)\s*$"
)
_TIMES = re.compile(r"\\times(?![A-Za-z])|\\cdot(?![A-Za-z])|×")


_CONDITION = re.compile(
    r"\bset(?:s|ting)?\b(?:(?!\.\s)[^=]){0,80}?(?:\bto (?:be )?(?:zero|\$?0)|\bequal to|= ?0)"
    r"|\bequat(?:e|ing)\b[^.]{0,60}\b(?:zero|0)"
    r"|\b(?:stationary|critical) point|\bstationarity|\bfirst[- ]order (?:optimality )?condition|\bKKT\b|\bsubject to\b"
    r"|\bat (?:the|a|its) (?:\w+ )?(?:optimum|minimum|maximum|minimi[sz]er|solution|fixed point)",
    re.I,
)


#: Words that say that something is left out, and words before a formula that say what it gives.
_LEFT_OUT = (
    r"\b(?:up to (?:an? |the )?(?:\w+ ){0,2}(?:constants?|factors?|terms?|scal\w+)|absorb\w*"
    r"|approximately|higher[- ]order|to (?:the )?(?:first|second|leading)[- ]order|for small (?:\$|\})"
    r"|(?:neglect|ignor|omit|dropp)\w*(?![^.]{0,50}(?:irrelevant|not depend|independent of))"
    r"(?=[^.]{0,60}(?:constant|factor|term|order|regulari[sz]|bias|\$|\}))"
    r"|leav(?:e|es|ing) out|keep(?:s|ing)? only)"
)
LEFT_OUT = re.compile(_LEFT_OUT, re.I)
NEGLECTS = re.compile(r"\\(?:text|mbox|textrm)\s*\{[^{}]*" + _LEFT_OUT, re.I)
SAYS_SHAPES = re.compile(r"\b(?:shapes?|dimensions?|sizes?)\W*:\W*$", re.I)


#: So many characters behind a display may say for which indices it is meant.
MOST_BEHIND = 80
#: So many may say that it is meant for one case.
MOST_SAID_BEHIND = 240

_INDICES = (
    r"(?:\$|\\{1,2}\()\s*(?P<one>[a-z](?:_\{?\w\}?)?)\s*(?P<relation>=|\\neq?(?![A-Za-z])|\\not\s*=|≠|!=)"
    r"\s*(?P<other>[a-z](?:_\{?\w\}?)?)\s*(?:\\\s[^$]{0,40})?(?:\$|\\{1,2}\))"
)
#: A capital would begin another sentence.
_CASE_BEHIND = re.compile(r"[\s,.;$)\]\\]*\(?\s*(?:where|if|for|when|with|provided)\b[^$.\\]{0,30}" + _INDICES)
_CASE_BEFORE = re.compile(r"\b(?:if|for|when|where|case|with)\b[^$.\\]{0,40}" + _INDICES + r"[^$.]{0,60}$", re.I)


def case_of_indices(before: str, behind: str) -> str:
    r"""Return for which indices a display is meant, as the text on both sides says: "i is not j" for ``$i \neq j$``."""
    behind = re.sub(r"\$\s*(if|when|for|where)\b\s*", r"\1 $", behind)  # the word may stand within: $if i = j$
    found = _CASE_BEFORE.search(before.rstrip()) or _CASE_BEHIND.match(behind)
    if found is None:
        return ""
    one, other = (found[group].replace("{", "").replace("}", "") for group in ("one", "other"))
    return f"{one} {'is' if found['relation'] == '=' else 'is not'} {other}"


def sets_condition(text: str) -> str:
    """Return the words with which a text sets a condition, that a derivative is 0; empty where it sets none."""
    found = _CONDITION.search(text)
    return " ".join(found.group().split()) if found else ""


#: "If $g_t = g$ for all t": two symbols of a sentence that ends in a display. Two letters of indices are a case.
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|suppos(?:e|ing)|assum(?:e|ing)|provided|in case)\b[^.$]*"
    r"\$(?P<equation>(?!\s*[a-z]\s*=\s*[a-z]\s*\$)[^$=]+=\s*(?:[A-Za-z]|\\[A-Za-z]+)(?:_(?:\w|\{\w+\}))?\s*)\$"
    r"(?:[^.$]|\$[^$]*\$|\.(?!\s))*$",
    re.I,
)


_OF_DERIVATIVE = re.compile(r"\b(?:derivative|slope|gradient|differentiat\w*)\b[^.]*$", re.I)


def speaks_of_derivative(before: str) -> bool:
    """Whether the sentence before an equation speaks of a derivative."""
    return bool(_OF_DERIVATIVE.search(before.rstrip()))


def supposed(before: str) -> str:
    """Return which two symbols are the same, as the sentence before a display supposes; empty where it does not."""
    found = _SUPPOSED.search(before.rstrip())
    return found["equation"].strip() if found else ""


#: "Note that in this layer, $m = n$": two letters, and no supposition.
_SAME = re.compile(r"(?:\$|\\\()\s*(?P<one>[A-Za-z])\s*=\s*(?P<other>[A-Za-z])\s*(?:\$|\\\))")
_UNLESS = re.compile(
    r"\b(?:if|when|whenever|for|let|suppos\w*|case|unless|otherwise|not|at|until)\b(?:(?!\n\s*\n)[^.;$])*$", re.I
)


def same_lengths(text: str) -> Iterator[tuple[str, str]]:
    """Yield the letters that sums run up to and that a text says to be the same."""
    for found in _SAME.finditer(text):
        bounds = (rf"\\sum[^^$]{{1,30}}\^\s*\{{?\s*{found[one]}(?![A-Za-z_^])" for one in ("one", "other"))
        if all(re.search(one, text) for one in bounds) and not _UNLESS.search(text[: found.start()]):
            yield found["one"], found["other"]


#: A length with a letter below it, d_k.
_LENGTH = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*_\s*(?:\{\s*([a-z])\s*\}|([a-z])(?![A-Za-z]))")


def lengths(latex: str) -> Iterator[tuple[str, str]]:
    r"""Yield the letters of lengths with another one below them, ``W \in \mathbb{R}^{d \times d_k}``."""
    for found in _SPACE.finditer(latex):
        for length in _LENGTH.finditer(found["dims"] or ""):
            yield length[1], length[2] or length[3]


#: "K is an n by n matrix", "where A is a symmetric matrix", "where $A$ and $B$ are matrices and $t$ is a scalar".
_KINDS = {"matrix": 2, "matrices": 2, "scalar": 0, "scalars": 0, "number": 0, "numbers": 0}
_NAMED_KIND = re.compile(
    r"(?P<names>(?:\$[^$=]{1,30}?\$(?:\s*,)?\s+(?:(?:and|or|e|y|und|et)\s+)?)+)(?:is|are|be|denotes?)\s+(?:(?:an?|the|any|some|all)\s+)?"
    r"(?:[a-z-]+\s+){0,2}?(?:\$[^$]{1,20}?(?:\\times|×)[^$]{1,20}?\$\s+|[a-z]\s+by\s+[a-z]\s+)?(?:[a-z-]+\s+){0,2}?"
    rf"(?P<kind>{'|'.join(_KINDS)})(?![A-Za-z-]| of\b)"
)
_IN_DOLLARS = re.compile(r"\$([^$]+)\$")


def kinds_in_words(text: str) -> Iterator[Lies]:
    """Yield the symbols of which the text says that they are matrices, or numbers."""
    for found in _NAMED_KIND.finditer(text):
        for one in _IN_DOLLARS.findall(found["names"]):
            if named := _NAME.match(one):
                yield Lies(named["name"].strip(), _KINDS[found["kind"]])


#: "where $X_i$ denotes the $i$th column in matrix $X$, and so on for other matrices"; a column vector is another thing.
_COLUMN = re.compile(
    r"\$\s*(?P<name>\\[a-z]+\s*\{\s*[A-Z]\s*\}|[A-Z])\s*_\s*\{?\s*[a-z]\s*\}?\s*\$,?\s+"
    r"(?:is|be|are|denotes?|represents?|stands? for)\s+(?:(?!\brows?\b)[^.]){0,40}?\bcolumns?\b(?!\s+vector)"
    r"(?P<others>[^.]{0,60}\b(?:so on|similarly|likewise|same)\b)?"
)
#: A matrix written as its columns, ``W = [W_1 \\cdots W_m]``.
_LIST_OF_COLUMNS = re.compile(
    r"(?P<name>(?:\\[a-z]+\s*)?\{?\s*\b(?P<letter>[A-Z])\b\s*\}?)\s*=\s*(?:\\left\s*)?\[\s*(?:\\[a-z]+\s*)?\{?\s*(?P=letter)\s*\}?"
    r"\s*_\s*\{?\s*1\s*\}?[\s,|]*(?:[^\]=]*?)(?:\\[cl]?dots|\.\.\.)"
)
#: Stands for all matrices.
ALL = "all"


def columns_in_words(text: str) -> Iterator[str]:
    """Yield the matrices of which the text says that a single index stands for a column; of others, too, `ALL`."""
    for found in _COLUMN.finditer(text):
        yield found["name"]
        if found["others"]:
            yield ALL
    yield from (found["name"] for found in _LIST_OF_COLUMNS.finditer(text))


def lists_columns(text: str, letter: str) -> bool:
    """Whether a text writes a matrix as the list of its columns."""
    return any(found["letter"] == letter for found in _LIST_OF_COLUMNS.finditer(text))


#: Functions that a text names, and what they are of x.
_FUNCTIONS = {
    r"(?:logistic|sigmoid|logistic sigmoid|sigmoid activation)": r"\frac{1}{1 + e^{-x}}",
    r"(?:hyperbolic tangent|tanh)": r"\tanh(x)",
    r"(?:relu|rectified linear unit|rectifier)": r"\max(0, x)",
    r"softplus": r"\log(1 + e^x)",
}
_NAMED = re.compile(
    r"\$\s*(?P<name>\\(?:sigma|phi|varphi|psi|rho|theta)|[fghs])\s*(?:\(\s*(?:\\cdot|\.|[a-z])\s*\)\s*)?\$,?\s+"
    r"(?:is|denotes|be|represents|stands for)\s+(?:again\s+)?(?:the|a)\s+"
    rf"(?P<words>{'|'.join(_FUNCTIONS)})(?:\s+(?:activation\s+)?function)?(?![\w-]|\s+(?:or|of|function)\b|\s*/)",
    re.I,
)


def functions_in_words(text: str) -> Iterator[tuple[str, int]]:
    r"""Yield the definitions of functions that a text names, ``$\sigma$ is the sigmoid``, and where they begin.

    A formula says it better, in the text or in a display.
    """
    for found in _NAMED.finditer(text):
        if re.search(rf"{re.escape(found['name'])}\s*(?:\\left\s*)?\([^()$]*\)\s*:?=", text):
            continue
        body = next(body for words, body in _FUNCTIONS.items() if re.fullmatch(words, found["words"], re.I))
        yield f"{found['name']}(x) = {body}", found.start("name")


#: "Let $X = (x_{ij})$": how entries are called, which defines nothing.
_NAMES_ENTRIES = re.compile(
    r"[^=]*=\s*(?:\\left)?[(\[]\s*\\?[a-z]+\s*_\s*\{[^{}]*\}\s*(?:\\right)?[)\]]\s*(?:_\s*\{[^{}]*\})?\s*"
)


def inline(text: str) -> Iterator[tuple[str, int]]:
    """Yield the mathematics within lines of text, and where it begins."""
    for found in INLINE.finditer(text):
        group = "dollars" if found["dollars"] else "round"
        if not _NAMES_ENTRIES.fullmatch(found[group]):
            yield found[group], found.start(group)


def spaces(latex: str) -> Iterator[Lies]:
    r"""Yield how many dimensions symbols have by ``a, b \in \mathbb{R}^{m \times n}``; a column or a row has one."""
    for found in _SPACE.finditer(latex):
        whole = found["dims"] or found["dim"] or ""
        dims = [dim.strip() for dim in _TIMES.split(whole) if dim.strip()] if whole else []
        dims = [dim for dim in dims if dim != "1"] if len(dims) == 2 else dims
        for name in re.split(r",|\\text\s*\{[^{}]*\}|\\(?:quad|qquad|;|,)|&", found["names"]):
            if (named := _NAME.match(name)) and named["name"]:
                yield Lies(named["name"].strip(), len(dims), tuple(dims))
