r"""Examples that are counted above letters without brackets, ``x^i`` and ``y^i`` below ``\sum_{i=1}^m``.

That i is no power: it stands above several letters, x or y among them, and below none beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees

_INPUTS = frozenset("xy")
_FEWEST_LETTERS = 2
_ZERO = tree.Number("0", at=Place(1, 1))


def with_examples_above(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which such letters are indices, as those in brackets are, ``x^{(i)}``."""
    nodes = [node for chain in chains for node in tree.walk(chain)]
    totals = [node for node in nodes if isinstance(node, tree.Reduce)]
    ranges = [one for total in totals for one in total.ranges]
    summed = {one.letter for one in ranges} - {one.letter for one in ranges if one.low == _ZERO}
    summed -= {letter for total in totals for letter in _above(total.body) if letter in trees.index_letters(total.body)}
    above: dict[str, set[str]] = {}
    for chain in chains:
        for letter, names in _above(chain).items():
            above.setdefault(letter, set()).update(names)
    found = {letter for letter, names in above.items() if letter in summed and _are_examples(names)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power(base=tree.Element() as entry, exponent=tree.Name(name=letter) as index) if letter in found:
                return replace(entry, indices=(index, *entry.indices), parted=True)
            case tree.Power(base=tree.Name() as name, exponent=tree.Name(name=letter) as index) if letter in found:
                return tree.Element(name, (index,), parted=True, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if found else list(chains)


def _above(node: tree.Chain | Expr) -> dict[str, set[str]]:
    """Return the letters that stand alone above others, each with the names that it stands above."""
    found: dict[str, set[str]] = {}
    for one in tree.walk(node):
        if isinstance(one, tree.Power) and isinstance(one.exponent, tree.Name):
            found.setdefault(one.exponent.name, set()).add(tree.base_name(one.base))
    return found


def _are_examples(names: set[str]) -> bool:
    plain = {name[-2:-1] if name.endswith("}") else name for name in names}
    return bool(plain & _INPUTS) and len(names) >= _FEWEST_LETTERS and not names & {"", "e", r"\e"}
