"""From the parser's reductions to the syntax tree: where juxtaposition, brackets and scripts get their meaning."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lark import Token, v_args

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.build_calls import Calls
from nnmath.latex.syntax.build_derivatives import drop_tokens, place_of
from nnmath.latex.syntax.scripts import indices, refuse_condition, split_digits, with_multiples
from nnmath.latex.syntax.tree import Expr


def _is_letter(node: Expr, letter: str) -> bool:
    return isinstance(node, tree.Name) and node.name == letter


@v_args(inline=True)
class Build(Calls):
    """One method for each rule of the grammar."""

    # ------------------------------------------------------------------ sums and products

    def chain(self, *items: Any) -> tree.Chain:
        sides = tuple(drop_tokens(items))
        return tree.Chain(tuple(str(item) for item in items if isinstance(item, Token)), sides, at=sides[0].at)

    def expr(self, *items: Any) -> Expr:
        if not isinstance(items[0], Token):
            items = (Token("PLUS", "+"), *items)
        signs = tuple(-1 if token == "-" else 1 for token in items[::2])
        terms = items[1::2]
        if signs == (1,):
            return terms[0]  # type: ignore[no-any-return]
        at = place_of(items[0]) if items[0].line else terms[0].at
        return tree.Sum(signs, terms, at=at)

    def product(self, *items: Any) -> Expr:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        return self._times(items[0], items[1] if len(items) == 3 else None, items[-1])

    product_opened = product

    def _times(self, left: Expr, sign: Token | None, right: Expr) -> Expr:
        """Append one factor; juxtaposition binds closer than the product entry by entry."""
        last = left.factors[-1] if isinstance(left, tree.Product | tree.Hadamard) else left
        # behind [k <= t], which is 0 or 1, a number can be no power whose sign is missing
        doubtful = (
            sign is None
            and isinstance(getattr(right, "base", right), tree.Number)
            and not isinstance(last, tree.Compare)
        )
        if sign is not None and sign.type == "INFIX":
            return tree.Call(str(sign), (left, right), at=left.at)
        if sign is not None and sign.type == "ODOT":
            return tree.Hadamard((*(left.factors if isinstance(left, tree.Hadamard) else (left,)), right), at=left.at)
        if isinstance(left, tree.Hadamard):
            return replace(left, factors=(*left.factors[:-1], self._times(left.factors[-1], sign, right)))
        if isinstance(left, tree.Call) and left.function in _INFIX:
            return replace(left, arguments=(left.arguments[0], self._times(left.arguments[1], sign, right)))
        factors = left.factors if isinstance(left, tree.Product) else (left,)
        dotted = left.dotted if isinstance(left, tree.Product) else ()
        if sign is not None:
            dotted = (*dotted, len(factors))
        return tree.Product((*factors, right), doubtful or getattr(left, "doubtful", False), dotted, at=left.at)

    def slash(self, top: Expr, _: Token, bottom: Expr) -> Expr:
        return tree.Quotient(top, bottom, at=top.at)

    # ------------------------------------------------------------------ scripts

    def factor(self, node: Expr, *scripts: tuple[str, Any]) -> Expr:
        kinds = [kind for kind, _ in scripts]
        above = sum(kind in ("^", *_ABOVE) for kind in kinds) - ({"^", tree.TRANSPOSE} <= set(kinds))
        if kinds.count("_") > 1 or above > 1 or kinds.count("index") > 1:
            raise DerivationError("two subscripts or two superscripts in a row; use brackets", node.at)
        if _is_letter(node, tree.ONES) and "_" not in kinds:
            node = tree.Call(tree.ONES, (), at=node.at)
        superindex = [index for kind, index in scripts if kind == "index"]
        if superindex and "_" not in kinds:
            node = self._subscripted(node, superindex, True)
        for kind, content in sorted(
            scripts, key=lambda script: ("_", "^").index(script[0]) if script[0] in "_^" else 2
        ):
            if kind == "_":
                node = self._subscripted(node, [*superindex, *content], bool(superindex) or len(content) > 1)
            elif kind != "index":
                node = self._scripted(node, kind, content)
        return node

    def _scripted(self, node: Expr, kind: str, content: Any) -> Expr:
        if kind == "bar":
            return self.at_bar(node, content)
        if kind in _ABOVE:
            return tree.Call(kind, (node,), at=node.at)
        if len(content) != 1 or isinstance(content[0], tree.Compare):
            raise DerivationError("an exponent is one expression", node.at)
        transposed = _is_letter(content[0], "T")
        if isinstance(node, tree.Call) and node.function in _FUNCTIONS_OF_ONE and not transposed:
            raise DerivationError(
                f"it is unclear whether the argument or the value is raised; write (\\{node.function}(x))^2", node.at
            )
        return tree.Power(node, content[0], at=node.at)

    def _subscripted(self, node: Expr, content: list[Expr], parted: bool) -> Expr:
        if _is_letter(node, tree.ONES) and isinstance(content[0], tree.Compare) and len(content) == 1:
            return content[0]
        if _is_letter(node, tree.ONES):
            if not isinstance(content[0], tree.Name) or len(content) > 1:
                raise DerivationError("\\mathbf 1 takes one dimension: \\mathbf 1_N", node.at)
            return tree.Call(tree.ONES, (content[0],), at=node.at)
        if isinstance(node, tree.Call) and node.function == tree.NORM:
            order = getattr(content[0], "text", getattr(content[0], "name", ""))
            if order not in ("1", "2", "F", r"\infty"):
                raise DerivationError("a norm is \\lVert x \\rVert, with _1, _2, _F or _\\infty", node.at)
            return tree.Call(tree.NORM + order, node.arguments, at=node.at)
        if not isinstance(node, (tree.Name, tree.Group, tree.Call, tree.Matrix)):
            raise DerivationError("indices follow a symbol or brackets", node.at)
        if isinstance(node, tree.Group) and isinstance(node.inner, tree.Name):  # (W_f)_{dm}
            node = node.inner
        every = tuple(index for item in content for index in indices(item))
        if any(_is_letter(index, tree.ALL) for index in every):
            return _slice(node, every)
        return tree.Element(node, every, parted, with_multiples(content), at=node.at)

    def kronecker(self, token: Token, _: Token, content: list[Expr]) -> Expr:
        every = split_digits(tuple(index for item in content for index in indices(item)), 2)
        if len(every) != 2:
            raise DerivationError(
                "Kronecker's \\delta_{jk} has two indices; declare \\delta if it is another", place_of(token)
            )
        return tree.Compare(("=",), every, at=place_of(token))

    def single_entry(self, token: Token, _: Token, content: list[Expr]) -> Expr:
        every = tuple(index for item in content for index in indices(item))
        wanted = 2 if token == r"\mathbf{J}" else 1
        every = split_digits(every, wanted)
        if len(every) != wanted:
            raise DerivationError(f"{token} is a symbol with {wanted} indices, or declared", place_of(token))
        return tree.Call(tree.SINGLE, every, at=place_of(token))

    def subscript(self, _: Token, content: list[Expr]) -> tuple[str, Any]:
        return "_", content

    def superscript(self, _: Token, content: list[Expr]) -> tuple[str, Any]:
        return "^", content

    def superindex(self, _: Token, index: Expr, __: Token) -> tuple[str, Any]:
        return "index", index

    def transpose(self, _: Token) -> tuple[str, Any]:
        return tree.TRANSPOSE, None

    def factorial(self, _: Token) -> tuple[str, Any]:
        return tree.FACTORIAL, None

    def pseudoinverse(self, _: Token) -> tuple[str, Any]:
        return tree.PSEUDOINVERSE, None

    def bar(self, _: Token, __: Token, content: list[Expr]) -> tuple[str, Any]:
        return "bar", content

    def argument(self, *items: Any) -> list[Expr]:
        if len(items) == 3:
            return items[1]  # type: ignore[no-any-return]
        return [self.number(items[0]) if items[0].type == "NUMBER" else self.name(items[0])]

    def listing(self, *items: Any) -> list[Expr]:
        return drop_tokens(items)

    def clause(self, *items: Any) -> Expr:
        sides = tuple(drop_tokens(items))
        relations = tuple(str(item) for item in items if isinstance(item, Token))
        if "≈" in relations:
            raise DerivationError("\\approx is no condition", sides[0].at)
        return tree.Compare(relations, sides, at=sides[0].at) if relations else sides[0]

    # ------------------------------------------------------------------ atoms

    def number(self, token: Token) -> Expr:
        return tree.Number(str(token), at=place_of(token))

    def name(self, token: Token) -> Expr:
        return tree.Name(str(token), at=place_of(token))

    function_name = name

    def round(self, bracket: Token, items: list[Expr], _: Token) -> Expr:
        for item in items:
            refuse_condition(item)
        if len(items) > 1:
            return tree.Matrix(tuple((item,) for item in items), True, at=place_of(bracket))
        return tree.Group(items[0], at=place_of(bracket))

    def braces(self, brace: Token, inner: Expr, _: Token) -> Expr:
        return inner if isinstance(inner, tree.Group) else tree.Group(inner, at=place_of(brace))

    def square(self, bracket: Token, items: list[Expr], _: Token) -> Expr:
        if len(items) == 1 and isinstance(items[0], tree.Compare):
            return items[0]
        return self.round(bracket, items, bracket)

    def inner(self, bracket: Token, *items: Any) -> Expr:
        return tree.Call(tree.INNER, tuple(drop_tokens(items)), at=place_of(bracket))

    def around(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return tree.Call(str(bracket), (inner,), at=place_of(bracket))

    def ones(self, token: Token) -> Expr:
        return tree.Name(tree.ONES, at=place_of(token))

    def indicator(self, token: Token, _: Token, inner: Expr, __: Token) -> Expr:
        if not isinstance(inner, tree.Compare):
            raise DerivationError("an indicator holds a condition", place_of(token))
        return inner

    def fraction(self, token: Token, *items: Any) -> Expr:
        top, bottom = drop_tokens(items)
        return tree.Quotient(top, bottom, at=place_of(token))

    def short_fraction(self, token: Token) -> Expr:
        top, bottom = (tree.Number(digit, at=place_of(token)) for digit in re.findall(r"\d", token))
        return tree.Quotient(top, bottom, at=place_of(token))

    def root(self, token: Token, *items: Any) -> Expr:
        (inner,) = drop_tokens(items)
        return tree.Call("sqrt", (inner,), at=place_of(token))

    def higher_root(self, token: Token, *items: Any) -> Expr:
        order, inner = drop_tokens(items)
        one = tree.Number("1", at=place_of(token))
        return tree.Power(inner, tree.Quotient(one, order, at=place_of(token)), at=place_of(token))


def _slice(node: Expr, every: tuple[Expr, ...]) -> Expr:
    """Read ``x_{n,:}`` as a row and ``x_{:,d}`` as a column."""
    taken = [not _is_letter(index, tree.ALL) for index in every]
    while taken and not taken[-1]:
        taken.pop()
    if all(taken):
        kept = every[: len(taken)]
        return tree.Element(node, kept, True, at=node.at) if kept else node
    if taken == [False, True] and len(every) == 2:
        return tree.Element(tree.Call(tree.TRANSPOSE, (node,), at=node.at), every[1:], True, at=node.at)
    raise DerivationError("a colon stands for the last indices, or for the rows of a matrix: x_{n,:}, x_{:,d}", node.at)


#: What stands above or behind, and is no exponent.
_ABOVE = (tree.TRANSPOSE, tree.PSEUDOINVERSE, tree.FACTORIAL)
_INFIX = frozenset(alphabet.INFIX.values())
_FUNCTIONS_OF_ONE = frozenset(["exp", "log", "tanh", "sinh", "cosh", "sin", "cos", "tan", "sign"])
