"""Functions that notes use and do not define: each is given the definition of a candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from nnmath.latex.syntax import tree
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax.roles import Role
from nnmath.notes.syntax.undefined_functions import CANDIDATES, GENERIC


def definitions_of_missing(
    found: Mapping[int, Role], functions: Set[str], reading: Reading
) -> Iterable[tuple[str, str]]:
    """Yield the functions that are used and not defined, with the definitions that they are given."""
    defined = {role.name for role in found.values()}
    used = {node.function for role in found.values() for node in tree.walk(role.chain) if isinstance(node, tree.Call)}
    for i, name in enumerate(sorted(used & functions - defined)):
        written = name if name.startswith("\\") or len(name) == 1 else rf"\text{{{name}}}"
        taken = reading.functions if name == reading.function or not reading.function else GENERIC
        body = CANDIDATES[taken]
        factor = rf"\frac{{{i + 2}}}{{2}} \cdot " if i and taken == GENERIC else ""
        yield name, rf"{written}(\varrho) := {factor}({body})"
