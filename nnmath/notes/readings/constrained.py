r"""Values that no domain describes: -1 or 1, one-hot rows, symmetric, orthogonal and diagonal matrices.

Each is computed from something free of which nothing is known: a symmetric matrix is R + R^T.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nnmath.latex import Place
from nnmath.latex.symbols.dimensions import OPEN
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.document.constraints import ONE_HOT, PAIR, POSITIVE_DEFINITE, STACKED, UNIT
from nnmath.notes.document.declarations import Declaration
from nnmath.notes.notation.probability.densities import covariances_in
from nnmath.notes.readings.reading import Reading
from nnmath.notes.shapes.model import FREE, Quantity
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.usage import Usage, usage
from nnmath.sampling import Domain, parse_domain

#: From what people write to the definition of A by R, which is free.
_MATRICES = {
    "symmetric": r"A := R + R^\top",
    POSITIVE_DEFINITE: r"A := R R R^\top R^\top",  # with the square of it, so that it is square itself
    "orthogonal": r"A := (I - R + R^\top) (I + R - R^\top)^{-1}",
    "diagonal": r"A := \operatorname{diag}(R)",
    UNIT: r"A := \frac{R}{\lVert R \rVert}",
}
_ONE_HOT = {1: "A_k := [R = k]", 2: "A_{nk} := [R_n = k]"}


@dataclass(frozen=True)
class Constrained:
    """A symbol whose value is computed from something free.

    Attributes
    ----------
    name : str
        The symbol.
    kind : str
        What is said of it; one of `nnmath.notes.document.constraints.CONSTRAINTS`.
    rank : int
        How many dimensions it has.
    """

    name: str
    kind: str
    rank: int = 2

    @property
    def free(self) -> str:
        """The name of what it is computed from."""
        return self.name + FREE

    @property
    def _is_stack(self) -> bool:
        return self.kind in STACKED and self.rank > 2

    @property
    def lost(self) -> int:
        """How many dimensions it has more than what it is computed from."""
        return int(self.kind in (ONE_HOT, "diagonal"))

    def definition(self) -> tree.Chain:
        """Return the definition by what is free."""
        if pair := PAIR.fullmatch(self.kind):
            low, high = float(pair[1]), float(pair[2])
            latex = f"A := {low!r} (2 - R) + {high!r} (R - 1)"
        else:
            latex = _ONE_HOT[self.rank] if self.kind == ONE_HOT else _MATRICES[self.kind]
            latex = re.sub("[AR]", r"\g<0>_k", latex) if self._is_stack else latex
        chain, _ = parse(latex.replace("(-", "(0 - "), KnownNames(frozenset("AR"), frozenset()), Place(1, 1))
        new = {"A": self.name, "R": self.free, "k": r"\entry", "n": r"\row"}

        def change(node: Expr) -> Expr:
            return tree.Name(new.get(node.name, node.name), at=node.at) if isinstance(node, tree.Name) else node

        return trees.changed(chain, change)

    def declared(self, one: Declaration) -> tuple[str, Declaration]:
        """Return what an annotation of the symbol says of what is free."""
        dims = None if one.dims is None else one.dims[: len(one.dims) - self.lost]
        domain = parse_domain("labels:2") if PAIR.fullmatch(self.kind) else None
        if self.kind == ONE_HOT:
            domain = parse_domain(f"labels:{one.dims[-1]}") if one.dims else _open_labels(self.free)
        return self.free, replace(one, dims=dims, domain=domain)

    def free_ranks(self, usual: dict[int, float]) -> dict[int, float]:
        """Return how many dimensions what is free may have; `usual` are those of the symbol, of numbers of a pair."""
        if PAIR.fullmatch(self.kind):
            return usual
        if self.kind == UNIT:
            return {1: 0.0}
        return {(self.rank if self.kind == ONE_HOT else 2 + self._is_stack) - self.lost: 0.0}

    def quantity(self, one: Quantity) -> Quantity:
        """Return the shape that it has, from what is known of what is free."""
        dims = (*one.dims, str(one.domain.classes)) if self.kind == ONE_HOT else one.dims + one.dims * self.lost
        return Quantity(dims)

    def shown(self, value: str) -> str:
        """Return the value in words, from that of what is free."""
        if pair := PAIR.fullmatch(self.kind):
            return re.sub(r"\d+", lambda place: pair[int(place.group())], value)
        if self.kind == ONE_HOT:
            return f"1 at the place {value}"
        return f"{_MATRICES[self.kind].removeprefix('A := ')} with R = {value}"


def _open_labels(name: str) -> Domain:
    return Domain("labels", parse_domain("labels:K").low, None, classes=f"{OPEN}{name}.classes")


def with_pairs(
    declared: Sequence[tuple[str, Declaration]], chains: Sequence[tree.Chain]
) -> list[tuple[str, Declaration]]:
    """Return what is declared, and of symbols that are compared with two numbers alone that they are one of these.

    A label of which the notes say what it is where it is 1, and where it is -1, is nothing else.
    """
    compared: dict[str, set[str]] = {}
    for node in (node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Compare)):
        for one, other in (node.sides[:2], node.sides[1::-1]):
            if name := tree.base_name(one):
                compared.setdefault(name, set()).add(_whole(other) if node.relations == ("=",) else "")
    used = usage(chains)
    known = {name for name, one in declared if one.domain or one.constraint} | used.indices | used.labels
    pairs = {name: f"{{{', '.join(sorted(numbers, key=int))}}}" for name, numbers in compared.items()
             if len(numbers) == 2 and "" not in numbers}  # fmt: skip
    pairs = {name: kind for name, kind in _of_arguments(pairs, chains).items() if name not in known}
    shaped = {name for name, _ in declared}
    kept = [(name, replace(one, constraint=pairs.get(name, one.constraint))) for name, one in declared]
    return [*kept, *((name, Declaration(name, None, None, Place(1, 1), kind))
                     for name, kind in pairs.items() if name not in shaped)]  # fmt: skip


def _of_arguments(pairs: Mapping[str, str], chains: Sequence[tree.Chain]) -> dict[str, str]:
    """Return what symbols are compared with where they are arguments of functions, too, and without the parameters."""
    functions = dict(left_side(chain.sides[0]) for chain in chains)
    calls = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)]
    given = {tree.base_name(one): pairs[letter] for call in calls
             for one, letter in zip(call.arguments, functions.get(call.function, ()), strict=False)
             if letter in pairs and call not in (chain.sides[0] for chain in chains)}  # fmt: skip
    parameters = set().union(*functions.values()) - given.keys()
    return {name: kind for name, kind in {**pairs, **given}.items() if name and name not in parameters}


def _whole(side: Expr) -> str:
    """Return a whole number with its sign; empty for anything else."""
    match side:
        case tree.Number(text=text) | tree.Sum(signs=(1,), terms=(tree.Number(text=text),)) if text.isdigit():
            return text
        case tree.Sum(signs=(-1,), terms=(tree.Number(text=text),)) if text.isdigit():
            return f"-{text}"
    return ""


def constrained(
    declared: Sequence[tuple[str, Declaration]], chains: Mapping[int, tree.Chain], reading: Reading, used: Usage
) -> Iterator[Constrained]:
    """Yield the symbols that are computed from something free, covariances and what annotations say of others."""
    powers = [node for chain in chains.values() for node in tree.walk(chain) if isinstance(node, tree.Power)]
    inverted = {tree.base_name(node.base) for node in powers if isinstance(node.exponent, (tree.Sum, tree.Number))}
    defining = [chain for chain in chains.values() if chain.relations and not trees.said_symmetric(chain)]
    lefts = {tree.base_name(chain.sides[0]) for chain in defining}
    lefts = lefts.union(*map(_given_last, defining))
    covariances = {name for name in inverted if re.fullmatch(r"\\Sigma(?:_\{\d\})?", name)}
    covariances |= {*covariances_in(chains.values())}
    kinds = dict.fromkeys(covariances | reading.symmetric, POSITIVE_DEFINITE)
    kinds |= dict.fromkeys(reading.one_hot, ONE_HOT)
    kinds |= dict.fromkeys(reading.unit, UNIT)
    kinds |= {name: one.constraint for name, one in declared if one.constraint}
    for name in sorted(kinds.keys() - lefts):
        dims = next((one.dims for other, one in declared if other == name and one.dims is not None), None)
        below = max(map(len, used.arrays.get(name, [])), default=1 + name[:1].isupper())
        if kinds[name] in STACKED and name not in used.bare and below == 1:
            below = 3  # \Sigma_k is one of several matrices
        yield Constrained(name, kinds[name], below if dims is None else len(dims))


def _given_last(chain: tree.Chain) -> set[str]:
    r"""Return what an equation gives that stands on the right, ``L L^\top = \Sigma``."""
    first, *others = chain.sides
    if {*chain.relations} != {"="} or left_side(first)[0]:
        return set()
    return {side.name for side in others if isinstance(side, tree.Name)} - trees.names(first)
