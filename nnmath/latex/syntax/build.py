"""From the parser's reductions to the syntax tree: where juxtaposition, brackets and scripts get their meaning."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from lark import Token, Transformer, v_args

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.scripts import indices, is_fraction, ranges, refuse_condition, refuse_open_end, split_digits
from nnmath.latex.syntax.tree import Expr


def _place(token: Token) -> Place:
    return Place(token.line or 1, token.column or 1)


def _drop_tokens(items: Any) -> list[Any]:
    return [item for item in items if not isinstance(item, Token)]


def _is_letter(node: Expr, letter: str) -> bool:
    return isinstance(node, tree.Name) and node.name == letter


def _ungroup(node: Expr) -> Expr:
    return node.inner if isinstance(node, tree.Group) else node


class _Order(int):
    r"""The order of a derivative, ``\partial^2``."""


def _variables(order: int, written: list[Expr], token: Token) -> list[Expr]:
    r"""Return what is differentiated by, as often as it is: x twice for ``\partial x^2``."""
    found: list[Expr] = []
    for one in written:
        times = one.exponent if isinstance(one, tree.Power) and order > 1 else None
        if isinstance(one, tree.Power) and isinstance(times, tree.Number) and times.text.isdigit():
            found += [one.base] * min(int(times.text), 5)
        else:
            found.append(one)
    if len(found) != order:
        raise DerivationError(f"a derivative of order {int(order)} by {len(found)} variables", _place(token))
    return found


def _ends_with(product: Expr, names: set[str]) -> bool:
    """Whether one of the names stands in the last factor, so that all before it is differentiated, too."""
    last = product.bottom if isinstance(product, tree.Quotient) else product.factors[-1]  # type: ignore[attr-defined]
    return any(isinstance(node, tree.Name) and node.name in names for node in tree.walk(last))


def _differentiated(top: Expr, variables: list[Expr], token: Token) -> Expr:
    for variable in reversed(variables):
        top = tree.Partial(top, variable, at=_place(token))
    return top


@v_args(inline=True)
class Build(Transformer):  # type: ignore[type-arg]
    """One method for each rule of the grammar."""

    # ------------------------------------------------------------------ sums and products

    def chain(self, *items: Any) -> tree.Chain:
        sides = tuple(_drop_tokens(items))
        return tree.Chain(tuple(str(item) for item in items if isinstance(item, Token)), sides, at=sides[0].at)

    def expr(self, *items: Any) -> Expr:
        if not isinstance(items[0], Token):
            items = (Token("PLUS", "+"), *items)
        signs = tuple(-1 if token == "-" else 1 for token in items[::2])
        terms = items[1::2]
        if signs == (1,):
            return terms[0]  # type: ignore[no-any-return]
        at = _place(items[0]) if items[0].line else terms[0].at
        return tree.Sum(signs, terms, at=at)

    def product(self, *items: Any) -> Expr:
        if len(items) == 1:
            return items[0]  # type: ignore[no-any-return]
        return self._times(items[0], items[1] if len(items) == 3 else None, items[-1])

    product_opened = product

    def _times(self, left: Expr, sign: Token | None, right: Expr) -> Expr:
        """Append one factor; juxtaposition binds closer than the product entry by entry."""
        doubtful = sign is None and isinstance(getattr(right, "base", right), tree.Number)
        if sign is not None and sign.type == "ODOT":
            factors = left.factors if isinstance(left, tree.Hadamard) else (left,)
            return tree.Hadamard((*factors, right), at=left.at)
        if isinstance(left, tree.Hadamard):
            return tree.Hadamard((*left.factors[:-1], self._times(left.factors[-1], sign, right)), at=left.at)
        factors = left.factors if isinstance(left, tree.Product) else (left,)
        return tree.Product((*factors, right), doubtful or getattr(left, "doubtful", False), at=left.at)

    def slash(self, top: Expr, _: Token, bottom: Expr) -> Expr:
        return tree.Quotient(top, bottom, at=top.at)

    # ------------------------------------------------------------------ scripts

    def factor(self, node: Expr, *scripts: tuple[str, Any]) -> Expr:
        kinds = [kind for kind, _ in scripts]
        above = sum(kind in ("^", "top") for kind in kinds)
        if kinds.count("_") > 1 or above > 1 or kinds.count("index") > 1:
            raise DerivationError("two subscripts or two superscripts in a row; use brackets", node.at)
        superindex = [index for kind, index in scripts if kind == "index"]
        if superindex and "_" not in kinds:
            node = self._subscripted(node, superindex, True)
        for kind, content in sorted(scripts, key=lambda script: script[0] != "_"):
            if kind == "_":
                node = self._subscripted(node, [*superindex, *content], bool(superindex) or len(content) > 1)
            elif kind != "index":
                node = self._scripted(node, kind, content)
        if _is_letter(node, tree.ONES):
            raise DerivationError("say how many ones: \\mathbf 1_N", node.at)
        return node

    def _scripted(self, node: Expr, kind: str, content: Any) -> Expr:
        if kind == "top":
            return tree.Call(tree.TRANSPOSE, (node,), at=node.at)
        if len(content) != 1 or isinstance(content[0], tree.Compare):
            raise DerivationError("an exponent is one expression", node.at)
        if isinstance(node, tree.Call) and node.function in _FUNCTIONS_OF_ONE:
            raise DerivationError(
                f"it is unclear whether the argument or the value is raised; write (\\{node.function}(x))^2", node.at
            )
        return tree.Power(node, content[0], at=node.at)

    def _subscripted(self, node: Expr, content: list[Expr], parted: bool) -> Expr:
        if _is_letter(node, tree.ONES):
            if not isinstance(content[0], tree.Name) or len(content) > 1:
                raise DerivationError("\\mathbf 1 takes one dimension: \\mathbf 1_N", node.at)
            return tree.Call(tree.ONES, (content[0],), at=node.at)
        if isinstance(node, tree.Call) and node.function == tree.NORM:
            order = getattr(content[0], "text", getattr(content[0], "name", ""))
            if order not in ("1", "2", "F"):
                raise DerivationError("a norm is \\lVert x \\rVert, with _1, _2 or _F", node.at)
            return tree.Call(tree.NORM + order, node.arguments, at=node.at)
        if not isinstance(node, (tree.Name, tree.Group, tree.Call)):
            raise DerivationError("indices follow a symbol or brackets", node.at)
        every = tuple(index for item in content for index in indices(item))
        return tree.Element(node, every, parted, at=node.at)

    def kronecker(self, token: Token, _: Token, content: list[Expr]) -> Expr:
        every = split_digits(tuple(index for item in content for index in indices(item)), 2)
        if len(every) != 2:
            raise DerivationError(
                "Kronecker's \\delta_{jk} has two indices; declare \\delta if it is another", _place(token)
            )
        return tree.Compare(("=",), every, at=_place(token))

    def subscript(self, _: Token, content: list[Expr]) -> tuple[str, Any]:
        return "_", content

    def superscript(self, _: Token, content: list[Expr]) -> tuple[str, Any]:
        return "^", content

    def superindex(self, _: Token, index: Expr, __: Token) -> tuple[str, Any]:
        return "index", index

    def transpose(self, _: Token) -> tuple[str, Any]:
        return "top", None

    def argument(self, *items: Any) -> list[Expr]:
        if len(items) == 3:
            return items[1]  # type: ignore[no-any-return]
        return [self.number(items[0]) if items[0].type == "NUMBER" else self.name(items[0])]

    def listing(self, *items: Any) -> list[Expr]:
        return _drop_tokens(items)

    def clause(self, *items: Any) -> Expr:
        sides = tuple(_drop_tokens(items))
        relations = tuple(str(item) for item in items if isinstance(item, Token))
        if "≈" in relations:
            raise DerivationError("\\approx is no condition", sides[0].at)
        return tree.Compare(relations, sides, at=sides[0].at) if relations else sides[0]

    # ------------------------------------------------------------------ atoms

    def number(self, token: Token) -> Expr:
        return tree.Number(str(token), at=_place(token))

    def name(self, token: Token) -> Expr:
        return tree.Name(str(token), at=_place(token))

    function_name = name

    def call(self, token: Token, _: Token, arguments: list[Expr], __: Token) -> Expr:
        for argument in arguments:
            refuse_condition(argument)
        name = str(token).rstrip("'")
        return tree.Call(_SYNONYMS.get(name, name), tuple(arguments), len(token) - len(name), at=_place(token))

    def bare_call(self, token: Token, argument: Expr) -> Expr:
        if isinstance(argument, (tree.Product, tree.Hadamard, tree.Quotient)) and not is_fraction(argument):
            raise DerivationError(
                f"it is unclear how far the argument of \\{token} reaches; put it in brackets", _place(token)
            )
        return tree.Call(_SYNONYMS.get(str(token), str(token)), (argument,), at=_place(token))

    def round(self, bracket: Token, items: list[Expr], _: Token) -> Expr:
        for item in items:
            refuse_condition(item)
        if len(items) > 1:
            return tree.Matrix(tuple((item,) for item in items), at=_place(bracket))
        return tree.Group(items[0], at=_place(bracket))

    def braces(self, brace: Token, inner: Expr, _: Token) -> Expr:
        return inner if isinstance(inner, tree.Group) else tree.Group(inner, at=_place(brace))

    def square(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return inner if isinstance(inner, tree.Compare) else tree.Group(inner, at=_place(bracket))

    def absolute(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return tree.Call("abs", (inner,), at=_place(bracket))

    def norm(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return tree.Call(tree.NORM, (inner,), at=_place(bracket))

    def floor(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return tree.Call("floor", (inner,), at=_place(bracket))

    def ceiling(self, bracket: Token, inner: Expr, _: Token) -> Expr:
        return tree.Call("ceil", (inner,), at=_place(bracket))

    def ones(self, token: Token) -> Expr:
        return tree.Name(tree.ONES, at=_place(token))

    def indicator(self, token: Token, _: Token, inner: Expr, __: Token) -> Expr:
        if not isinstance(inner, tree.Compare):
            raise DerivationError("an indicator holds a condition", _place(token))
        return inner

    def fraction(self, token: Token, *items: Any) -> Expr:
        top, bottom = _drop_tokens(items)
        differentials = [_differential(side) for side in (top, bottom)]
        if differentials[1] is not None and (differentials[0] is not None or _is_letter(top, "d")):
            if differentials[0] is None:
                raise DerivationError(
                    "write \\frac{\\partial}{\\partial z} (...), or the function above: \\frac{d f(u)}{d u}", top.at
                )
            return tree.Partial(differentials[0], differentials[1], at=_place(token))
        return tree.Quotient(top, bottom, at=_place(token))

    def short_fraction(self, token: Token) -> Expr:
        top, bottom = (tree.Number(digit, at=_place(token)) for digit in re.findall(r"\d", token))
        return tree.Quotient(top, bottom, at=_place(token))

    def partial(self, token: Token, *items: Any) -> Expr:
        parts = _drop_tokens(items)
        order = parts.pop(0) if isinstance(parts[0], _Order) else _Order(1)
        return _differentiated(_ungroup(parts[0]), _variables(order, parts[1:], token), token)

    def derivative_of(self, token: Token, *items: Any) -> tuple[Token, list[Expr]]:
        parts = _drop_tokens(items)
        order = parts.pop(0) if isinstance(parts[0], _Order) else _Order(1)
        return token, _variables(order, parts, token)

    def order(self, caret: Token, content: list[Expr]) -> _Order:
        number = getattr(content[0], "text", "")
        if not number.isdigit() or not 1 <= int(number) <= 4:
            raise DerivationError("the order of a derivative is a number from 1 to 4", _place(caret))
        return _Order(int(number))

    def by(self, _: Token, variable: Expr) -> Expr:
        return variable

    def gradient(self, token: Token, script: tuple[str, Any], body: Expr) -> Expr:
        kind, content = script
        if kind != "_" or len(content) != 1:
            raise DerivationError("write \\nabla_x f, with the variable below", _place(token))
        return self.derivative_applied((token, [content[0]]), body)

    def derivative_applied(self, operator: tuple[Token, list[Expr]], body: Expr) -> Expr:
        token, variables = operator
        product = isinstance(body, (tree.Product, tree.Hadamard, tree.Quotient)) and not is_fraction(body)
        if product and not _ends_with(body, {tree.base_name(variable) for variable in variables}):
            raise DerivationError(
                "it is unclear how far the derivative reaches; put what is differentiated in brackets", _place(token)
            )
        return _differentiated(_ungroup(body), variables, token)

    def root(self, token: Token, *items: Any) -> Expr:
        (inner,) = _drop_tokens(items)
        return tree.Call("sqrt", (inner,), at=_place(token))

    # ------------------------------------------------------------------ layouts

    def cases(self, *items: Any) -> Expr:
        return tree.Cases(tuple(_drop_tokens(items)), at=_place(items[0]))

    def case(self, value: Expr, *items: Any) -> Expr:
        condition = items[-1]
        if isinstance(condition, Token):
            return tree.Case(value, None, at=value.at)
        return tree.Case(value, condition, at=value.at)

    def condition(self, *items: Any) -> Expr:
        clauses = _drop_tokens(items)
        for clause in clauses:
            if not isinstance(clause, tree.Compare):
                raise DerivationError("a condition is a comparison, such as z > 0", clause.at)
        return clauses[0] if len(clauses) == 1 else tree.Product(tuple(clauses), at=clauses[0].at)

    def row(self, *items: Any) -> tuple[Expr, ...]:
        return tuple(_drop_tokens(items))

    def matrix(self, *items: Any) -> Expr:
        rows = tuple(_drop_tokens(items))
        if any(len(above) != len(below) for above, below in pairwise(rows)):
            raise DerivationError("the rows of a matrix are equally long", _place(items[0]))
        return tree.Matrix(rows, at=_place(items[0]))

    # ------------------------------------------------------------------ sums over indices

    def reduction(self, token: Token, *items: Any) -> Expr:
        *scripts, body = items
        kinds = [kind for kind, _ in scripts]
        if len(set(kinds)) != len(kinds) or "top" in kinds or kinds == ["^"]:
            raise DerivationError(f"\\{token} takes one subscript and one superscript", _place(token))
        below = dict(scripts).get("_", [])
        above = dict(scripts).get("^")
        below_it, conditions = ranges(below, above, _place(token))
        if not below_it and token != "sum":
            raise DerivationError(f"\\{token} needs an index below it, or its arguments in brackets", _place(token))
        refuse_open_end(str(token), below_it, body)
        return tree.Reduce(str(token), tuple(below_it), tuple(conditions), body, at=_place(token))


_SYNONYMS = {"ln": "log"}
_FUNCTIONS_OF_ONE = frozenset(["exp", "log", "tanh", "sinh", "cosh", "sin", "cos", "tan", "sign"])


def _differential(node: Expr) -> Expr | None:
    """Read ``d z`` and give z."""
    if isinstance(node, tree.Product) and len(node.factors) == 2 and _is_letter(node.factors[0], "d"):
        return node.factors[1]
    return None
