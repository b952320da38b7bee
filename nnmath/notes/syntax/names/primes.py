r"""What a prime means in a file: the transpose of a matrix, ``(y - Xw)'``, or a derivative, of a quantity as well."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.latex.syntax import alphabet
from nnmath.notes.document.brackets import group_end, outermost
from nnmath.notes.spelling.reasons import is_slope_of_brackets
from nnmath.notes.spelling.rules.rule import GROUP
from nnmath.notes.syntax.names.product_rules import with_product_rules

_CALLED = re.compile(
    r"(?:\\(?:sigma|phi|varphi|psi)|(?<![A-Za-z\\])[fghFG]|\\text\{[A-Za-z]+\}|\\tanh)\s*'+\s*(?:\\left\s*)?\("
)
_TURNED = re.compile(
    r"\)\s*'|(?<![A-Za-z\\])(?P<entry>[A-Za-z]_\w)\s*(?P=entry)'(?!\s*\()|(?<![A-Za-z\\])(?P<letter>[A-Za-eh-zH-Z])'\s*(?P=letter)(?![A-Za-z'(])"
)
_SPACE = r"(?:\s|\\[,;:! ]|&)*"
#: A small letter less the same one with a prime, ``y' - y``: nobody takes a vector from its transpose.
_DIFFERENT = re.compile(
    rf"(?:^|[(\[{{=+\-&]){_SPACE}(?P<one>[a-z](?:_\w)?)(?P<primed>')?{_SPACE}[-+]{_SPACE}(?P=one)(?(primed)(?!')|')"
    rf"(?={_SPACE}(?:$|[)\]}}=+\-^,]|\\right))"
)
#: Functions of functions.
_COMPOSED = re.compile(rf"(?<![A-Za-z\\])[a-z]'?{_SPACE}\\circ{_SPACE}[a-z](?![A-Za-z])")
#: A matrix with a prime, or a bold letter with one before what it multiplies.
_PRIMED = re.compile(
    r"(?<![A-Za-z\\])(?P<matrix>\\(?:mathbf|boldsymbol|bm)\{[A-Z]\}|[A-EH-Z])'(?!\s*(?:\\left\s*)?[('])"
    r"|(?P<vector>\\(?:mathbf|boldsymbol|bm)\{\\?[a-z]+\})'(?=\s*(?:\\(?:mathbf|boldsymbol|bm|left\s*\()|[A-Za-z(]))"
)
_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec)\s*\{\\?[A-Za-z]+\}"
_ENTRY = rf"(?P<letter>{_BOLD}|(?<![A-Za-z\\])[A-Za-z])\s*_\s*(?:\{{\s*[a-z]\s*\}}|[a-z])"
#: An entry with a prime that multiplies what stands behind it: TeX puts the prime above the letter, not the index.
_PRIMED_ENTRY = re.compile(
    rf"{_ENTRY}\s*'(?P<factor>{_SPACE}(?:\\left\s*)?(?:[A-Za-z(]|\\[a-z]+\b(?<!right)(?<!dot)))?"
)
#: An index with a prime.
_PRIMED_INDEX = re.compile(r"_\s*\{[^{}]*[a-z]'[^{}]*\}")
#: A prime behind the index of a Greek letter, or behind what is more than an index, ``v_{w_i}'``.
_BEHIND_INDEX = re.compile(
    rf"(?:(\\(?:{'|'.join(alphabet.GREEK)}))(\s*_\s*(?:{GROUP}|[a-z]))"
    rf"|(?<![A-Za-z\\])([A-Za-z])(\s*_\s*\{{(?:[^{{}}]*{GROUP}|[^{{}}]*[A-Z_][^{{}}]*)\s*\}}))\s*('+)(?!\s*\()"
)
#: What stands alone on the left with a prime is a quantity.
_DEFINED = re.compile(rf"\s*(?:{_BOLD}|[A-Za-z]|{_ENTRY})'\s*:?=")
_UP_TO = re.compile(r"\\(?:sum|prod|int)(?![A-Za-z])\s*(?:\\limits)?\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*\^\s*\{?\s*T")

#: Where a file writes transposes in this way, a prime is none.
_TRANSPOSED = re.compile(r"\^\s*(?:\{\s*)?(?:\\(?:top|intercal|mathsf\s*\{?\s*T|mathrm\s*\{?\s*T)|T(?![A-Za-z]))")
#: What is behind a letter that is not called.
_NO_CALL = r"(?![A-Za-z(]|\s*\\(?:left|[bB]igg?l?)\s*\()"
_LEFT = re.compile(r"\s*(?P<name>[A-Za-z])\s*\(\s*(?P<letter>\\?[A-Za-z]+)\s*\)\s*:?=")


def with_primes(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with a transpose or a derivative in the place of primes that say so."""
    texts = with_product_rules(texts)
    told = [text for text in texts if not is_slope_of_brackets(text)]
    turned = any(map(_TURNED.search, told)) or _stand_beside_themselves(texts) or _are_factors(texts)
    turned = turned and not any(_TRANSPOSED.search(_UP_TO.sub(" ", text)) or _DEFINED.match(text) for text in texts)
    if turned and not any(one.search(text) for one in (_CALLED, _DIFFERENT, _COMPOSED) for text in texts):
        return [re.sub(r"(?<=[A-Za-z0-9)}\]])\s*'", r"^\\top ", text) for text in texts]
    texts = _with_squares(texts)
    texts = _with_primed_names(texts)
    texts = [_BEHIND_INDEX.sub(r"\1\3\5\2\4", text) for text in texts]
    return _with_slopes(_without_variables(texts))


def _with_squares(texts: Sequence[str]) -> list[str]:
    """Write ``X' S X`` with a transpose where X' stands nowhere but before X, in notes that write transposes, too."""
    primed = {found.group(1) for text in texts for found in re.finditer(r"(?<![A-Za-z\\])([A-Z])'", text)}
    for letter in sorted(primed):
        whole = rf"(?<![A-Za-z\\]){letter}'"
        squared = rf"{whole}(?=(?:[^=+\-&()]|\([^()]*\))*?(?<!\\){letter}(?![A-Za-z'(]))"
        if all(len(re.findall(whole, text)) == len(re.findall(squared, text)) for text in texts):
            texts = [re.sub(squared, rf"{letter}^\\top ", text) for text in texts]
    return list(texts)


def _with_primed_names(texts: Sequence[str]) -> list[str]:
    """Put primes behind an index before it, where TeX prints them; v_k' has the index k' where k' stands elsewhere."""
    primed = re.compile(rf"(?P<whole>{_ENTRY})\s*(?P<primes>'+)(?!\s*\()")
    rest = [primed.sub(" ", text) for text in texts]

    def above_the_letter(found: re.Match[str]) -> str:
        letter, below = found["letter"], found["whole"][len(found["letter"]) :]
        index = rf"(?<![A-Za-z\\]){re.escape(below.strip(' _'))}\s*'"
        is_index = "{" not in below and any(re.search(index, text) for text in rest)
        return found.group() if is_index else f"{letter}{found['primes']}{below}"

    return [primed.sub(above_the_letter, text) for text in texts]


def _are_factors(texts: Sequence[str]) -> bool:
    """Whether all entries with a prime are factors, and stand without it as well: x_i' w beside x_i."""
    every = [found for text in texts for found in _PRIMED_ENTRY.finditer(text)]
    plain = {found["letter"] for text in texts for found in re.finditer(rf"{_ENTRY}(?!\s*')", text)}
    return (
        bool(every)
        and all(found["letter"] in plain and (found["factor"] or _stands_behind_itself(found)) for found in every)
        and not any(map(_PRIMED_INDEX.search, texts))
    )


def _stands_behind_itself(found: re.Match[str]) -> bool:
    """Whether an entry with a prime stands behind the same one without it, x_i x_i'."""
    before = re.search(rf"{_ENTRY}\s*$", found.string[: found.start()])
    return before is not None and before["letter"] == found["letter"]


def _stand_beside_themselves(texts: Sequence[str]) -> bool:
    """Whether all matrices and bold letters with a prime stand without it in the same equation."""
    found = [(one["matrix"] or one["vector"], text) for text in texts for one in _PRIMED.finditer(text)]
    return bool(found) and all(re.search(rf"{re.escape(name)}(?!\s*')(?![A-Za-z])", text) for name, text in found)


def _without_variables(texts: Sequence[str]) -> list[str]:
    """Leave out what a quantity depends on, a in a(z) = ..., where a stands in brackets behind itself: a(1 - a)."""
    found = list(texts)
    for left in filter(None, map(_LEFT.match, texts)):
        name, letter = left["name"], left["letter"]
        if any(_stands_in_its_own_brackets(name, text) for text in texts):
            call = rf"(?<![A-Za-z\\]){name}('*)\s*\(\s*{re.escape(letter)}\s*\)"
            slope = rf"\\frac{{\\partial {name}}}{{\\partial {re.escape(letter)}}}"
            found = [re.sub(call, rf"{name}\1", text) for text in found]
            found = [re.sub(rf"(?<![A-Za-z\\]){name}'(?!')", slope, text) for text in found]
    return found


def _stands_in_its_own_brackets(name: str, text: str) -> bool:
    for call in re.finditer(rf"(?<![A-Za-z\\]){name}'*\s*\(", text):
        end = group_end(text, call.end() - 1)
        if end > 0 and next(outermost(text[call.end() : end - 1], rf"(?<![A-Za-z\\]){name}{_NO_CALL}"), None):
            return True
    return False


def _with_slopes(texts: Sequence[str]) -> list[str]:
    """Write f' without brackets behind it, where f(x) is defined, as the derivative of f by x."""
    found = list(texts)
    for left in filter(None, map(_LEFT.match, texts)):
        name, letter = left["name"], re.escape(left["letter"])
        slope = rf"\\frac{{\\partial {name}}}{{\\partial {letter}}}"
        found = [re.sub(rf"(?<![A-Za-z\\]){name}'(?!'|\s*(?:\\left\s*)?\()", slope, text) for text in found]
    return found
