"""The grammar of equations, and the parser that lark makes of it (LALR: linear in time, without a choice to make)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lark import Lark, Token, UnexpectedInput
from lark.lexer import Lexer

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import names
from nnmath.latex.syntax.advice import about_place
from nnmath.latex.syntax.build import Build
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.pairs import refuse_unclear_pairs
from nnmath.latex.syntax.tokens import tokens
from nnmath.latex.syntax.tree import Chain, refuse_if_too_deep

GRAMMAR = r"""
chain: expr ((RELATION | DEFINE) expr)*

expr: (PLUS | MINUS)? term ((PLUS | MINUS) term)*
?term: product
     | product SLASH factor                   -> slash
     | product SLASH BIG script* reached      -> slash_reduction
     | opened
     | product opened                         -> product_opened
     | product CDOT opened                    -> product_opened
     | product ODOT opened                    -> product_opened
     | product INFIX opened                   -> product_opened
product: factor
       | product factor
       | product CDOT factor
       | product ODOT factor
       | product INFIX factor

// What reaches to the end of its term: nothing that follows can stand outside.
opened: BIG script* reached                   -> reduction
      | EXTREME script* term                  -> reduction
      | BUILTIN term                          -> bare_call
      | BUILTIN CARET argument term           -> raised_bare_call
      | derivative_of reached                 -> derivative_applied
      | NABLA script* reached                 -> gradient
      | PARTIAL UNDERSCORE argument reached   -> derivative_by
?reached: term
        | MINUS term                          -> negative
derivative_of: FRAC OPEN_BRACE PARTIAL order? CLOSE_BRACE OPEN_BRACE by+ CLOSE_BRACE
order: CARET argument | PSEUDOINVERSE
by: PARTIAL factor
  | PARTIAL BUILTIN factor                      -> by_function

factor: atom script*
script: UNDERSCORE argument                   -> subscript
      | CARET argument                        -> superscript
      | TRANSPOSE                             -> transpose
      | PSEUDOINVERSE                         -> pseudoinverse
      | FACTORIAL                             -> factorial
      | BAR UNDERSCORE argument               -> bar
      | OPEN_SUPERINDEX expr CLOSE_SUPERINDEX -> superindex
argument: NAME | NUMBER | OPEN_BRACE listing CLOSE_BRACE
listing: clause (COMMA clause)*
clause: expr (RELATION expr)*

?atom: NUMBER                                 -> number
     | NAME                                   -> name
     | FUNCTION                               -> function_name
     | (BUILTIN | FUNCTION | EXTREME) OPEN_CALL listing CLOSE_CALL   -> call
     | BUILTIN CARET argument OPEN_CALL listing CLOSE_CALL           -> raised_call
     | BUILTIN UNDERSCORE argument OPEN_SQUARE listing CLOSE_SQUARE  -> expected
     | BUILTIN UNDERSCORE argument OPEN_ROUND listing CLOSE_ROUND    -> expected
     | OPEN_ROUND listing CLOSE_ROUND            -> round
     | OPEN_BRACE factor CLOSE_BRACE          -> braces
     | OPEN_SQUARE listing CLOSE_SQUARE       -> square
     | OPEN_ANGLE expr COMMA expr CLOSE_ANGLE -> inner
     | OPEN_AROUND expr CLOSE_AROUND          -> around
     | OPEN_EVALUATED expr CLOSE_EVALUATED UNDERSCORE argument -> evaluated
     | SINGLE (CARET | UNDERSCORE) argument   -> single_entry
     | ONES                                   -> ones
     | KRONECKER UNDERSCORE argument          -> kronecker
     | ONES OPEN_SQUARE clause CLOSE_SQUARE   -> indicator
     | ONES OPEN_ROUND clause CLOSE_ROUND     -> indicator
     | FRAC OPEN_BRACE expr CLOSE_BRACE OPEN_BRACE expr CLOSE_BRACE   -> fraction
     | SHORTFRACTION                          -> short_fraction
     | FRAC OPEN_BRACE PARTIAL order? term CLOSE_BRACE OPEN_BRACE by+ CLOSE_BRACE -> partial
     | SQRT OPEN_BRACE expr CLOSE_BRACE       -> root
     | SQRT OPEN_SQUARE expr CLOSE_SQUARE OPEN_BRACE expr CLOSE_BRACE -> higher_root
     | BEGIN_CASES case (ROW case)* ROW? END_CASES        -> cases
     | BEGIN_MATRIX row (ROW row)* ROW? END_MATRIX        -> matrix
case: expr CELL IF? condition | expr CELL OTHERWISE
condition: clause (AND clause)*
row: expr (CELL expr)*

%declare RELATION DEFINE PLUS MINUS CDOT ODOT SLASH CARET UNDERSCORE TRANSPOSE COMMA PARTIAL FRAC SHORTFRACTION SQRT
%declare NABLA KRONECKER SINGLE INFIX PSEUDOINVERSE FACTORIAL
%declare BAR OPEN_EVALUATED CLOSE_EVALUATED OPEN_SUPERINDEX CLOSE_SUPERINDEX
%declare NUMBER NAME FUNCTION BUILTIN EXTREME BIG ONES IF OTHERWISE AND CELL ROW
%declare OPEN_BRACE CLOSE_BRACE OPEN_ROUND CLOSE_ROUND OPEN_SQUARE CLOSE_SQUARE OPEN_CALL CLOSE_CALL
%declare OPEN_ANGLE CLOSE_ANGLE OPEN_AROUND CLOSE_AROUND BEGIN_CASES END_CASES BEGIN_MATRIX END_MATRIX
"""


class _Ready(Lexer):
    """Hand lark the tokens that `tokens` has made."""

    def __init__(self, _: Any) -> None:
        pass

    def lex(self, made: list[Token]) -> Iterator[Token]:  # type: ignore[override]
        return iter(made)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer=_Ready, start="chain", transformer=Build())


def parse(text: str, known: KnownNames, first: Place) -> tuple[Chain, list[str]]:
    r"""Parse one equation.

    Parameters
    ----------
    text : str
        Its LaTeX, without ``\tag``.
    known : KnownNames
        The declared names.
    first : Place
        Where the text begins.

    Returns
    -------
    chain : Chain
        The syntax tree.
    sides : list of str
        Each side as it is written.
    """
    made = tokens(text, known, first)
    if not made:
        raise DerivationError("an empty equation", first)
    try:
        chain = _parser().parse([_lark_token(token) for token in made])
    except UnexpectedInput as error:
        raise _explained(error, made) from None
    assert isinstance(chain, Chain)
    refuse_if_too_deep(chain)
    refuse_unclear_pairs(chain, known)
    return chain, _sides(text, made)


def _lark_token(token: names.Token) -> Token:
    return Token(token.kind, token.value, start_pos=token.start, line=token.place.line, column=token.place.column)


def _sides(text: str, made: list[names.Token]) -> list[str]:
    """Cut the text at the relations that stand outside all brackets."""
    depth, begin, found = 0, 0, []
    for token in made:
        depth += token.kind.startswith(("OPEN_", "BEGIN_")) - token.kind.startswith(("CLOSE_", "END_"))
        if depth == 0 and token.kind in ("RELATION", "DEFINE"):
            found.append(text[begin : token.start])
            begin = token.end
    return [_without_layout(side) for side in [*found, text[begin:]]]


def _without_layout(side: str) -> str:
    for layout in (r"\begin{aligned}", r"\end{aligned}", r"\begin{split}", r"\end{split}"):
        side = side.replace(layout, " ")
    return " ".join(side.split()).strip("& ").removesuffix(r"\\").strip("& ")


def _explained(error: UnexpectedInput, made: list[names.Token]) -> DerivationError:
    """Say in a sentence what the parser did not expect."""
    token = getattr(error, "token", None)
    if token is None or token.type == "$END":
        return DerivationError("the equation ends too early", made[-1].place)
    i = next(i for i, one in enumerate(made) if one.start == token.start_pos)
    before = made[i - 1] if i else None
    slash_before = any(one.kind == "SLASH" for one in made[max(0, i - 2) : i])
    advice = about_place(before.kind if before else "", token.type, slash_before)
    after = f" after {before.value}" if before else ""
    return DerivationError(f"{token.value} is not expected{after}{advice}", made[i].place)
