"""The symbols of a derivation, found again in its formulas, so that a page can say of each what it is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from nnmath.latex import Block, Document

#: A formula as nested tuples, without what says only how it is set.
Form = tuple[object, ...]

#: The LaTeX of a formula as MathML.
Converted = Callable[[str], Element]

_WORKED = "A worked example"


@dataclass(frozen=True)
class PageSymbol:
    """A row of the table of symbols: LaTeX, the name in the code, the shape, and the meaning in Markdown.

    `example` is its value in the worked example, in LaTeX; empty if it has none there.
    """

    number: int
    latex: str
    code: str
    shape: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Symbols:
    """The symbols of a page: those of its table, and those that one of its equations defines."""

    listed: tuple[PageSymbol, ...] = ()
    names: Mapping[Form, str] | None = None

    def mark(self, math: Element) -> None:
        """Name each symbol in a formula: `data-symbol` is its row in the table, or `eq-` and the equation's number."""
        if self.names:
            self._mark(math)

    def _mark(self, element: Element) -> None:
        name = self._name(element)
        if name:
            element.set("data-symbol", name)
            return
        for child in element:
            if _local(child) != "annotation":
                self._mark(child)

    def _name(self, element: Element) -> str | None:
        assert self.names is not None
        if _local(element) not in _NAMED:
            return None
        return self.names.get(_form(element)) or self.names.get(_form(_unindexed(element)))


_NAMED = frozenset({"mi", "mover", "msub", "msup", "msubsup", "mfrac"})


def symbols_of(document: Document, converted: Converted) -> Symbols:
    """Return the symbols of a derivation."""
    worked = dict(block.value for block in reversed(document.blocks) if block.section == _WORKED)
    listed, names = [], dict(_defined(document.blocks, converted))
    for n, row in enumerate(document.rows):
        latex, code, shape, _, meaning = row.cells
        latex = latex.strip("$")
        listed.append(PageSymbol(n, latex, code.strip("`-"), shape, meaning, worked.get(latex, "")))
        names[_form(_root(converted(latex)))] = str(n)
    return Symbols(tuple(listed), names)


def _defined(blocks: Iterable[Block], converted: Converted) -> Iterable[tuple[Form, str]]:
    """Yield each symbol or function that an equation outside of the worked example defines, by ``:=``."""
    for block in blocks:
        if block.defined and block.tag and block.section != _WORKED:
            root = _root(converted(block.defined))
            first = root[0] if _local(root) == "mrow" and len(root) else root
            if _local(first) in _NAMED:
                yield _form(_unindexed(first)), f"eq-{block.tag}"


def _root(math: Element) -> Element:
    """Return the formula inside a `math` element, without its annotation."""
    root = math[0][0]
    while _local(root) == "mrow" and len(root) == 1:
        root = root[0]
    return root


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _form(element: Element) -> Form:
    return (_local(element), element.text or "", *(_form(child) for child in element))


def _unindexed(element: Element) -> Element:
    """Return a formula without its lower indices; those of what is differentiated for, too."""
    name = _local(element)
    if name == "msub":
        return _unindexed(element[0])
    if not len(element):
        return element
    result = Element(element.tag)
    result.text = element.text
    children = list(element)
    if name == "msubsup":
        result.tag = element.tag.replace("msubsup", "msup")
        children = [children[0], children[2]]
    result.extend(_unindexed(child) for child in children)
    return result
