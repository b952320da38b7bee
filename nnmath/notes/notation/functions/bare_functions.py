r"""Functions that stand without their argument, ``\frac{dg}{dx} h + g \frac{dh}{dx}`` beside ``g(x) h(x)``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import FUNCTION_LETTERS, OBJECTIVES
from nnmath.notes.syntax.statements.roles import names_on_the_left


def with_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Return the equations in which what is a function of one thing, and not defined, has its argument everywhere.

    Of functions of functions, g(h(x)), the derivatives have one, \frac{dg}{dh} and \frac{dh}{dx}.
    """
    chains = _with_inner_quantities(_with_chain_rule(_as_in_the_equation(chains)))
    nodes = [node for chain in chains for node in tree.walk(chain)]
    calls: dict[str, set[tree.Call]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, tree.Call):
            calls[node.function].add(node)
    defined = names_on_the_left(chains)
    nested = {one.function for every in calls.values() for call in every for argument in call.arguments
              for one in tree.walk(argument) if isinstance(one, tree.Call)}  # fmt: skip
    indexed = {tree.base_name(node) for node in nodes if isinstance(node, tree.Element)}
    nested |= {tree.base_name(node.bottom) for node in nodes if isinstance(node, tree.Partial)}
    slopes = {(_name(node.top), node.bottom) for node in nodes if isinstance(node, tree.Partial)}
    whole = {}
    for name in (calls.keys() & FUNCTION_LETTERS) - OBJECTIVES - defined - indexed - nested:
        for call in calls[name] if len(calls[name]) == 1 else ():
            argument = call.arguments[0]
            if len(call.arguments) == 1 and isinstance(argument, tree.Name) and (name, argument) in slopes:
                whole[name] = call

    def change(node: Expr) -> Expr:
        return replace(whole[node.name], at=node.at) if isinstance(node, tree.Name) and node.name in whole else node

    return [trees.changed(chain, change) for chain in chains] if whole else list(chains)


def _as_in_the_equation(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Write ``\partial h(x)`` for the top of ``\frac{\partial h}{\partial w}`` in an equation that has h(x)."""
    defined = {chain.sides[0].function for chain in chains if chain.relations and isinstance(chain.sides[0], tree.Call)}

    def changed(chain: tree.Chain) -> tree.Chain:
        calls: dict[str, set[tree.Call]] = defaultdict(set)
        for node in tree.walk(chain):
            if isinstance(node, tree.Call) and node.function in defined and not node.primes:
                calls[node.function].add(node)
        called = {name: every.pop() for name, every in calls.items() if len(every) == 1}

        def change(node: Expr) -> Expr:
            match node:
                case tree.Partial(top=tree.Name(name=name)) if (
                    name in called and node.bottom not in called[name].arguments
                ):
                    return replace(node, top=called[name])
            return node

        return trees.changed(chain, change) if called else chain

    return [changed(chain) for chain in chains]


def with_named_values(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Write ``\frac{\partial z}{\partial x}`` for ``\frac{\partial f}{\partial x}`` beside z = f(x, y).

    Nothing defines f, and it is called there alone.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    calls = [node.function for node in nodes if isinstance(node, tree.Call)]
    names = [node.name for node in nodes if isinstance(node, tree.Name)]
    tops = [node.top.name for node in nodes if isinstance(node, tree.Partial) and isinstance(node.top, tree.Name)]
    values = {chain.sides[1].function: chain.sides[0] for chain in chains
              if chain.relations in (("=",), (":=",)) and isinstance(chain.sides[0], tree.Name)
              and isinstance(chain.sides[1], tree.Call) and len(chain.sides[1].arguments) > 1}  # fmt: skip
    values = {name: value for name, value in values.items() if name not in names_on_the_left(chains)
              and calls.count(name) == 1 and 0 < names.count(name) == tops.count(name)}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(top=tree.Name(name=name)) if name in values:
                return replace(node, top=values[name])
        return node

    return [trees.changed(chain, change) for chain in chains] if values else list(chains)


def _with_chain_rule(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Write g'(h(x)) for ``\frac{dg}{dh}`` and h'(x) for ``\frac{dh}{dx}`` beside g(h(x))."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    outer = {(node.function, inner.function): node for node in nodes if isinstance(node, tree.Call) and not node.primes
             for inner in node.arguments if isinstance(inner, tree.Call) and len(node.arguments) == 1
             and {node.function, inner.function} <= FUNCTION_LETTERS - OBJECTIVES}  # fmt: skip
    slopes = [(_name(node.top), _name(node.bottom)) for node in nodes if isinstance(node, tree.Partial)]
    outer = {pair: call for pair, call in outer.items() if pair in slopes}
    inner = {pair[1]: call.arguments[0] for pair, call in outer.items()}

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Partial):
            return node
        top, bottom = _name(node.top), _name(node.bottom)
        if (top, bottom) in outer:
            return replace(outer[top, bottom], primes=1, at=node.at)
        within = inner.get(top)
        if isinstance(within, tree.Call) and within.arguments == (node.bottom,):
            return replace(within, primes=1, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if outer else list(chains)


def _with_inner_quantities(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Write x for x(t), and its derivative for x'(t), beside f(x(t), y(t)) and ``\frac{\partial f}{\partial x}``."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    slopes = {(node.top, node.bottom) for node in nodes if isinstance(node, tree.Partial)}
    bottoms = {bottom for _, bottom in slopes}
    defined = {chain.sides[0].function for chain in chains if isinstance(chain.sides[0], tree.Call)}
    by: dict[str, tree.Name] = {}
    for node in nodes:
        every = dict(filter(None, map(_of_one, node.arguments))) if isinstance(node, tree.Call) else {}
        called = any(isinstance(one, tree.Call) for one in tree.children(node))
        if every.keys() & bottoms and (called or {*every.items()} & slopes):
            by |= {name.name: of for name, of in every.items() if name.name not in defined}

    def is_said(before: Expr, one: Expr) -> bool:
        return isinstance(one, tree.Group) and tree.base_name(before) in by and one.inner == by[tree.base_name(before)]

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, arguments=(one,), primes=primes) if name in by and one == by[name]:
                inner = tree.Name(name, at=node.at)
                return tree.Partial(inner, one, at=node.at) if primes == 1 else inner if not primes else node
            case tree.Product(factors=factors):
                kept = [one for before, one in pairwise((node, *factors)) if not is_said(before, one)]
                return replace(node, factors=tuple(kept)) if len(kept) > 1 else kept[0]
        return node

    return [trees.changed(chain, change) for chain in chains] if by else list(chains)


def _of_one(node: Expr) -> tuple[tree.Name, tree.Name] | None:
    """Return what depends on one thing, and that, for x(t): a call, or a name before a letter in brackets."""
    match node:
        case tree.Call(function=name, arguments=(tree.Name() as of,), primes=0):
            return tree.Name(name, at=node.at), of
        case tree.Product(factors=(tree.Name() as name, tree.Group(inner=tree.Name() as of))):
            return name, of
    return None


def _name(top: Expr) -> str:
    return top.function if isinstance(top, tree.Call) else tree.base_name(top)
