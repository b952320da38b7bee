"""The table of symbols: what each row declares."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from nnmath.latex.document import Row
from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tokens import tokens
from nnmath.latex.syntax.tree import Expr, Name, Partial, base_name

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"


#: Behind a domain: what an index outside of the array gives.
OUTSIDE = ", zero outside"


@dataclass(frozen=True)
class Domain:
    """What a symbol may be.

    Attributes
    ----------
    kind : str
        ``real``, ``interval``, ``distribution``, ``label``, ``integer``, ``constant`` or ``result``.
    low, high : Fraction or None
        The ends of an interval, None where it has none; both are the value of a constant.
    open_low, open_high : bool
        Whether the ends themselves are left out.
    classes : str
        The dimension that a label counts up to.
    tag : str
        The number of the equation that a result is computed by.
    componentwise : bool
        Whether the error of the code's result is measured by the size of the equation's terms, not by the result.
    """

    kind: str
    low: Fraction | None = None
    high: Fraction | None = None
    open_low: bool = False
    open_high: bool = False
    classes: str = ""
    tag: str = ""
    componentwise: bool = False

    @property
    def is_input(self) -> bool:
        """Whether values are drawn for it or given to it."""
        return self.kind != "result"

    def holds(self, value: Fraction) -> bool:
        """Whether one number lies in the domain, as far as that can be said of a single number."""
        if self.kind in ("label", "integer") and value.denominator != 1:
            return False
        above = self.low is None or value > self.low or (value == self.low and not self.open_low)
        below = self.high is None or value < self.high or (value == self.high and not self.open_high)
        return above and below


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
    zero_outside: bool = False

    @property
    def gradient_of(self) -> str:
        """The name of the symbol that the row is a gradient for; empty if it is none."""
        return base_name(self.derivative.bottom) if self.derivative else ""


def read_symbols(rows: Iterable[Row]) -> list[Symbol]:
    """Read the rows of the table of symbols."""
    symbols: list[Symbol] = []
    for row in rows:
        symbol = _read_symbol(row)
        for other in symbols:
            if (symbol.name, symbol.derivative) == (other.name, other.derivative):
                raise DerivationError(f"{symbol.latex} stands in the table twice", symbol.place)
            if symbol.code and symbol.code == other.code and symbol.domain.is_input and symbol.shape == other.shape:
                raise DerivationError(
                    f"{symbol.code} is two inputs of one shape; nothing tells them apart", symbol.place
                )
        symbols.append(symbol)
    dimensions = {dimension for symbol in symbols for dimension in symbol.shape}
    for symbol in symbols:
        if symbol.name in dimensions:
            raise DerivationError(f"{symbol.name} is a dimension and a symbol", symbol.place)
        if symbol.domain.classes and symbol.domain.classes not in dimensions and not symbol.domain.classes.isdigit():
            raise DerivationError(f"{symbol.domain.classes} is no dimension of any symbol", symbol.place)
    return symbols


def _read_symbol(row: Row) -> Symbol:
    latex, code, shape, domain, meaning = row.cells
    at = row.places
    if not re.fullmatch(r"\$[^$]+\$", latex):
        raise DerivationError("the symbol stands between single dollars", at[0])
    name, derivative = _read_name(latex.strip("$"), Place(at[0].line, at[0].column + 1))
    plain_code = code.strip("`")
    if plain_code != "-" and not (code.startswith("`") and plain_code.isidentifier()):
        raise DerivationError("code is the name of an argument or a result in backticks, or -", at[1])
    plain_domain, outside, _ = _plain(domain).partition(OUTSIDE)
    read = _read_domain(plain_domain, at[3])
    if derivative and read.is_input:
        raise DerivationError(
            "a derivative is no input; its domain is the number of the equation that computes it", at[3]
        )
    return Symbol(
        name,
        derivative,
        latex.strip("$ "),
        plain_code.strip("-"),
        _read_shape(_plain(shape), at[2]),
        read,
        meaning,
        at[0],
        bool(outside),
    )


def _plain(cell: str) -> str:
    return cell.replace("$", "").replace("`", "").strip()


def _read_name(latex: str, at: Place) -> tuple[str, Partial | None]:
    """Read the first column: a name, ``W_1`` among them, or a derivative."""
    made = tokens(latex, _AnySubscript(), at)
    if len(made) == 1 and made[0].kind == "NAME":
        return made[0].value, None
    expr: Expr = parse(latex, KnownNames(), at)[0].sides[0]
    if isinstance(expr, Partial) and isinstance(expr.top, Name) and isinstance(expr.bottom, Name):
        return "", expr
    raise DerivationError("a symbol is a name without indices, or a derivative \\frac{\\partial L}{\\partial z}", at)


class _AnySubscript(KnownNames):
    """KnownNames names, for the one place where a number below a letter always belongs to the name."""

    def __init__(self) -> None:
        super().__init__(symbols=_Everything(), functions=())


class _Everything(frozenset[str]):
    def __contains__(self, _: object) -> bool:
        return True


def _read_shape(text: str, at: Place) -> tuple[str, ...]:
    match = re.fullmatch(r"\(\s*((?:[A-Z]\s*,\s*)*[A-Z]?)\s*\)", text)
    dimensions = tuple(part.strip() for part in match.group(1).split(",") if part.strip()) if match else ()
    if match is None or (len(dimensions) == 1 and "," not in text):
        raise DerivationError(f"{text!r} is no shape: (), (N,), (N, K), with a capital letter for each dimension", at)
    return dimensions


def _read_domain(text: str, at: Place) -> Domain:
    simple = {
        "real": Domain("real"),
        "positive": Domain("interval", low=Fraction(0), open_low=True),
        "nonnegative": Domain("interval", low=Fraction(0)),
        "distribution": Domain("distribution", low=Fraction(0), high=Fraction(1)),
        "integer": Domain("integer"),
    }
    if text in simple:
        return simple[text]
    if match := re.fullmatch(rf"([\[(])\s*({_NUMBER})\s*,\s*({_NUMBER})\s*([\])])", text):
        left, low, high, right = match.groups()
        if Fraction(low) < Fraction(high):
            return Domain("interval", Fraction(low), Fraction(high), left == "(", right == ")")
    if match := re.fullmatch(r"label 1\s*(?:\.\.|\\ldots|\\dots)\s*([A-Z]|\d+)", text):
        high = Fraction(match.group(1)) if match.group(1).isdigit() else None
        return Domain("label", Fraction(1), high, classes=match.group(1))
    if match := re.fullmatch(_NUMBER, text):
        return Domain("constant", Fraction(text), Fraction(text))
    if match := re.fullmatch(r"\(([^()]+)\)(, componentwise)?", text):
        return Domain("result", tag=match.group(1).strip(), componentwise=bool(match.group(2)))
    raise DerivationError(
        f"{text!r} is no domain: real, positive, nonnegative, [0, 1], distribution, label 1..K, integer, "
        "a number, or the number of an equation such as (7)", at)  # fmt: skip
