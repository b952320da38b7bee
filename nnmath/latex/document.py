"""What the Markdown of a derivation holds: title, links, sections, the table of symbols, the blocks of mathematics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nnmath.latex.errors import DerivationError, Place

#: What stands between the sides of an equation.
_RELATION = re.compile(r":=|=|\\approx(?![A-Za-z])|\\ne(?=q?(?![A-Za-z]))")


@dataclass(frozen=True)
class Link:
    """A link: its text, its target as it is written, and the place where its paragraph or cell has it."""

    text: str
    target: str
    place: Place


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, up to the next heading of any level.

    Attributes
    ----------
    title : str
        The heading, in Markdown.
    slug : str
        What GitHub calls it in an address, ``#as-the-code-computes-it``.
    level : int
        1 for ``#``, 2 for ``##``, ...
    first_line, last_line : int
        The heading and the last line below it, counted from 1.
    """

    title: str
    slug: str
    level: int
    first_line: int
    last_line: int


@dataclass(frozen=True)
class TableRow:
    """One row of a table, its header included: the cells and the place of each."""

    cells: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def line(self) -> int:
        """The line of the row, counted from 1."""
        return self.places[0].line


@dataclass(frozen=True)
class MarkdownTable:
    """A table: the section it stands in, its header and its rows."""

    section: str
    header: TableRow
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Block:
    """One block of mathematics.

    Attributes
    ----------
    section : str
        The section it stands in; empty before the first one.
    latex : str
        Its LaTeX; the tag is blanked out, so that every column is still right.
    place : Place
        The place of the first character of `latex`.
    tag : str
        The number of the equation; empty for a block that has none.
    not_run : str
        The reason why it is not run; empty if it is.
    first_line, last_line : int
        The lines of the opening and the closing fence, counted from 1.
    """

    section: str
    latex: str
    place: Place
    tag: str
    not_run: str
    first_line: int
    last_line: int

    @property
    def without_full_stop(self) -> str:
        """The LaTeX without the full stop or the comma that ends the sentence an equation is part of."""
        stripped = self.latex.rstrip()
        ends = stripped.endswith((".", ",", ";"))
        return stripped[:-1] + " " + self.latex[len(stripped) :] if ends else self.latex

    @property
    def defined(self) -> str:
        """The LaTeX on the left of ``:=``; empty for a block that defines nothing."""
        left, sign, _ = self.latex.partition(":=")
        return left.strip() if sign else ""

    @property
    def value(self) -> tuple[str, str]:
        """The LaTeX of the first and of the last side, with ≈ before what is rounded; empty where sides differ."""
        relations = list(_RELATION.finditer(self.latex))
        if not relations or any(relation.group() == r"\ne" for relation in relations):
            return "", ""
        last = relations[-1]
        about = "≈ " if last.group() == r"\approx" else ""
        return self.latex[: relations[0].start()].strip(), about + " ".join(self.latex[last.end() :].split())


@dataclass(frozen=True)
class Document:
    """What the Markdown of a derivation holds, before any of it is understood.

    Attributes
    ----------
    path : str
        The file, as messages call it.
    text : str
        The whole Markdown.
    title : str
        The first heading of the first level; empty if there is none.
    introduction : str
        The Markdown between the title and the next heading.
    links : tuple of Link
        All links, in order.
    sections : tuple of Section
        All headings but the title, in order.
    tables : tuple of MarkdownTable
        All tables, in order.
    rows : tuple of TableRow
        The rows of the table of symbols, without its header.
    blocks : tuple of Block
        The blocks of mathematics, in order.
    problems : tuple of DerivationError
        What keeps the derivation from being run, in order.
    """

    path: str
    text: str
    title: str
    introduction: str
    links: tuple[Link, ...]
    sections: tuple[Section, ...]
    tables: tuple[MarkdownTable, ...]
    rows: tuple[TableRow, ...]
    blocks: tuple[Block, ...]
    problems: tuple[DerivationError, ...]

    @property
    def first_sentence(self) -> str:
        """The first sentence of the introduction, on one line."""
        paragraph = " ".join(self.introduction.partition("\n\n")[0].split())
        return re.split(r"(?<=[.!?])\s", paragraph, maxsplit=1)[0]

    @property
    def module_links(self) -> list[Link]:
        """The links to Python files; the first one is the module that the derivation is about."""
        return [link for link in self.links if link.target.endswith(".py")]

    @property
    def prose(self) -> str:
        """The Markdown without its blocks of mathematics."""
        lines = enumerate(self.text.split("\n"), 1)
        return "\n".join(line for number, line in lines if self.block_at(number) is None)

    @property
    def most_dimensions(self) -> int:
        """The number of dimensions of the largest symbol in the table: 0 if all are numbers."""
        shapes = [row.cells[2].strip("() ") for row in self.rows]
        return max((len([axis for axis in shape.split(",") if axis.strip()]) for shape in shapes), default=0)

    @cached_property
    def tagged(self) -> dict[str, Block]:
        """The blocks that have a number, by their numbers."""
        return {block.tag: block for block in reversed(self.blocks) if block.tag}

    def block_at(self, line: int) -> Block | None:
        """Return the block whose fences or content stand on a line, counted from 1; None if there is none."""
        return next((block for block in self.blocks if block.first_line <= line <= block.last_line), None)


@dataclass(frozen=True)
class Listed:
    """One row of the reading order: the target of its link as it is written, and what the derivation adds."""

    target: str
    adds: str

    @property
    def name(self) -> str:
        """The file without its folder and its ending."""
        return Path(self.target).stem


def reading_order(document: Document) -> list[Listed]:
    """Return the rows of the table under *Reading order* that link to a derivation, in their order."""
    found = []
    for table in document.tables:
        for row in table.rows if table.section == "Reading order" else ():
            target = next((link.target for link in document.links if link.place.line == row.line), "")
            if target.endswith(".md"):
                found.append(Listed(target, row.cells[-1]))
    return found
