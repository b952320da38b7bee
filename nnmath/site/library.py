"""What there is to read: the derivations in their order, and the module that each one links to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_ORDER = re.compile(r"^\|\s*\d+\s*\|\s*\[[^\]]*\]\(\w+/(\w+)\.md\)\s*\|\s*(.*?)\s*\|\s*$", re.MULTILINE)
_MODULE = re.compile(r"\]\(\.\./\.\./([\w/]+\.py)\)")
_EQUATION = re.compile(r"^```math\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TAG = re.compile(r"\\tag\s*\{\s*([^{}\s]+)\s*\}")

#: A number in brackets, or several, in a comment at the end of a line of code, perhaps with a remark behind it.
NUMBERS = re.compile(r"#\s*\(\w+\)(?:,?\s*\(\w+\))*")


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
    def numbers(self) -> dict[int, list[str]]:
        """For each line that implements equations their numbers."""
        found = {n: NUMBERS.search(line) for n, line in enumerate(self.lines, 1)}
        return {n: re.findall(r"\((\w+)\)", match.group()) for n, match in found.items() if match}

    def lines_of(self, tag: str) -> list[int]:
        """Return the lines that implement an equation."""
        return [n for n, tags in self.numbers.items() if tag in tags]

    def number_at(self, beginning: str) -> str:
        """Return the first number of the first line whose code begins so; empty if there is no such line."""
        for n, tags in self.numbers.items():
            if self.lines[n - 1].strip().startswith(beginning):
                return tags[0]
        return ""


@dataclass(frozen=True)
class Derivation:
    """One Markdown file of the folder.

    Attributes
    ----------
    name : str
        The file without its ending, and the address of its page.
    path : str
        Where it lies in the project.
    text : str
        The Markdown.
    adds : str
        What it adds to those before it, in a few words of Markdown; empty where the reading order does not say.
    module : Module or None
        The code that it derives.
    """

    name: str
    path: str
    text: str
    adds: str
    module: Module | None

    @property
    def title(self) -> str:
        """The heading."""
        return next(line[2:].strip() for line in self.text.splitlines() if line.startswith("# "))

    @cached_property
    def _equations(self) -> dict[str, str]:
        blocks = _EQUATION.findall(self.text)
        return {tag: " ".join(_TAG.sub("", block).split()) for block in blocks for tag in _TAG.findall(block)}

    @property
    def tags(self) -> frozenset[str]:
        """The numbers of its equations."""
        return frozenset(self._equations)

    def latex_of(self, tag: str) -> str:
        """Return the LaTeX of an equation without its number; empty if there is no such equation."""
        return self._equations.get(tag, "")


@dataclass(frozen=True)
class Library:
    """All derivations, in reading order, and the text on notation."""

    notation: str
    derivations: list[Derivation]

    def __iter__(self) -> Iterator[Derivation]:
        return iter(self.derivations)

    def get(self, name: str) -> Derivation | None:
        """Return the derivation of a name, if there is one."""
        return next((one for one in self.derivations if one.name == name), None)


def read_library(root: Path) -> Library:
    """Read the folder `derivations` of a project.

    Raises
    ------
    ValueError
        There is no such folder, or nothing in it.
    """
    folder = root / "derivations"
    if not (folder / "README.md").is_file():
        raise ValueError(f"{folder}: expected a folder of derivations with a README.md; run this where the project is")
    notation = (folder / "README.md").read_text(encoding="utf-8")
    order = dict(_ORDER.findall(notation))
    paths = sorted(path for path in folder.rglob("*.md") if path != folder / "README.md")
    paths.sort(key=lambda path: list(order).index(path.stem) if path.stem in order else len(order))
    return Library(notation, [_read(root, path, order.get(path.stem, "")) for path in paths])


def _read(root: Path, path: Path, adds: str) -> Derivation:
    where = path.relative_to(root).as_posix()
    text = path.read_text(encoding="utf-8")
    if not re.search(r"^# ", text, re.MULTILINE):
        raise ValueError(f"{where}: expected a heading, # ...")
    link = _MODULE.search(text)
    module = Module(link.group(1), (root / link.group(1)).read_text(encoding="utf-8")) if link else None
    return Derivation(path.stem, where, text, adds, module)
