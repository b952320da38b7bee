"""Reading the Markdown of a derivation.

This is the only code that reads a derivation. It understands no equation. Nothing is skipped: mathematics that stands
where it would not be run is a problem. Problems are collected, so that a file that cannot be run can still be shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from nnmath.latex.document import Block, Document, Link, MarkdownTable, Section, TableRow
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.source import read_source

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

MAX_LENGTH = 300_000
MAX_PARAGRAPH = 20_000

_TAG = re.compile(r"\\tag\s*\{([^{}]*)\}")
_NOT_RUN = re.compile(r"\*Not run: (\S.*)\*")
_NEARLY_NOT_RUN = re.compile(r"[*_]*\s*not[- ]run\b", re.IGNORECASE)


def read_document(path: str | Path) -> Document:
    """Read the Markdown of a file; what is wrong with it stands in `Document.problems`."""
    return read_document_text(read_source(path), str(path))


@lru_cache(maxsize=128)
def read_document_text(text: str, path: str = "<derivation>") -> Document:
    """Read Markdown; `path` is what messages call it. What is read of a text never changes, and is kept."""
    return _MarkdownReader(text, path).read()


class _MarkdownReader:
    def __init__(self, text: str, path: str) -> None:
        self.text, self.path = text, path
        self.lines = text.split("\n")
        self.problems: list[DerivationError] = []
        self.tokens = [] if self._too_long() else MarkdownIt("commonmark").enable("table").parse(text)
        self.section = ""
        self.seen: list[str] = []
        self.level = 0
        self.links: list[Link] = []
        self.tables: list[MarkdownTable] = []
        self.rows: tuple[TableRow, ...] = ()
        self.blocks: list[Block] = []
        self.tags: dict[str, Place] = {}
        self.reason: tuple[str, Place] | None = None

    def read(self) -> Document:
        for i, token in enumerate(self.tokens):
            self._refuse_hidden_mathematics(token)
            if token.type == "inline":
                self.links += self._links(token)
            if token.type == "heading_open":
                self._expect_no_reason()
                self._heading(token, self.tokens[i + 1].content.strip())
            elif token.type == "table_open":
                self._expect_no_reason()
                self._table(i)
            elif token.type == "inline" and self.tokens[i - 1].type == "paragraph_open":
                self._expect_no_reason()
                self._paragraph(token)
            elif token.type == "fence":
                self._fence(token)
        self._expect_no_reason()
        self._refuse_what_is_missing()
        title, introduction, sections = _headings(self.tokens, self.lines)
        return Document(
            self.path,
            self.text,
            title,
            introduction,
            tuple(self.links),
            tuple(sections),
            tuple(self.tables),
            self.rows,
            tuple(self.blocks),
            tuple(self.problems),
        )

    def _too_long(self) -> bool:
        """Refuse what no one would write, and what takes long to read."""
        length, paragraph = 0, 0
        for number, line in enumerate(self.lines, 1):
            length += len(line)
            paragraph = paragraph + len(line) if line.strip() else 0
            if length > MAX_LENGTH:
                self._problem(f"a derivation of more than {MAX_LENGTH:,} characters", Place(number, 1))
            elif paragraph > MAX_PARAGRAPH:
                self._problem(f"a paragraph of more than {MAX_PARAGRAPH:,} characters", Place(number, 1))
            if self.problems:
                return True
        return False

    def _problem(self, problem: str, place: Place) -> None:
        error = DerivationError(problem, place)
        error.path = self.path
        self.problems.append(error)

    def _refuse_what_is_missing(self) -> None:
        end = Place(len(self.lines), 1)
        for needed in ("Symbols", "Forward"):
            if needed not in self.seen:
                self._problem(f"a derivation has a section {needed}", end)
        if not self.rows:
            self._problem("the section Symbols has no table with at least one symbol", end)
        if not self.blocks:
            self._problem("there is no equation: they stand in fenced blocks whose language is math", end)

    # ------------------------------------------------------------------ sections, tables, links

    def _heading(self, token: Token, title: str) -> None:
        place, level = self._line(token), int(token.tag[1])
        if title in SECTIONS:
            self.level = self.level or level
            if title in self.seen:
                self._problem(f"the section {title} stands here twice", place)
            elif self.seen and SECTIONS.index(title) < SECTIONS.index(self.seen[-1]):
                self._problem(f"the section {title} stands before {self.seen[-1]}", place)
            self.seen.append(title)
            self.section = title
        elif (self.section or level > 1) and level <= (self.level or level):
            self.section = title

    def _table(self, start: int) -> None:
        """Read the table that begins at token `start`."""
        read: list[TableRow] = []
        cells: list[str] = []
        line = 1
        for token in self.tokens[start:]:
            if token.type == "inline":
                cells.append(token.content.strip())
            elif token.type == "tr_open":
                cells, line = [], self._line(token).line
            elif token.type == "tr_close":
                read.append(TableRow(tuple(cells), tuple(Place(line, self._column(line, cell)) for cell in cells)))
            elif token.type == "table_close":
                break
        header, *rows = read
        self.tables.append(MarkdownTable(self.section, header, tuple(rows)))
        if self.section != "Symbols":
            return
        if [cell.lower() for cell in header.cells] == COLUMNS:
            self.rows += tuple(rows)
        else:
            self._problem(f"the columns of the table of symbols are {' | '.join(COLUMNS)}", Place(header.line, 1))

    def _links(self, token: Token) -> Iterable[Link]:
        """Yield the links of a paragraph, a heading or a cell."""
        line, children = self._line(token).line, token.children or []
        for i, child in enumerate(children):
            line += child.type in ("softbreak", "hardbreak")
            if child.type == "link_open":
                target = str(child.attrs["href"])
                end = next(j for j in range(i, len(children)) if children[j].type == "link_close")
                text = "".join(one.content for one in children[i:end])
                yield Link(text, target, Place(line, self._column(line, f"]({target}")))

    def _column(self, line: int, content: str) -> int:
        text = self.lines[line - 1] if line <= len(self.lines) else ""  # a fence may open in the last line
        return max(text.find(content), 0) + 1

    # ------------------------------------------------------------------ text and mathematics

    def _paragraph(self, token: Token) -> None:
        for offset, line in enumerate(token.content.split("\n")):
            place = Place(self._line(token).line + offset, 1)
            self._expect_no_reason()
            match = _NOT_RUN.fullmatch(line.strip())
            if match:
                self.reason = match.group(1), place
            elif _NEARLY_NOT_RUN.match(line.strip()):
                self._problem("a block that is not run is marked *Not run: the reason.* on the line before it", place)

    def _expect_no_reason(self) -> None:
        if self.reason:
            self._problem("*Not run: ...* stands directly before a block of mathematics", self.reason[1])
            self.reason = None

    def _fence(self, token: Token) -> None:
        language = token.info.strip()
        place = self._line(token)
        if language != "math":
            self._expect_no_reason()
            if (language.lower() in ("latex", "tex", "") and "\\" in token.content) or language.lower().startswith(
                "math"
            ):
                self._problem(f"a block of mathematics is fenced as math, not {language!r}", place)
            return
        if not self.seen:
            self._problem("an equation before the first section", place)
        reason = self._reason_for()
        first = Place(place.line + 1, self._column(place.line + 1, token.content.split("\n")[0]))
        latex, tag = self._without_tag(token.content, first, reason)
        if not latex.strip():
            self._problem("an empty block of mathematics", place)
        last = token.map[1] if token.map else place.line
        self.blocks.append(Block(self.section, latex, first, tag, reason, place.line, last))

    def _reason_for(self) -> str:
        if self.reason is None:
            return ""
        reason, where = self.reason
        self.reason = None
        if self.section in NEVER_SKIPPED:
            self._problem(f"every equation under {self.section} is run", where)
        return reason

    def _without_tag(self, content: str, first: Place, reason: str) -> tuple[str, str]:
        found = list(_TAG.finditer(content))
        if len(found) > 1 or (not found and not reason):
            number = "no \\tag{}" if not found else f"{len(found)} tags"
            self._problem(f"a block is one equation with one \\tag{{}}; this one has {number}", first)
        for match in found:
            content = content[: match.start()] + " " * len(match.group()) + content[match.end() :]
        if not found:
            return content, ""
        tag = found[0].group(1).strip()
        place = Place(first.line + content.count("\n", 0, found[0].start()), 1)
        if not tag:
            self._problem("an empty \\tag{}", place)
        elif tag in self.tags:
            self._problem(f"the number ({tag}) is taken by the equation of line {self.tags[tag].line}", place)
        self.tags.setdefault(tag, place)
        return content, tag

    def _refuse_hidden_mathematics(self, token: Token) -> None:
        text = token.content
        if token.type == "inline" and "$$" in text:
            self._problem("$$ is not run; an equation stands in a block fenced as math", self._line(token))
        if token.type in ("html_block", "code_block") and re.search(r"```|~~~|\\tag|:=|\$\$", text):
            self._problem(
                "an equation that is hidden in a comment, in HTML or by indentation is not run", self._line(token)
            )

    def _line(self, token: Token) -> Place:
        return Place(token.map[0] + 1 if token.map else 1, 1)


def _headings(tokens: list[Token], lines: list[str]) -> tuple[str, str, list[Section]]:
    """Return the title, the introduction, and the sections."""
    opened = [(i, token) for i, token in enumerate(tokens) if token.type == "heading_open"]
    places = [token.map or [0, 0] for _, token in opened]
    ends = [*(start for start, _ in places), len(lines)][1:]
    slugs = _slugs(tokens[i + 1].content for i, _ in opened)
    title, introduction, sections = "", "", []
    for (i, token), (start, below), end, slug in zip(opened, places, ends, slugs, strict=True):
        heading, level = tokens[i + 1].content.strip(), int(token.tag[1])
        if level == 1 and not title:
            title, introduction = heading, "\n".join(lines[below:end]).strip()
        else:
            sections.append(Section(heading, slug, level, start + 1, end))
    return title, introduction, sections


def _slugs(headings: Iterable[str]) -> list[str]:
    """Return what GitHub makes of headings in an address; the second of one name gets ``-1``, the next ``-2``."""
    seen: Counter[str] = Counter()
    slugs = []
    for heading in headings:
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        slugs.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return slugs
