r"""What scripts and calls mean in a file, which follows from how a letter is used in all of it.

A script is part of a name, an index or a power; a call is that of a function, or a quantity with what it
depends on behind it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from nnmath.latex.syntax import alphabet, tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes import trees
from nnmath.notes.parsing import OBJECTIVES
from nnmath.notes.usage import RAISED, Usage, usage


def renamed(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with every script and every call read for what it is."""
    chains = [trees.changed(chain, _differentials(chains)) for chain in chains]
    chains = [trees.changed(chain, _adjoints(chains)) for chain in chains]
    chains = [trees.changed(chain, _same_loss(chains)) for chain in chains]
    chains = _with_counts(chains)
    used = usage(chains)
    chains = _told_apart(_with_named_parameters(chains, used), used)
    used = usage(chains)
    numbered = _numbered(chains)
    quantities = _quantities(chains, used)
    layered = _layered(chains)
    squared = {
        _squared_name(chain.sides[0].base)
        for chain in chains
        if isinstance(chain.sides[0], tree.Power) and _is_square(chain.sides[0])
    } - {""}
    raised = {letter for letter in RAISED if letter not in used.bare - used.indices}
    worded = _worded(chains, used)
    powers = _powers(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power(base=base, exponent=tree.Number(text="2")) if (name := _squared_name(base)) in squared:
                return tree.Name(name, at=node.at)
            case tree.Power(base=base) if tree.base_name(base) not in powers:
                return _power(node, numbered - layered, layered, raised)
            case tree.Name(name=name) if (layer := _LAYER.fullmatch(name)) and layer[1] in layered:
                return _of_layer(node, layer[1], layer[2])
            case tree.Element(array=tree.Element(array=array, indices=(tree.Number() as layer,))):
                return replace(node, array=array, indices=(layer, *node.indices), parted=True)
            case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text), *rest)) if (
                name not in used.bare and not _has_letters(used.arrays.get(name, []))
            ):
                whole = tree.Name(f"{name}_{{{text}}}", at=node.at)
                return replace(node, array=whole, indices=tuple(rest)) if rest else whole
            case tree.Element(array=tree.Name(name=name)) if name in worded:
                letters = "".join(getattr(one, "name", getattr(one, "text", "")) for one in node.indices)
                return tree.Name(f"{name}_{{{letters}}}", at=node.at)
            case tree.Call(function=name, primes=0) if name in quantities:
                return tree.Name(name, at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains]


def _left_names(chains: Sequence[tree.Chain]) -> list[str]:
    """Return what stands on the left of equations by itself, in order; of a call its function."""
    lefts = [chain.sides[0] for chain in chains]
    return [side.function if isinstance(side, tree.Call) else side.name for side in lefts
            if isinstance(side, (tree.Call, tree.Name))]  # fmt: skip


def _differentials(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    """Read ``dW`` as the derivative of the loss by W, in files that have it on the left of an equation."""
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    products = [side.factors for side in lefts if isinstance(side, tree.Product)]
    prefixed = [factors for factors in products if len(factors) == 2 and _is_d(factors[0])]
    loss = _loss(chains)

    def change(node: Expr) -> Expr:
        if not isinstance(node, tree.Product) or not any(map(_is_d, node.factors)):
            return node
        factors: list[Expr] = []
        for factor in node.factors:
            if factors and _is_d(factors[-1]):
                transposed = isinstance(factor, tree.Call) and factor.function == tree.TRANSPOSE
                variable = factor.arguments[0] if isinstance(factor, tree.Call) and transposed else factor
                slope = tree.Partial(tree.Name(loss, at=factor.at), variable, at=factor.at)
                factors[-1] = (
                    replace(factor, arguments=(slope,)) if isinstance(factor, tree.Call) and transposed else slope
                )
            else:
                factors.append(factor)
        return replace(node, factors=tuple(factors)) if len(factors) > 1 else factors[0]

    return change if prefixed else lambda node: node


def _loss(chains: Sequence[tree.Chain]) -> str:
    """Return what a file differentiates without saying it: the loss that it defines last, or L."""
    losses = [name for name in _left_names(chains) if name in OBJECTIVES]
    return losses[-1] if losses else "L"


_BARRED = re.compile(r"\\bar\{(.+)\}")


def _adjoints(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    r"""Read ``\bar v`` as the derivative of the loss by v, in files that compute such quantities from each other."""
    barred = [chain for chain in chains if chain.relations and _BARRED.fullmatch(tree.base_name(chain.sides[0]))]
    used = {name for chain in barred for side in chain.sides[1:] for name in trees.names(side)}
    computed = {tree.base_name(chain.sides[0]) for chain in chains if chain.relations} & _below_bars(used)
    rights = [side for chain in barred for side in chain.sides[1:]]
    if not computed or not all(any(map(_BARRED.fullmatch, trees.names(side))) for side in rights):
        return lambda node: node
    loss = _loss(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Partial(bottom=bottom) as slope):
                return replace(slope, bottom=replace(node, array=bottom))
            case tree.Name(name=name) if found := _BARRED.fullmatch(name):
                return tree.Partial(tree.Name(loss, at=node.at), tree.Name(found[1], at=node.at), at=node.at)
        return node

    return change


def _below_bars(names: Iterable[str]) -> set[str]:
    """Return what stands below the bars of names."""
    return {found[1] for name in names if (found := _BARRED.fullmatch(name))}


def _is_d(node: Expr) -> bool:
    return isinstance(node, tree.Name) and node.name == "d"


def _same_loss(chains: Sequence[tree.Chain]) -> Callable[[Expr], Expr]:
    r"""Read L as ``\mathcal{L}`` where only the latter is defined, and the other way round."""
    lefts = set(_left_names(chains))
    tops = {node.top.name for chain in chains for node in tree.walk(chain)
            if isinstance(node, tree.Partial) and isinstance(node.top, tree.Name)}  # fmt: skip
    same = {}
    for name in tops - lefts:
        other = name[9:-1] if name.startswith(r"\mathcal{") else rf"\mathcal{{{name}}}"
        if other in lefts:
            same[name] = other

    def change(node: Expr) -> Expr:
        return replace(node, name=same[node.name]) if isinstance(node, tree.Name) and node.name in same else node

    return change


#: Letters of the number of terms of a sum, 1/N before it.
_COUNTS = frozenset("NMDKTBCVPnmdkpc")


def _with_counts(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    r"""Read the sum in ``\frac{1}{N} \sum_i`` as one of N terms, where N is nothing else."""
    taken = {name for chain in chains for name in trees.index_letters(chain)}
    taken |= {tree.base_name(chain.sides[0]) for chain in chains if chain.relations}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Product(factors=(*before, tree.Reduce(kind="sum", ranges=(one,)) as total)):
                bottoms = [tree.base_name(part.bottom) for part in before if isinstance(part, tree.Quotient)]
                if one.low is None and one.high is None and {*bottoms} & _COUNTS - taken:
                    count = tree.Name(({*bottoms} & _COUNTS - taken).pop(), at=total.at)
                    bounded = replace(one, low=tree.Number("1", at=total.at), high=count)
                    return replace(node, factors=(*before, replace(total, ranges=(bounded,))))
        return node

    return [trees.changed(chain, change) for chain in chains]


def _with_named_parameters(chains: Sequence[tree.Chain], used: Usage) -> list[tree.Chain]:
    """Read what stands below a parameter as part of its name: FL(p_t) = ..., f(x_1, x_2) = ..."""
    parameters = {one for chain in chains if chain.relations and isinstance(chain.sides[0], tree.Call)
                  for one in chain.sides[0].arguments if isinstance(one, tree.Element)}  # fmt: skip
    named = {(tree.base_name(one), one.indices[0]): f"{tree.base_name(one)}_{{{_script(one.indices[0])}}}"
             for one in parameters if len(one.indices) == 1 and _is_of_name(one, chains, used)}  # fmt: skip

    def change(node: Expr) -> Expr:
        if isinstance(node, tree.Element) and len(node.indices) == 1:
            new = named.get((tree.base_name(node), node.indices[0]))
            return tree.Name(new, at=node.at) if new else node
        return node

    return [trees.changed(chain, change) for chain in chains] if named else list(chains)


def _script(index: Expr) -> str:
    return str(getattr(index, "name", getattr(index, "text", "")))


def _is_of_name(parameter: tree.Element, chains: Sequence[tree.Chain], used: Usage) -> bool:
    """Whether what stands below a parameter belongs to its name: a number, or a letter that is no other index."""
    index = parameter.indices[0]
    if not isinstance(index, tree.Name):
        return isinstance(index, tree.Number)
    own = used.arrays.get(tree.base_name(parameter), [])
    others = [every for array, every in used.arrays.items() if array != tree.base_name(parameter)]
    elsewhere = {name for every in others for indices in every for one in indices for name in trees.names(one)}
    return index.name not in elsewhere | _summed(chains) and all(index.name in trees.names(one[0]) for one in own)


def _summed(chains: Iterable[tree.Chain]) -> set[str]:
    return {one.letter for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Reduce)
            for one in node.ranges}  # fmt: skip


def _told_apart(chains: Sequence[tree.Chain], used: Usage) -> list[tree.Chain]:
    """Give an array that is defined once for each of several letters, δ_k and δ_j, a name for each of them."""
    lefts: dict[str, set[str]] = defaultdict(set)
    for chain in chains:
        side = chain.sides[0]
        if isinstance(side, tree.Element) and len(side.indices) == 1 and isinstance(side.indices[0], tree.Name):
            name = tree.base_name(side)
            lefts[name] = lefts[name] | {side.indices[0].name} if name in lefts else _of_itself(name, chain)
    several = {name for name, letters in lefts.items() if name and len(letters) > 1 and name not in used.bare
               and {letter for one in used.arrays[name] for letter in _letters(one) or {""}} <= letters}  # fmt: skip

    steps = {name for name, every in used.arrays.items() if name in used.bare and _is_stepped(every)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name) as array, indices=(tree.Name(name=letter),)) if (
                name in several
            ):
                return replace(node, array=replace(array, name=f"{name}_{{[{letter}]}}"))
            case tree.Element(array=tree.Name(name=name) as array) if name in steps:
                return replace(node, array=replace(array, name=f"{name}_{{[t]}}"))
        return node

    return [trees.changed(chain, change) for chain in chains]


def _is_stepped(every: Sequence[tuple[Expr, ...]]) -> bool:
    """Whether an array has one index that counts steps, w_t and w_{t+1}: beside them w is a quantity of its own."""
    letters = [set(trees.index_letters_of(indices[0])) for indices in every if len(indices) == 1]
    shifted = any(isinstance(indices[0], tree.Sum) for indices in every)
    return (
        shifted and len(letters) == len(every) and all(one == letters[0] and one <= {"t", "k", "n"} for one in letters)
    )


def _of_itself(name: str, chain: tree.Chain) -> set[str]:
    """Return the letters of an array on the left of its first equation, and those on its right: O_k by O_j."""
    return {one.indices[0].name for side in chain.sides for one in trees.elements(side)
            if tree.base_name(one) == name and isinstance(one.indices[0], tree.Name)}  # fmt: skip


def _has_letters(every: list[tuple[Expr, ...]]) -> bool:
    return any(not isinstance(indices[0], tree.Number) for indices in every)


def _numbered(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the letters that numbers above them tell apart: W^1 is no power."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            match node:
                case tree.Power(exponent=tree.Number(text="0" | "1")):
                    found.add(tree.base_name(node.base))
    return found - {""}


def _powers(chains: Iterable[tree.Chain]) -> set[str]:
    """Return what is raised to powers that are counted from 0, β^i, or between two letters, β^{t-i}."""
    found = set()
    for chain in chains:
        counted = {one.letter for node in tree.walk(chain) if isinstance(node, tree.Reduce) for one in node.ranges
                   if isinstance(one.low, tree.Number) and one.low.text == "0"}  # fmt: skip
        for node in tree.walk(chain):
            if isinstance(node, tree.Power):
                letters = trees.names(node.exponent) - {"l", r"\ell", "L"}
                if letters & counted or (isinstance(node.exponent, tree.Sum) and len(letters) > 1):
                    found.add(tree.base_name(node.base))
    return found - {""}


def _step(node: Expr) -> str:
    return f"-{node.text}" if isinstance(node, tree.Number) else ""


def _is_square(side: Expr) -> bool:
    return isinstance(side, tree.Power) and isinstance(side.exponent, tree.Number) and side.exponent.text == "2"


def _squared_name(base: Expr) -> str:
    r"""Return the name of ``\sigma_B^2`` where it is defined by that name."""
    if isinstance(base, tree.Element) and isinstance(base.array, tree.Name):
        letters = "".join(getattr(one, "name", getattr(one, "text", "?")) for one in base.indices)
        return f"{base.array.name}_{{{letters}}}^{{2}}" if letters.isupper() else ""
    return f"{base.name}^{{2}}" if isinstance(base, tree.Name) else ""


#: A name with a number in brackets above it.
_LAYER = re.compile(r"(.+)\^\{[(\[](\d+)[)\]]\}")


def _layered(chains: Iterable[tree.Chain]) -> set[str]:
    """Return the arrays whose layers are counted above them, as in W^l beside a^{l-1}."""
    found = set()
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Power) and trees.names(node.exponent) & {"l", r"\ell"}:
                found.add(tree.base_name(node.base))
            if isinstance(node, tree.Element) and trees.names(node.indices[0]) & {"l", r"\ell"}:
                found.add(tree.base_name(node))
    return found - {""}


def _of_layer(node: Expr, name: str, number: str) -> Expr:
    """Return a layer with a number; what the layers begin with has a name of its own."""
    if number == "0":
        return tree.Name(f"{name}_{{0}}", at=node.at)
    return tree.Element(tree.Name(name, at=node.at), (tree.Number(number, at=node.at),), parted=True, at=node.at)


def _power(node: tree.Power, numbered: set[str], layered: set[str], raised: set[str]) -> Expr:
    """Read what stands above a letter: a number or a letter of its name, an index, or a power."""
    exponent = node.exponent.inner if isinstance(node.exponent, tree.Group) else node.exponent
    name = tree.base_name(node.base)
    if not name or not isinstance(node.base, (tree.Name, tree.Element)):
        return node
    if isinstance(exponent, tree.Number) and name in layered:
        layer = _of_layer(node, name, exponent.text)
        if not isinstance(node.base, tree.Element):
            return layer
        if isinstance(layer, tree.Element):
            return replace(node.base, indices=(*layer.indices, *node.base.indices), parted=True)
        return replace(node.base, array=layer)
    if isinstance(exponent, tree.Number) and name in numbered:
        whole = tree.Name(f"{name}^{{({exponent.text})}}", at=node.at)
        return replace(node.base, array=whole) if isinstance(node.base, tree.Element) else whole
    letters = trees.names(exponent)
    if letters == {"L"} and name not in layered:  # the last layers, told apart by name: W^L, a^{L-1}
        steps = "".join(_step(part) for part in tree.walk(exponent))
        whole = tree.Name(f"{name}^{{(L{steps})}}", at=node.at)
        return replace(node.base, array=whole) if isinstance(node.base, tree.Element) else whole
    last = isinstance(node.exponent, tree.Group) or letters == {"L"}
    is_index = bool(letters) and (letters <= raised or (last and letters <= raised | {"L", "T", "N", "K"}))
    if not is_index or name in (r"\e", "e") or not isinstance(exponent, (tree.Name, tree.Sum)):
        return node
    if isinstance(node.base, tree.Element):
        return replace(node.base, indices=(exponent, *node.base.indices), parted=True)
    return tree.Element(node.base, (exponent,), parted=True, at=node.at)


def _worded(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the names that letters below them belong to, as in W_{xh} beside x_t and h_t: none is an index."""
    quantities = used.arrays.keys() | used.bare
    letters = {name: [_letters(indices) for indices in every] for name, every in used.arrays.items()}
    found = {name for name, every in letters.items() if any(one and one <= quantities for one in every)}
    found |= {name for name, every in letters.items() if name not in used.bare and len(set(map(frozenset, every))) == 1}
    indices = {letter for name in letters.keys() - found for one in letters[name] for letter in one}
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Reduce):
                indices |= {one.letter for one in node.ranges}
            if isinstance(node, tree.Partial):
                letters_below = trees.index_letters(node.bottom) if tree.base_name(node.bottom) not in found else set()
                indices |= {letter for letter in letters_below if letter.islower()}
    alone = {name for name in found if all(one and not one & indices for one in letters[name])}
    firsts = [letter for every in letters.values() for one in every[:1] for letter in one]
    shared = {letter for letter in firsts if letter.islower() and firsts.count(letter) > 1}
    return {name for name in alone if letters[name][0] <= quantities or not letters[name][0] & shared}


def _letters(indices: tuple[Expr, ...]) -> set[str]:
    """Return the indices of an element if all of them are plain letters."""
    letters = {one.name for one in indices if isinstance(one, tree.Name)}
    return letters if all(isinstance(one, tree.Name) for one in indices) else set()


def _quantities(chains: Sequence[tree.Chain], used: Usage) -> set[str]:
    """Return the names whose brackets only say what they depend on: J in J(θ), f in f(x, y) where ∂f/∂x stands, too."""
    calls: dict[str, list[tree.Call]] = defaultdict(list)
    for chain in chains:
        for node in tree.walk(chain):
            if isinstance(node, tree.Call):
                calls[node.function].append(node)
    tops = {node.top.function for chain in chains for node in tree.walk(chain)
            if isinstance(node, tree.Partial) and isinstance(node.top, tree.Call)}  # fmt: skip
    told = tops | set(_left_names(chains))
    found = set()
    for name, every in calls.items():
        alike = all(one.arguments == every[0].arguments and not one.primes for one in every)
        named = all(isinstance(one, (tree.Name, tree.Element)) for one in every[0].arguments)
        if (
            alike
            and named
            and name not in _BUILTIN
            and (name in used.bare or (name in told and (name in OBJECTIVES or len(every[0].arguments) > 1)))
        ):
            found.add(name)
    return found


_BUILTIN = (
    frozenset(["sqrt", "abs", tree.TRANSPOSE, tree.NORM, tree.ONES, tree.FACTORIAL])
    | alphabet.FUNCTIONS
    | alphabet.EXTREMES
    | alphabet.LIBRARY
)
