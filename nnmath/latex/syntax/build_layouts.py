"""From the parser's reductions to the syntax tree: cases, matrices, and sums over indices."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lark import Token, v_args

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.build_derivatives import Derivatives, drop_tokens, place_of
from nnmath.latex.syntax.scripts import ranges, refuse_open_end
from nnmath.latex.syntax.tree import Expr


@v_args(inline=True)
class Layouts(Derivatives):
    """One method for each rule of the grammar."""

    # ------------------------------------------------------------------ layouts

    def cases(self, *items: Any) -> Expr:
        return tree.Cases(tuple(drop_tokens(items)), at=place_of(items[0]))

    def case(self, value: Expr, *items: Any) -> Expr:
        condition = items[-1]
        if isinstance(condition, Token):
            return tree.Case(value, None, at=value.at)
        return tree.Case(value, condition, at=value.at)

    def condition(self, *items: Any) -> Expr:
        clauses = drop_tokens(items)
        for clause in clauses:
            if not isinstance(clause, tree.Compare):
                raise DerivationError("a condition is a comparison, such as z > 0", clause.at)
        return clauses[0] if len(clauses) == 1 else tree.Product(tuple(clauses), at=clauses[0].at)

    def row(self, *items: Any) -> tuple[Expr, ...]:
        return tuple(drop_tokens(items))

    def matrix(self, *items: Any) -> Expr:
        rows = tuple(drop_tokens(items))
        if any(len(above) != len(below) for above, below in pairwise(rows)):
            raise DerivationError("the rows of a matrix are equally long", place_of(items[0]))
        found = tree.Matrix(rows, at=place_of(items[0]))
        return tree.Call("det", (found,), at=found.at) if "vmatrix" in items[0] else found

    # ------------------------------------------------------------------ sums over indices

    def reduction(self, token: Token, *items: Any) -> Expr:
        *scripts, body = items
        kinds = [kind for kind, _ in scripts]
        if len(set(kinds)) != len(kinds) or not {"_", "^"} >= set(kinds) or kinds == ["^"]:
            problem = f"\\{token} takes one subscript and one superscript, \\{token}_{{k=1}}^{{K}}"
            raise DerivationError(problem, place_of(token))
        below = dict(scripts).get("_", [])
        above = dict(scripts).get("^")
        below_it, conditions = ranges(below, above, place_of(token))
        if not below_it and token != "sum":
            raise DerivationError(f"\\{token} needs an index below it, or its arguments in brackets", place_of(token))
        if token != "sum":
            refuse_open_end(str(token), below_it, body)
        return tree.Reduce(str(token), tuple(below_it), tuple(conditions), body, at=place_of(token))

    def slash_reduction(self, top: Expr, _: Token, token: Token, *items: Any) -> Expr:
        found = self.reduction(token, *items)
        if isinstance(found, tree.Reduce):
            refuse_open_end(str(token), [*found.ranges], found.body)
        return tree.Quotient(top, found, at=top.at)

    def negative(self, sign: Token, body: Expr) -> Expr:
        return tree.Sum((-1,), (body,), at=place_of(sign))
