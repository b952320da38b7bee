"""The table of symbols: what each row declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nnmath.latex.document import TableRow
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tokens import tokens
from nnmath.latex.syntax.tree import Expr, Name, Partial, base_name
from nnmath.sampling import Domain, Input, parse_domain

#: Behind a domain: what an index outside of the array gives.
OUTSIDE = ", zero outside"


@dataclass(frozen=True)
class Result:
    """What a result of the code is compared with.

    Attributes
    ----------
    tag : str
        The number of the equation that computes it.
    componentwise : bool
        Whether the error of the code's result is measured by the size of the equation's terms, not by the result.
    """

    tag: str
    componentwise: bool = False


@dataclass(frozen=True)
class Symbol:
    """One row of the table.

    Attributes
    ----------
    name : str
        The name as the equations know it; empty if the row is a derivative.
    derivative : Partial or None
        The derivative, if the row is one.
    latex, code, meaning : str
        As written; `code` is empty for a symbol that has no name in the code.
    shape : tuple of str
        The dimensions.
    domain : Domain
        What it may be.
    place : Place
        Where the row stands.
    result : Result or None
        What computes it; None for an input.
    zero_outside : bool
        Whether it is 0 where its indices lie outside of it.
    """

    name: str
    derivative: Partial | None
    latex: str
    code: str
    shape: tuple[str, ...]
    domain: Domain
    meaning: str
    place: Place
    result: Result | None = None
    zero_outside: bool = False

    @property
    def is_input(self) -> bool:
        """Whether values are drawn for it or given to it."""
        return self.result is None

    @property
    def is_constant(self) -> bool:
        """Whether it is one number, which the table says."""
        return self.domain.kind == "constant" and not self.shape

    def as_input(self) -> Input:
        """Return what the row declares of an input of the code."""
        return Input(self.code, self.shape, self.domain)

    @property
    def gradient_of(self) -> str:
        """The name of the symbol that the row is a gradient for; empty if it is none."""
        return base_name(self.derivative.bottom) if self.derivative else ""


def read_symbols(rows: Iterable[TableRow]) -> list[Symbol]:
    """Read the rows of the table of symbols."""
    symbols: list[Symbol] = []
    for row in rows:
        symbol = _read_symbol(row)
        for other in symbols:
            if (symbol.name, symbol.derivative) == (other.name, other.derivative):
                raise DerivationError(f"{symbol.latex} stands in the table twice", symbol.place)
            if symbol.code and symbol.code == other.code and symbol.is_input and symbol.shape == other.shape:
                raise DerivationError(
                    f"{symbol.code} is two inputs of one shape; nothing tells them apart", symbol.place
                )
        symbols.append(symbol)
    dimensions = {dimension for symbol in symbols for dimension in symbol.shape}
    for symbol in symbols:
        if symbol.name in dimensions:
            raise DerivationError(f"{symbol.name} is a dimension and a symbol", symbol.place)
        classes = symbol.domain.classes
        if isinstance(classes, str) and classes not in dimensions:
            raise DerivationError(f"{classes} is no dimension of any symbol", symbol.place)
    return symbols


def _read_symbol(row: TableRow) -> Symbol:
    latex, code, shape, domain, meaning = row.cells
    at = row.places
    if not re.fullmatch(r"\$[^$]+\$", latex):
        raise DerivationError("the symbol stands between single dollars", at[0])
    name, derivative = _read_name(latex.strip("$"), Place(at[0].line, at[0].column + 1))
    dimensions = _read_shape(_plain(shape), at[2])
    _refuse_index(name, dimensions, at[0])
    plain_code = code.strip("`")
    if plain_code != "-" and not (code.startswith("`") and plain_code.isidentifier()):
        raise DerivationError("code is the name of an argument or a result in backticks, or -", at[1])
    plain_domain, outside, _ = _plain(domain).partition(OUTSIDE)
    read, result = _read_domain(plain_domain, at[3])
    if derivative and result is None:
        raise DerivationError(
            "a derivative is no input; its domain is the number of the equation that computes it", at[3]
        )
    return Symbol(
        name,
        derivative,
        latex.strip("$ "),
        plain_code.strip("-"),
        dimensions,
        read,
        meaning,
        at[0],
        result,
        bool(outside),
    )


def _refuse_index(name: str, dimensions: tuple[str, ...], at: Place) -> None:
    """Refuse the index of a dimension in a symbol, ``x_n`` of shape (N,): what is declared is the whole array."""
    script = re.search(r"_\{([a-z]+)\}$|\^\{\(?([a-z])\)?\}$", name)
    if script and {letter.upper() for letter in script.group(1) or script.group(2)} & set(dimensions):
        raise DerivationError(_NO_INDICES, at)


_NO_INDICES = (
    "a symbol is a name without indices, \\mathrm{ab} for one of several letters, or a derivative "
    "\\frac{\\partial L}{\\partial z}"
)


def _plain(cell: str) -> str:
    return cell.replace("$", "").replace("`", "").strip()


def _read_name(latex: str, at: Place) -> tuple[str, Partial | None]:
    """Read the first column: a name, ``W_1`` among them, or a derivative."""
    made = tokens(latex, _AnySubscript(), at)
    if len(made) == 1 and made[0].kind == "NAME":
        return made[0].value, None
    expr: Expr = parse(latex, _AnySubscript(), at)[0].sides[0]
    if isinstance(expr, Partial) and isinstance(expr.top, Name) and isinstance(expr.bottom, Name):
        return "", expr
    raise DerivationError(_NO_INDICES, at)


class _AnySubscript(KnownNames):
    """Known names, for the one place where what stands below a letter always belongs to the name."""

    def __init__(self) -> None:
        super().__init__(symbols=_Everything(), functions=())


class _Everything(frozenset[str]):
    def __contains__(self, _: object) -> bool:
        return True


def _read_shape(text: str, at: Place) -> tuple[str, ...]:
    one = r"(?:[A-Z]|[1-9]\d?)"
    match = re.fullmatch(rf"\(\s*((?:{one}\s*,\s*)*{one}?)\s*\)", text)
    dimensions = tuple(part.strip() for part in match.group(1).split(",") if part.strip()) if match else ()
    if match is None or (len(dimensions) == 1 and "," not in text):
        problem = f"{text!r} is no shape: (), (N,), (N, K), with a capital letter or a number for each dimension"
        raise DerivationError(problem, at)
    return dimensions


def _read_domain(text: str, at: Place) -> tuple[Domain, Result | None]:
    """Read the column of domains: what an input may be, or the number of the equation that computes a result."""
    try:
        return parse_domain(text), None
    except ValueError as error:
        if match := re.fullmatch(r"\(([^()]+)\)(, componentwise)?", text):
            return Domain(), Result(match.group(1).strip(), bool(match.group(2)))
        raise DerivationError(f"{error}, a number, or the number of an equation such as (7)", at) from None
