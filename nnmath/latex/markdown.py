"""Reading the Markdown of a derivation: its sections, its table of symbols, its blocks of mathematics.

Nothing is skipped: mathematics that stands where it would not be run is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nnmath.latex.errors import DerivationError, Place

SECTIONS = (
    "Symbols",
    "Forward",
    "Backward",
    "As the code computes it",
    "A worked example",
    "Where people go wrong",
    "References",
)
NEVER_SKIPPED = ("Forward", "Backward", "As the code computes it")
COLUMNS = ["symbol", "code", "shape", "domain", "meaning"]

_TAG = re.compile(r"\\tag\s*\{([^{}]*)\}")
_NOT_RUN = re.compile(r"\*Not run: (\S.*)\*")
_NEARLY_NOT_RUN = re.compile(r"[*_]*\s*not[- ]run\b", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """One block of mathematics.

    Attributes
    ----------
    section : str
        The section it stands in.
    latex : str
        Its LaTeX; the tag is blanked out, so that every column is still right.
    place : Place
        The place of the first character of `latex`.
    tag : str
        The number of the equation; empty for a block that is not run and has none.
    not_run : str
        The reason why it is not run; empty if it is.
    """

    section: str
    latex: str
    place: Place
    tag: str
    not_run: str


@dataclass(frozen=True)
class Row:
    """One row of the table of symbols: its cells, and the place of each."""

    cells: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Document:
    """What a derivation holds, before any of it is understood."""

    rows: list[Row]
    blocks: list[Block]


def read_document(text: str) -> Document:
    """Read the Markdown of a derivation.

    Raises
    ------
    DerivationError
        A heading, a table or a block that is not as ``derivations/README.md`` says.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.tokens = MarkdownIt("commonmark").enable("table").parse(text)
        self.section = ""
        self.seen: list[str] = []
        self.level = 0
        self.rows: list[Row] = []
        self.blocks: list[Block] = []
        self.tags: dict[str, Place] = {}
        self.reason: tuple[str, Place] | None = None

    def read(self) -> Document:
        for i, token in enumerate(self.tokens):
            self._refuse_hidden_mathematics(token)
            if token.type == "heading_open":
                self._expect_no_reason()
                self._heading(token, self.tokens[i + 1].content.strip())
            elif token.type == "table_open" and self.section == "Symbols":
                self._expect_no_reason()
                self.rows += self._table(i)
            elif token.type == "inline" and self.tokens[i - 1].type == "paragraph_open":
                self._expect_no_reason()
                self._paragraph(token)
            elif token.type == "fence":
                self._fence(token)
        self._expect_no_reason()
        for needed in ("Symbols", "Forward"):
            if needed not in self.seen:
                raise DerivationError(f"a derivation has a section {needed}", Place(len(self.lines), 1))
        if not self.rows:
            raise DerivationError(
                "the section Symbols has no table with at least one symbol", Place(len(self.lines), 1)
            )
        if not self.blocks:
            raise DerivationError(
                "there is no equation: they stand in fenced blocks whose language is math", Place(len(self.lines), 1)
            )
        return Document(self.rows, self.blocks)

    # ------------------------------------------------------------------ sections

    def _heading(self, token: Token, title: str) -> None:
        place, level = self._line(token), int(token.tag[1])
        if title in SECTIONS:
            self.level = self.level or level
            if title in self.seen:
                raise DerivationError(f"the section {title} stands here twice", place)
            if self.seen and SECTIONS.index(title) < SECTIONS.index(self.seen[-1]):
                raise DerivationError(f"the section {title} stands before {self.seen[-1]}", place)
            self.seen.append(title)
            self.section = title
        elif self.section and level <= self.level:
            self.section = title

    def _table(self, start: int) -> Iterator[Row]:
        """Yield the rows of the table that begins at token `start`."""
        cells: list[str] = []
        header = True
        for token in self.tokens[start:]:
            if token.type == "inline":
                cells.append(token.content.strip())
            elif token.type == "tr_open":
                cells, line = [], self._line(token).line
            elif token.type == "tr_close" and header:
                header = False
                if [cell.lower() for cell in cells] != COLUMNS:
                    raise DerivationError(
                        f"the columns of the table of symbols are {' | '.join(COLUMNS)}", Place(line, 1)
                    )
            elif token.type == "tr_close":
                yield Row(tuple(cells), tuple(Place(line, self._column(line, cell)) for cell in cells))
            elif token.type == "table_close":
                return

    def _column(self, line: int, content: str) -> int:
        return max(self.lines[line - 1].find(content), 0) + 1

    # ------------------------------------------------------------------ text and mathematics

    def _paragraph(self, token: Token) -> None:
        for offset, line in enumerate(token.content.split("\n")):
            place = Place(self._line(token).line + offset, 1)
            self._expect_no_reason()
            match = _NOT_RUN.fullmatch(line.strip())
            if match:
                self.reason = match.group(1), place
            elif _NEARLY_NOT_RUN.match(line.strip()):
                raise DerivationError(
                    "a block that is not run is marked *Not run: the reason.* on the line before it", place
                )

    def _expect_no_reason(self) -> None:
        if self.reason:
            raise DerivationError("*Not run: ...* stands directly before a block of mathematics", self.reason[1])

    def _fence(self, token: Token) -> None:
        language = token.info.strip()
        place = self._line(token)
        if language != "math":
            self._expect_no_reason()
            if (language.lower() in ("latex", "tex", "") and "\\" in token.content) or language.lower().startswith(
                "math"
            ):
                raise DerivationError(f"a block of mathematics is fenced as math, not {language!r}", place)
            return
        if not self.section:
            raise DerivationError("an equation before the first section", place)
        reason = self._reason_for(place)
        first = Place(place.line + 1, self._column(place.line + 1, token.content.split("\n")[0]))
        latex, tag = self._without_tag(token.content, first, reason)
        if not latex.strip():
            raise DerivationError("an empty block of mathematics", place)
        self.blocks.append(Block(self.section, latex, first, tag, reason))

    def _reason_for(self, place: Place) -> str:
        if self.reason is None:
            return ""
        reason, where = self.reason
        self.reason = None
        if self.section in NEVER_SKIPPED:
            raise DerivationError(f"every equation under {self.section} is run", where)
        return reason

    def _without_tag(self, content: str, first: Place, reason: str) -> tuple[str, str]:
        found = list(_TAG.finditer(content))
        if len(found) > 1 or (not found and not reason):
            number = "no \\tag{}" if not found else f"{len(found)} tags"
            raise DerivationError(f"a block is one equation with one \\tag{{}}; this one has {number}", first)
        for match in found:
            tag = match.group(1).strip()
            place = Place(first.line + content.count("\n", 0, match.start()), 1)
            if not tag:
                raise DerivationError("an empty \\tag{}", place)
            if tag in self.tags:
                raise DerivationError(
                    f"the number ({tag}) is taken by the equation of line {self.tags[tag].line}", place
                )
            self.tags[tag] = place
            content = content[: match.start()] + " " * len(match.group()) + content[match.end() :]
            return _without_full_stop(content), tag
        return _without_full_stop(content), ""

    def _refuse_hidden_mathematics(self, token: Token) -> None:
        text = token.content
        if token.type == "inline" and "$$" in text:
            raise DerivationError("$$ is not run; an equation stands in a block fenced as math", self._line(token))
        if token.type in ("html_block", "code_block") and re.search(r"```|~~~|\\tag|:=|\$\$", text):
            raise DerivationError(
                "an equation that is hidden in a comment, in HTML or by indentation is not run", self._line(token)
            )

    def _line(self, token: Token) -> Place:
        return Place(token.map[0] + 1 if token.map else 1, 1)


def _without_full_stop(content: str) -> str:
    """Blank out the full stop or the comma that ends the sentence an equation is part of."""
    stripped = content.rstrip()
    if stripped.endswith((".", ",", ";")):
        return stripped[:-1] + " " + content[len(stripped) :]
    return content
