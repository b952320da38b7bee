r"""Equations that a sentence claims: "hence the gradient is ``$\frac{dL}{dw} = 2 w$``".

A derivative on the left claims by itself; anything else only behind words of conclusion. What a sentence supposes,
asks, denies or wants is no claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nnmath.latex import DerivationError
from nnmath.notes.document.prose import INLINE, MOST_BEHIND, case_of_indices

_EQUALS = re.compile(r"(?<![:<>!=])=(?!=)")
_NO_CLAIM = re.compile(
    r":=|==|\\(?:approx|propto|sim|equiv|triangleq|ne|neq|not|to|rightarrow|leftarrow|gets|in|le|ge|leq|geq|Rightarrow"
    r"|implies|iff|stackrel|overset|infty|lim|[vd]dots)(?![A-Za-z])|[<>≈≠→∈]|\n\s*\n"
)
_SPACE = r"(?:\s|\\[,;:! ]|\\(?:displaystyle|textstyle|small)(?![A-Za-z])|[({])*"
_D = r"(?:\\partial(?![A-Za-z])|∂|d|\\(?:mathrm|text|operatorname|rm|d)\s*\{?\s*d)"
#: A derivative: a fraction of differentials, a nabla, a function with a prime.
_DERIVATIVE = re.compile(
    rf"{_SPACE}(?:\\[dt]?frac\s*\{{\s*{_D}(?:[^{{}}]|\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}})*\}}\s*\{{\s*{_D}"
    rf"|\\nabla(?![A-Za-z])|∇|{_D}[^=/]*/\s*{_D}"
    r"|\\?[A-Za-z]+(?:_\{?\w\}?)?\s*(?:'|’|′|\^\s*\{?\s*\\prime))"
)
#: What is no number: an equation to one gives a value at a point, or is to be solved.
_COMPUTED = re.compile(r"\\?[A-Za-z]")
_CALCULATES = re.compile(
    r"\\(?:[dt]?frac|sum|prod|sqrt|log|exp|ln|cdot|odot|circ|nabla|partial|top|max|tanh|sigma)(?![A-Za-z])"
    r"|[-+*/^(∂·⊙]|[\w}]\s*[A-Za-z\\]"
)

#: Words of conclusion right before an equation.
_CONCLUDES = re.compile(
    r"(?:\b(?:we|you|I|one)\s+(?:then\s+|thus\s+|can\s+|now\s+|also\s+)*"
    r"(?:have|get|gets|obtain|find|see|conclude|derive|know)"
    r"|\b(?:thus|hence|so|then|therefore|consequently|gives?|giving|yields?|yielding|implies|implying|follows"
    r"|becomes|means|simplifies to|reduces to|that is|i\.e\.?|(?:note|notice|recall|observe|verify|shows?) that"
    r"|donc|alors|on (?:a|obtient)|also|daher|folgt|ergibt(?: sich)?|wir|entonces|luego|por (?:lo )?tanto"
    r"|tenemos|obtenemos)|注意到|得到|可得|所以|因此|故|则|即|于是|有)"
    r"(?:\s+(?:that|us|directly|simply|immediately|just|the (?:following|result|identity)))*[\s:,*_]*$",
    re.I,
)
#: What the clause of an equation supposes or wants.
_SUPPOSES = re.compile(
    r"\b(?:let|sets?|setting|assum\w+|suppos\w+|given|tak(?:e|es|ing)|choos\w+|chose|pick|fix(?:ing)?|want\w*|need\w*"
    r"|must|should|ought|requir\w+|such that|so that|until|unless|whether|find|solv\w+|impos\w+|enforc\w+|constrain\w*"
    r"|ensur\w+|defin\w+|denot\w+|call\w*|abbreviat\w+|notation|shorthand|replac\w+|substitut\w+|plug\w*|if|when"
    r"|whenever|sea|sean|si|soit|sei|seien|wenn|falls)\b|设|令|若|如果|假设|当|取|记",
    re.I,
)
#: What keeps a sentence from claiming.
_DENIES = re.compile(
    r"\b(?:not|cannot|never|neither|nor|why|wrong\w*|incorrect\w*|false|mistak\w+|typos?|errone\w+|would|could|thought"
    r"|thinks?|guess\w*|seem\w*|tempt\w+|naive\w*|instead|rather|unlike|contradict\w*|expected|hope\w*|approximat\w+"
    r"|roughly|asymptotic\w*|special|particular|simplest|ignor\w+|neglect\w*|drop\w*|omit\w*|up to|absorb\w*"
    r"|optimum|optimal\w*|minim\w+|maxim\w+|stationary|converge\w*|equilibrium)\b|n['’]t\b|不|否则|吗",
    re.I,
)
_VALUE = r"\$[^$=<>]*(?:=\s*-?[\d.]+\s*|(?:[<>]|\\(?:ge|le|geq|leq|ne|neq|gg|ll|to|rightarrow)(?![A-Za-z]))[^$]*)\$"
#: What limits a sentence to a case, or to a value; "if we differentiate" does not.
_LIMITS = re.compile(
    r"\b(?:if|when|whenever|unless|provided|otherwise|else|as long as|until)\b(?!\s+(?:we|you|one|I)\s+"
    r"(?!sets?\b|assum|suppos|have|let\b|choos|fix|know|restrict|want|had|replac|only|take \$))"
    r"(?!\s+(?:differentiat|comput|calculat|deriv|apply|tak)ing\b)"
    r"|\b(?:for|at|where|with|since|because|assum\w+|suppos\w+|let|setting|set|tak(?:e|ing))\b[^.$]{0,40}"
    + _VALUE
    + r"|\b(?:assum\w+|suppos\w+|case|si|wenn|falls)\b|如果|若|假设|当[^，。,]*时",
    re.I,
)
_LIMITS_BEHIND = re.compile(
    r"[\s,*_()]*(?:if|when|whenever|unless|at|only|provided|otherwise|as long as|for\s+\$|or"
    r"|holds?\s+(?:only|if|when))\b"
)
#: Where sentences and items of lists end, and where clauses do.
_BREAK = re.compile(
    r"(?<!e\.g)(?<!i\.e)(?<!w\.r\.t)(?<!cf)(?<!\b[Ee]q)[.!?](?=[\s$*_]|$)|[。？！]|\n\s*\n"
    r"|\n\s*(?:[-*+•]|\d+[.)]|#{1,6}|\\item)\s"
)
_CLAUSE = re.compile(r"[,;:(](?=\s|\$)|[，；：、]|\b(?:then|and)\b", re.I)
_AND = re.compile(r"[\s,;]*(?:and|so|thus|hence|or,? equivalently,?)?(?: that)?[\s,]*", re.I)
_REFERS = re.compile(r"[\s*_]*(?:then|in (?:this|that) case|here|now|thus|hence|so|therefore)\b", re.I)


def claims_in_sentences(text: str, expanded: Callable[[str], str]) -> Iterator[tuple[int, int]]:
    """Yield where the equations begin and end that the sentences of a text claim.

    Parameters
    ----------
    text : str
        The text of a file, with space in the place of displays.
    expanded : callable
        Replaces the macros in a formula.
    """
    found = [(one.span(), one.span("dollars" if one["dollars"] else "round")) for one in INLINE.finditer(text)]
    words = text
    for (begin, end), _ in found:
        words = words[:begin] + re.sub(r"[^\n]", "$", text[begin:end]) + words[end:]
    breaks = [0, *(one.end() for one in _BREAK.finditer(words)), len(text)]
    claimed = -1
    for (begin, end), inside in found:
        first = max(one for one in breaks if one <= begin)
        last = min(one for one in breaks if one >= end)
        try:
            latex = expanded(text[slice(*inside)])
        except DerivationError:
            continue
        goes_on = claimed >= first and _AND.fullmatch(words[claimed:begin]) is not None
        if _is_equation(latex) and _is_claimed(latex, words[first:begin], words[end:last], goes_on):
            past = max((one for one in breaks if one < first), default=0) if _REFERS.match(words[first:last]) else first
            case = case_of_indices(text[first:begin], text[end : end + MOST_BEHIND])
            if case or not (_LIMITS.search(text[past:begin]) or _LIMITS_BEHIND.match(words[end:last])):
                claimed = end
                yield inside


def _is_equation(latex: str) -> bool:
    """Whether an equation gives something that is computed, and no number."""
    sides = _EQUALS.split(latex)
    return len(sides) > 1 and not _NO_CLAIM.search(latex) and all(map(_COMPUTED.search, sides))


def _is_claimed(latex: str, before: str, behind: str, goes_on: bool) -> bool:
    """Whether a sentence claims an equation that stands between these of its words, or `goes_on` behind a claim."""
    if "?" in behind or "？" in behind or _DENIES.search(f"{before} {behind}"):
        return False
    if goes_on or _CONCLUDES.search(before):
        return bool(_DERIVATIVE.match(latex) or _CALCULATES.search(_EQUALS.split(latex, maxsplit=1)[1]))
    return bool(_DERIVATIVE.match(latex)) and not _SUPPOSES.search(_CLAUSE.split(before)[-1])
