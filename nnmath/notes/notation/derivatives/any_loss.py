"""Losses that notes differentiate and do not define: any loss of what is computed last, or of what they name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from nnmath.latex import Place
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.notation.sums.totals import number_of_part
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import FUNCTION_LETTERS, LAST_STEPS, OBJECTIVES
from nnmath.notes.syntax.statements.roles import Role, delayed_in, names_on_the_left, reached, recursive
from nnmath.notes.syntax.usage import usage

#: The number of steps of a recursion whose last one a loss depends on.
LAST = "Last"

#: Begins the names of what an undefined loss is made of.
ANY_LOSS = r"\varpi"


#: Where the numbers of what functions of one value are made of begin, behind those of other losses.
_FIRST_PART = 20

#: The parameters that a message gives to a function of several quantities.
_PARAMETERS = "ypuvw"


def put_losses_of_several(chains: dict[int, tree.Chain], functions: Collection[str]) -> dict[str, str]:
    """Put any loss in the place of a function of several quantities that is not defined, as in L = l(o, y).

    Return that function for each of the losses, with parameters, l(y, p).
    """
    every = [(i, node) for i, chain in chains.items() for node in tree.walk(chain) if isinstance(node, tree.Call)]
    losses = {}
    for number, node in every:
        left = chains[number].sides[0]
        alone = sum(other.function == node.function for _, other in every) == 1
        if not (alone and node in chains[number].sides[1:] and node.function in functions):
            continue
        arguments = [tree.base_name(one) for one in node.arguments if isinstance(one, tree.Name)]
        if isinstance(left, tree.Name) and len(arguments) == len(node.arguments) > 1:
            loss = _any_loss(left.name, arguments, node.at).sides[1]
            sides = tuple(loss if side == node else side for side in chains[number].sides)
            chains[number] = replace(chains[number], sides=sides)
            losses[left.name] = f"{node.function}({', '.join(_PARAMETERS[: len(arguments)])})"
    return losses


def undefined_losses(chains: Iterable[tree.Chain], defined: Collection[str]) -> list[str]:
    """Return what is differentiated and nowhere defined."""
    return sorted(differentiated(chains) - {*defined})


def undefined_losses_of_examples(found: Mapping[int, Role], defined: Collection[str]) -> list[tree.Element]:
    r"""Return what is differentiated and nowhere defined, and of which a loss is the sum: L_i in ``\sum_i L_i``."""
    used = usage([role.chain for role in found.values()])
    bodies = [role.chain.sides[1] for role in found.values() if role.name and not role.parameters]
    parts = [node.body for body in bodies for node in tree.walk(body) if isinstance(node, tree.Reduce)]
    slopes = [node for role in found.values() for node in tree.walk(role.chain) if isinstance(node, tree.Partial)]
    open_now = {tree.base_name(node.top) for node in slopes} - {*defined} - used.bare
    every = {tree.base_name(one): one for one in parts if isinstance(one, tree.Element) and len(one.indices) == 1}
    return [every[name] for name in sorted(open_now & every.keys())]


def differentiated(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the names of what is differentiated, by anything but itself."""
    return {node.top.name for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)
            and isinstance(node.top, tree.Name) and node.top != node.bottom}  # fmt: skip


def arguments_of_losses(chains: Iterable[tree.Chain]) -> dict[str, list[str]]:
    """Return for what is nowhere defined, and differentiated, what stands in brackets behind it: w for J(w; X, y).

    Of several arguments those are returned by which it is differentiated; none if it is differentiated by others, too,
    through which it depends on them.
    """
    chains = list(chains)
    bottoms, bare = _slopes(chains)
    found = {one.function: [tree.base_name(item) for item in one.arguments]
             for one in _undefined_calls(chains) if one.function in OBJECTIVES | bare}  # fmt: skip
    named = {name: sorted(by & {*items}) for name, items in found.items()
             if (by := bottoms.get(name, set())) & {*items} and by <= {*items}}  # fmt: skip
    return named | {name: below for name, below in penalties(chains).items() if name not in OBJECTIVES}


def of_one_value(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the undefined functions whose derivative is written without an argument, beside c(u) and c(v).

    Each may be a number that depends on an array, as losses are.
    """
    chains = list(chains)
    bottoms, bare = _slopes(chains)
    arguments: dict[str, set[str]] = {}
    for one in _undefined_calls(chains):
        if one.function in bare and len(one.arguments) == 1:
            arguments.setdefault(one.function, set()).add(tree.base_name(one.arguments[0]))
    return {name for name, items in arguments.items() if bottoms[name] <= items}


def with_one_value(chains: Mapping[int, tree.Chain], functions: Collection[str], first: int) -> dict[int, tree.Chain]:
    """Return the equations in which each value of such functions is a quantity, and their definitions as any number.

    The definitions are counted down from `first`.
    """
    values: dict[str, str] = {}

    def value(function: str, of: Expr) -> Expr:
        name = f"{function}_{{[{tree.base_name(of)}]}}"
        values[name] = tree.base_name(of)
        return tree.Name(name, at=of.at)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=function, arguments=(one,)) if function in functions:
                return value(function, one)
            case tree.Partial(top=tree.Name(name=function)) if function in functions:
                return replace(node, top=value(function, node.bottom))
        return node

    done = {i: trees.changed(chain, change) for i, chain in chains.items()}
    for k, (name, of) in enumerate(sorted(values.items())):
        done[first - k] = _any_loss(name, [of], Place(1, 1), _FIRST_PART + k)
    return done


def _slopes(chains: Sequence[tree.Chain]) -> tuple[dict[str, set[str]], set[str]]:
    """Return by what each name is differentiated, and the names for which that is written without an argument."""
    slopes = [node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Partial)]
    bottoms: dict[str, set[str]] = {}
    for node in slopes:
        top = node.top.function if isinstance(node.top, tree.Call) else tree.base_name(node.top)
        bottoms.setdefault(top, set()).add(tree.base_name(node.bottom))
    return bottoms, {node.top.name for node in slopes if isinstance(node.top, tree.Name)} - FUNCTION_LETTERS


def _undefined_calls(chains: Sequence[tree.Chain]) -> list[tree.Call]:
    defined = names_on_the_left(chains)
    nodes = [node for chain in chains for node in tree.walk(chain)]
    return [node for node in nodes if isinstance(node, tree.Call) and node.function not in defined]


def penalties(chains: Sequence[tree.Chain]) -> dict[str, list[str]]:
    r"""Return what is a function of all parameters, \Omega(\theta), and differentiated by some, with these.

    What stands in the brackets stands nowhere else.
    """
    nodes = [node for chain in chains for node in tree.walk(chain)]
    every = [node for node in nodes if isinstance(node, tree.Name)]
    found: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, tree.Partial) and isinstance(node.top, tree.Call) and not node.top.primes:
            found.setdefault(node.top.function, set()).add(tree.base_name(node.bottom))
    for name, below in list(found.items()):
        calls = [node for node in nodes if isinstance(node, tree.Call) and node.function == name]
        within = [one for call in calls for one in tree.walk(call) if isinstance(one, tree.Name)]
        if {one.name for one in within} & below or any(every.count(one) > within.count(one) for one in within):
            del found[name]
    defined = names_on_the_left(chains)
    return {name: sorted(below) for name, below in found.items() if name not in defined and "" not in below}


def direction(name: str) -> str:
    """Return the name of the vector along which a vector lies of which nothing is known."""
    return rf"{ANY_LOSS}_{{[{name}]}}"


def any_loss(
    name: str, found: Mapping[int, Role], arguments: Sequence[str] = (), is_vector: bool = False
) -> tree.Chain:
    """Return the definition of any loss of its arguments; without them, of what is computed last.

    Those by which others are differentiated, x and y beside f(x, y), are not the same, and may be vectors.
    """
    last = list(arguments) or _computed_last(found, name)
    below = sorted(trees.differentiated_by(role.chain for role in found.values()))
    part = number_of_part(name) or (below.index(name) + 1 if name in below else 0)
    loss = _any_loss(name, last, Place(1, 1), part)
    if is_vector:
        left, size = loss.sides
        along = tree.Product((tree.Group(size, at=loss.at), tree.Name(direction(name), at=loss.at)), at=loss.at)
        loss = replace(loss, sides=(left, along))
    return loss if arguments else trees.changed(loss, _last_step(recursive(found) & {*last}, last_of(found)))


def any_loss_of_examples(element: tree.Element, found: Mapping[int, Role]) -> tree.Chain:
    """Return the definition of any loss of each example, E_q, of the rows of what is computed last."""
    (example,) = element.indices
    steps = recursive(found)

    def of_example(node: Expr) -> Expr:
        match node:
            case tree.Name(name=name) if name in steps:
                return tree.Element(node, (tree.Name(last_of(found), at=node.at), example), parted=True, at=node.at)
            case tree.Name(name=name) if name in last or name.startswith(ANY_LOSS):
                return tree.Element(node, (example,), at=node.at)
        return node

    name = tree.base_name(element)
    last = _computed_last(found, name)
    loss = _any_loss(name, last, Place(1, 1))
    return replace(loss, sides=(element, trees.changed(loss.sides[1], of_example)))


def _computed_last(found: Mapping[int, Role], loss: str) -> list[str]:
    """Return what is computed last, or what a loss is differentiated by where that is computed from none of it.

    Where the loss is differentiated by some of it, or claims and derivatives speak of some, the rest is another way to
    write that, Attention(Q, K, V) beside O = P V.
    """
    last, by = _terminal(found, loss), _differentiated_by(found, loss)
    spoken = set().union(*(trees.names(role.chain) for role in found.values() if not role.name
                           or has_derivative(role.chain)))  # fmt: skip
    slopes = [node for role in found.values() for node in tree.walk(role.chain) if isinstance(node, tree.Partial)]
    below = {tree.base_name(node.bottom) for node in slopes if tree.base_name(node.top) == loss}
    for meant in (below, spoken):
        last = [name for name in last if name in meant] or last
    return by if by and not _made_of(found, last) & {*by} else last


def last_of(found: Mapping[int, Role]) -> str:
    """Return what the last step of recursions is called: L, where a^L stands beside a^l."""
    steps = recursive(found)
    every = [one.indices[0] for role in found.values() for one in trees.elements(role.chain)
             if tree.base_name(one) in steps]  # fmt: skip
    ends = [one.name for one in every if isinstance(one, tree.Name) and one.name in LAST_STEPS]
    summed = set[str]().union(*(trees.summed(role.chain) for role in found.values()))
    return min((name for name in ends if name not in summed), key=str.islower, default=LAST)


def _differentiated_by(found: Mapping[int, Role], loss: str) -> list[str]:
    """Return what a loss is differentiated by; without that by which others of these are, for it acts through them."""
    nodes = [node for role in found.values() for node in tree.walk(role.chain) if isinstance(node, tree.Partial)]
    every = {(tree.base_name(node.top), tree.base_name(node.bottom)) for node in nodes}
    by = {bottom for top, bottom in every if top == loss} - {""}
    acts = {top: {one for head, one in every if head == top != one and (one, head) not in every} for top, _ in every}
    return sorted(by - set().union(*(reached(acts.get(one, ()), acts) for one in by)))


def _terminal(found: Mapping[int, Role], loss: str) -> list[str]:
    """Return what is computed last: nothing else is computed from it; all steps are from h_0."""
    begun = {f"{name}_{{0}}" for name in recursive(found)}
    definitions = [
        role for role in found.values() if role.name and not role.parameters and not has_derivative(role.chain)
    ]
    bodies = [role.chain.sides[1] for role in definitions]
    used = set().union(*(trees.names(body) - delayed_in(body) for body in bodies)) if definitions else set()
    every = [role.chain.sides[1] for role in found.values() if role.name]  # of functions as well
    parts = {node for body in every for node in tree.walk(body)  # s, of what \sqrt{v} stands in
             if node is not body and not isinstance(node, tree.Name)}  # fmt: skip
    return [role.name for role in definitions if role.name not in used | begun and role.chain.sides[1] not in parts
            and loss not in _made_of(found, [role.name])]  # fmt: skip


def _made_of(found: Mapping[int, Role], names: Collection[str]) -> set[str]:
    """Return what quantities depend on, with themselves."""
    bodies = {role.name: trees.names(role.chain.sides[1]) for role in found.values() if role.name}
    return reached(names, bodies)


def _last_step(recursive: set[str], last: str) -> Callable[[Expr], Expr]:
    """Take the last step of what is computed step by step."""

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Name) and node.name in recursive:
            return tree.Element(node, (tree.Name(last, at=node.at),), parted=True, at=node.at)
        return node

    return change


def _any_loss(name: str, terminal: list[str], at: Place, part: int = 0) -> tree.Chain:
    """Return the definition of a loss of which nothing is known but what it depends on; each `part` is another one."""
    terms: list[Expr] = []
    for i, one in enumerate(terminal, part * (len(terminal) + 1)):
        shifted = tree.Sum((1, 1), (tree.Name(one, at=at), tree.Name(f"{ANY_LOSS}_{{{i + 1}}}", at=at)), at=at)
        size = tree.Power(tree.Call(tree.NORM, (shifted,), at=at), tree.Number("2", at=at), at=at)
        terms.append(tree.Quotient(size, tree.Number(str(i + 2), at=at), at=at))
    body = tree.Sum((1,) * len(terms), tuple(terms), at=at) if terms else tree.Name(ANY_LOSS, at=at)
    return tree.Chain((":=",), (tree.Name(name, at=at), body), at=at)
