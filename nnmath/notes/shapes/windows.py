r"""Windows that move over an array, as in a convolution without padding: ``y_i = \sum_{k=1}^{K} w_k x_{i+k-1}``.

Nothing says how long y is, and x has to be long enough for it: as long as y and w together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nnmath.latex.symbols.dimensions import OPEN, Dim, total
from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.roles import Role


def windows(roles: Iterable[Role], inputs: Mapping[str, Sequence[Dim]]) -> tuple[dict[str, int], dict[Dim, Dim]]:
    """Return how many dimensions those results have whose indices stand in windows alone, and the lengths of inputs.

    Of `inputs` that an annotation gives the dimensions are known; those of others are open.
    """
    results: dict[str, int] = {}
    lengths: dict[Dim, Dim] = {}
    for role in roles:
        left = role.chain.sides[0]
        if role.name and not role.parameters and isinstance(left, tree.Element):
            for name, length in _lengths(left, role.chain.sides[1], inputs):
                lengths.setdefault(name, length)
                results[role.name] = len(left.indices)
    return results, lengths


def _lengths(left: tree.Element, body: tree.Expr, inputs: Mapping[str, Sequence[Dim]]) -> Iterator[tuple[Dim, Dim]]:
    elements = [one for one in trees.elements(body) if tree.base_name(one) in inputs]
    plain = {index.name: _length(one, place, inputs) for one in elements for place, index in enumerate(one.indices)
             if isinstance(index, tree.Name)}  # fmt: skip
    results = {
        index.name: _length(left, place, {}) for place, index in enumerate(left.indices) if isinstance(index, tree.Name)
    }
    for one in elements:
        for place, index in enumerate(one.indices):
            letters = [part.name for part in tree.walk(index) if isinstance(part, tree.Name)]
            moving = [letter for letter in letters if letter in results and letter not in plain]
            within = [letter for letter in letters if letter in plain]
            sums = isinstance(index, tree.Sum) and all(
                sign > 0 or isinstance(term, tree.Number) for sign, term in zip(index.signs, index.terms, strict=True)
            )
            if sums and len(letters) == 2 and len(moving) == len(within) == 1:
                yield _length(one, place, inputs), total(results[moving[0]], plain[within[0]])


def runs_out(chain: tree.Chain) -> bool:
    """Whether an index is a difference of letters, x_{i-k}, that may be less than 1."""
    indices = (index for one in trees.elements(chain) for index in one.indices if isinstance(index, tree.Sum))
    return any(sum(isinstance(term, tree.Name) for term in one.terms) > 1 and -1 in one.signs for one in indices)


def _length(one: tree.Element, place: int, inputs: Mapping[str, Sequence[Dim]]) -> Dim:
    """Return the open dimension of an array at a place."""
    name = tree.base_name(one)
    known = inputs.get(name, ())
    return f"{OPEN}{known[place]}" if place < len(known) else f"{OPEN}{name}.{place}"
