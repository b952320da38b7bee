r"""Terms that dots stand for: ``x_1 + x_2 + \cdots + x_n`` is a sum, ``f(x_1, \dots, x_n)`` a function of x.

``x_1 \times x_2 \times \cdots \times x_n`` is a product, and ``P(x_1, \dots, x_n)`` a density, P(x_{1:n}).

What stands for the dots is said by the first term and the last one: they are alike but for an index that is 1 in the
first and a letter in the last. Anything else is left as it is.
"""

from __future__ import annotations

import re

from nnmath.notes.document.brackets import group_end, split_outermost
from nnmath.notes.spelling.dotted_matrices import with_entries

_DOTS = r"(?:\\(?:[lcv]?dots|dots[cb])(?![A-Za-z])|\.\.\.)"
#: A comma that people leave out behind the dots, ``x_1, x_2, ... x_n``.
_NO_COMMA = re.compile(rf"(?<=,)(\s*{_DOTS})(?=\s*[A-Za-z]_)")
#: A sign that people leave out behind the dots, ``a_1 + a_2 + ... a_n``.
_FORGOTTEN = re.compile(
    rf"(\+\s*{_DOTS})(?=\s*(?:[A-Za-z]|\\(?!(?:right|q?quad|cdot|times|text|mbox|big|Big|end)(?![a-z]))[A-Za-z]))"
)
_TOKEN = re.compile(r"\\[A-Za-z]+|\d+|[A-Za-z]|\S")
#: One index in braces, and the last one of several, d', which is another letter than d.
_BRACED = re.compile(r"_\s*\{\s*(\w)\s*\}")
_PRIMED = re.compile(r"_\s*\{\s*([A-Za-z])\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*\}")
#: What is called with all observations, p(x_{1:n}), and not with x alone.
_DENSITY = re.compile(r"(?<![A-Za-z\\])[pPq]$")
#: Brackets behind a name, or around the entries of an array, which are a column if they are transposed.
_CALL = re.compile(
    r"(?P<name>(?<=[A-Za-z}])(?<!\\left)\s*(?:\\left\s*)?\()|(?:=|(?<![A-Za-z_^}])(?=\\left))\s*(?:\\left\s*)?[(\[]"
)


def without_dots(latex: str) -> str:
    """Return an equation with sums and arrays in the place of dots, where it is clear what the dots stand for."""
    if not re.search(_DOTS, latex):
        return latex
    latex = with_entries(_NO_COMMA.sub(r"\1,", latex))
    return _sums(_listings(_columns(_BRACED.sub(r"_\1 ", _FORGOTTEN.sub(r"\1 +", latex)))))


_TRANSPOSED = r"\s*\^\s*(?:\{\s*)?(?:\\top(?![A-Za-z])|\\intercal|\\mathsf\s*\{?\s*T\s*\}?|T)(?:\s*\})?"
_MATRIX = re.compile(
    rf"\\begin\s*\{{(?P<kind>[pbvB]?matrix)\}}(?P<items>(?:(?!\\begin|\\end).)*)\\end\s*\{{(?P=kind)\}}"
    rf"(?P<turned>{_TRANSPOSED})?",
    re.S,
)


def _columns(latex: str) -> str:
    """Write a column, and a row, of the entries of an array with dots as the array."""

    def array(found: re.Match[str]) -> str:
        is_row, inside = "&" in found["items"], found["items"].strip().removesuffix(r"\\")
        items = [one.strip() for one in re.split(r"&" if is_row else r"\\\\", inside)]
        *firsts, dots, end = items if len(items) > 2 else ["", "", ""]
        last = _alike(firsts[0], end)
        counted = all(_alike(one, end, str(i)) for i, one in enumerate(firsts, 1))
        if not (last and counted and re.fullmatch(_DOTS, dots)):
            return found.group()
        turned = "" if is_row == bool(found["turned"]) else r"^\top "
        whole = _whole(end, last)
        return f"({whole}){turned}" if whole != end else found.group()

    return _MATRIX.sub(array, latex)


def _whole(item: str, index: str) -> str:
    """Return an entry without its index."""
    return re.sub(rf"\s*_\s*(?:\{{\s*{re.escape(index)}\s*\}}|{re.escape(index)}(?![A-Za-z]))", "", item)


def _listings(latex: str) -> str:
    r"""Write ``f(x_1, \dots, x_n)`` as f(x)."""
    position = 0
    while found := _CALL.search(latex, position):
        position = found.end()
        end = group_end(latex, found.end() - 1)
        if end < 0:
            continue
        whole = latex[found.end() : end - 1]
        inside = whole.rstrip().removesuffix(r"\right")
        items = [_PRIMED.sub(r"_\1", item).strip() for _, item in split_outermost(inside, ",")]
        at = next((i for i, item in enumerate(items) if re.fullmatch(_DOTS, item)), 0)
        end_item, *parameters = items[min(at + 1, len(items) - 1)].partition(";")
        if not 0 < at < len(items) - 1 or not (last := _alike(items[0], end_item)):
            continue
        begin = next(i for i in range(at) if _alike(items[i], end_item))
        every = f"_{{1:{last}}}" if found["name"] and _DENSITY.search(latex[: found.start()]) else ""
        array = _whole(end_item, last) + every + "".join(parameters)
        right = r" \right" if len(inside) < len(whole.rstrip()) else ""
        behind = latex[end - 1 :] if found["name"] else latex[end - 1] + re.sub(rf"\A{_TRANSPOSED}", "", latex[end:])
        latex = latex[: found.end()] + ", ".join([*items[:begin], array, *items[at + 2 :]]) + right + behind
    return latex


def _sums(latex: str) -> str:
    """Write a sum with dots with the sign of a sum, inside of brackets as well."""
    position = 0
    while found := re.compile(r"[([{]").search(latex, position):
        position = found.end()
        end = group_end(latex, found.start())
        if end > 0:
            latex = latex[: found.end()] + _sum(latex[found.end() : end - 1]) + latex[end - 1 :]
    return "".join(part if re.fullmatch(_RELATION, part) else _sum(part) for part in _cut(latex, _RELATION))


_TIMES = r"\\(?:times|cdot)(?![A-Za-z])"
_RELATION = r":?=|\\(?:approx|le|ge|leq|geq)(?![A-Za-z])"


def _cut(latex: str, pattern: str) -> list[str]:
    """Cut a text where a pattern stands outside of all brackets; what was found stands between the parts."""
    parts = split_outermost(latex, pattern)
    found = []
    for (begin, part), (after, _) in zip(parts, [*parts[1:], (len(latex), "")], strict=True):
        found += [part, latex[begin + len(part) : after]]
    return found[:-1]


def _sum(text: str) -> str:
    if text.rstrip().endswith(r"\right"):
        return _sum(text.rstrip().removesuffix(r"\right")) + r"\right"
    return _terms(_terms(text, r"\+|-", r"\+", "sum"), _TIMES, _TIMES, "prod")


def _terms(text: str, signs: str, sign: str, kind: str) -> str:
    """Write terms, or factors, with dots between them as a sum or a product."""
    parts = _cut(text, signs)
    at = next((i for i, part in enumerate(parts) if re.fullmatch(rf"\s*{_DOTS}\s*", part)), 0)
    joins = [bool(re.fullmatch(sign, part)) for part in parts]
    if not 1 < at < len(parts) - 2 or not (joins[at - 1] and joins[at + 1]):
        return text
    last = parts[at + 2]
    begin = next((i for i in range(0, at, 2) if _alike(parts[i], last)), -1)
    if begin < 0:
        return text
    for step, i in enumerate(range(begin, at, 2)):
        if _alike(parts[i], last, str(step + 1)) == "" or (i > begin and not joins[i - 1]):
            return text
    bound = _alike(parts[begin], last)
    letter = next(one for one in "qrsuvwh" if not re.search(rf"(?<![A-Za-z\\]){one}(?![A-Za-z])", text))
    body = _with_letter(parts[begin], last, letter)
    whole = rf"\{kind}_{{{letter}=1}}^{{{bound}}} {body}"
    return "".join([*parts[:begin], " ", whole, *parts[at + 3 :]])


def _alike(first: str, last: str, number: str = "1") -> str:
    """Return the letter that stands in the last term where a number stands in the first; empty if they differ more."""
    one, other = _TOKEN.findall(first), _TOKEN.findall(last)
    pairs = {(a, b) for a, b in zip(one, other, strict=False) if a != b}
    if len(one) != len(other) or len(pairs) != 1:
        return ""
    a, b = pairs.pop()
    return b if a == number and re.fullmatch(r"[A-Za-z]", b) else ""


def _with_letter(first: str, last: str, letter: str) -> str:
    """Return the term with an index in the place of what differs between the first term and the last one."""
    others = _TOKEN.findall(last)
    done, position = [], 0
    for found, other in zip(_TOKEN.finditer(first), others, strict=True):
        done += [first[position : found.start()], found.group() if found.group() == other else letter]
        position = found.end()
    return "".join(done) + first[position:]
