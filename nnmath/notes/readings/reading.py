"""A reading of a file of notes: what may be read in more than one way, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnmath.latex.syntax import tree
from nnmath.notes.syntax.functions.undefined_functions import GENERIC


@dataclass(frozen=True)
class Reading:
    """What may be read in more than one way, and how it is read.

    Attributes
    ----------
    functions : str
        What a function that the notes do not define is taken for; a key of `CANDIDATES`.
    function : str
        The only function that is taken for it, the others for any; empty where all of them are.
    numbers : frozenset of str
        Symbols that are taken for single numbers.
    distributions : frozenset of str
        Symbols that are taken for probabilities.
    symmetric : frozenset of str
        Matrices that are taken for symmetric and positive definite, as covariances are in every reading.
    both : frozenset of str
        Symmetric matrices of which both entries that are equal change at once in derivatives by them.
    one_hot : frozenset of str
        Vectors, or rows of matrices, of which one entry is 1 and all others are 0.
    unit : frozenset of str
        Vectors of length 1.
    parts : str
        Whether x_n are the rows or the columns of X; empty where they are taken for two quantities.
    positive : frozenset of str
        Symbols that are taken for positive.
    fractions : frozenset of str
        Symbols that are taken to lie between 0 and 1.
    named : bool
        Whether letters below others that are nowhere summed over, o in u_o beside u_k, are parts of names.
    apart : bool
        Whether X_1 and X, which stand in no equation together, are two quantities; otherwise X_1 is the first entry.
    layered : frozenset of str
        Weights that each layer has of its own, although they have no index for it.
    one_example : bool
        Whether x beside x^{(i)} is one example; otherwise it is all of them.
    one_value : bool
        Whether undefined functions that are differentiated as losses are have one number as their value.
    roots : frozenset of str
        Quantities that are given by the squares of others, and are minus those.
    one_step : bool
        Whether every step of a recursion is taken by itself.
    norms : frozenset of Power
        Squares of columns that are taken for squared norms; the others are taken entry by entry.
    inner : frozenset of pairs of Expr
        What definitions say, products of columns, and the same with inner products; others are taken entry by entry.
    lengths : tuple of pairs of str
        Names of lengths that are other names of others.
    variable : int
        On which of its variables the constant of a claim does not depend, by its number.
    """

    functions: str = GENERIC
    function: str = ""
    numbers: frozenset[str] = frozenset()
    distributions: frozenset[str] = frozenset()
    symmetric: frozenset[str] = frozenset()
    both: frozenset[str] = frozenset()
    one_hot: frozenset[str] = frozenset()
    unit: frozenset[str] = frozenset()
    parts: str = ""
    positive: frozenset[str] = frozenset()
    fractions: frozenset[str] = frozenset()
    named: bool = False
    apart: bool = False
    layered: frozenset[str] = frozenset()
    one_example: bool = False
    one_value: bool = False
    roots: frozenset[str] = frozenset()
    one_step: bool = False
    norms: frozenset[tree.Power] = frozenset()
    inner: frozenset[tuple[tree.Expr, tree.Expr]] = frozenset()
    lengths: tuple[tuple[str, str], ...] = ()
    variable: int = 0

    @property
    def of_shapes(self) -> Reading:
        """The same without what has no bearing on shapes."""
        return replace(self, functions=GENERIC, function="", distributions=frozenset(), positive=frozenset(),
                       fractions=frozenset(), inner=frozenset(), variable=0)  # fmt: skip


#: The reading in which nothing is meant in another way.
FIRST = Reading()
