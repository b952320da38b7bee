"""What there is to read: the derivations in their order, and the module that each one links to."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nnmath.latex import CodeNumbers, Document, code_numbers, read_document, reading_order
from nnmath.suite.catalogue import Entry, catalogue, derivations_folder, linked_file


@dataclass(frozen=True)
class Module:
    """A module, and the numbers of the equations that its lines carry."""

    path: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines; the first is number 1 to those who read."""
        return self.text.splitlines()

    @cached_property
    def numbers(self) -> dict[int, CodeNumbers]:
        """For each line that implements equations their numbers."""
        return code_numbers(self.text)

    def lines_of(self, tag: str) -> list[int]:
        """Return the lines that implement an equation."""
        return [n for n, carried in self.numbers.items() if tag in carried.tags]

    def number_at(self, beginning: str) -> str:
        """Return the first number of the first line whose code begins so; empty if there is no such line."""
        for n, carried in self.numbers.items():
            if self.lines[n - 1].strip().startswith(beginning):
                return carried.tags[0]
        return ""


@dataclass(frozen=True)
class DerivationFile:
    """One Markdown file of the folder.

    Attributes
    ----------
    name : str
        The file without its ending, and the address of its page.
    path : str
        Where it lies in the project.
    document : Document
        What its Markdown holds.
    adds : str
        What it adds to those before it, in a few words of Markdown; empty where the reading order does not say.
    module : Module or None
        The code that it derives.
    """

    name: str
    path: str
    document: Document
    adds: str
    module: Module | None

    @property
    def text(self) -> str:
        """The Markdown."""
        return self.document.text

    @property
    def title(self) -> str:
        """The heading."""
        return self.document.title

    @property
    def tags(self) -> frozenset[str]:
        """The numbers of its equations."""
        return frozenset(self.document.tagged)

    def latex_of(self, tag: str) -> str:
        """Return the LaTeX of an equation without its number; empty if there is no such equation."""
        block = self.document.tagged.get(tag)
        return " ".join(block.latex.split()) if block else ""


@dataclass(frozen=True)
class Library:
    """All derivations, in reading order, and the text on notation."""

    notation: Document
    derivations: list[DerivationFile]

    def __iter__(self) -> Iterator[DerivationFile]:
        return iter(self.derivations)

    def get(self, name: str) -> DerivationFile | None:
        """Return the derivation of a name, if there is one."""
        return next((one for one in self.derivations if one.name == name), None)


def read_library(root: Path) -> Library:
    """Read the folder `derivations` of a project; where there is none, the derivations that nnmath brings along.

    Raises
    ------
    ValueError
        The folder has no README.md.
    """
    folder = root / "derivations"
    folder = folder if folder.is_dir() else derivations_folder()
    if not (folder / "README.md").is_file():
        raise ValueError(f"{folder}: expected a folder of derivations with a README.md")
    notation = read_document(folder / "README.md")
    order = {row.name: row.adds for row in reading_order(notation)}
    entries = catalogue(folder)
    names = sorted(entries, key=lambda name: list(order).index(name) if name in order else len(order))
    return Library(notation, [_read(entries[name], order.get(name, "")) for name in names])


def _read(entry: Entry, adds: str) -> DerivationFile:
    document = read_document(entry.path)
    if not document.title:
        raise ValueError(f"{entry.shown}: expected a heading, # ...")
    module = None
    if document.module_links:
        target = document.module_links[0].target
        linked = posixpath.normpath(f"{posixpath.dirname(entry.shown)}/{target}")
        module = Module(linked, linked_file(entry.path, target).read_text(encoding="utf-8"))
    return DerivationFile(entry.name, entry.shown, document, adds, module)
