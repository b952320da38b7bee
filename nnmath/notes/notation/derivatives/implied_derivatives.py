r"""Derivatives that are spelled as names: ``dW``, ``\bar v``, and a loss in two spellings, ``\mathcal{L}`` and L."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.statements.roles import delayed_in


def left_names(chains: Sequence[tree.Chain]) -> list[str]:
    """Return what stands on the left of equations by itself, in order; of a call its function."""
    lefts = [chain.sides[0] for chain in chains]
    return [side.function if isinstance(side, tree.Call) else side.name for side in lefts
            if isinstance(side, (tree.Call, tree.Name))]  # fmt: skip


def differentials(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    """Read ``dW`` as the derivative of the loss by W, in files that have it on the left of an equation."""
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    products = [side.factors for side in lefts if isinstance(side, tree.Product)]
    prefixed = [factors for factors in products if len(factors) == 2 and _is_d(factors[0])]
    loss, said = _loss(chains), dict(_said_losses(chains))
    count, averaged = _averaged(chains)

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product) or not any(map(_is_d, node.factors)):
            return node
        factors: list[Expr] = []
        for factor in node.factors:
            if factors and _is_d(factors[-1]):
                transposed = isinstance(factor, tree.Call) and factor.function == tree.TRANSPOSE
                variable = factor.arguments[0] if isinstance(factor, tree.Call) and transposed else factor
                slope: Expr = tree.Partial(tree.Name(said.get(variable, loss), at=factor.at), variable, at=factor.at)
                if count is not None and tree.base_name(variable) not in averaged:
                    slope = tree.Group(tree.Product((count, slope), at=factor.at), at=factor.at)
                factors[-1] = (
                    replace(factor, arguments=(slope,)) if isinstance(factor, tree.Call) and transposed else slope
                )
            else:
                factors.append(factor)
        return replace(node, factors=tuple(factors)) if len(factors) > 1 else factors[0]

    return change if prefixed and not any(map(_is_total, chains)) else lambda node: node


def _is_total(chain: tree.Chain) -> bool:
    r"""Whether an equation gives a total differential, ``dy = \frac{dy}{dx} dx``, and no derivative of a loss."""
    match chain.sides[0]:
        case tree.Product(factors=(first, variable)) if chain.relations and _is_d(first):
            return any(isinstance(node, tree.Partial) and node.top == variable
                       for side in chain.sides[1:] for node in tree.walk(side))  # fmt: skip
    return False


def _averaged(chains: Sequence[tree.Chain]) -> tuple[Expr | None, set[str]]:
    r"""Return m and the names of W and b where ``dW = \frac{1}{m} dZ A^\top``: there dZ is that of m times J.

    That of b is the mean of dZ as well. What the notes compute, as a norm, is no m.
    """
    computed = left_names(chains)
    count: Expr | None = None
    names: set[str] = set()
    for chain in chains:
        left, right = chain.sides[0], chain.sides[-1]
        factors = right.factors if isinstance(right, tree.Product) else ()
        inside = any(_is_d(node) for factor in factors for node in tree.walk(factor))
        if isinstance(left, tree.Product) and _is_d(left.factors[0]) and len(left.factors) == 2 and inside:
            match factors[0]:
                case tree.Quotient(top=tree.Number(text="1"), bottom=tree.Name(name=name) as bottom) if (
                    name not in computed
                ):
                    count = bottom
                    names.add(tree.base_name(left.factors[1]))
    return count, names | (_biases(chains) if names else set())


def _biases(chains: Sequence[tree.Chain]) -> set[str]:
    """Return what is added by itself where something is defined, b in Z = W X + b, and is not computed itself."""
    computed = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}
    bodies = [chain.sides[1] for chain in chains if chain.relations and tree.base_name(chain.sides[0])]
    terms = {tree.base_name(one) for body in bodies if isinstance(body, tree.Sum) for one in body.terms}
    return terms - computed - {""}


def _loss(chains: Sequence[tree.Chain]) -> str:
    """Return what a file differentiates without saying it: the loss that it defines last, or L.

    What something else is computed from is no loss, whatever its letter.
    """
    used = {
        name for chain in chains if not has_derivative(chain) for side in chain.sides[1:] for name in trees.names(side)
    }
    losses = [name for name in left_names(chains) if name in OBJECTIVES and name not in used]
    return losses[-1] if losses else "L"


def _said_losses(chains: Iterable[tree.Chain]) -> Iterator[tuple[Expr, str]]:
    r"""Yield variables with what is differentiated where an equation says it, ``da = \frac{dL(a, y)}{da}``."""
    for chain in chains:
        match chain.sides[0]:
            case tree.Product(factors=(first, variable)) if chain.relations and _is_d(first):
                for side in chain.sides[1:]:
                    if isinstance(side, tree.Partial) and side.bottom == variable:
                        top = side.top
                        name = top.function if isinstance(top, tree.Call) else tree.base_name(top)
                        yield from [(variable, name)] if name in OBJECTIVES else []


_BARRED = re.compile(r"\\bar\{(.+)\}")


def adjoints(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    r"""Read ``\bar v`` as the derivative of the loss by v, in files that compute such quantities from each other.

    Derivatives follow from later steps: ``\bar\alpha_t = \alpha_t \bar\alpha_{t-1}`` is none.
    """
    barred = [chain for chain in chains if chain.relations and _BARRED.fullmatch(tree.base_name(chain.sides[0]))]
    used = {name for chain in barred for side in chain.sides[1:] for name in trees.names(side)}
    computed = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations} & _below_bars(used)
    rights = [side for chain in barred for side in chain.sides[1:]]
    forwards = any(tree.base_name(chain.sides[0]) in delayed_in(side) for chain in barred for side in chain.sides[1:])
    if not computed or forwards or not all(any(map(_BARRED.fullmatch, trees.names(side))) for side in rights):
        return lambda node: node
    loss = _loss(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Partial(bottom=bottom) as slope):
                return replace(slope, bottom=replace(node, array=bottom))
            case tree.Name(name=name) if found := _BARRED.fullmatch(name):
                return tree.Partial(tree.Name(loss, at=node.at), tree.Name(found[1], at=node.at), at=node.at)
        return node

    return change


def _below_bars(names: Iterable[str]) -> set[str]:
    """Return what stands below the bars of names."""
    return {found[1] for name in names if (found := _BARRED.fullmatch(name))}


def _is_d(node: Expr) -> bool:
    return isinstance(node, tree.Name) and node.name == "d"


def same_loss(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    r"""Read L as ``\mathcal{L}`` where only the latter is defined, and the other way round."""
    lefts = set(left_names(chains))
    tops = {node.top.name for chain in chains for node in tree.walk(chain)
            if isinstance(node, tree.Partial) and isinstance(node.top, tree.Name)}  # fmt: skip
    same = {}
    for name in tops - lefts:
        other = name[9:-1] if name.startswith(r"\mathcal{") else rf"\mathcal{{{name}}}"
        if other in lefts:
            same[name] = other

    def change(node: Expr) -> Expr:
        return replace(node, name=same[node.name]) if isinstance(node, tree.Name) and node.name in same else node

    return change
