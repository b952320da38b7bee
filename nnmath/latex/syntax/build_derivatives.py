"""From the parser's reductions to the syntax tree: derivatives, and what they are evaluated at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lark import Token, Transformer, v_args

from nnmath.latex.errors import DerivationError, Place
from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.scripts import is_fraction
from nnmath.latex.syntax.tree import Expr


def place_of(token: Token) -> Place:
    """Return where a token stands."""
    return Place(token.line or 1, token.column or 1)


def drop_tokens(items: Any) -> list[Any]:
    """Return what the parser has understood, without the brackets and signs around it."""
    return [item for item in items if not isinstance(item, Token)]


class _Order(int):
    r"""The order of a derivative, ``\partial^2``; 0 for an immediate one, ``\partial^+``."""


def _variables(order: int, written: list[Expr], token: Token) -> list[Expr]:
    r"""Return what is differentiated by, as often as it is: x twice for ``\partial x^2``."""
    found: list[Expr] = []
    for one in written:
        times = one.exponent if isinstance(one, tree.Power) else None
        if isinstance(one, tree.Power) and isinstance(times, tree.Name) and times.name == "T":
            found.append(tree.Call(tree.TRANSPOSE, (one.base,), at=one.at))
        elif isinstance(one, tree.Power) and order > 1 and isinstance(times, tree.Number) and times.text.isdigit():
            found += [one.base] * min(int(times.text), 5)
        else:
            found.append(one)
    if len(found) != max(order, 1):
        raise DerivationError(f"a derivative of order {max(order, 1)} by {len(found)} variables", place_of(token))
    return found


def _differentiated(order: int, top: Expr, variables: list[Expr], token: Token, reach: Expr | None = None) -> Expr:
    for variable in reversed(variables):
        by = _ungroup(variable)
        if order and isinstance(by, tree.Call) and by.function in ("log", "ln"):
            top = _by_logarithm(top, _ungroup(by.arguments[0]), reach, place_of(token))
        else:
            top = tree.Partial(top, variable, reach, at=place_of(token))
        reach = None
    return top if order else tree.Held(top, None, at=place_of(token))


def _by_logarithm(top: Expr, variable: Expr, reach: Expr | None, at: Place) -> Expr:
    r"""Return the derivative by ``\log v``, which is v times that by v, or by ``\log v^2``, which is half of it."""
    power = variable if isinstance(variable, tree.Power) and isinstance(variable.exponent, tree.Number) else None
    by = power.base if power else variable
    found = tree.Hadamard((by, tree.Partial(top, by, reach, at=at)), at=at)
    return tree.Group(tree.Quotient(found, power.exponent, at=at) if power else found, at=at)


def _ungroup(node: Expr) -> Expr:
    return node.inner if isinstance(node, tree.Group) else node


def _argument(body: Expr) -> Expr | None:
    """Return w where what is differentiated is written as ``J(w)`` and J is a quantity, no function."""
    match body:
        case tree.Product(factors=(tree.Name(), tree.Group(inner=tree.Name() as argument), *_), dotted=dotted) if (
            1 not in dotted
        ):
            return argument
    return None


def _is_derivative(factor: Expr) -> bool:
    """Whether a factor is a derivative, in brackets or transposed."""
    while isinstance(factor, tree.Group) or (isinstance(factor, tree.Call) and factor.function == tree.TRANSPOSE):
        factor = factor.inner if isinstance(factor, tree.Group) else factor.arguments[0]
    return isinstance(factor, tree.Partial)


def _transposed_application(factors: tuple[Expr, ...]) -> tuple[Expr, int] | None:
    r"""Return f(x) where factors begin with ``f(x)^\top``, and how many of them that are."""
    match factors:
        case (tree.Call(function=tree.TRANSPOSE, arguments=(tree.Call() as call,)), *_) if (
            call.function not in alphabet.SIGNS
        ):
            return call, 1
        case (
            tree.Name() as name,
            tree.Call(function=tree.TRANSPOSE, arguments=(tree.Group(inner=tree.Name()) as group,)),
            *_,
        ):
            return tree.Product((name, group), at=name.at), 2
    return None


def _quantity(body: Expr, variables: list[Expr]) -> Expr:
    r"""Read ``J(w)`` in a derivative by w as J."""
    if not isinstance(body, tree.Product) or _argument(body) not in variables:
        return body
    quantity, _, *others = body.factors
    dotted = tuple(place - 1 for place in body.dotted)
    return replace(body, factors=(quantity, *others), dotted=dotted) if others else quantity


@v_args(inline=True)
class Derivatives(Transformer):  # type: ignore[type-arg]
    """One method for each rule of the grammar that has to do with derivatives."""

    def partial(self, token: Token, *items: Any) -> Expr:
        parts = drop_tokens(items)
        order = parts.pop(0) if isinstance(parts[0], _Order) else _Order(1)
        variables = _variables(order, parts[1:], token)
        return _differentiated(order, _ungroup(_quantity(parts[0], variables)), variables, token)

    def derivative_of(self, token: Token, *items: Any) -> tuple[Token, _Order, list[Expr]]:
        parts = drop_tokens(items)
        order = parts.pop(0) if isinstance(parts[0], _Order) else _Order(1)
        return token, order, _variables(order, parts, token)

    def order(self, sign: Token, *items: Any) -> _Order:
        if not items:  # a plus sign above
            return _Order(0)
        number = getattr(items[0][0], "text", "")
        if not number.isdigit() or not 1 <= int(number) <= 4:
            raise DerivationError("the order of a derivative is a number from 1 to 4", place_of(sign))
        return _Order(int(number))

    def by(self, _: Token, variable: Expr) -> Expr:
        return variable

    def by_function(self, _: Token, function: Token, variable: Expr) -> Expr:
        return tree.Call(str(function), (variable,), at=variable.at)

    def gradient(self, token: Token, *items: Any) -> Expr:
        *scripts, body = items
        if isinstance(body, tree.Product) and (1 in body.dotted or _is_derivative(body.factors[1])):
            # \nabla f \cdot v is a product with v, and \nabla f (\nabla g)^\top one of two gradients
            first, *rest = body.factors
            return tree.Product((self.gradient(token, *scripts, first), *rest), body.doubtful, body.dotted, at=body.at)
        if isinstance(body, tree.Product) and (applied := _transposed_application(body.factors)):
            taken, count = applied  # \nabla f(x)^\top v
            transposed = tree.Call(tree.TRANSPOSE, (self.gradient(token, *scripts, taken),), at=body.at)
            dotted = tuple(place - count + 1 for place in body.dotted if place >= count)
            return tree.Product((transposed, *body.factors[count:]), body.doubtful, dotted, at=body.at)
        known = dict(scripts)
        order = known.pop("^", None)
        below = known.pop("_", [])
        if not below and isinstance(body, tree.Call) and len(body.arguments) == 1:
            below = [body.arguments[0]]  # of a function of a vector, by its argument
        below = below or [one for one in [_argument(body)] if one]
        twice = order is not None and [getattr(one, "text", "") for one in order] == ["2"]
        if known or len(below) != 1 or len(scripts) > 2 or (order is not None and not twice):
            raise DerivationError("write \\nabla_x f, with the variable below, or \\nabla_x^2 f", place_of(token))
        return self.derivative_applied((token, _Order(1 + twice), [below[0]] * (1 + twice)), body)

    def derivative_applied(self, operator: tuple[Token, _Order, list[Expr]], body: Expr) -> Expr:
        token, order, variables = operator
        body = _quantity(body, variables)
        reach = None
        if isinstance(body, (tree.Product, tree.Hadamard, tree.Quotient)) and not is_fraction(body):
            reach = body.bottom if isinstance(body, tree.Quotient) else body.factors[-1]
        found = _differentiated(order, _ungroup(body), variables, token, reach)
        if isinstance(found, tree.Partial) and not isinstance(body, tree.Group):
            return replace(found, open=True)
        return found

    def derivative_by(self, token: Token, _: Token, below: list[Expr], body: Expr) -> Expr:
        if len(below) != 1:
            raise DerivationError("write \\partial_x f, with one variable below", place_of(token))
        if isinstance(body, tree.Product) and _is_derivative(body.factors[1]):
            first, *rest = body.factors  # \partial_x f \partial_t x is a product of two derivatives
            return replace(body, factors=(self.derivative_applied((token, _Order(1), below), first), *rest))
        return self.derivative_applied((token, _Order(1), below), body)

    def evaluated(self, _: Token, body: Expr, __: Token, ___: Token, content: list[Expr]) -> Expr:
        return self.at_bar(body, content)

    def at_bar(self, body: Expr, content: list[Expr]) -> Expr:
        r"""Read what stands below a bar: ``x = 0`` is a value, ``y`` alone is held."""
        values: list[tuple[Expr, Expr]] = []
        held: list[str] = []
        for clause in content:
            if isinstance(clause, tree.Compare) and clause.relations == ("=",):
                values.append((clause.sides[0], clause.sides[1]))
            elif isinstance(clause, tree.Name):
                held.append(clause.name)
            else:
                raise DerivationError("below the bar stands x = 0, or what is held", clause.at)
        if held:
            body = tree.Held(body, tuple(held), at=body.at)
        return tree.Evaluated(body, tuple(values), at=body.at) if values else body
