"""The slips of the pen that are made at one node of a tree: a sign, a factor, a number, an index, a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.verdicts.slips.slip_trees import (
    QUANTITIES,
    Slip,
    inverse,
    is_transposed,
    minus,
    number,
    one_minus,
    product,
    transposed,
    words,
)


def with_other_signs(node: Expr) -> Iterator[Slip]:
    """Yield a node with another sign, relation or direction of a fraction."""
    match node:
        case tree.Sum(signs=signs, terms=terms):
            for k, sign in enumerate(signs):
                yield "with another sign of a term", replace(node, signs=(*signs[:k], -sign, *signs[k + 1 :]))
            for k, (first, second) in enumerate(pairwise(signs)):
                if first != second and any(isinstance(one, tree.Number) for one in terms[k : k + 2]):  # p - 1 for 1 - p
                    new = (*signs[:k], second, first, *signs[k + 2 :])
                    yield "with the other sign of a difference", replace(node, signs=new)
        case tree.Call(arguments=arguments) if not is_transposed(node):
            yield "with the other sign of an argument", replace(node, arguments=tuple(map(minus, arguments)))
        case tree.Compare(relations=(relation,)):
            for other in "<>≤≥=≠":
                if other != relation:
                    yield f"with {other} in place of {relation}", replace(node, relations=(other,))
        case tree.Quotient(top=top, bottom=bottom):
            yield "with numerator and denominator exchanged", replace(node, top=bottom, bottom=top)
        case tree.Case(value=value):
            yield "with another sign in a case", replace(node, value=minus(value))
        case tree.Reduce(body=body):
            yield "with another sign of a summand", replace(node, body=minus(body))


def with_less(node: Expr) -> Iterator[Slip]:
    """Yield what is left of a node without one of its parts; a function with a prime that was left out."""
    match node:
        case tree.Sum(signs=signs, terms=terms) if len(terms) > 1:
            for k, term in enumerate(terms):
                fewer = replace(node, signs=signs[:k] + signs[k + 1 :], terms=terms[:k] + terms[k + 1 :])
                yield f"without {words(term, 'a term')}", fewer
            if signs == (1, -1) and isinstance(terms[0], tree.Number) and terms[0].text == "1":
                part = words(terms[1], "what is taken from 1")
                yield f"with {part} in place of 1 - {part}", terms[1]
        case tree.Product(factors=factors) | tree.Hadamard(factors=factors) if len(factors) > 1:
            for k, factor in enumerate(factors):
                others = factors[:k] + factors[k + 1 :]
                rest = others[0] if len(others) == 1 else type(node)(others, at=node.at)
                yield f"without {words(factor, 'a factor')}", rest
                if isinstance(factor, QUANTITIES):
                    yield f"divided by {words(factor, 'a factor')}", tree.Quotient(rest, factor, at=node.at)
        case tree.Quotient(top=top, bottom=bottom):
            yield f"without {words(bottom, 'its denominator')}", top
            yield f"times {words(bottom, 'its denominator')}", product((top, bottom))
            yield f"without {words(top, 'its numerator')}", inverse(bottom)
        case tree.Power(base=base, exponent=exponent):
            yield "without an exponent", base
            if isinstance(exponent, tree.Number):
                yield "with a factor in place of an exponent", product((exponent, base))
            yield "with the other sign of an exponent", replace(node, exponent=minus(exponent))
        case tree.Call(function=function, arguments=(argument,), primes=0):
            if not is_transposed(node):
                yield "with a prime", replace(node, primes=1)
            said = "a transposition" if is_transposed(node) else function
            yield f"without {said}", argument if isinstance(argument, QUANTITIES) else tree.Group(argument, at=node.at)
            if isinstance(argument, tree.Sum):
                yield f"with {function} of one of its terms alone", _of_first_term(node, argument)
        case tree.Call(primes=primes) if primes:
            yield "without a prime", replace(node, primes=primes - 1)
        case tree.Reduce(body=body, conditions=conditions):
            yield "without a sum", tree.Group(body, at=node.at)
            if conditions:
                yield "without a condition", replace(node, conditions=())


def _of_first_term(call: tree.Call, argument: tree.Sum) -> Expr:
    first = replace(argument, signs=argument.signs[:1], terms=argument.terms[:1])
    inner = first.terms[0] if first.signs[0] > 0 else first
    return replace(argument, signs=(1, *argument.signs[1:]),
                   terms=(replace(call, arguments=(inner,)), *argument.terms[1:]))  # fmt: skip


def with_other_numbers(node: Expr) -> Iterator[Slip]:
    """Yield another number."""
    if isinstance(node, tree.Number):
        for text in ("1", "2", "3", "0", "4", "6"):
            if text != node.text:
                yield f"with {text} in place of {node.text}", replace(node, text=text)
        if node.text != "1":
            yield f"with 1/{node.text} in place of {node.text}", inverse(node)


def with_other_powers(node: Expr) -> Iterator[Slip]:
    """Yield a node with another exponent or power, or what is left of 1 without it."""
    one, two = number("1", node), number("2", node)
    if isinstance(node, QUANTITIES):
        yield f"with 1 - {words(node, 'a term')} in place of {words(node, 'a term')}", one_minus(node)
    if tree.base_name(node).removeprefix("\\")[:1].isupper():  # a matrix, as a rule
        yield f"with the inverse of {words(node, 'a matrix')}", tree.Power(node, minus(one), at=node.at)
    if isinstance(node, tree.Power) and not isinstance(node.exponent, tree.Number):
        for sign in (-1, 1):
            exponent = tree.Sum((1, sign), (node.exponent, one), at=node.at)
            yield "with another exponent", replace(node, exponent=exponent)
    if isinstance(node, (*QUANTITIES, tree.Group, tree.Call)) and not is_transposed(node):
        yield f"with the square of {words(node, 'a term')}", tree.Power(node, two, at=node.at)
        yield f"with the square root of {words(node, 'a term')}", tree.Call("sqrt", (node,), at=node.at)


def turned(node: Expr) -> Iterator[Slip]:
    """Yield other transpositions, and other orders and kinds of products."""
    if isinstance(node, tree.Element):
        for k, (first, second) in enumerate(pairwise(node.indices)):  # the first one may count layers
            indices = (*node.indices[:k], second, first, *node.indices[k + 2 :])
            yield "with its indices exchanged", replace(node, indices=indices)
    match node:
        case tree.Name(name=name) | tree.Element(array=tree.Name(name=name)):
            yield f"with {name} transposed", transposed(node)
        case tree.Group():
            yield "with a factor transposed", transposed(node)
        case tree.Product(factors=factors):
            said = "with its factors in another order, or transposed"
            for k, (first, second) in enumerate(pairwise(factors)):
                for pair in ((second, first), (first, transposed(second)), (second, transposed(first)),
                             (transposed(second), first), (transposed(first), second),
                             (transposed(second), transposed(first))):  # fmt: skip
                    yield said, tree.Product((*factors[:k], *pair, *factors[k + 2 :]), at=node.at)
            if len(factors) == 2:
                yield "with a product entry by entry", tree.Hadamard(factors, at=node.at)
            yield from _on_both_sides(node)
        case tree.Hadamard(factors=factors):
            yield "with a product of matrices", tree.Product(factors, at=node.at)


def symmetrized(node: Expr) -> Iterator[Slip]:
    """Yield what is right for a matrix that is not symmetric, where the side is right for one that is."""
    if isinstance(node, tree.Name) and any(map(str.isupper, node.name)):  # matrices have capital letters
        both = tree.Group(tree.Sum((1, 1), (node, transposed(node)), at=node.at), at=node.at)
        yield f"if {node.name} were symmetric", tree.Quotient(both, number("2", node), at=node.at)
        yield f"with {node.name} + {node.name}^T in place of {node.name}", both


def _on_both_sides(node: tree.Product) -> Iterator[Slip]:
    """Yield a product in which a square stands around the next factor: matrices do not commute."""
    two = (number("2", node), tree.Sum((-1,), (number("2", node),), at=node.at))
    for k, one in enumerate(node.factors[:-1]):
        if isinstance(one, tree.Power) and one.exponent in two:
            minus_one = tree.Sum((-1,), (number("1", node),), at=node.at)
            once = one.base if one.exponent == two[0] else replace(one, exponent=minus_one)
            order = (*node.factors[:k], once, node.factors[k + 1], once, *node.factors[k + 2 :])
            yield "with one factor of a square on either side", tree.Product(order, at=node.at)


def with_other_letters(node: Expr, letters: Sequence[str]) -> Iterator[Slip]:
    """Yield an element with other indices."""
    if not isinstance(node, tree.Element):
        return
    for k, index in enumerate(node.indices):
        before, behind = node.indices[:k], node.indices[k + 1 :]
        if isinstance(index, tree.Name):
            for letter in letters:
                if letter != index.name:
                    new = replace(node, indices=(*before, replace(index, name=letter), *behind))
                    yield f"with the index {letter} in place of {index.name}", new
        for sign in (-1, 1):
            shifted = tree.Sum((1, sign), (index, number("1", node)), at=node.at)
            yield "with an index shifted by 1", replace(node, indices=(*before, shifted, *behind))


def with_other_names(node: Expr, parts: Sequence[Expr], functions: Sequence[str]) -> Iterator[Slip]:
    """Yield another quantity, or a call of another function."""
    if isinstance(node, (*QUANTITIES, tree.Number)):
        letter = node.name.lower() if isinstance(node, tree.Name) else None  # W is the matrix of w_{ij}, and no other
        for one in parts:
            if one != node and not (isinstance(one, tree.Name) and one.name.lower() == letter):
                yield f"with {words(one, 'another term')} in place of {words(node, 'a term')}", replace(one, at=node.at)
    if isinstance(node, tree.Call) and len(node.arguments) == 1 and not is_transposed(node):
        for function in functions:
            if function != node.function:
                yield f"with {function} in place of {node.function}", replace(node, function=function)


def with_functions(node: Expr, functions: Sequence[str]) -> Iterator[Slip]:
    """Yield a function of a node."""
    if isinstance(node, (*QUANTITIES, tree.Group, tree.Quotient, tree.Call)) and not is_transposed(node):
        for function in functions:
            yield f"with {function} of a term", tree.Call(function, (node,), at=node.at)
