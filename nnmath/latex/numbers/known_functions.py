r"""The functions that everybody knows: one entry says how a function is written, what it takes, and what it computes.

Whatever else needs to know of it follows from the entry: that the lexer knows its name, sign or brackets, the shapes of
what it takes and gives, its derivative, where examples are drawn beside its kinks, that notes may use its word.

A signature is written as NumPy writes those of its own functions: ``(n,m)->(m,n)`` takes a matrix and gives one that
has its columns as rows, ``(n)->()`` makes a number of a vector, ``(...)->(...)`` takes any array entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from nnmath.latex.numbers import functions, matrices
from nnmath.latex.numbers.jets import Array

ENTRY_BY_ENTRY = "(...)->(...)"

#: The names in the tree of what is written with a sign: ``n!``, ``X^+``, ``A ⊗ B``.
FACTORIAL = "factorial"
PSEUDOINVERSE = "⁺"
KRONECKER = "⊗"
#: The absolute value of each entry, whatever the shape; bars around a matrix are its determinant.
ENTRYWISE_ABS = "entrywise absolute value"


@dataclass(frozen=True)
class Known:
    r"""A function.

    Attributes
    ----------
    name : str
        Its name in the syntax tree.
    value : callable
        From the arrays that it takes to the array that it gives, with its derivative; see `numbers.functions`.
    signatures : tuple of str
        What it takes and gives; the first with as many dimensions as the arguments have is meant.
    also : tuple of str
        Other words for it.
    kinks : tuple of int
        Where it has a kink or a jump.
    compares : bool
        Whether it has a kink wherever two of its arguments are equal.
    is_whole : bool
        Whether its values are whole numbers, which may be indices and sizes.
    brackets : tuple of pairs
        The brackets around its argument, where it is written so: ``\lfloor x \rfloor``.
    sign : str
        The sign between its two arguments, where it is written so: ``A \otimes B``. It binds as ``\odot`` does.
    """

    name: str
    value: Callable[..., Array]
    signatures: tuple[str, ...] = (ENTRY_BY_ENTRY,)
    also: tuple[str, ...] = ()
    kinks: tuple[int, ...] = ()
    compares: bool = False
    is_whole: bool = False
    brackets: tuple[tuple[str, str], ...] = ()
    sign: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every word for it."""
        return (self.name, *self.also)


#: Functions that are commands, ``\exp``, or words, ``\operatorname{sign}``. No derivation can define them anew.
COMMANDS = (
    Known("exp", functions.exp),
    Known("log", functions.log, also=("ln",)),
    Known("log2", functions.log2),
    Known("log10", functions.log10, also=("lg",)),
    Known("tanh", functions.tanh),
    Known("sinh", functions.sinh),
    Known("cosh", functions.cosh),
    Known("coth", functions.inverse(functions.tanh)),
    Known("sin", functions.sin),
    Known("cos", functions.cos),
    Known("tan", functions.tan),
    Known("cot", functions.inverse(functions.tan)),
    Known("sec", functions.inverse(functions.cos)),
    Known("csc", functions.inverse(functions.sin)),
    Known("arcsin", functions.arcsin),
    Known("arccos", functions.arccos),
    Known("arctan", functions.arctan),
    Known("sign", functions.sign, also=("sgn",), kinks=(0,)),
    Known("binom", functions.binomial, ("(...),(...)->(...)",)),
    Known("det", matrices.determinant, ("(n,n)->()",)),
    Known("diag", matrices.diagonal, ("(n)->(n,n)", "(n,n)->(n)")),
)

#: Functions that are words, or letters where brackets follow. A derivation may define them itself.
WORDS = (
    Known("erf", functions.erf),
    Known("erfc", functions.erfc),
    Known(r"\Phi", functions.normal_distribution),
    Known(r"\Gamma", functions.gamma),
    Known("digamma", functions.digamma),
    Known("artanh", functions.artanh, also=("arctanh",)),
    Known("arsinh", functions.arsinh, also=("arcsinh",)),
    Known("arcosh", functions.arcosh, also=("arccosh",)),
    Known("sech", functions.inverse(functions.cosh)),
    Known("csch", functions.inverse(functions.sinh)),
    Known("sigmoid", functions.logistic, also=("logistic", "sigm")),
    Known("logit", functions.logit),
    Known("ReLU", functions.relu, also=("relu", "RELU"), kinks=(0,)),
    Known("softplus", functions.softplus),
    Known("silu", functions.silu, also=("SiLU", "swish")),
    Known("softsign", functions.softsign, kinks=(0,)),
    Known("clip", functions.clip, ("(...),(...),(...)->(...)",), compares=True),
    Known("softmax", functions.softmax, ("(...,n)->(...,n)",), also=("Softmax",)),
    Known("logsumexp", functions.log_sum_exp, ("(n)->()",)),
    Known("mean", functions.mean, ("(n)->()",)),
    Known("sum", functions.total, ("()->()", "(n)->()", "(n,m)->()")),
    Known("tr", matrices.trace, ("(n,n)->()",), also=("Tr", "trace")),
    Known("vec", matrices.by_columns, ("(n,m)->(n*m)",)),
)

#: Functions that are written with a sign or brackets. The grammar has the root and the scripts, ``X^+`` and ``n!``.
SIGNS = (
    Known("sqrt", functions.sqrt),
    Known("abs", matrices.bars, ("(n,n)->()", ENTRY_BY_ENTRY), kinks=(0,),
          brackets=(("|", "|"), (r"\lvert", r"\rvert"))),
    Known(ENTRYWISE_ABS, functions.absolute, kinks=(0,)),
    Known("floor", functions.floor, is_whole=True, brackets=((r"\lfloor", r"\rfloor"),)),
    Known("ceil", functions.ceil, is_whole=True, brackets=((r"\lceil", r"\rceil"),)),
    Known(FACTORIAL, functions.factorial),
    Known(PSEUDOINVERSE, matrices.pseudoinverse, ("(n,m)->(m,n)",)),
    Known(KRONECKER, matrices.kronecker, ("(n),(m)->(n*m)", "(n,m),(p,q)->(n*p,m*q)"), sign=r"\otimes"),
)  # fmt: skip

KNOWN: Mapping[str, Known] = {one.name: one for one in chain(COMMANDS, WORDS, SIGNS)}


def words_of(some: Iterable[Known]) -> frozenset[str]:
    """Return every word for some functions."""
    return frozenset(word for one in some for word in one.words)
