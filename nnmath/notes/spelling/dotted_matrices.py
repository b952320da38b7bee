r"""Matrices with dots: what stands at the places p and q of ``\begin{bmatrix} a_{11} & \cdots & a_{1n} \\ ...``.

The entries that are shown say what every entry is: they are alike but for the numbers of their row and column, 1 and 2
before the dots and a letter behind them. Those on the diagonal may be others than the rest. An equation with such a
matrix as a side is one of its entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nnmath.notes.document.brackets import split_outermost

_MATRIX = re.compile(
    r"\s*(?:\\left\s*[(\[.]\s*)?\\begin\s*\{(?P<kind>[pbvB]?matrix|array)\}(?:\s*\{[lcr|\s]*\})?"
    r"(?P<inside>(?:(?!\\begin|\\end).)*)\\end\s*\{(?P=kind)\}(?:\s*\\right\s*[)\].])?\s*"
    r"(?P<turned>\^\s*(?:\{\s*)?(?:\\top(?![A-Za-z])|\\intercal|\\mathsf\s*\{?\s*T\s*\}?|T)(?:\s*\})?)?\s*[.,;]?\s*",
    re.S,
)
_DOTS = re.compile(r"\s*(?:(?:\\(?:[lcvd]?dots|ddots|dotsc|dotsb)(?![A-Za-z])|\.\.\.)\s*)?")
#: Lines beside what is a whole row or column.
_LINE = (
    r"(?:-{1,3}|[—–]|\\(?:text|mbox)\s*\{\s*[-—–]+\s*\}|\\(?:long)?(?:left|right)arrow|\\rule\s*\{[^{}]*\}\s*\{[^{}]*\}"
    r"|\\(?:horz|vert)bar|\\vert|\|)"
)
_ALONG = re.compile(rf"\s*{_LINE}\s*|\s*")
_BETWEEN_LINES = re.compile(rf"\s*{_LINE}(.*?){_LINE}\s*", re.S)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S", re.S)
_RELATION = r":?=(?!=)|\\(?:equiv|triangleq|coloneqq)(?![A-Za-z])"
_SYMBOL = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|hat|bar|tilde|vec|pmb)\s*)?\{?\s*(?:\\?[A-Za-z]+)\s*\}?"
    r"(?P<scripts>(?:\s*[\^_]\s*(?:\{[^{}]*\}|\w))*)\s*"
)


@dataclass(frozen=True)
class _Entries:
    """The entries that are shown, by the tokens of their row and column; how many of both there are before dots."""

    shown: Mapping[tuple[str, str], tuple[str, ...]]
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def with_entries(latex: str) -> str:
    """Return an equation of entries for one that has a matrix with dots as a side, if it is clear what they are."""
    parts = split_outermost(latex, _RELATION)
    matrices = [_entries(part) for _, part in parts]
    if len(parts) == 1 or not any(matrices):
        return latex
    p, q = [one for one in "qrsuvwhpabcd" if not re.search(rf"(?<![A-Za-z\\]){one}(?![A-Za-z])", latex)][:2]
    found = next(filter(None, matrices))
    is_row, is_column = found.rows == ("1",), found.columns == ("1",)
    written = [_entry(one, p, q) if one else "" for one in matrices]
    if any(one and not text for one, text in zip(matrices, written, strict=True)):
        return latex
    turned = any(bool(one.group("turned")) for _, part in parts if (one := _MATRIX.fullmatch(part)))
    if turned and not (is_row or is_column):
        return latex
    whole = written[matrices.index(found)]
    index = q if is_row else p
    if is_row or is_column:
        below = f"{{{index}}}" if is_column or turned or not _is_array(latex, whole) else f"{{:,{index}}}"
    else:
        below = f"{{{p}{q}}}"
    relations = [latex[begin + len(part) : parts[i + 1][0]] for i, (begin, part) in enumerate(parts[:-1])]
    sides = [text or _indexed(part, below) for (_, part), text in zip(parts, written, strict=True)]
    if len({re.sub(rf"\s|\\left|\\right|[{{}}()]|_{{?[{p}{q}]+(?![A-Za-z])", "", side) for side in sides}) == 1:
        sides = [whole] * len(sides)  # y(x) is what has the entries y_q(x)
    joined = "".join(f"{side} {relation} " for side, relation in zip(sides, [*relations, ""], strict=True))
    ends = "\n" * (latex.count("\n") - joined.count("\n"))
    return joined + ends


def entries_one_by_one(latex: str) -> list[str]:
    """Return an equation for each entry at numbers, where those shown are not alike and other sides say more."""
    parts = split_outermost(latex, _RELATION)
    matrices = [_entries(part) for _, part in parts]
    found = next(filter(None, matrices), None)
    others = [part for (_, part), one in zip(parts, matrices, strict=True) if not one]
    if found is None or all(map(_SYMBOL.fullmatch, others)):
        return []  # a symbol by itself is defined by it
    every = []
    literal = {place: entry for place, entry in found.shown.items() if all(place)}
    if any(_numbers_below(entry) - {*place} for place, entry in literal.items()):
        return []  # such as w_0 in the first row
    for row, column in literal:
        place = [row] if found.columns == ("1",) else [column] if found.rows == ("1",) else [row, column]
        below = f"{{{','.join(place)}}}"
        sides = [_spaced(one.shown[row, column]) if one and (row, column) in one.shown else _indexed(part, below)
                 for (_, part), one in zip(parts, matrices, strict=True)]  # fmt: skip
        every.append(" = ".join(sides))
    return every


def _numbers_below(entry: Sequence[str]) -> set[str]:
    """Return the numbers that stand below letters."""
    return set(re.findall(r"\d", " ".join(re.findall(r"_(?:\{[^{}]*\}|.)", "".join(entry)))))


def _spaced(tokens: Sequence[str]) -> str:
    """Return LaTeX with a space behind each command."""
    return "".join(f"{one} " if re.fullmatch(r"\\[A-Za-z]+", one) else one for one in tokens).strip()


def _is_array(latex: str, entry: str) -> bool:
    """Whether the entries of a row are columns of a matrix, which has a capital letter."""
    return bool(re.match(r"\s*(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?[A-Z]", latex)) and entry != ""


def _indexed(side: str, below: str) -> str:
    """Return a side with indices; those of a symbol stand behind what stands below it."""
    if symbol := _SYMBOL.fullmatch(side):
        return f"{side.strip()}_{below}" if "_" not in symbol["scripts"] else f"({side.strip()})_{below}"
    return f"\\left( {side.strip()} \\right)_{below}"


def _entries(side: str) -> _Entries | None:
    """Return the entries of a side that is a matrix with dots; None if it is none."""
    found = _MATRIX.fullmatch(side)
    if found is None or not re.search(r"dots|\.\.\.", found["inside"]):
        return None
    lines = re.split(r"\\\\(?:\s*\[[^\]]*\])?", found["inside"])
    cells = [[one.strip() for one in line.split("&")] for line in lines if line.strip()]
    rows = list(_kept(cells))
    width = max((len(cells[i]) for i, _ in rows), default=0)
    if any(len(cells[i]) != width for i, _ in rows):
        return None
    columns = list(_kept([[cells[i][j] for i, _ in rows] for j in range(width)]))
    shown = {
        (row, column): tuple(one.group() for one in _TOKEN.finditer(_BETWEEN_LINES.sub(r"\1", cells[i][j])))
        for i, row in rows for j, column in columns
    }  # fmt: skip
    return _Entries(shown, tuple(row for _, row in rows), tuple(column for _, column in columns)) if shown else None


def _kept(lines: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
    """Yield the rows, or columns, that are no dots and no lines, with 1, 2 before the dots and nothing behind them."""
    number, after = 0, False
    for i, line in enumerate(lines):
        if all(_DOTS.fullmatch(one) for one in line) and any(line):
            after = True
        elif not all(_ALONG.fullmatch(one) for one in line):
            number += 1
            yield i, "" if after else str(number)


def _entry(entries: _Entries, p: str, q: str) -> str:
    """Return what stands in row p and column q; empty if the entries that are shown are not alike."""
    rows, columns, shown = entries.rows, entries.columns, entries.shown
    if rows.count("") > 1 or columns.count("") > 1:
        return ""
    if columns == ("1",):
        return _template({(row, ""): one for (row, _), one in shown.items()}, p, "")
    if rows == ("1",):
        return _template({(column, ""): one for (_, column), one in shown.items()}, q, "")
    if "" not in rows and "" not in columns:
        return ""
    if whole := _template(shown, p, q):
        return whole
    diagonal = {(key, ""): one for (key, column), one in shown.items() if key == column}
    rest = {key: one for key, one in shown.items() if key[0] != key[1]}
    on, off = _template(diagonal, p, ""), _template(rest, p, q)
    if not on or rows != columns:
        return ""
    if set(rest.values()) == {("0",)}:
        return f"[{p} = {q}] ({on})"
    return f"[{p} = {q}] ({on}) + [{p} \\ne {q}] ({off})" if off else ""


def _template(shown: Mapping[tuple[str, str], tuple[str, ...]], p: str, q: str) -> str:
    """Return an entry with p for the number of its row and q for that of its column, if all are so."""
    every = list(shown.values())
    if len(every) < 2 or len({len(one) for one in every}) > 1:
        return ""
    last = [_last(shown, place) for place in (0, 1)]
    found = []
    for tokens in zip(*every, strict=True):
        if len(set(tokens)) == 1:
            found.append(tokens[0])
            continue
        means = [
            letter
            for letter, place in ((p, 0), (q, 1))
            if letter and all(one == (key[place] or last[place]) for key, one in zip(shown, tokens, strict=True))
        ]
        if len(means) != 1:
            return ""
        found.append(means[0])
    return _spaced(found) if {p, q} - {""} <= set(found) else ""


def _last(shown: Mapping[tuple[str, str], tuple[str, ...]], place: int) -> str:
    """Return the letter that is the number of the last row or column, where the entries differ."""
    behind = [one for key, one in shown.items() if key[place] == ""]
    before = [one for key, one in shown.items() if key[place] == "1"]
    letters = {
        b for one, other in zip(before, behind, strict=False) for a, b in zip(one, other, strict=False)
        if a == "1" and re.fullmatch(r"[A-Za-z]", b)
    }  # fmt: skip
    return letters.pop() if len(letters) == 1 else ""
