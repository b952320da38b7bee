"""Brackets behind a quantity say what it depends on: J(θ) beside J, and f(x, y) beside ∂f/∂x."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.notation.derivatives.any_loss import penalties
from nnmath.notes.notation.derivatives.implied_derivatives import left_names
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import FUNCTION_LETTERS, OBJECTIVES
from nnmath.notes.syntax.statements.roles import names_on_the_left
from nnmath.notes.syntax.usage import Usage

_BUILTIN = alphabet.FUNCTIONS | alphabet.EXTREMES | alphabet.LIBRARY | alphabet.SIGNS


def quantities(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the names whose brackets only say what they depend on: J in J(θ), f in f(x, y) where ∂f/∂x stands, too."""
    calls: dict[str, list[tree.Call]] = defaultdict(list)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Call):
                calls[node.function].append(node)
    slopes = [(node.top, node.bottom) for chain in chains for node in tree.walk(chain)
              if isinstance(node, tree.Partial) and isinstance(node.top, tree.Call)]  # fmt: skip
    tops = {top.function for top, _ in slopes}
    by_argument = {
        top.function
        for top, bottom in slopes
        if bottom in top.arguments and top.function[:2].isalpha() and len(top.function) > 1
    }
    told = tops | set(left_names(chains))
    by_slopes = {chain.sides[0].function for chain in chains if isinstance(chain.sides[0], tree.Call)
                 and any(isinstance(node, tree.Call) and node.primes for side in chain.sides[1:]
                         for node in tree.walk(side))}  # fmt: skip
    objectives = OBJECTIVES | by_argument | by_slopes | penalties(chains).keys()
    objectives |= {name for name, every in calls.items() if _is_of_data(every, chains)}
    lefts, outside = names_on_the_left(chains), _outside_of_brackets(chains)
    lefts |= {name for chain in chains if "∼" in chain.relations for name in trees.names(chain)}
    undefined = {name for name, every in calls.items() if name not in lefts and _are_letters(every, outside)
                 and (name not in FUNCTION_LETTERS | OBJECTIVES or len(every[0].arguments) > 1)}  # fmt: skip
    told, objectives = (told | undefined) - _of_steps(chains), objectives | undefined
    found = set()
    for name, every in calls.items():
        alike = all(one.arguments == every[0].arguments and not one.primes for one in every)
        entries = [entry for one in every[0].arguments for entry in entries_of(one)]
        named = all(map(is_named, entries[:1])) and all(is_named(_without_script(one)) for one in entries)
        if (
            alike
            and named
            and name not in _BUILTIN
            and (name in used.bare | used.arrays.keys() or (name in told and (name in objectives or len(entries) > 1)))
        ):
            found.add(name)
    return found


def _of_steps(chains: Sequence[tree.Chain]) -> set[str]:
    r"""Return the functions of one step at a time: f in h_t = f(x_t, h_{t-1}, w), and l in \sum_t l(y_t, o_t)."""
    rights = [(chain.sides[0], side) for chain in chains if chain.relations for side in chain.sides[1:]]
    found = {side.function for left, side in rights if isinstance(side, tree.Call) and isinstance(left, tree.Element)
             and any(tree.base_name(one) == tree.base_name(left) for one in side.arguments)}  # fmt: skip
    sums = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Reduce)]
    for total in sums:
        letters = {one.letter for one in total.ranges}
        found |= {node.function for node in tree.walk(total.body) if isinstance(node, tree.Call)
                  and all(isinstance(one, tree.Element) and letters & trees.index_letters(one)
                          for one in node.arguments)}  # fmt: skip
    return found


def with_counts_of_arguments(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which H(p) and H(p, q), where each is defined, are two functions.

    What stands without brackets, too, may be either of them; an objective is the one that is defined last above it.
    H(Y, X) beside H(X, Y) may be H(Y | X).
    """
    counts: dict[str, set[int]] = defaultdict(set)
    for name, count in map(_defined_function, chains):
        counts[name].add(count)
    nodes = [node for chain in chains for node in tree.walk(chain)]
    orders: dict[tuple[str, frozenset[Expr]], set[tuple[Expr, ...]]] = defaultdict(set)
    for node in nodes:
        if isinstance(node, tree.Call):
            orders[node.function, frozenset(node.arguments)].add(node.arguments)
    unclear = {node.name for node in nodes if isinstance(node, tree.Name)} - OBJECTIVES
    unclear |= {name for (name, _), every in orders.items() if len(every) > 1}
    several = {name for name, every in counts.items() if len(every) > 1} - unclear - {""}
    last: dict[str, int] = {}

    def named(name: str, count: int) -> str:
        return f"{name}_{{[{count}]}}" if count > min(counts[name]) else name

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, arguments=arguments) if name in several:
                return replace(node, function=named(name, len(arguments)))
            case tree.Name(name=name) if name in several & last.keys():
                return replace(node, name=named(name, last[name]))
        return node

    done = []
    for chain in chains:
        last |= dict([_defined_function(chain)])
        done.append(trees.changed(chain, change) if several else chain)
    return done


def _defined_function(chain: tree.Chain) -> tuple[str, int]:
    """Return the function that an equation may define, and how many arguments it has; an empty name if it is none."""
    match chain.sides[0]:
        case tree.Call(function=name, arguments=arguments, primes=0) if chain.relations:
            return name, len(arguments)
    return "", 0


def _are_letters(calls: Sequence[tree.Call], outside: Collection[str]) -> bool:
    """Whether nothing but letters stands in brackets, none of which is `outside`."""
    arguments = [one for call in calls for one in call.arguments]
    return all(isinstance(one, tree.Name) and one.name not in outside for one in arguments)


def _outside_of_brackets(chains: Sequence[tree.Chain]) -> set[str]:
    """Return the names that stand anywhere but as an index and in the brackets behind a name of the notes."""
    found, waiting = set[str](), [side for chain in chains if chain.relations for side in chain.sides]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tree.Name):
            found.add(node.name)
        elif isinstance(node, tree.Element):
            waiting.append(node.array)
        elif not isinstance(node, tree.Call) or node.function in _BUILTIN or node.primes:
            waiting.extend(tree.children(node))
    return found


def _is_of_data(calls: Sequence[tree.Call], chains: Sequence[tree.Chain]) -> bool:
    """Whether something stands in the brackets behind a letter, and nowhere else: the data D in p(D)."""
    every = [node.name for chain in chains if chain.relations for node in tree.walk(chain)
             if isinstance(node, tree.Name)]  # fmt: skip
    within = [node.name for call in calls for node in tree.walk(call) if isinstance(node, tree.Name)]
    return any(every.count(name) == within.count(name) for name in within)


def _without_script(argument: Expr) -> Expr:
    r"""Return what has something above it, σ² in p(x, μ, σ²), θ^{(t)} in Q(θ, θ^{(t)}); others as they are."""
    return argument.base if isinstance(argument, tree.Power) else argument


def entries_of(argument: Expr) -> list[Expr]:
    """Return the entries of a column that stands in brackets, f([x_1; x_2]); of anything else itself."""
    is_column = isinstance(argument, tree.Matrix) and all(len(row) == 1 for row in argument.rows)
    return [row[0] for row in argument.rows] if is_column and isinstance(argument, tree.Matrix) else [argument]


def is_named(argument: Expr) -> bool:
    """Whether an argument is a quantity, or the function of quantities: L(y, f(x))."""
    if isinstance(argument, tree.Call):
        return all(map(is_named, argument.arguments))
    return isinstance(argument, (tree.Name, tree.Element))
