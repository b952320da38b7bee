r"""Mathematics within lines of text that the equations build on: ``where $s(x) = 1 / (1 + e^{-x})$``.

A definition in the text counts where the equations use its symbol and define it nowhere, and where the text defines it
once. It is not judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from nnmath.latex.syntax import tree
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import KNOWN_FUNCTIONS
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.syntax.statements.roles import body_of
from nnmath.notes.syntax.usage import Usage


def definitions_in_text(
    remarks: Mapping[int, tree.Chain], shown: Iterable[tree.Chain], declared: Iterable[str], used: Usage
) -> dict[int, tree.Chain]:
    """Return those remarks that define what the equations use and do not define, each the only one of its symbol."""
    shown = list(shown)
    defined = {*declared, *(name for chain in shown for side in _without_body(chain) if (name := _defines(side)))}
    open_now = {name for chain in shown for name in _names(chain)} - defined - used.indices
    every = _every_definition(remarks, {*declared}, defined)
    names = set[str]().union(*map(_names, shown))
    while vague := {
        name for name, found in every.items() if all(_says_nothing(one, names | {*every}) for one in found)
    }:
        every = {name: found for name, found in every.items() if name not in vague}
    clear = {name: found for name, found in every.items() if _are_told_apart(found)}
    slopes = {name for name, found in clear.items() if any(isinstance(one.sides[1], tree.Partial) for one in found)}
    waiting, wanted = [*open_now, *slopes & {name for chain in shown for name in _names(chain)}], set[str]()
    while waiting:  # what a definition of the text uses may be defined by the text itself
        name = waiting.pop()
        if name in clear and name not in wanted:
            wanted.add(name)
            waiting += set().union(*map(_names, clear[name])) - defined - used.indices
    return {number: chain for name in sorted(wanted) for chain, number in clear[name].items()}


def several_definitions(remarks: Mapping[int, tree.Chain], declared: Iterable[str]) -> set[int]:
    """Return those remarks that define one symbol in several ways, Y = W X, and Y = X_1 + X_2 further below."""
    every = _every_definition(remarks, {*declared}).values()
    return {number for found in every if not _are_told_apart(found) for number in found.values()}


def _every_definition(
    remarks: Mapping[int, tree.Chain], declared: set[str], defined: Collection[str] = ()
) -> dict[str, dict[tree.Chain, int]]:
    """Return for each symbol the remarks that define it, all that differ; what they use may be `defined` elsewhere."""
    every: dict[str, dict[tree.Chain, int]] = defaultdict(dict)
    for number, chain in remarks.items():
        name = _defines(chain.sides[0])
        if name and name not in declared and {*chain.relations} <= {"=", ":="} and _is_definition(chain, defined):
            every[name].setdefault(chain, number)
    return every


def distributions_in_text(remarks: Mapping[int, tree.Chain], known: Sequence[tree.Chain]) -> dict[int, tree.Chain]:
    r"""Return those remarks that say how an input is distributed, ``\epsilon \sim \mathcal{N}(0, 1)``.

    They count where the equations speak of an expectation or a variance, and only one distribution is given.
    """
    if not any(isinstance(node, tree.Expected) for chain in known for node in tree.walk(chain)):
        return {}
    defined = {_defines(side) for chain in known for side in chain.sides}
    defined |= {tree.base_name(chain.sides[0]) for chain in known if chain.relations == ("∼",)}
    used = set().union(*map(_names, known))
    every: dict[str, dict[tree.Chain, int]] = defaultdict(dict)
    for number, chain in remarks.items():
        if chain.relations == ("∼",) and (name := tree.base_name(chain.sides[0])) in used - defined:
            every[name].setdefault(chain, number)
    return {number: chain for found in every.values() if len(found) == 1 for chain, number in found.items()}


def _are_told_apart(found: Collection[tree.Chain]) -> bool:
    """Whether the definitions of one letter are one, or tell layers apart by their indices, a_j and a_k."""
    lefts = [chain.sides[0] for chain in found]
    letters = [frozenset(trees.index_letters(side)) for side in lefts]
    return len(lefts) == 1 or (all(letters) and len({*letters}) == len(letters))


def _without_body(chain: tree.Chain) -> tuple[tree.Expr, ...]:
    """Return the sides that may be what an equation defines: L, and not d, of L = d(u, v); none where it is a slope."""
    if tree.has_derivative(chain.sides[0]):
        return ()
    body = body_of(chain)
    return (*chain.sides[:body], *chain.sides[body + 1 :])


def _defines(side: tree.Expr) -> str:
    """Return what a side would define; of an entry with a number, a_1, both letter and number; of z^l and s^2 z, s."""
    match side:
        case tree.Power(base=base, exponent=above):
            layer = isinstance(above, tree.Name) and above.name in ("l", r"\ell")
            square = isinstance(above, tree.Number) and above.text == "2"
            return left_side(base)[0] if layer or square else _starred(side)
        case tree.Call(function=function, primes=0, arguments=(tree.Element(indices=(tree.Name(),)),)):
            return (
                function if function not in KNOWN_FUNCTIONS else ""
            )  # f(p_t), whose argument has a name of two letters
    return left_side(side)[0] or _numbered(side)


def _starred(side: tree.Expr) -> str:
    """Return the name of what has a star above it, x^*, as the solution of something; empty for anything else."""
    match side:
        case tree.Power(base=tree.Name(name=name), exponent=tree.Name(name="star")):
            return f"{name}^*"
    return ""


def _numbered(side: tree.Expr) -> str:
    match side:
        case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text),)):
            return f"{name}_{text}"
    return ""


def _says_nothing(chain: tree.Chain, known: Collection[str]) -> bool:
    """Whether an equation gives some function of what stands nowhere else, y = f(u), as the chain rule is recalled."""
    left, body = chain.sides[:2]
    plain = isinstance(left, tree.Name) and isinstance(body, tree.Call) and body.function not in KNOWN_FUNCTIONS
    return plain and not trees.names(body) & {*known}


def _names(chain: tree.Chain) -> set[str]:
    return trees.names(chain) | {_numbered(node) or _starred(node) for node in tree.walk(chain)} - {""}


def _is_definition(chain: tree.Chain, defined: Collection[str]) -> bool:
    """Whether a body is computed from something: x = 0 and i = j are conditions, and Y_1 = X is none for an input X.

    W = (w_1, ..., w_k) is none either: the list says what the columns, or the rows, of W are called.
    """
    left, body, *_ = chain.sides
    inner = body.inner if isinstance(body, tree.Group) else body
    if isinstance(left, tree.Name) and isinstance(inner, tree.Name) and inner.name == left.name.lower() != left.name:
        return False
    computed = not isinstance(body, tree.Name) or body.name in defined or bool(_numbered(left))
    return bool(trees.names(body)) and computed
