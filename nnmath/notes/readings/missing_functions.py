"""Functions that notes use and do not define: each is given the definition of a candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from nnmath.latex.syntax import tree
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax.functions.undefined_functions import BESIDE_GAMMA, CANDIDATES, GENERIC, OF_THE_FIELD
from nnmath.notes.syntax.statements.roles import Role

#: Functions whose values are numbers, of vectors, too: l(o_t, y_t). H, R and S are others as a rule.
_LOSS = re.compile(r"[lLJCE]|\\ell|\\mathcal\{[LJCE]\}|.*(?:[Ll]oss|[Cc]ost)")


def definitions_of_missing(
    found: Mapping[int, Role], functions: Set[str], reading: Reading
) -> Iterable[tuple[str, str, bool]]:
    """Yield the functions that are used and not defined, the definitions that they are given, and if these are theirs.

    Those of the field are, the others may be any functions.
    """
    defined = {role.name for role in found.values()}
    used = {node.function for role in found.values() for node in tree.walk(role.chain) if isinstance(node, tree.Call)}
    field = _of_the_field([role.chain for role in found.values()], used & functions - defined)
    yield from ((name, definition, True) for name, definition in field.items())
    for i, name in enumerate(sorted(used & functions - defined - field.keys())):
        written = name if name.startswith("\\") or len(name) == 1 else rf"\text{{{name}}}"
        taken = reading.functions if name == reading.function or not reading.function else GENERIC
        body = CANDIDATES[taken]
        body = rf"\operatorname{{sum}}({body})" if _LOSS.fullmatch(name) else body
        factor = rf"\frac{{{i + 2}}}{{2}} \cdot " if i and taken == GENERIC else ""
        yield name, rf"{written}(\varrho) := {factor}({body})", False


def _of_the_field(chains: Sequence[tree.Chain], missing: Set[str]) -> dict[str, str]:
    r"""Return the definitions of functions that the field knows by their letter, as \psi is beside \Gamma."""
    calls = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)]
    gamma = any(node.function == r"\Gamma" or (node.function, len(node.arguments)) == ("B", 2) for node in calls)
    counts = {name: {len(node.arguments) for node in calls if node.function == name} for name in missing}
    one = {name: (name, min(count)) for name, count in counts.items() if len(count) == 1}
    return {name: " := ".join(OF_THE_FIELD[key]) for name, key in one.items()
            if key in OF_THE_FIELD and (gamma or name not in BESIDE_GAMMA)}  # fmt: skip
