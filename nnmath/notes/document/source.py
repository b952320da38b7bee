"""What ordinary notes hold: their displayed equations, as they are written, and the annotations for the check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from nnmath.latex import Place


@dataclass(frozen=True)
class Formula:
    r"""One displayed equation: a row of ``align``, or what stands between ``\[`` and ``\]``.

    Attributes
    ----------
    latex : str
        The LaTeX with the macros of the file expanded, without labels; as many lines as the source has.
    place : Place
        Where it begins.
    label : str
        Its tag or label; empty for an equation without one.
    before : str
        The text between the display before it and its own; empty for rows behind the first one.
    case : str
        For which indices the text says that it is meant: "i is not j".
    behind: str
        The beginning of the text between its display and the next one.
    in_text : bool
        Whether it is no display, and a sentence claims it.
    """

    latex: str
    place: Place
    label: str
    before: str = ""
    case: str = ""
    behind: str = ""
    in_text: bool = False


@dataclass(frozen=True)
class Annotation:
    """One line for the check: ``% nnmath: W (D, M), y label 1..K``, without its beginning."""

    text: str
    place: Place


@dataclass(frozen=True)
class Lies:
    r"""How many dimensions the notes say that a symbol has, ``x \in \mathbb{R}^n`` one, and their lengths as LaTeX."""

    name: str
    rank: int
    dims: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A file of notes, before any equation is understood.

    Attributes
    ----------
    path : str
        The file.
    formulas : tuple of Formula
        Its displayed equations.
    annotations : tuple of Annotation
        What its author adds for the check.
    remarks : tuple of Formula
        The mathematics within lines of text.
    spaces : tuple of Lies
        How many dimensions symbols are said to have.
    columns : tuple of str
        The matrices, or all, whose columns are said to have a single index.
    mentions_symmetry : bool
        Whether the text speaks of symmetric matrices.
    mentions_linear : bool
        Whether the text speaks of a linear activation, the identity.
    mentions_one_hot : bool
        Whether the text speaks of one-hot vectors.
    mentions_repeated : bool
        Whether the text speaks of repeated indices, which are summed over.
    same_lengths : mapping
        Letters of lengths, and others that the text says to be the same.
    """

    path: str
    formulas: tuple[Formula, ...]
    annotations: tuple[Annotation, ...]
    remarks: tuple[Formula, ...] = ()
    spaces: tuple[Lies, ...] = ()
    columns: tuple[str, ...] = ()
    mentions_symmetry: bool = False
    mentions_linear: bool = False
    mentions_one_hot: bool = False
    mentions_repeated: bool = False
    same_lengths: Mapping[str, str] = field(default_factory=dict)


def blank(found: re.Match[str]) -> str:
    """Return spaces in the place of what was found, with its ends of lines."""
    return re.sub(r"[^\n]", " ", found.group())


def place_of(text: str, position: int) -> Place:
    """Return the line and the column of a position in a text."""
    return Place(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))
