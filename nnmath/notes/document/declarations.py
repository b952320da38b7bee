r"""Annotations: what the author adds for the check, in a comment.

``% nnmath: W (D, M), y label 1..K, eps 1e-5`` says which shape symbols have and what their values may be;
``% nnmath: \sigma(x) = 1 / (1 + e^{-x})`` is an equation that readers do not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nnmath.latex import DerivationError, Place
from nnmath.latex.source import read_source
from nnmath.latex.symbols.dimensions import times, total
from nnmath.latex.syntax.alphabet import GREEK
from nnmath.notes.document.brackets import split_outermost
from nnmath.notes.document.constraints import CONSTRAINTS, parse_constraint, problem_of
from nnmath.notes.document.read_as import problem_of as problem_of_reading
from nnmath.notes.document.source import Annotation, Formula
from nnmath.sampling import Domain, parse_domain

#: A dimension, as it is printed as well: D, N_{out}, n^{[l]}; what is calculated from them: D + K, 4 H.
_LETTERS = r"[A-Za-z]\w*?(?:[_^]\{[^{}]*\})+|[A-Za-z]\w*"
_TERM = rf"(?:(?P<count>\d+)\s*[*·]?\s*)?(?P<letters>{_LETTERS})|(?P<number>\d+)"
_DIM = re.sub(r"\?P<\w+>", "?:", rf"(?:(?:{_TERM})(?:\s*\+\s*(?:{_TERM}))*)")
_ITEM = re.compile(
    r"(?P<name>(?:\\(?:hat|bar|tilde|widehat|mathbf|boldsymbol)\s*)?\\?[A-Za-z]+(?:\s*(?!\{[^{}]*,)\{(?:[^{}]|\{[^{}]*\})*\})*(?:[_^](?:\{[^{}]*\}|\\?[A-Za-z0-9]+|[-+*])|')*)\s*"
    rf"(?P<shape>\(\s*(?:{_DIM}\s*(?:,\s*{_DIM}\s*)*,?\s*)?\))?\s*(?P<domain>.*)",
    re.S,
)
_NAME = re.compile(r"\$?\s*\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|[A-Za-z0-9]))?\s*\$?")
_EXAMPLE = "write W (D, M), b (M,), y label 1..K, eps 1e-5, or an equation"


@dataclass(frozen=True)
class Declaration:
    """What an annotation says of one symbol; no `dims` where it says nothing of its shape.

    A `constraint` is what no domain describes: one of `nnmath.notes.document.constraints.CONSTRAINTS`.
    """

    name: str
    dims: tuple[str, ...] | None
    domain: Domain | None
    place: Place
    constraint: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it says that a letter is a number, and no label that may be an index."""
        return not self.dims and self.domain is not None and self.domain.kind != "labels"


#: The longest array of which an annotation may give the length as a number: all of its entries are computed with.
MOST_LENGTH = 9


def _is_range(declared: re.Match[str]) -> bool:
    """Whether two numbers say between which of them a value is, ``p (0, 1)``, and no shape, ``W (3, 2)``."""
    numbers = re.fullmatch(r"\(\s*([\d.]+)\s*,\s*([\d.]+)\s*\)", declared["shape"])
    if numbers is None or declared["domain"]:
        return False
    return not all(one.isdigit() and int(one) > 0 for one in numbers.groups())


def declarations(annotations: Iterable[Annotation]) -> Iterator[Declaration]:
    """Yield what annotations declare.

    Raises
    ------
    DerivationError
        A declaration cannot be read.
    """
    for annotation in annotations:
        alone: list[str] = []  # names that have what is said of the next one, a and b in "a, b, c real"
        for item in _items(annotation):
            if _NAME.fullmatch(item):
                alone.append(item.strip("$ "))
            elif not is_equation(item):
                one = _declaration(item, annotation.place)
                yield from (replace(one, name=_named(name)) for name in alone)
                yield one
                alone = []
        for item in alone:
            yield _declaration(item, annotation.place)


def equations(annotations: Iterable[Annotation]) -> Iterator[Formula]:
    """Yield the equations that stand in annotations."""
    for annotation in annotations:
        for item in _items(annotation):
            if is_equation(item):
                yield Formula(item.strip("$"), annotation.place, "")


def _items(annotation: Annotation) -> Iterator[str]:
    """Yield what an annotation says, one thing after the other."""
    if problem := problem_of_reading(annotation.text):
        raise DerivationError(problem, annotation.place)
    for _, item in split_outermost(annotation.text, r"[,;]"):
        if item.strip():
            yield item.strip()


def is_equation(item: str) -> bool:
    r"""Whether an item of an annotation is an equation, or a distribution, ``\epsilon \sim \mathcal{N}(0, 1)``."""
    return "=" in item or "\\sim" in item


def _declaration(item: str, place: Place) -> Declaration:
    item = item.replace("$", " ").strip()
    found = _ITEM.fullmatch(item)
    if found is None:
        raise DerivationError(f"the annotation {item!r} is not understood; {_EXAMPLE}", place)
    domain, constraint = None, ""
    if found["shape"] and _is_range(found):
        return Declaration(_named(found["name"]), None, parse_domain(found["shape"]), place)
    if text := re.sub(r"^(?:is|in|:)\s+", "", found["domain"].strip()):
        constraint = parse_constraint(text)
        try:
            domain = None if constraint else parse_domain(text)
        except ValueError as error:
            problem = f"{error}, {CONSTRAINTS}"
            raise DerivationError(f"the annotation {item!r} is not understood: {problem}; {_EXAMPLE}", place) from None
    if found["shape"] is None and domain is None and not constraint:
        raise DerivationError(f"the annotation {item!r} says neither a shape nor a domain; {_EXAMPLE}", place)
    dims = _dims(found["shape"], domain)
    if any(dim.isdigit() and int(dim) > MOST_LENGTH for dim in dims or ()):
        raise DerivationError(
            f"the annotation {item!r} has a number above {MOST_LENGTH} as a dimension; give the dimension a letter",
            place,
        )
    if problem := problem_of(constraint, dims) if constraint else "":
        raise DerivationError(f"the annotation {item!r} cannot be: {problem}", place)
    return Declaration(_named(found["name"]), dims, domain, place, constraint)


def _named(name: str) -> str:
    """Return the name in LaTeX: a Greek letter may be written as a word."""
    letter = re.match(r"[A-Za-z]+", name)
    name = re.sub(r"_([A-Za-z0-9]{2,})$", r"_{\1}", name)
    return f"\\{name}" if letter and letter.group() in GREEK else "\\epsilon" if name == "eps" else name


def _dims(shape: str | None, domain: Domain | None) -> tuple[str, ...] | None:
    if shape is None:
        return () if domain and domain.kind == "constant" else None
    dims = tuple(map(_dim, re.findall(_DIM, shape)))
    return tuple(dim for dim in dims if dim != "1") if len(dims) == 2 else dims


def _dim(text: str) -> str:
    """Return a dimension in the form that is the same for equal sums."""
    terms = [times(int(one["count"] or 1), one["letters"]) if one["letters"] else int(one["number"])
             for one in re.finditer(_TERM, text)]  # fmt: skip
    return str(total(*terms))


def read_symbols_file(path: str | Path) -> list[Annotation]:
    """Read the lines of a file of annotations; those that begin with # or are empty say nothing."""
    lines = read_source(path).split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        text = re.sub(r"^\s*(?:%\s*)?(?:nnmath\s*:)?", "", line).strip()
        if text and not text.startswith(("#", "%")):
            found.append(Annotation(text, Place(number, 1)))
    return found
