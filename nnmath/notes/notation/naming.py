r"""What scripts and calls mean in a file, which follows from how a letter is used in all of it.

A script is part of a name, an index or a power; a call is that of a function, or a quantity with what it
depends on behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.scripts import split_digits
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.notation.derivatives.differentials import with_lines
from nnmath.notes.notation.derivatives.entries_of_gradients import with_entries_of_gradients
from nnmath.notes.notation.derivatives.implied_derivatives import adjoints, differentials, same_loss
from nnmath.notes.notation.derivatives.partial_subscripts import with_partials
from nnmath.notes.notation.derivatives.points import own_points, with_points
from nnmath.notes.notation.derivatives.slopes_by_inverses import with_slopes_by_inverses
from nnmath.notes.notation.derivatives.slopes_by_vectors import with_slopes_by_vectors, without_traces
from nnmath.notes.notation.functions.bare_functions import with_arguments, with_named_values
from nnmath.notes.notation.functions.brackets_of_quantities import (
    entries_of,
    is_named,
    quantities,
    with_counts_of_arguments,
)
from nnmath.notes.notation.functions.identities_of_functions import with_own_arguments
from nnmath.notes.notation.functions.places_of_arguments import with_places_of_arguments
from nnmath.notes.notation.functions.slopes_as_functions import with_slopes_at_points
from nnmath.notes.notation.functions.values_of_functions import with_values_at_examples
from nnmath.notes.notation.functions.whole_arguments import with_parameters
from nnmath.notes.notation.layers.first_steps_by_later import with_first_steps_by_later
from nnmath.notes.notation.layers.gates import with_gates
from nnmath.notes.notation.layers.last_layers import with_depth, with_last_layers, with_outputs
from nnmath.notes.notation.layers.layers_left_out import with_layers
from nnmath.notes.notation.layers.steps import with_steps_behind
from nnmath.notes.notation.layers.superscripts import most_below, superscripts
from nnmath.notes.notation.names.diagonal_entries import with_diagonals_defined
from nnmath.notes.notation.names.fixed_indices import with_fixed_indices
from nnmath.notes.notation.names.identities import with_indicators
from nnmath.notes.notation.names.inner_products import with_inner_products
from nnmath.notes.notation.names.label_definitions import with_any_label
from nnmath.notes.notation.names.labels import with_declared_labels, with_families
from nnmath.notes.notation.names.one_length import with_lengths_of_arguments
from nnmath.notes.notation.names.signs_on_the_left import with_signs_on_the_right
from nnmath.notes.notation.names.written_out import with_intermediates
from nnmath.notes.notation.probability.densities import with_densities
from nnmath.notes.notation.probability.likelihoods import with_likelihoods, with_values_for_examples, with_weights
from nnmath.notes.notation.probability.residuals import with_residuals
from nnmath.notes.notation.probability.squares import with_roots, with_variances
from nnmath.notes.notation.sums.counts import with_counts
from nnmath.notes.notation.sums.design_matrices import with_entries_of_layers
from nnmath.notes.notation.sums.entries_of_outputs import with_entries_of_outputs
from nnmath.notes.notation.sums.examples_above import with_examples_above
from nnmath.notes.notation.sums.from_zero import with_entries_from_one
from nnmath.notes.notation.sums.lags import without_common_lags
from nnmath.notes.notation.sums.one_example import with_one_example
from nnmath.notes.notation.sums.reach import (
    with_needed_slopes,
    with_slopes_of_losses,
    with_values_of_slopes,
    with_whole_sums,
)
from nnmath.notes.notation.sums.sums_over_examples import with_examples
from nnmath.notes.notation.sums.sums_side_by_side import with_letters_of_their_own, with_sums_apart
from nnmath.notes.notation.sums.totals import counts_with_parts, part_of, parted_sums, sums_of_themselves
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.names.names_above import with_names_above
from nnmath.notes.syntax.usage import Usage, usage


def renamed(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations of a file with every script and every call read for what it is.

    Those without a relation are the names that annotations speak of: W_o is one of them, and o no index.
    """
    chains = with_residuals(with_named_values(with_counts_of_arguments(with_indicators(chains))))
    chains = with_values_at_examples(with_examples_above(with_points(with_densities(chains))))
    chains = with_any_label(with_names_above(chains))
    chains = with_own_arguments(
        with_arguments(with_places_of_arguments(with_parameters(with_slopes_by_vectors(chains))))
    )
    chains = with_slopes_at_points(with_letters_of_their_own(with_lengths_of_arguments(chains)))
    chains = with_weights(with_values_for_examples(with_likelihoods(with_roots(with_variances(chains)))))
    chains = without_common_lags(chains)
    chains = with_entries_from_one(
        with_last_layers(
            with_depth(with_partials(with_examples(with_declared_labels(with_families(with_outputs(chains))))))
        )
    )
    chains = [with_whole_sums(without_traces(with_slopes_by_inverses(chain))) for chain in chains]
    chains = [with_values_of_slopes(with_slopes_of_losses(chain)) for chain in chains]
    chains = with_lines(with_needed_slopes([with_entries_of_gradients(chain) for chain in chains]))
    chains = [trees.changed(chain, differentials(chains)) for chain in chains]
    chains = [trees.changed(chain, adjoints(chains)) for chain in chains]
    chains = [trees.changed(chain, same_loss(chains)) for chain in chains]
    chains = with_intermediates(with_gates(with_counts(with_inner_products(chains))))
    chains = with_diagonals_defined(with_entries_of_outputs(with_entries_of_layers(chains)))
    used = usage(chains)
    chains = _told_apart(_with_named_parameters(chains, used), used)
    used = usage(chains)
    bracketed = quantities(chains, used)
    worded = _worded(chains, used)
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    plain = {side.name for side in lefts if isinstance(side, tree.Name)}  # C'(W) of these is their derivative by W
    numbered = {tree.base_name(side) for side in lefts
                if isinstance(side, tree.Element) and isinstance(side.indices[0], tree.Number)}  # fmt: skip
    parted = parted_sums(chains)
    above, below = superscripts(chains, used), most_below(chains, layered=True)
    calls = {node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)}

    def change(node: Expr) -> Expr:
        match node:
            case tree.Power() | tree.Name() | tree.Range():
                return above(node)
            case tree.Element(array=tree.Element(array=array, indices=(tree.Number() as layer,))):
                entry = node.indices if node.parted else split_digits(node.indices, below[tree.base_name(array)])
                return replace(node, array=array, indices=(layer, *entry), parted=True)
            case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text),)) if name in parted:
                return tree.Name(part_of(name, text), at=node.at)
            case tree.Element(array=tree.Name(name=name), indices=(tree.Number(text=text), *rest)) if (
                name not in used.bare or name in numbered
            ) and not _has_letters(used.arrays.get(name, [])):
                whole = tree.Name(f"{name}_{{{text}}}", at=node.at)
                return replace(node, array=whole, indices=tuple(rest)) if rest else whole
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(name=letter),)) if (
                name in used.bare and letter.isupper() and len(letter) == 1 and name in OBJECTIVES
            ):
                return tree.Name(f"{name}_{{{letter}}}", at=node.at)
            case tree.Element(array=tree.Name(name=name)) if name in worded:
                letters = "".join(getattr(one, "name", getattr(one, "text", "")) for one in node.indices)
                return tree.Name(f"{name}_{{{letters}}}", at=node.at)
            case tree.Partial(bottom=tree.Matrix() as column) if len(entries := entries_of(column)) > 1:
                return replace(column, rows=tuple((replace(node, bottom=entry),) for entry in entries))
            case tree.Partial(top=tree.Name(name=name), bottom=variable) if (
                name not in bracketed and (called := tree.Call(name, (variable,), at=node.at)) in calls
            ):
                return replace(node, top=called)
            case tree.Call(function=name, primes=1, arguments=(variable,)) if name in plain and is_named(variable):
                return tree.Partial(tree.Name(name, at=node.at), variable, at=node.at)
            case tree.Call(function=name, primes=0) if name in bracketed:
                return tree.Name(name, at=node.at)
        return node

    chains = with_first_steps_by_later([trees.changed(chain, change) for chain in chains])
    chains = with_steps_behind(with_layers(chains))
    return with_signs_on_the_right(with_one_example(with_sums_apart(with_fixed_indices(chains))))


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
    return index.name not in elsewhere.union(*map(trees.summed, chains)) and all(
        index.name in trees.names(one[0]) for one in own
    )


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

    several |= _layered_as_well(several, used)
    bare = usage([chain for chain in chains if chain.relations]).bare
    steps = {name for name, every in used.arrays.items() if name in bare and _is_stepped(every)}
    parts = sums_of_themselves(chains)
    steps |= parts.keys() | counts_with_parts(chains)
    points = own_points(chains)

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name) as array) if name in several and _letters(node.indices):
                letters = "".join(one.name.rstrip(trees.OWN) for one in node.indices if isinstance(one, tree.Name))
                return replace(node, array=replace(array, name=f"{name}_{{[{letters}]}}"))
            case tree.Element(array=tree.Name(name=name) as array) if name in steps or (name, *node.indices) in points:
                letter = next((one.name for one in used.arrays[name][0] if isinstance(one, tree.Name)), "t")
                return replace(node, array=replace(array, name=f"{name}_{{[{parts.get(name, letter)}]}}"))
            case tree.Power(
                base=tree.Name(name=name) as base, exponent=tree.Name() | tree.Group(inner=tree.Name())
            ) if name in steps:
                return replace(node, base=replace(base, name=f"{name}_{{[{parts.get(name, 't')}]}}"))
        return node

    return [trees.changed(chain, change) for chain in chains]


def _layered_as_well(several: set[str], used: Usage) -> set[str]:
    """Return the arrays that letters tell apart as they do others: w_{ji} and w_{kj} beside a_j and a_k."""
    layers = {letter for name in several for one in used.arrays[name] for letter in _letters(one)}
    found = set()
    for name, every in used.arrays.items() if several else ():
        letters = {tuple(one.name for one in indices if isinstance(one, tree.Name)) for indices in every}
        plain = name not in used.bare and all(map(_letters, every))
        if plain and len(letters) > 1 and all(layers & {*one} for one in letters if len(one) > 1):
            found.add(name)
    return found


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


#: Parameters of models, which are no indices.
_PARAMETERS = {r"\theta", r"\phi", r"\psi", r"\vartheta"}


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
    firsts = [letter for every in letters.values() for one in every[:1] for letter in one - _PARAMETERS]
    shared = {letter for letter in firsts if letter.islower() and firsts.count(letter) > 1}
    return {name for name in alone if letters[name][0] <= quantities or not letters[name][0] & shared}


def _letters(indices: tuple[Expr, ...]) -> set[str]:
    """Return the indices of an element if all of them are plain letters."""
    letters = {one.name.rstrip(trees.OWN) for one in indices if isinstance(one, tree.Name)}
    return letters if all(isinstance(one, tree.Name) for one in indices) else set()
