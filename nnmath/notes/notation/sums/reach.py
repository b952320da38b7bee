r"""How far sums, products, bars and slopes reach: ``\sum_i y_i + z_i`` over both terms, which have its index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.pairs import unclear_pairs
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.usage import RAISED


def with_whole_sums(chain: tree.Chain) -> tree.Chain:
    """Return an equation in which a sum reaches over the terms behind it that have its index."""
    chain = _with_pairs(chain)
    left = chain.sides[0]
    outside = trees.index_letters(left) - trees.summed(left) if chain.relations else set[str]()

    raised = sorted(RAISED - {"l", r"\ell"} - trees.names(chain))
    instead = {letter: trees.another_letter(letter, {letter, *trees.names(chain)}) for letter in outside}

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Reduce) and {one.letter for one in node.ranges} & outside:
            return _with_own_letters(node, instead)
        if isinstance(node, tree.Reduce) and node.kind == "sum" and not node.ranges and not node.conditions:
            free = sorted(trees.index_letters(node.body) - trees.summed(node.body) - outside)
            if not free:
                own = dict(zip(_repeated(node.body), raised, strict=False))
                node, free = trees.changed(node, trees.with_letters(own)), [*own.values()]
            return replace(node, ranges=tuple(tree.Range(one, None, None, at=node.at) for one in free))
        if isinstance(node, tree.Reduce) and node.kind == "prod":
            return _without_last_factors(node)
        if not isinstance(node, tree.Sum):
            return node
        signs, terms = [node.signs[0]], [node.terms[0]]
        for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
            total = _last(terms[-1])
            letters = {one.letter for one in total.ranges} - outside if total else set[str]()
            if total is not None and letters & trees.index_letters(term) and not trees.summed(term):
                terms[-1] = _extended(terms[-1], sign, term)
            else:
                signs.append(sign)
                terms.append(term)
        return replace(node, signs=tuple(signs), terms=tuple(terms)) if len(terms) > 1 or signs[0] < 0 else terms[0]

    return _with_letters_apart(trees.changed(chain, change))


def _with_letters_apart(chain: tree.Chain) -> tree.Chain:
    """Return an equation in which no sum is over a letter that is free in another side, or beside the sum."""
    free = [trees.index_letters(side) - trees.summed(side) for side in chain.sides]
    taken, sides = trees.names(chain) | set().union(*map(trees.summed, chain.sides)), []
    for i, side in enumerate(chain.sides):
        clash = trees.summed(side) & (_beside_sums(side) | set().union(*free[:i], *free[i + 1 :]))
        own = {letter: trees.another_letter(letter, taken) for letter in clash}
        taken |= {*own.values()}
        sides.append(trees.changed(side, partial(_with_own_letters, new=own)) if own else side)
    return replace(chain, sides=tuple(sides))


def _beside_sums(side: Expr) -> set[str]:
    """Return the index letters that stand outside of every sum."""
    return trees.index_letters(
        trees.changed(side, lambda one: tree.Number("1", at=one.at) if isinstance(one, tree.Reduce) else one)
    )


def _with_own_letters(node: Expr, new: Mapping[str, str]) -> Expr:
    """Return a sum over new letters in place of its own; anything else as it is."""
    if not isinstance(node, tree.Reduce):
        return node
    own = {one.letter: new[one.letter] for one in node.ranges if one.letter in new}
    return trees.changed(node, trees.with_letters(own)) if own else node


def _with_pairs(chain: tree.Chain) -> tree.Chain:
    r"""Return an equation in which ``\sum_{i<j}`` runs over both letters, where j stands nowhere else."""
    unclear = {id(node): letters for node, letters in unclear_pairs(chain)}

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Reduce) and id(node) in unclear:
            return replace(node, ranges=(*node.ranges, *(tree.Range(one, None, None, at=node.at)
                                                         for one in unclear[id(node)])))  # fmt: skip
        return node

    return trees.changed(chain, change) if unclear else chain


def with_needed_slopes(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file in which a derivative is one of all terms where the first one has no variable."""
    defined = {tree.base_name(chain.sides[0]) for chain in chains}
    return [with_whole_slopes(chain, defined) for chain in chains]


def with_whole_slopes(chain: tree.Chain, defined: Collection[str] | None = None) -> tree.Chain:
    r"""Return an equation in which ``\frac{d}{dx} x^2 + 3x`` is the derivative of all terms.

    It may be that of the first one alone, unless only others have x, and nothing that is `defined` stands in it.
    """

    def change(node: Expr) -> Expr:
        match node:
            case tree.Sum(signs=(1, *signs), terms=(tree.Partial(open=True) as slope, *terms)) if not any(
                map(tree.has_derivative, terms)
            ):
                by = {tree.base_name(slope.bottom)}
                here, behind = trees.names(slope.top), set[str]().union(*map(trees.names, terms))
                if defined is None or (by & behind and not (by | {*defined}) & here):
                    return _over(slope, signs, terms)
        return node

    return trees.changed(chain, change) if {tree.Sum, tree.Partial} <= tree.kinds(chain) else chain


def _over(slope: tree.Partial, signs: Sequence[int], terms: Sequence[Expr]) -> tree.Partial:
    """Return the derivative of what is differentiated and further terms."""
    top = slope.top
    if isinstance(top, tree.Partial):
        return replace(slope, top=_over(top, signs, terms), reach=None)
    first = top if isinstance(top, tree.Sum) else tree.Sum((1,), (top,), at=top.at)
    whole = tree.Sum((*first.signs, *signs), (*first.terms, *terms), at=top.at)
    return replace(slope, top=whole, reach=None)


def with_slopes_of_losses(chain: tree.Chain) -> tree.Chain:
    r"""Return an equation in which ``\nabla_w L \cdot v`` is the product of a slope with v."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(
                top=(
                    tree.Product(factors=((tree.Name() | tree.Element()) as loss, *rest))
                    | tree.Hadamard(factors=((tree.Name() | tree.Element()) as loss, *rest))
                ) as product
            ) if tree.base_name(loss) in OBJECTIVES:
                return replace(product, factors=(replace(node, top=loss, reach=None), *rest))
        return node

    return trees.changed(chain, change)


def with_values_of_slopes(chain: tree.Chain) -> tree.Chain:
    r"""Return an equation in which ``\frac{\partial}{\partial t} f(x + t) |_{t = 0}`` is the value of the slope."""

    def change(node: Expr) -> Expr:
        match node:
            case tree.Partial(top=tree.Evaluated(body=body, values=((variable, _),)) as top, bottom=bottom) if (
                variable == bottom
            ):
                return replace(top, body=replace(node, top=body, reach=None))
            case tree.Partial(
                top=tree.Product(factors=(*rest, tree.Evaluated(body=body, values=((variable, _),)) as last)) as top,
                bottom=bottom,
            ) if variable == bottom:
                return replace(last, body=replace(node, top=replace(top, factors=(*rest, body)), reach=None))
        return node

    return trees.changed(chain, change)


def _last(term: Expr) -> tree.Reduce | None:
    """Return the sum that a term ends in."""
    if isinstance(term, tree.Product):
        return _last(term.factors[-1])
    if isinstance(term, tree.Partial):
        return _last(term.top)
    return term if isinstance(term, tree.Reduce) and term.kind == "sum" else None


def _without_last_factors(product: tree.Reduce) -> Expr:
    r"""Return a product over an index, and behind it the factors in which it does not stand: ``\prod_i p_i e^{-s}``."""
    factors = product.body.factors if isinstance(product.body, tree.Product) else ()
    letters = {one.letter for one in product.ranges}
    inside = [k for k, one in enumerate(factors, 1) if letters & (trees.names(one) - trees.summed(one))]
    if not inside or inside[-1] == len(factors):
        return product
    first, rest = factors[: inside[-1]], factors[inside[-1] :]
    body = first[0] if len(first) == 1 else tree.Product(first, at=product.body.at)
    return tree.Product((replace(product, body=body), *rest), at=product.at)


def _repeated(body: Expr) -> list[str]:
    """Return the letters that stand in a body several times, as an index or above: a sum without one is over these."""
    found = Counter(node.name for node in tree.walk(body) if isinstance(node, tree.Name))
    return sorted(one for one in trees.index_letters(body) if found[one] > 1)


def _extended(term: Expr, sign: int, other: Expr) -> Expr:
    """Return a term whose last sum has one term more in its body."""
    if isinstance(term, tree.Product):
        return replace(term, factors=(*term.factors[:-1], _extended(term.factors[-1], sign, other)))
    if isinstance(term, tree.Partial):
        return replace(term, top=_extended(term.top, sign, other))
    assert isinstance(term, tree.Reduce)
    body = term.body
    if isinstance(body, tree.Sum):
        return replace(term, body=replace(body, signs=(*body.signs, sign), terms=(*body.terms, other)))
    return replace(term, body=tree.Sum((1, sign), (body, other), at=body.at))
