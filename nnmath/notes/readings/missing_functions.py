"""Functions that notes use and do not define: each is given the definition of a candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

from nnmath.latex.syntax import tree
from nnmath.notes.readings.reading import Reading
from nnmath.notes.syntax.functions.undefined_functions import BESIDE_GAMMA, GENERIC, OF_THE_FIELD, PARAMETERS, body_of
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
    chains = [role.chain for role in found.values()]
    counts: dict[str, set[int]] = {}
    for node in (node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)):
        counts.setdefault(node.function, set()).add(len(node.arguments))
    primed = {
        node.function for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call) and node.primes
    }
    missing = counts.keys() & functions - defined
    field = _of_the_field(chains, missing)
    yield from ((name, definition, True) for name, definition in field.items())
    for i, name in enumerate(sorted(missing - field.keys())):
        written = name if name.startswith("\\") or len(name) == 1 else rf"\text{{{name}}}"
        taken = reading.functions if name == reading.function or not reading.function else GENERIC
        factor = rf"\frac{{{i + 2}}}{{2}} \cdot " if i and taken == GENERIC else ""
        count = max(counts[name]) if len(counts[name]) == 1 and max(counts[name]) <= len(PARAMETERS) else 1
        body = body_of(taken, count, _LOSS.fullmatch(name) is not None and name not in primed)
        yield name, rf"{written}({', '.join(PARAMETERS[:count])}) := {factor}({body})", False


def _of_the_field(chains: Sequence[tree.Chain], missing: Set[str]) -> dict[str, str]:
    r"""Return the definitions of functions that the field knows by their letter, as \psi is beside \Gamma."""
    calls = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)]
    gamma = any(node.function == r"\Gamma" or (node.function, len(node.arguments)) == ("B", 2) for node in calls)
    counts = {name: {len(node.arguments) for node in calls if node.function == name} for name in missing}
    one = {name: (name, min(count)) for name, count in counts.items() if len(count) == 1}
    return {name: " := ".join(OF_THE_FIELD[key]) for name, key in one.items()
            if key in OF_THE_FIELD and (gamma or name not in BESIDE_GAMMA)}  # fmt: skip
