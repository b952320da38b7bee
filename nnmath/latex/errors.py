"""What is wrong with a derivation, and where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Place(NamedTuple):
    """A line and a column of a file, both counted from 1."""

    line: int
    column: int


class DerivationError(Exception):
    """A derivation that cannot be read; ``str()`` is ``file:line:column: equation (4): what is wrong``.

    Attributes
    ----------
    problem : str
        A sentence that says what is wrong.
    place : Place
        Where.
    path, tag : str
        The file and the number of the equation, if it is one; filled in by whoever knows them (see `naming_the_file`).
    """

    def __init__(self, problem: str, place: Place) -> None:
        super().__init__(problem, place)  # both, so that it can be sent from process to process
        self.problem = problem
        self.place = place
        self.path = "<derivation>"
        self.tag = ""

    def __str__(self) -> str:
        equation = f"equation ({self.tag}): " if self.tag else ""
        return f"{self.path}:{self.place.line}:{self.place.column}: {equation}{self.problem}"


class ShapeError(DerivationError):
    """The parts of an equation are understood, and their shapes do not fit."""


class Undefined(Exception):
    """An expression has no value for an example: no case applies, a symbol was given no value, ..."""


@contextmanager
def naming_the_file(path: str) -> Iterator[None]:
    """Put the name of the file into every `DerivationError` that passes."""
    try:
        yield
    except DerivationError as error:
        error.path = path
        raise


@contextmanager
def naming_the_equation(tag: str) -> Iterator[None]:
    """Put the number of the equation into every `DerivationError` that passes."""
    try:
        yield
    except DerivationError as error:
        error.tag = tag
        raise
