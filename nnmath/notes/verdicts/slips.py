"""Slips of the pen: what a side of an equation may have been meant to say, with one sign, factor or name changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import NamedTuple

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

#: What is changed, in words that go on after "it would hold", and what comes of it.
Slip = tuple[str, Expr]

#: How large a term may be that was left out, in nodes.
_MOST_NODES = 8

_QUANTITIES = (tree.Name, tree.Element)


class Around(NamedTuple):
    """What stands in the notes around a side: small terms, the letters of indices, and functions of one argument."""

    parts: Sequence[Expr]
    letters: Sequence[str]
    functions: Sequence[str]


def around(chains: Iterable[tree.Chain]) -> Around:
    """Return what stands in equations, that of the first one first."""
    nodes = [node for chain in chains for side in chain.sides for node in tree.walk(side)]
    letters = {letter for node in nodes if isinstance(node, tree.Element)
               for index in node.indices for letter in trees.index_letters_of(index)}  # fmt: skip
    parts = [node for node in nodes if isinstance(node, _QUANTITIES) or _is_small_term(node)]
    calls = [node for node in nodes if isinstance(node, tree.Call) and len(node.arguments) == 1]
    functions = dict.fromkeys(node.function for node in calls if not _is_transposed(node))
    return Around([one for one in dict.fromkeys(parts) if getattr(one, "name", "") not in letters],
                  sorted(letters), [*functions])  # fmt: skip


def slips(side: Expr, near: Around) -> Iterator[Slip]:
    """Yield what a side may have been meant to say, the most frequent slips first; `near` is what may stand in it."""
    seen = {side}
    for said, one in _every(side, near):
        if one not in seen:
            seen.add(one)
            yield said, one


def _is_small_term(node: Expr) -> bool:
    kinds = (tree.Call, tree.Group, tree.Power)
    return isinstance(node, kinds) and not _is_transposed(node) and sum(1 for _ in tree.walk(node)) <= _MOST_NODES


def _every(side: Expr, near: Around) -> Iterator[Slip]:
    yield "with the other sign", _minus(side)
    for change in (
        _with_other_signs,
        _with_less,
        _with_other_numbers,
        _turned,
        partial(_with_other_letters, letters=near.letters),
        partial(_with_other_names, near=near),
        partial(_with_functions, functions=near.functions),
    ):
        yield from _everywhere(side, change)
    yield from _scaled(side, near.parts)
    yield from _everywhere(side, partial(_with_scaled_terms, parts=near.parts))
    yield from _everywhere(side, partial(_with_more, parts=near.parts))


def _everywhere(node: Expr, change: Callable[[Expr], Iterator[Slip]]) -> Iterator[Slip]:
    """Yield trees in which one node was changed, in each way that `change` gives."""
    yield from change(node)
    for one in fields(node):
        value = getattr(node, one.name)
        if one.name not in ("at", "written", "reach"):
            for said, new in _within(value, change):
                yield said, replace(node, **{one.name: new})


def _within(value: object, change: Callable[[Expr], Iterator[Slip]]) -> Iterator[tuple[str, object]]:
    if isinstance(value, Expr):
        yield from _everywhere(value, change)
    elif isinstance(value, tuple):
        for k, part in enumerate(value):
            for said, new in _within(part, change):
                yield said, (*value[:k], new, *value[k + 1 :])


# ---------------------------------------------------------------------------------------------------- slips at a node


def _with_other_signs(node: Expr) -> Iterator[Slip]:
    match node:
        case tree.Sum(signs=signs):
            for k, sign in enumerate(signs):
                yield "with another sign of a term", replace(node, signs=(*signs[:k], -sign, *signs[k + 1 :]))
        case tree.Call(arguments=arguments) if not _is_transposed(node):
            yield "with the other sign of an argument", replace(node, arguments=tuple(map(_minus, arguments)))
        case tree.Compare(relations=(relation,)):
            for other in "<>≤≥=≠":
                if other != relation:
                    yield f"with {other} in place of {relation}", replace(node, relations=(other,))
        case tree.Quotient(top=top, bottom=bottom):
            yield "with numerator and denominator exchanged", replace(node, top=bottom, bottom=top)
        case tree.Case(value=value):
            yield "with another sign in a case", replace(node, value=_minus(value))
        case tree.Reduce(body=body):
            yield "with another sign of a summand", replace(node, body=_minus(body))


def _with_less(node: Expr) -> Iterator[Slip]:
    """Yield what is left of a node without one of its parts."""
    match node:
        case tree.Sum(signs=signs, terms=terms) if len(terms) > 1:
            for k, term in enumerate(terms):
                fewer = replace(node, signs=signs[:k] + signs[k + 1 :], terms=terms[:k] + terms[k + 1 :])
                yield f"without {_said(term, 'a term')}", fewer
        case tree.Product(factors=factors) | tree.Hadamard(factors=factors) if len(factors) > 1:
            for k, factor in enumerate(factors):
                others = factors[:k] + factors[k + 1 :]
                rest = others[0] if len(others) == 1 else type(node)(others, at=node.at)
                yield f"without {_said(factor, 'a factor')}", rest
        case tree.Quotient(top=top, bottom=bottom):
            yield f"without {_said(bottom, 'its denominator')}", top
            yield f"times {_said(bottom, 'its denominator')}", _product((top, bottom))
            yield f"without {_said(top, 'its numerator')}", _inverse(bottom)
        case tree.Power(base=base, exponent=exponent):
            yield "without an exponent", base
            yield "with the other sign of an exponent", replace(node, exponent=_minus(exponent))
        case tree.Call(function=function, arguments=(argument,), primes=0):
            said = "a transposition" if _is_transposed(node) else function
            yield f"without {said}", argument if isinstance(argument, _QUANTITIES) else tree.Group(argument, at=node.at)
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


def _with_other_numbers(node: Expr) -> Iterator[Slip]:
    one, two = _number("1", node), _number("2", node)
    if isinstance(node, tree.Number):
        for text in ("1", "2", "3", "0", "4"):
            if text != node.text:
                yield f"with {text} in place of {node.text}", replace(node, text=text)
        yield f"with 1/{node.text} in place of {node.text}", _inverse(node)
    if isinstance(node, tree.Power) and not isinstance(node.exponent, tree.Number):
        for sign in (-1, 1):
            exponent = tree.Sum((1, sign), (node.exponent, one), at=node.at)
            yield "with another exponent", replace(node, exponent=exponent)
    if isinstance(node, (*_QUANTITIES, tree.Group, tree.Call)) and not _is_transposed(node):
        yield f"with the square of {_said(node, 'a term')}", tree.Power(node, two, at=node.at)
        yield f"with the square root of {_said(node, 'a term')}", tree.Call("sqrt", (node,), at=node.at)


def _turned(node: Expr) -> Iterator[Slip]:
    """Yield other transpositions, and other orders and kinds of products."""
    match node:
        case tree.Name(name=name):
            both = tree.Sum((1, 1), (node, _transposed(node)), at=node.at)
            half = tree.Quotient(tree.Group(both, at=node.at), _number("2", node), at=node.at)
            yield f"with {name} transposed", _transposed(node)
            yield f"if {name} were symmetric", half
        case tree.Group():
            yield "with a factor transposed", _transposed(node)
        case tree.Product(factors=(first, second)):
            said = "with its factors in another order, or transposed"
            for pair in ((second, first), (first, _transposed(second)), (second, _transposed(first)),
                         (_transposed(second), first), (_transposed(first), second),
                         (_transposed(second), _transposed(first))):  # fmt: skip
                yield said, tree.Product(pair, at=node.at)
            yield "with a product entry by entry", tree.Hadamard((first, second), at=node.at)
        case tree.Product(factors=factors):
            for k in range(len(factors) - 1):
                order = (*factors[:k], factors[k + 1], factors[k], *factors[k + 2 :])
                yield "with its factors in another order", tree.Product(order, at=node.at)
        case tree.Hadamard(factors=factors):
            yield "with a product of matrices", tree.Product(factors, at=node.at)


def _with_other_letters(node: Expr, letters: Sequence[str]) -> Iterator[Slip]:
    if not isinstance(node, tree.Element):
        return
    for k, index in enumerate(node.indices):
        for letter in letters if isinstance(index, tree.Name) else ():
            if letter != index.name:
                new = (*node.indices[:k], replace(index, name=letter), *node.indices[k + 1 :])
                yield f"with the index {letter} in place of {index.name}", replace(node, indices=new)
        for sign in (-1, 1):
            shifted = tree.Sum((1, sign), (index, _number("1", node)), at=node.at)
            new = (*node.indices[:k], shifted, *node.indices[k + 1 :])
            yield "with an index shifted by 1", replace(node, indices=new)
    if len(node.indices) == 2:
        yield "with its indices exchanged", replace(node, indices=node.indices[::-1])


def _with_other_names(node: Expr, near: Around) -> Iterator[Slip]:
    if isinstance(node, (*_QUANTITIES, tree.Number)):
        for one in near.parts:
            if one != node:
                yield f"with {_said(one, 'another term')} in place of {_said(node, 'a term')}", replace(one, at=node.at)
    if isinstance(node, tree.Call) and not _is_transposed(node):
        yield "with another prime", replace(node, primes=node.primes + 1)
        for function in near.functions:
            if function != node.function:
                yield f"with {function} in place of {node.function}", replace(node, function=function)


def _with_functions(node: Expr, functions: Sequence[str]) -> Iterator[Slip]:
    """Yield a function of a node."""
    if isinstance(node, (*_QUANTITIES, tree.Group, tree.Quotient)):
        for function in functions:
            yield f"with {function} of a term", tree.Call(function, (node,), at=node.at)


def _scaled(side: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a term times or divided by something."""
    for one in (_number("2", side), _number("4", side), *parts):
        said = _said(one, "another factor")
        yield f"divided by {said}", _product((side, _inverse(one)))
        yield f"times {said}", _product((one, side))
        yield f"times {said}", _product((side, one))
        yield f"times {said}, entry by entry", tree.Hadamard((tree.Group(side, at=side.at), one), at=side.at)


def _with_scaled_terms(node: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a node of which a term, or an argument, is times or divided by something."""
    match node:
        case tree.Sum(terms=terms):
            for k, term in enumerate(terms):
                for said, new in _scaled(term, parts):
                    yield f"with a term {said}", replace(node, terms=(*terms[:k], new, *terms[k + 1 :]))
        case tree.Reduce(body=body):
            for said, new in _scaled(body, parts):
                yield f"with its summand {said}", replace(node, body=new)
        case tree.Call(arguments=(argument,)) if not _is_transposed(node):
            for said, new in _scaled(argument, parts):
                yield f"with an argument {said}", replace(node, arguments=(new,))


def _with_more(node: Expr, parts: Sequence[Expr]) -> Iterator[Slip]:
    """Yield a node with a term or a factor beside it."""
    if not isinstance(node, (*_QUANTITIES, tree.Call, tree.Group, tree.Product, tree.Number)) or _is_transposed(node):
        return
    for one in (_number("1", node), *parts):
        for signs in ((1, 1), (1, -1), (-1, 1)):
            said = f"with {_said(one, 'another term')} added or subtracted"
            yield said, tree.Group(tree.Sum(signs, (node, one), at=node.at), at=node.at)
    for one in parts:
        said = f"with a term times {_said(one, 'another factor')}"
        for k in range(len(node.factors) + 1) if isinstance(node, tree.Product) else ():
            yield said, tree.Product((*node.factors[:k], one, *node.factors[k:]), at=node.at)
        yield said, _product((node, one))
        yield said, _product((one, node))


# ---------------------------------------------------------------------------------------------------- trees and words


def _number(text: str, node: Expr) -> tree.Number:
    return tree.Number(text, at=node.at)


def _minus(node: Expr) -> Expr:
    return tree.Sum((-1,), (tree.Group(node, at=node.at),), at=node.at)


def _inverse(node: Expr) -> Expr:
    return tree.Quotient(_number("1", node), node, at=node.at)


def _product(factors: Sequence[Expr]) -> Expr:
    whole = (tree.Group(one, at=one.at) if isinstance(one, (tree.Sum, tree.Reduce)) else one for one in factors)
    return tree.Product(tuple(whole), at=factors[0].at)


def _transposed(node: Expr) -> Expr:
    if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE:
        return node.arguments[0]
    return tree.Call(tree.TRANSPOSE, (node,), at=node.at)


def _is_transposed(node: Expr) -> bool:
    return isinstance(node, tree.Call) and node.function == tree.TRANSPOSE


def _said(node: Expr, otherwise: str) -> str:
    """Say a number, a symbol or an entry of one as notes write it; anything else in the words given."""
    match node:
        case tree.Number(text=text):
            return text
        case tree.Name(name=name):
            return name.partition("_{[")[0]
        case tree.Element(array=tree.Name() as array, indices=indices):
            return f"{_said(array, '')}_{{{''.join(_said(one, '·') for one in indices)}}}"
    return otherwise
