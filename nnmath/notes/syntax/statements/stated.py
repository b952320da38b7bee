"""What annotations and the text state of symbols, in the spelling and with the names of the equations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from nnmath.latex import DerivationError, Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.notes.document.declarations import Declaration
from nnmath.notes.document.source import Lies
from nnmath.notes.spelling.statements import Statement
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.names_above import with_names_above
from nnmath.notes.syntax.parsing import Spelled, spelled
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.remarks import definitions_in_text, distributions_in_text, several_definitions
from nnmath.notes.syntax.statements.roles import dimensions_in
from nnmath.notes.syntax.statements.sides import parsed
from nnmath.notes.syntax.usage import usage

_IDENTITIES = {"I", r"\mathbf{I}"}


@dataclass(frozen=True)
class Condition:
    """What the text says that symbols are like, in its own spelling, and the names in it.

    It `defines` a symbol, which is the only name then, if the text defines that in several ways.
    """

    latex: str
    names: frozenset[str]
    chain: tree.Chain
    defines: bool = False


def defining(
    remarks: Sequence[Statement], hidden: Sequence[Statement], shown: Sequence[Statement], listed: Sequence[Declaration]
) -> tuple[list[Statement], list[Condition]]:
    """Return those statements of the text that define what the equations use, or say how that is distributed.

    The others may say what symbols are like, or give one in several ways; these conditions are returned, too.
    """
    claimed = {one.place for one in shown if one.in_text}
    remarks = [one for one in remarks if one.place not in claimed]
    how = spelled([*remarks, *hidden, *shown], [one.name for one in listed])
    read = [one.chain for one in parsed([*remarks, *hidden, *shown], how)]
    told_apart = iter(with_names_above([one for one in read if one is not None]))
    every = [None if one is None else next(told_apart) for one in read]
    known = [chain for chain in every[len(remarks) :] if chain is not None]
    used = usage(known)
    names = {tree.base_name(name_chain(how, one).sides[0]) for one in listed}
    taken = names | dimensions_in(known, used.indices)
    taken |= {left_side(one.sides[0])[0] for one in every[len(remarks) : len(remarks) + len(hidden)] if one is not None}
    found = {i: chain for i, chain in enumerate(every[: len(remarks)])
             if chain is not None and not _says_on_what_it_depends(chain)}  # fmt: skip
    kept = definitions_in_text(found, known, taken, used)
    kept |= distributions_in_text(found, [*known, *kept.values()])
    conditions = [Condition(remarks[i].latex.strip(), frozenset(trees.names(chain)), chain)
                  for i, chain in found.items() if i not in kept and _is_condition(chain)]  # fmt: skip
    for i in sorted(several_definitions(found, taken)):
        name = left_side(found[i].sides[0])[0]
        conditions.append(Condition(remarks[i].latex.strip(), frozenset({name} - {""}), found[i], defines=True))
    return [remarks[i] for i in kept], conditions


def _says_on_what_it_depends(chain: tree.Chain) -> bool:
    """Whether an equation says nothing but of what something is a function, C = C(a, b)."""
    left, *others = chain.sides
    match others:
        case [tree.Call(function=name)] | [tree.Product(factors=(tree.Name(name=name), tree.Group()))]:
            return name == tree.base_name(left)
    return False


def _is_condition(chain: tree.Chain) -> bool:
    r"""Whether an equation says what arrays are like, ``W^T W = I``; sums that are 1 are those of probabilities."""
    names = [trees.names(side) - _IDENTITIES for side in chain.sides]
    nodes = [node for side in chain.sides for node in tree.walk(side)]
    return (
        chain.relations == ("=",)
        and bool(names[0]) != bool(names[1])
        and any(isinstance(node, tree.Call) for node in nodes)
        and not any(isinstance(node, (tree.Reduce, tree.Partial)) for node in nodes)
    )


def space_chain(how: Spelled, one: Lies) -> tree.Chain | None:
    """Return what lies in a space, a symbol or an element, as an equation of one side; None where it is neither."""
    with suppress(DerivationError):
        chain, _ = parse(how.name(one.name), how.known, Place(1, 1))
        return chain if isinstance(chain.sides[0], (tree.Name, tree.Element)) and not chain.relations else None
    return None


def name_chain(how: Spelled, one: Declaration) -> tree.Chain:
    try:
        chain, _ = parse(how.name(one.name), how.known, one.place)
    except DerivationError as error:
        raise DerivationError(f"the annotation of {one.name} is not understood: {error.problem}", one.place) from None
    match chain.sides[0]:
        case tree.Product(factors=(tree.Name(name="d"), variable)) if one.dims is not None and one.domain is None:
            chain = replace(chain, sides=(variable,))  # dO has the shape of O
    if not isinstance(chain.sides[0], (tree.Name, tree.Element, tree.Power)) or chain.relations:
        raise DerivationError(f"the annotation of {one.name} is not about a symbol", one.place)
    return chain


def of_array(one: Declaration, side: tree.Expr, equations: Iterable[tree.Chain]) -> Declaration:
    """Return what an annotation says of an element as what it says of its array: u_k (d,) as u (K, d) with an open K.

    The shape is that of the array already if the sums over an index run up to a dimension of it, x_i (n,), or if it has
    as many dimensions as the element has indices, W_{ij} (D, M).
    """
    if one.dims is None or not isinstance(side, tree.Element):
        return one
    letters = {index.name for index in side.indices if isinstance(index, tree.Name)}
    ranges = [each for chain in equations for node in tree.walk(chain) if isinstance(node, tree.Reduce)
              for each in node.ranges if each.letter in letters]  # fmt: skip
    ends = {each.high.name for each in ranges if isinstance(each.high, tree.Name)} | {one.upper() for one in letters}
    if ends & {*one.dims} or len(one.dims) == len(side.indices) > 1:
        return one
    counted = tuple(f"{tree.base_name(side)}.{i}" for i in range(len(side.indices)))
    return replace(one, dims=(*counted, *one.dims))


def without_letters(one: Declaration, taken: Collection[str]) -> Declaration:
    """Give a dimension a name of its own where its letter is an index, V (N, d) beside V_{jd}, or a loss, as L is."""
    dims = None if one.dims is None else tuple(f"{dim}'" if dim in taken else dim for dim in one.dims)
    return replace(one, dims=dims)


def placed(spaces: Iterable[Lies], how: Spelled, equations: Sequence[tree.Chain]) -> list[tuple[Lies, tree.Chain]]:
    """Return what lies in spaces, with its space; an element, W_1, only where the equations have it."""
    elements = {node for chain in equations for node in tree.walk(chain) if isinstance(node, tree.Element)}
    chains = [(one, space_chain(how, one)) for one in spaces]
    return [(one, chain) for one, chain in chains
            if chain is not None and (isinstance(chain.sides[0], tree.Name) or chain.sides[0] in elements)]  # fmt: skip
