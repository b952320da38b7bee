"""From the parser's reductions to the syntax tree: functions, and expectations."""

from __future__ import annotations

from lark import Token, v_args

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.build_derivatives import place_of
from nnmath.latex.syntax.build_layouts import Layouts
from nnmath.latex.syntax.scripts import is_fraction, refuse_condition
from nnmath.latex.syntax.tree import Expr


@v_args(inline=True)
class Calls(Layouts):
    """One method for each rule of the grammar that applies a function."""

    def call(self, token: Token, _: Token, arguments: list[Expr], __: Token) -> Expr:
        for argument in arguments:
            refuse_condition(argument)
        if token == "concat" and token.type == "BUILTIN":
            if len(arguments) == 1:
                return tree.Group(arguments[0], at=place_of(token))
            return tree.Matrix(tuple((one,) for one in arguments), True, at=place_of(token))
        if token in alphabet.EXPECTATIONS and token.type == "BUILTIN":
            return tree.Expected(alphabet.EXPECTATIONS[token], tuple(arguments), at=place_of(token))
        name = str(token).rstrip("'")
        return tree.Call(_function_of(token, name), tuple(arguments), len(token) - len(name), at=place_of(token))

    def expected(self, token: Token, _: Token, over: list[Expr], __: Token, bodies: list[Expr], ___: Token) -> Expr:
        names = tuple(map(_random, over))
        if token not in alphabet.EXPECTATIONS or not all(names):
            raise DerivationError(
                f"{token} takes its argument in brackets; below it stands what is random", place_of(token)
            )
        return tree.Expected(alphabet.EXPECTATIONS[token], tuple(bodies), names, at=place_of(token))

    def bare_call(self, token: Token, argument: Expr) -> Expr:
        if isinstance(argument, (tree.Product, tree.Hadamard, tree.Quotient)) and not is_fraction(argument):
            first = argument.factors[:2] if isinstance(argument, tree.Product) else ()
            undefined = len(first) > 1 and isinstance(first[0], tree.Name) and isinstance(first[1], tree.Group)
            before = "; a function that stands in it is defined above: p(x) := \\ldots" if undefined else ""
            problem = f"it is unclear how far the argument of \\{token} reaches; put it in brackets{before}"
            raise DerivationError(problem, place_of(token))
        return tree.Call(_function_of(token, str(token)), (argument,), at=place_of(token))

    def raised_call(
        self, token: Token, _: Token, exponent: list[Expr], bracket: Token, arguments: list[Expr], close: Token
    ) -> Expr:
        return _raised(self.call(token, bracket, arguments, close), exponent, token)

    def raised_bare_call(self, token: Token, _: Token, exponent: list[Expr], argument: Expr) -> Expr:
        return _raised(self.bare_call(token, argument), exponent, token)


def _raised(call: Expr, exponent: list[Expr], token: Token) -> Expr:
    r"""Read ``\tanh^2(z)``: the value is raised; ``\tanh^{-1}`` may be the inverse function."""
    text = getattr(exponent[0], "text", "")
    if len(exponent) != 1 or not text.isdigit() or int(text) < 2:
        problem = (
            f"a function is raised to a whole number from 2 on; write (\\{token}(x))^{{-1}}, or the inverse function"
        )
        raise DerivationError(problem, place_of(token))
    return tree.Power(call, exponent[0], at=call.at)


def _function_of(token: Token, name: str) -> str:
    """Return the name in the tree of a function: one that the derivation defines has the name that stands there."""
    return alphabet.SYNONYMS.get(name, name) if token.type == "BUILTIN" else name


def _random(node: Expr) -> str:
    r"""Return what an expectation is over, z in ``\mathbb{E}_{z \sim q}``, where q names its distribution."""
    if isinstance(node, tree.Compare) and node.relations == ("∼",) and isinstance(node.sides[1], tree.Name):
        node = node.sides[0]
    return node.name if isinstance(node, tree.Name) else ""
