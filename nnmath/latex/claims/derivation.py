"""A derivation that has been read and checked: its symbols and its equations in order."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath.latex.document import Block, Document
from nnmath.latex.symbols.scope import Definition, Ranges, Scope
from nnmath.latex.symbols.table import Symbol
from nnmath.latex.syntax.tree import Expr


@dataclass(frozen=True)
class Assignment:
    """A value that a worked example gives to an input."""

    name: str
    value: Expr
    ranges: Ranges
    rank: int


@dataclass(frozen=True, eq=False)
class Stage:
    """What holds where an equation stands: the scope of the names, and the values that a worked example gives."""

    scope: Scope
    assignments: tuple[Assignment, ...] = ()
    worked: bool = False


@dataclass(frozen=True, eq=False)
class Equation:
    """One equation.

    Attributes
    ----------
    block : Block
        Where it stands and what it says.
    sides : tuple of Expr
        The sides of the chain.
    relations : tuple of str
        What stands between them; a definition begins with ``:=``.
    texts : tuple of str
        The sides as they are written.
    ranges : Ranges
        How far its indices run.
    definition : Definition or None
        What it defines.
    stage : Stage
        Where in the derivation it is evaluated.
    declares : str
        What it declares a derivative of; empty for all other equations.
    """

    block: Block
    sides: tuple[Expr, ...]
    relations: tuple[str, ...]
    texts: tuple[str, ...]
    ranges: Ranges
    definition: Definition | None
    stage: Stage
    declares: str = ""


@dataclass(frozen=True, eq=False)
class Derivation:
    """A derivation.

    Attributes
    ----------
    document : Document
        The Markdown.
    symbols : list of Symbol
        The table of symbols.
    equations : list of Equation
        What is run, in order.
    not_run : list of Block
        What is marked as not run.
    """

    document: Document
    symbols: list[Symbol]
    equations: list[Equation]
    not_run: list[Block]

    @property
    def path(self) -> str:
        """The file."""
        return self.document.path

    @property
    def lengths(self) -> frozenset[str]:
        """The dimensions whose sizes follow from others by an equation."""
        return frozenset(self.equations[0].stage.scope.lengths) if self.equations else frozenset()

    def equation(self, tag: str) -> Equation:
        """Return the equation with a number."""
        return next(equation for equation in self.equations if equation.block.tag == tag)
