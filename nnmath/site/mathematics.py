"""LaTeX to MathML, when the pages are built: Temml, bundled, in an engine that needs neither Node nor a network."""

import atexit
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from nnmath.site.symbols import Symbols

#: No symbols.
NONE = Symbols()

RELATIONS = frozenset("=≔≠≈<>≤≥")
SIGNS = frozenset("+−")

#: An equation whose estimated width, in em, is more than this may be broken: it would not fit a phone.
NARROW = 17.0

#: By how much the estimate of a width is made larger, so that it is not too narrow.
_SAFETY = 1.1

#: What makes a root or a bracket higher than the smallest sign for it.
_TALL = frozenset({"mfrac", "mtable", "munderover", "munder"})

#: What has indices, exponents or limits; the first child is what has them.
_SCRIPTED = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_LETTERS = {**dict.fromkeys("mwMW", 0.9), "≔": 1.0, "∑": 1.3, "∏": 1.3, "≠": 0.75}
#: Units of length, in em.
_UNITS = {"em": 1.0, "ex": 0.5, "pt": 0.1, "px": 0.0625}
_SPACED = RELATIONS | SIGNS | frozenset("⋅⊙×")

ElementTree.register_namespace("", _NAMESPACE)


class MathematicsError(ValueError):
    """LaTeX that is not understood."""


def inline(latex: str, symbols: Symbols = NONE) -> str:
    """Return the MathML of a formula in a line of text, its symbols named; its LaTeX is kept as an annotation."""
    math = converted(latex, display=False)
    symbols.mark(math)
    return _serialised(math)


def displayed(latex: str, symbols: Symbols = NONE) -> tuple[list[str], float]:
    """Return the MathML of a displayed equation, its symbols named.

    Returns
    -------
    parts : list of str
        One `math` element, or, for an equation that is wide and can be broken, several: the lines break between them
        where the column is narrow. The first carries the LaTeX of the whole as an annotation.
    width : float
        About how wide the widest part is, in em.
    """
    whole = converted(latex, display=True)
    symbols.mark(whole)
    semantics = whole[0]
    row = semantics[0]
    if _local(row) != "mrow" or _width(row) <= NARROW:
        return [_serialised(whole)], _SAFETY * _width(row)
    groups = [part for group in _groups(list(row), RELATIONS) for part in _fitting(group)]
    parts = []
    for i, group in enumerate(groups):
        math = ElementTree.Element(whole.tag, whole.attrib)
        inside = ElementTree.SubElement(math, semantics.tag)
        line = ElementTree.SubElement(inside, row.tag)
        line.extend(group)
        if i == 0:
            inside.append(semantics[1])
        elif _local(group[0]) == "mo":
            group[0].set("form", "infix")  # though it stands at the beginning of its part
        parts.append(_serialised(math))
    return parts, _SAFETY * max(sum(map(_width, group)) for group in groups)


def _fitting(group: list[ElementTree.Element]) -> list[list[ElementTree.Element]]:
    """Break a part that is still too wide before its signs, if it has any of its own."""
    if sum(map(_width, group)) <= NARROW:
        return [group]
    lines: list[list[ElementTree.Element]] = []
    for term in _groups(group, SIGNS):
        if lines and sum(map(_width, lines[-1] + term)) <= NARROW:
            lines[-1] += term
        else:
            lines.append(term)
    return lines


def _groups(row: list[ElementTree.Element], signs: frozenset[str]) -> list[list[ElementTree.Element]]:
    """Break a row before each of some signs that stands between two things."""
    groups: list[list[ElementTree.Element]] = [[]]
    for i, element in enumerate(row):
        infix = _local(element) == "mo" and element.get("form") is None
        if infix and element.text in signs and groups[-1] and i + 1 < len(row):
            groups.append([])
        groups[-1].append(element)
    return groups


@cache
def _engine() -> Any:
    from py_mini_racer import MiniRacer  # a whole engine for JavaScript, which only those who build pages need

    engine = MiniRacer()
    atexit.register(engine.close)  # left to the end of the process, it may wait for a thread that is gone, for ever
    engine.eval(files("nnmath.site").joinpath("vendor/temml/temml.min.js").read_text(encoding="utf-8"))
    return engine


@cache
def _markup(latex: str, display: bool) -> str:
    options = {"displayMode": display, "annotate": True, "xml": True, "throwOnError": True, "strict": True}
    script = f"temml.renderToString({json.dumps(latex)}, {json.dumps(options)})"
    try:
        return str(_engine().eval(script))
    except Exception as error:  # the engine has a class of its own for what a script throws
        raise MathematicsError(f"{latex!r}: {str(error).splitlines()[0]}") from None


def converted(latex: str, display: bool = False) -> ElementTree.Element:
    """Return LaTeX as MathML: an element `math`, whose only child holds the formula and its LaTeX."""
    # := is one sign, and is set as one
    math = ElementTree.fromstring(_markup(latex.strip().replace(":=", r"\coloneqq "), display))
    for sign in math.iter(f"{{{_NAMESPACE}}}mo"):
        if sign.text == "⊙":
            sign.set("largeop", "false")  # Firefox takes it for the large one that stands before indices
    for row in math.iter(f"{{{_NAMESPACE}}}mrow"):
        if len(row) > 2 and row[0].get("fence") and row[-1].get("fence"):
            if any(_local(e) == "mfrac" for e in row):  # brackets around a fraction grow with it
                _stretch(row, "true")
            elif not _is_tall(row):  # browsers set space beside brackets that may grow, also where they do not
                _stretch(row, "false")
    for root in math.iter(f"{{{_NAMESPACE}}}msqrt"):
        if not _is_tall(root):
            root.set("class", "low")  # the style sheet takes back the space that Chromium leaves behind low roots
    for element in list(math.iter()):
        if _local(element) == "msup" and set("".join(element[1].itertext())) == {"′"}:
            element.tag = f"{{{_NAMESPACE}}}mrow"  # the prime of the font is raised and small already
        elif _local(element) in _SCRIPTED:
            for sign in [sign for script in element[1:] for sign in script.iter(f"{{{_NAMESPACE}}}mo")]:
                if sign.text in RELATIONS | SIGNS:  # close together in an index, as TeX sets them
                    sign.set("lspace", "0")
                    sign.set("rspace", "0")
    annotation = math[0][1]
    annotation.text = re.sub(r"\s+", " ", latex).strip()
    return math


def _is_tall(element: ElementTree.Element) -> bool:
    return any(_local(e) in _TALL for e in element.iter())


def _stretch(row: ElementTree.Element, stretchy: str) -> None:
    for fence in (row[0], row[-1]):
        fence.set("stretchy", stretchy)


def _serialised(math: ElementTree.Element) -> str:
    return ElementTree.tostring(math, encoding="unicode").replace(f' xmlns="{_NAMESPACE}"', "")


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _width(element: ElementTree.Element) -> float:
    """Estimate how wide an element is, in em; rather too wide than too narrow."""
    name, children = _local(element), list(element)
    if not children:
        text = element.text or ""
        if name == "mspace":
            length = re.fullmatch(r"(-?[\d.]+)([a-z]+)", element.get("width", "0em"))
            return float(length[1]) * _UNITS.get(length[2], 1.0) if length else 0.0
        sign = text in _SPACED and element.get("form") is None
        return sum(_LETTERS.get(letter, 0.66 if letter.isupper() else 0.52) for letter in text) + 0.6 * sign
    widths = [_width(child) for child in children]
    if name == "mfrac":
        return max(widths) + 0.4
    if name == "msqrt":
        return sum(widths) + 1.1
    if name in ("msub", "msup"):
        return widths[0] + 0.72 * widths[1]
    if name == "msubsup":
        return widths[0] + 0.72 * max(widths[1:])
    if name in ("munder", "mover", "munderover"):
        return max(widths[0] + 0.3, *(0.72 * width for width in widths[1:]))
    if name == "mtable":
        rows = [[_width(cell) for cell in row] for row in children]
        widest: list[float] = [max(column) for column in zip(*rows, strict=False)]
        return sum(widest) + len(widest)
    return sum(widths)
