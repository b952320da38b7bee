"""The syntax tree of an equation: what its LaTeX says, before any meaning is given to it.

Every node knows its place in the file. The place is no part of a node's identity, so that the same
derivative, written twice, is computed once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.numbers.known_functions import ENTRYWISE_ABS as ENTRYWISE_ABS
from nnmath.latex.numbers.known_functions import FACTORIAL as FACTORIAL
from nnmath.latex.numbers.known_functions import KRONECKER as KRONECKER
from nnmath.latex.numbers.known_functions import PSEUDOINVERSE as PSEUDOINVERSE

MAX_DEPTH = 60

#: The names of functions that are not written as one: ``W^\top``, ``X^+``, ``\mathbf J^{ij}`` or ``\mathbf e_i``,
#: ``\mathbf 1_N``, ``\lVert x \rVert_2``, ``A \otimes B``.
TRANSPOSE = "⊤"
SINGLE = "𝐉"
INNER = "⟨"
#: The index that stands for a whole axis, ``x_{n,:}``.
ALL = ":"
ONES = "𝟏"
NORM = "‖"


@dataclass(frozen=True)
class Expr:
    """Any expression."""

    at: Place = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(Expr):
    """``0.25``; kept as text, so that no precision and no printed digit is lost."""

    text: str


@dataclass(frozen=True)
class Name(Expr):
    r"""A symbol: ``z``, ``\bar{a}``, ``W^{(1)}``; or an index, or a dimension."""

    name: str


@dataclass(frozen=True)
class Element(Expr):
    """``z_{nk}``, ``(x W)_{nm}``: an entry of an array, or a row of it.

    The indices are `parted` if commas stand between them, so that ``12`` is one index. In ``x_{2i}`` two are `written`
    as one, which is a product where x has one dimension.
    """

    array: Expr
    indices: tuple[Expr, ...]
    parted: bool = field(default=False, compare=False)
    written: tuple[Expr, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Group(Expr):
    """An expression in brackets."""

    inner: Expr


@dataclass(frozen=True)
class Sum(Expr):
    """``a - b + c``; `signs` holds +1 or -1 for each term."""

    signs: tuple[int, ...]
    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Product(Expr):
    """Juxtaposition: a product of numbers, or of matrices.

    It is `doubtful` if a number follows a factor without a sign between them, ``x 2``: right only for indices. Before
    the factors at the positions `dotted` stands a dot, which between two vectors makes a number of them.
    """

    factors: tuple[Expr, ...]
    doubtful: bool = False
    dotted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hadamard(Expr):
    r"""``a \odot b``: the product entry by entry."""

    factors: tuple[Expr, ...]


@dataclass(frozen=True)
class Quotient(Expr):
    """``a / b``, as a fraction or on one line."""

    top: Expr
    bottom: Expr


@dataclass(frozen=True)
class Power(Expr):
    """``a^b``."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True)
class Call(Expr):
    r"""A function applied: ``\exp(z)``, ``\sigma(z)``, ``\sigma'(z)`` (`primes` counts them)."""

    function: str
    arguments: tuple[Expr, ...]
    primes: int = 0


@dataclass(frozen=True)
class Range(Expr):
    """An index that is summed over, with its bounds where the equation gives them."""

    letter: str
    low: Expr | None = None
    high: Expr | None = None


@dataclass(frozen=True)
class Reduce(Expr):
    r"""``\sum``, ``\prod``, ``\max``, ``\min`` or ``\argmax`` over indices.

    Without `ranges` it is a sum over all entries of an array.
    """

    kind: str
    ranges: tuple[Range, ...]
    conditions: tuple[Expr, ...]
    body: Expr


@dataclass(frozen=True)
class Compare(Expr):
    """``[a < b]``: 1 where the whole chain of relations is true, otherwise 0."""

    relations: tuple[str, ...]
    sides: tuple[Expr, ...]


@dataclass(frozen=True)
class Case(Expr):
    """One row of `Cases`; no condition means otherwise."""

    value: Expr
    condition: Expr | None


@dataclass(frozen=True)
class Cases(Expr):
    r"""``\begin{cases} ... \end{cases}``."""

    rows: tuple[Case, ...]


@dataclass(frozen=True)
class Matrix(Expr):
    r"""``\begin{pmatrix} ... \end{pmatrix}``, or the column ``(a, b)``, which is `listed`."""

    rows: tuple[tuple[Expr, ...], ...]
    listed: bool = False


@dataclass(frozen=True)
class Partial(Expr):
    r"""``\frac{\partial A}{\partial B}``.

    Where A follows without brackets it is `open`, and `reach` is its last factor: how far A reaches has to be clear.
    """

    top: Expr
    bottom: Expr
    reach: Expr | None = field(default=None, compare=False)
    open: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Held(Expr):
    r"""A derivative while other quantities are held, ``\left. \frac{\partial A}{\partial B} \right|_C``.

    Without `names` it is the immediate one, ``\frac{\partial^+ A}{\partial B}``: all that A is defined by is held.
    """

    partial: Expr
    names: tuple[str, ...] | None


@dataclass(frozen=True)
class Evaluated(Expr):
    r"""``\left. A \right|_{x = 0}``: A where symbols have other values."""

    body: Expr
    values: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True)
class Expected(Expr):
    r"""``\mathbb{E}[A]``, ``\operatorname{Var}[A]`` or ``\operatorname{Cov}(A, B)``, over what is random."""

    kind: str
    bodies: tuple[Expr, ...]
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chain(Expr):
    """One equation: sides, and the relations between them as they are written."""

    relations: tuple[str, ...]
    sides: tuple[Expr, ...]


def children(node: Expr) -> tuple[Expr, ...]:
    """Return the nodes directly below `node`."""
    kept: dict[str, Any] = node.__dict__  # a node never changes, and trees are walked many times
    found: tuple[Expr, ...] | None = kept.get(_CHILDREN)
    if found is None:
        kind: Any = type(node)  # hashable, which is not seen from its type
        found = kept[_CHILDREN] = tuple(child for name in _fields(kind) for child in _expressions(getattr(node, name)))
    return found


#: Where a node keeps its children; no field, so that neither equality nor a copy with changes sees it.
_CHILDREN = "_children"


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


def _expressions(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple) and not isinstance(value, Place):
        for part in value:
            yield from _expressions(part)


def walk(node: Expr) -> Iterator[Expr]:
    """Yield `node` and every node below it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def kinds(node: Expr) -> frozenset[type[Expr]]:
    """Return the kinds of the nodes of a tree: what has none of a kind needs no walk for it."""
    kept: dict[str, Any] = node.__dict__
    found: frozenset[type[Expr]] | None = kept.get(_KINDS)
    if found is None:
        found = kept[_KINDS] = frozenset({type(node)}.union(*map(kinds, children(node))))
    return found


#: Where a node keeps them.
_KINDS = "_kinds"


def refuse_if_too_deep(node: Expr) -> None:
    """Refuse an equation that is nested so deeply that no one can read it, nor a recursive program."""
    level = [node]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return
    raise DerivationError(f"this is nested more than {MAX_DEPTH} levels deep", node.at)


def base_name(node: Expr) -> str:
    """Return the name of a symbol or of the array of an element."""
    if isinstance(node, Element):
        return base_name(node.array)
    return node.name if isinstance(node, Name) else ""


def has_derivative(expr: Expr) -> bool:
    """Whether a derivative stands in an expression."""
    return any(isinstance(node, Partial) or (isinstance(node, Call) and node.primes) for node in walk(expr))
