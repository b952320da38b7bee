r"""Finding the equations of a file of notes, LaTeX or Markdown.

Displayed mathematics is read: ``equation``, ``align``, ``gather``, ``multline``, ``eqnarray``, with and without a star,
``\[ \]``, ``$$ $$``, a block fenced as math, and ``$ $`` where it stands on a line, or as an item, of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from html import unescape
from pathlib import Path

from nnmath.latex import DerivationError, Place
from nnmath.latex.source import read_source
from nnmath.notes.document.characters import with_commands
from nnmath.notes.document.displays import displayed, without_displays
from nnmath.notes.document.macros import Macros
from nnmath.notes.document.prose import (
    MOST_BEHIND,
    MOST_SAID_BEHIND,
    case_of_indices,
    columns_in_words,
    functions_in_words,
    inline,
    kinds_in_words,
    same_lengths,
    spaces,
)
from nnmath.notes.document.read_as import ReadAs, explained
from nnmath.notes.document.sentences import claims_in_sentences
from nnmath.notes.document.source import Annotation, Formula, Source, blank, place_of

#: The longest file that is read.
MOST_LENGTH = 1_000_000

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%(.*)")
_HTML_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
#: Displays of Markdown that is made into pages by MathJax.
_SCRIPT = re.compile(r"<script\s+type=.math/tex;\s*mode=display.\s*>(?P<inside>.*?)</script>", re.S)
#: An annotation of a LaTeX file in one of Markdown.
_LINE_COMMENT = re.compile(r"^[ \t]*%(?=[ \t]*nnmath[ \t]*:)(.*)$", re.M)
_ANNOTATION = re.compile(r"\s*nnmath\s*:(.*)", re.S)
_CODE = re.compile(
    r"^(?P<fence>[ \t]*(?:```+|~~~+))(?P<language>[^\n`]*)\n(?P<body>.*?)(?:^[ \t]*(?:```+|~~~+)[ \t]*$|\Z)"
    r"|(?<![`$])`[^`\n]+`(?!`)",
    re.S | re.M,
)
#: The signs before a line of a quotation in Markdown.
_QUOTE = re.compile(r"(?:[ \t]{0,3}>(?=[ \t]|>|$))+", re.M)
#: Mathematics of GitHub and GitLab within a line, and signs of HTML.
_BETWEEN_BACKTICKS = re.compile(r"\$`([^`\n]+)`\$")
_ENTITY = re.compile(r"&(?:lt|gt|amp|nbsp|quot|apos|#\d{1,4});")
_VERBATIM = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|comment)\}.*?\\end\{\1\}|\\verb\*?([^A-Za-z\s]).*?\2", re.S
)
_INPUT = re.compile(r"\\(?:input|include|subfile|import)(?![A-Za-z])\s*(?:\{([^{}]*)\}|(\S+))")
_SYMMETRY = re.compile(
    r"\b[Ss]ymmetric|[Pp]ositive[- ](?:semi)?definite|[Cc]ovariance"
    r"|(?P<matrix>\\(?:mathbf|boldsymbol|bm)\{[A-Z]\}|[A-Z])\s*=\s*(?P=matrix)\s*(?:\^\s*\{?\s*(?:T|\\top)(?![A-Za-z])|')"
)
_LINEAR = re.compile(
    r"\b(?:is|are) linear\b|\blinear (?:activation|output|unit|neuron|node)"
    r"|\bthe identity\b|\bidentity (?:activation|function|map)|\bcanonical",
    re.I,
)
_REPEATED = re.compile(
    r"\bEinstein\b|\b(?:summation|index) convention|\b(?:repeated|dummy) (?:ind(?:ex|ices)|subscripts?)", re.I
)
_ONE_HOT = re.compile(r"\bone[- ]?hot\b|\b1-of-K\b", re.I)


def read_notes(path: str | Path, read_as: Sequence[ReadAs] = ()) -> Source:
    """Read a file of notes.

    Parameters
    ----------
    path : str or Path
        A file that ends in ``.tex`` or ``.md``.
    read_as : sequence of ReadAs
        Spellings that are explained elsewhere.

    Raises
    ------
    DerivationError
        It is no text, too long, a display never ends, or it takes in another file.
    """
    text = read_source(path)
    try:
        return read_notes_text(text, str(path), read_as)
    except DerivationError as error:
        error.path = str(path)
        raise


def read_notes_text(text: str, path: str = "notes.tex", read_as: Sequence[ReadAs] = ()) -> Source:
    """Read notes from their text; a `path` that ends in ``.md`` is Markdown, anything else LaTeX."""
    if len(text) > MOST_LENGTH:
        raise DerivationError(f"notes of more than {MOST_LENGTH:,} characters; check them in parts", Place(1, 1))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text, annotations = _from_markdown(text) if path.endswith(".md") else _from_latex(text)
    if found := _INPUT.search(text):
        name = found.group(1) or found.group(2)
        raise DerivationError(
            f"{found.group().split('{')[0].strip()} of {name}: other files are not read; check each file by itself, or "
            "put what it needs into this one",
            place_of(text, found.start()),
        )
    own, annotations = explained(annotations)
    macros = Macros(read_as=[*own, *read_as])
    text = macros.with_displays(macros.taken_from(text))
    within = without_displays(text)
    formulas = (*displayed(text, macros), *_claims(within, macros))
    formulas = tuple(sorted(formulas, key=lambda one: (one.place.line, one.place.column)))
    remarks = tuple(_remarks(within, macros))
    said = [one for formula in (*formulas, *remarks) for one in spaces(formula.latex)]
    said += kinds_in_words(text)
    mentions = (_SYMMETRY, _LINEAR, _ONE_HOT, _REPEATED)
    symmetry, linear, one_hot, repeated = (bool(words.search(text)) for words in mentions)
    expanded = tuple(replace(one, text=macros.expanded(one.text)) for one in annotations)
    expanded += tuple(one.annotation for one in own if one not in macros.read)
    same = {one: other for one, other in same_lengths(text) if not _says(expanded, one, other)}
    for one, other in same.items():
        expanded = tuple(replace(each, text=re.sub(rf"(?<![A-Za-z\\]){one}(?![A-Za-z])", other, each.text))
                         for each in expanded)  # fmt: skip
    columns = tuple(columns_in_words(text))
    return Source(path, formulas, expanded, remarks, tuple(said), columns, symmetry, linear, one_hot, repeated, same)


def _says(annotations: Iterable[Annotation], one: str, other: str) -> bool:
    """Whether an annotation says itself that two letters are the same."""
    return any(re.search(rf"\b(?:{one}\s*=\s*{other}|{other}\s*=\s*{one})\b", each.text) for each in annotations)


def _from_latex(text: str) -> tuple[str, list[Annotation]]:
    """Blank out comments and verbatim text; return the annotations that stand in comments."""
    text = _VERBATIM.sub(blank, text)
    annotations: list[Annotation] = []

    def comment(found: re.Match[str]) -> str:
        if said := _ANNOTATION.match(found.group(2)):
            annotations.append(Annotation(said.group(1).strip(), place_of(text, found.start())))
        return found.group(1) + " " * (len(found.group()) - len(found.group(1)))

    text = _COMMENT.sub(comment, text)
    end = text.find(r"\end{document}")
    return text if end < 0 else text[:end], annotations


def _without_quotes(text: str) -> str:
    """Blank out the signs before the lines of a quotation; one that stands in a single line may be a relation."""
    lines = text.split("\n")
    quoted = [_QUOTE.match(line) for line in lines]
    for i, found in enumerate(quoted):
        if found and (any(quoted[max(i - 1, 0) : i]) or any(quoted[i + 1 : i + 2])):
            lines[i] = " " * found.end() + lines[i][found.end() :]
    return "\n".join(lines)


def _from_markdown(text: str) -> tuple[str, list[Annotation]]:
    """Blank out code and comments, make ``$$`` of a block fenced as math; return the annotations."""
    text = _without_quotes(text)
    annotations: list[Annotation] = []

    def comment(found: re.Match[str]) -> str:
        if said := _ANNOTATION.match(found.group(1)):
            annotations.append(Annotation(said.group(1).strip(), place_of(text, found.start())))
        return blank(found)

    def code(found: re.Match[str]) -> str:
        if (found["language"] or "").strip() != "math":
            return blank(found)
        lines = found.group().split("\n")
        last = len(lines) - 1 if lines[-1].strip() in ("```", "~~~") else len(lines)
        return "\n".join("$$" if i in (0, last) else line for i, line in enumerate(lines))

    text = _CODE.sub(code, _BETWEEN_BACKTICKS.sub(r"$ \1 $", _ENTITY.sub(_character, text)))
    text = _LINE_COMMENT.sub(comment, _HTML_COMMENT.sub(comment, text))
    return _SCRIPT.sub(_as_display, text), annotations


def _character(found: re.Match[str]) -> str:
    """Return the character that an entity of HTML stands for, with spaces in the place of the rest."""
    return unescape(found.group()).ljust(len(found.group()))


def _as_display(found: re.Match[str]) -> str:
    """Return a display between dollars, which begins and ends where the script does."""
    inside = re.sub(r"\A\s*% <!\[CDATA\[|%\s*\]\]>\s*\Z", blank, found["inside"])
    begin, end = found.start("inside") - found.start(), found.end() - found.end("inside")
    return "$$".rjust(begin) + inside + "$$".ljust(end)


def _remarks(text: str, macros: Macros) -> Iterator[Formula]:
    """Yield the mathematics within lines of text; what cannot be expanded is left out."""
    for latex, begin in (*inline(text), *functions_in_words(text)):
        with suppress(DerivationError):
            yield Formula(macros.expanded(with_commands(latex)), place_of(text, begin), "")


def _claims(text: str, macros: Macros) -> Iterator[Formula]:
    """Yield the equations within lines that sentences claim."""
    last = 0
    for begin, end in claims_in_sentences(text, macros.expanded):
        latex, before = macros.expanded(with_commands(text[begin:end])), text[last:begin].rstrip("$(\\")
        behind = text[end : end + MOST_SAID_BEHIND].lstrip("$)\\")
        case = case_of_indices(before, behind[:MOST_BEHIND])
        yield Formula(latex, place_of(text, begin), "", before, case, behind, in_text=True)
        last = end
