"""A derivation that has been read and checked: its symbols and its equations in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nnmath.latex.document import Block, Document
from nnmath.latex.meaning import Definition, Meaning, Ranges
from nnmath.latex.symbols import Symbol
from nnmath.latex.tree import Expr

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Gift:
    """A value that a worked example gives to an input."""

    name: str
    value: Expr
    ranges: Ranges
    rank: int


@dataclass(frozen=True, eq=False)
class Stage:
    """What holds where an equation stands: the meaning of the names, and the values that a worked example gives."""

    meaning: Meaning
    gifts: tuple[Gift, ...] = ()
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
    """

    block: Block
    sides: tuple[Expr, ...]
    relations: tuple[str, ...]
    texts: tuple[str, ...]
    ranges: Ranges
    definition: Definition | None
    stage: Stage


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

    def equation(self, tag: str) -> Equation:
        """Return the equation with a number."""
        return next(equation for equation in self.equations if equation.block.tag == tag)

    def evaluate(
        self, inputs: dict[str, Any], names: Iterable[str] | None = None, digits: int = 40
    ) -> dict[str, np.ndarray[Any, Any]]:
        """Evaluate the equations that compute the results of the code, in as much precision as it takes.

        Parameters
        ----------
        inputs : dict
            For each input its array, by its name in the code. Labels count from 0, as in the code. Where the derivation
            says ``()``, any shape, the same for all such inputs.
        names : iterable of str, optional
            The results that are wanted, by their names in the code; all of them by default.
        digits : int
            How many digits of each result are right.

        Returns
        -------
        dict
            For each result an object array of mpmath numbers.
        """
        from nnmath.latex.oracle import evaluate

        return evaluate(self, inputs, names, digits)
