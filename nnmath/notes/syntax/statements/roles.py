"""Which equations of a file define something, and which claim something.

An equation that has a symbol by itself on one side defines it, where the symbol was not defined before: nothing can be
wrong with a definition. Everything else claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.statements.left_sides import averages_of_anything, in_words, is_quantity, left_side

#: The number of a definition that a chain begins with is this one less the number of the chain.
DEFINITIONS = -10_000

_IDENTITIES = frozenset(["I", r"\mathbf{I}"])


@dataclass(frozen=True)
class Role:
    """One equation: its chain and its sides as written, what it defines in front, and the name of that if it does.

    A chain that defines something and goes on is two of them, and `defines` of the claim is what the other one defines.
    """

    chain: tree.Chain
    name: str = ""
    texts: tuple[str, ...] = ()
    defines: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters, if it defines a function."""
        return left_side(self.chain.sides[0])[1] if self.name else ()


def roles(
    chains: Mapping[int, tree.Chain],
    texts: Mapping[int, tuple[str, ...]],
    never: Iterable[str],
    drawn: Iterable[tree.Chain] = (),
    claims: Iterable[int] = (),
) -> dict[int, Role]:
    """Say for each equation whether it defines something.

    Parameters
    ----------
    chains : mapping
        The equations, by their numbers in the file.
    texts : mapping
        Their sides, as they are written.
    never : iterable of str
        Names that are never defined: those that an annotation declares, and those of dimensions.
    drawn : iterable of Chain
        How symbols are distributed. They depend on their parameters: with w from -s to s, no w defines s.
    claims : iterable of int
        Those that define nothing.
    """
    found: dict[int, Role] = {}
    depends = {tree.base_name(one.sides[0]): trees.names(one.sides[-1]) for one in drawn}
    never = {*never} if is_quantity(r"\pi", chains.values()) else {*never, r"\pi"}
    no_definitions = {*claims, *in_words(chains), *averages_of_anything(chains, depends)}
    bodies = _through_intermediates({i: chain for i, chain in chains.items() if i not in no_definitions})
    instead = _after_slopes({i: chains[i] for i in chains if i not in no_definitions})
    instead |= _again_through_intermediates({i: chains[i] for i in chains if i not in no_definitions})
    instead |= {name: number for number, (name, _) in reversed(bodies.items())}
    for number, chain in chains.items():
        found[number] = Role(chain, texts=texts[number])
        candidates = _candidates(chain) if number not in no_definitions else []
        body = bodies[number][1] if number in bodies else _body(chain, candidates)
        uses = trees.names(chain.sides[body]) - delayed_in(chain.sides[body])
        defined = []
        for i in candidates:
            name, _ = left_side(chain.sides[i])
            if instead.get(name, number) != number:
                continue
            if i != body and name not in depends and name not in never and name not in reached(uses, depends):
                depends[name] = uses
                defined.append(i)
        found |= _definitions(number, chain, texts[number], defined, body)
    return found


def _candidates(chain: tree.Chain) -> list[int]:
    """Return the sides that may be what is defined: the first, or another symbol."""
    if chain.relations[0] not in ("=", ":="):
        return []
    lefts = [left_side(side)[0] for side in chain.sides]
    later = [i for i, name in enumerate(lefts) if i and name and name not in alphabet.LIBRARY | _IDENTITIES
             and all(relation == "=" for relation in chain.relations)]  # fmt: skip
    return [*([0] if lefts[0] else []), *later]


def body_of(chain: tree.Chain) -> int:
    """Return which side of an equation its symbols are defined by, if it defines any."""
    return _body(chain, _candidates(chain) if chain.relations else [])


def _body(chain: tree.Chain, candidates: Sequence[int]) -> int:
    return next((i for i in range(len(chain.sides)) if i not in candidates), len(chain.sides) - 1)


def _through_intermediates(chains: Mapping[int, tree.Chain]) -> dict[int, tuple[str, int]]:
    """Return what equations define, and by which side, that go on with what something is differentiated by.

    B = softmax(W) = B_1 B_4 is computed from B_4 where a loss is differentiated by that.
    """
    through = trees.differentiated_by(chains.values()) - {""}
    lefts = {i: left_side(chain.sides[0])[0] for i, chain in chains.items() if chain.relations and _candidates(chain)}
    depends = {name: trees.names(chains[i].sides[1]) for i, name in reversed(lefts.items()) if name}
    found: dict[int, tuple[str, int]] = {}
    for i, name in lefts.items():
        first, *others = map(trees.names, chains[i].sides[1:])
        if name and not has_derivative(chains[i]):
            nearer = {one for one in through - {name, *first} if reached({one}, depends) & {*first} - {one}}
            new = [k for k, names in enumerate(others, 2) if names & nearer and name not in reached(names, depends)]
            found |= {i: (name, new[-1])} if new else {}
    return found


def _again_through_intermediates(chains: Mapping[int, tree.Chain]) -> dict[str, int]:
    """Return what is said first at once, f(x) = exp(x^2), and then by what it is differentiated by, f = exp(a)."""
    through = trees.differentiated_by(chains.values()) - {""}
    plain = {i: chain for i, chain in chains.items() if len(chain.sides) == 2 and not has_derivative(chain)}
    lefts = {i: left_side(chain.sides[0])[0] for i, chain in plain.items() if _candidates(chain)}
    depends = {name: trees.names(chains[i].sides[1]) for i, name in reversed(lefts.items()) if name}
    found: dict[str, int] = {}
    for i, name in lefts.items():
        new = trees.names(chains[i].sides[1]) & through - reached({name}, depends)
        if name in depends and new & depends.keys() and name not in reached(new, depends):
            found.setdefault(name, i)
    return found


def _after_slopes(chains: Mapping[int, tree.Chain]) -> dict[str, int]:
    r"""Return what is a slope first, ``\partial z / \partial w = x``, and defined by a later equation, x = relu(u)."""
    slopes = dict[str, int]()
    for i, chain in chains.items():
        if chain.relations and has_derivative(chain.sides[0]) and not left_side(chain.sides[0])[0]:
            slopes |= {left_side(chain.sides[k])[0]: i for k in _candidates(chain)}
    lefts = {i: left_side(chain.sides[0])[0] for i, chain in chains.items() if chain.relations and _candidates(chain)
             and not has_derivative(chain)}  # fmt: skip
    return {name: i for i, name in reversed(lefts.items()) if name and slopes.get(name, i) < i}


def names_on_the_left(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what the left sides of equations would define, and an empty name where one is no left side."""
    return {left_side(chain.sides[0])[0] for chain in chains if chain.relations}


def equation_of(number: int) -> int:
    """Return the number of the equation that a definition was taken from; any other number is its own."""
    return -number % -DEFINITIONS if number < DEFINITIONS / 2 else number


def delayed_in(body: Expr) -> set[str]:
    """Return the arrays of which a body uses nothing but earlier steps, as h_{t-1}."""
    every: dict[str, list[bool]] = {}
    for node in trees.elements(body):
        every.setdefault(tree.base_name(node), []).append(_is_delayed(node))
    bare = [one.name for one in tree.walk(body) if isinstance(one, tree.Name)]
    return {name for name, delays in every.items() if all(delays) and bare.count(name) == len(delays)}


def recursive(found: Mapping[int, Role]) -> set[str]:
    """Return the symbols that are defined by earlier steps of themselves, directly or through others."""
    definitions = [role for role in found.values() if role.name and not role.parameters]
    depends = {role.name: trees.names(role.chain.sides[1]) for role in definitions}
    return {name for name, uses in depends.items() if name in reached(uses, depends)}


def _is_delayed(node: tree.Element) -> bool:
    """Whether an element is one of an earlier step, as h_{t-1}."""
    return any(isinstance(one, tree.Sum) and one.signs == (1, -1) for one in node.indices)


def reached(names: Iterable[str], below: Mapping[str, Iterable[str]]) -> set[str]:
    """Return names with all that they depend on, directly or through others."""
    waiting = [*names]
    seen = {*waiting}
    while waiting:
        more = {*below.get(waiting.pop(), ())} - seen
        seen |= more
        waiting += more
    return seen


def _definitions(
    number: int, chain: tree.Chain, texts: tuple[str, ...], defined: list[int], body: int
) -> dict[int, Role]:
    """Return the roles of an equation that defines something: definitions, and what the rest of the chain claims."""
    found = {}
    for k, i in enumerate(defined):
        name, _ = left_side(chain.sides[i])
        first = replace(chain, sides=(chain.sides[i], chain.sides[body]), relations=(":=",))
        found[DEFINITIONS * (k + 1) - number] = Role(first, name, (texts[i], texts[body]), name)
    rest = [i for i in range(len(chain.sides)) if i not in defined and i != body]
    if defined and rest:
        kept = [defined[0], *rest]
        claim = replace(chain, sides=tuple(chain.sides[i] for i in kept), relations=("=",) * len(rest))
        found[number] = Role(claim, "", tuple(texts[i] for i in kept), left_side(chain.sides[defined[0]])[0])
    elif defined:
        found[number] = found.pop(DEFINITIONS - number)
    return found


def in_order(found: Mapping[int, Role]) -> list[int]:
    """Return the numbers of the equations: definitions first, each behind those that it uses, then the claims."""
    definitions = {role.name: number for number, role in found.items() if role.name}
    steps = recursive(found)
    done: dict[int, None] = {}

    def visit(number: int) -> None:
        if number in done or number in open_now:
            return
        open_now.add(number)
        for side in found[number].chain.sides[1:2]:
            needed = trees.names(side) - (delayed_in(side) & steps)
            for name in sorted(needed, key=lambda one: definitions.get(one, -1)):
                if name in definitions:
                    visit(definitions[name])
        done[number] = None

    open_now: set[int] = set()
    for number in definitions.values():
        visit(number)
    return [*done, *(number for number in found if number not in done)]


def dimensions_in(chains: Sequence[tree.Chain], indices: Iterable[str]) -> set[str]:
    r"""Return the sizes of dimensions: what sums run up to, the last index, L in a^L, and those of ``\mathbf{1}_n``."""
    found, indices = set(), set(indices)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Reduce):
                found |= _bounds(node, on_arrays=True) - indices
            if isinstance(node, tree.Element):
                letters = {letter for index in node.indices for letter in trees.index_letters_of(index)}
                found |= {letter for letter in letters if len(letter) == 1 and letter.isupper()}
            if isinstance(node, tree.Call) and node.function == tree.ONES:
                found |= {size.name for size in node.arguments if isinstance(size, tree.Name)}
    return found - {side.name for chain in chains for side in chain.sides if isinstance(side, tree.Name)}


def _bounds(node: tree.Reduce, on_arrays: bool) -> set[str]:
    """Return the names up to which a sum runs, of its indices that stand on an array, or of the others."""
    indices = trees.index_letters(node)
    highs = [one.high for one in node.ranges if one.high is not None and (one.letter in indices) == on_arrays]
    if on_arrays:
        return {high.name for high in highs if isinstance(high, tree.Name)}
    return set().union(*map(trees.names, highs))


def counts_in(chains: Sequence[tree.Chain], dimensions: Iterable[str], indices: Iterable[str]) -> set[str]:
    """Return the names that sums count up to and that are no dimensions, as t in the sum of the powers of β."""
    reductions = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Reduce)]
    return set().union(*(_bounds(node, on_arrays=False) for node in reductions)) - {*dimensions, *indices}
