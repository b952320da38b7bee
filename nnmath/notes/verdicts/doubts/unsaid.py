"""Inputs of which claims say what only a definition could say: how their steps follow, whose mean they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.document.prose import LEFT_OUT, lists_columns
from nnmath.notes.notation.probability.expectations import doubt
from nnmath.notes.readings.interpretation import Interpretation
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.laws.named_densities import may_follow
from nnmath.notes.syntax.names.letters import OBJECTIVES
from nnmath.notes.syntax.statements.left_sides import left_side
from nnmath.notes.verdicts.verdict import wanted

_ONE_EXAMPLE = re.compile(
    r"\b(?:for|of|on|with) (?:just |only )?(?:one|a single|a|each) (?:single |training |data |input )*"
    r"(?:example|sample|point|instance|observation)\b",
    re.I,
)
#: What the text says of quantities that are random, and that no outcome shows.
_OF_A_LAW = re.compile(
    r"\bindependen|uncorrelated|(?:zero|0\$?)[- ]mean|mean (?:of |is )?(?:zero|\$?0)|unbiased|cent(?:er|re)d", re.I
)

_WITHOUT_BIAS = re.compile(r"\b(?:omit|ignor|dropp|neglect)\w*[^.]{0,40}\bbias(?:es)?\b", re.I)


def unsaid(base: Interpretation, i: int) -> Iterator[str]:
    """Yield what the notes do not say of the inputs of a claim that fails, or say that they leave out."""
    if found := LEFT_OUT.search(_text_around(base, i)):
        yield f"the text leaves something out, {' '.join(found.group().split())!r}"
    if i >= 0 and _ONE_EXAMPLE.search(base.equations[i].statement.before) and (name := _number_of_examples(base, i)):
        yield f"the text speaks of one example, and there are {name}"
    if names := may_follow(base.uses(i) & base.unknowns.free.keys()):
        yield f"{' and '.join(names)} may follow from each other"
    if i in base.averaged and any(_OF_A_LAW.search(one.statement.before) for one in base.equations):
        yield "it may hold on average for what the text says of the law"
    if i in base.averaged and (said := doubt(base.averaged[i], base.uses(i), base.unknowns.roles[i].chain.sides)):
        yield said
    for name in _rows_of_jacobians(base, i):
        yield f"{name} may be a row, as the Jacobian of a number is"
    if _multiplies_matrices(base, i):
        yield "it multiplies matrices over an index, and nothing says in which order"
    left = base.unknowns.roles[i].chain.sides[0]
    if "d" in base.unknowns.free and isinstance(left, tree.Product) and tree.base_name(left.factors[0]) == "d":
        yield "it speaks of differentials, which nothing in the notes gives"
    for name in _listed_by_columns(base, i):
        yield f"the first index of an entry of {name} may say in which column it stands"
    for name in _approximated(base, i):
        yield f"the notes give {name} approximately, too"
    for name in _sums_of_arrays(base, i):
        yield f"{name} was read as a sum of arrays, and not of numbers; {wanted('y (N,)')}"
    for name in sorted((_constants(base) | _computed(base)) & base.uses(i)):
        yield f"{name} is defined nowhere; {wanted(f'{name} = ...')}"
    for name in sorted(_of_labels(base, i)):
        yield f"{name} gives what is compared with numbers; {wanted(f'{name} in {{0, 1}}')}"
    for one in tree.walk(base.unknowns.roles[i].chain):
        if isinstance(one, tree.Partial):
            name, by = tree.base_name(one.top), tree.base_name(one.bottom)
            if name == by and name in base.unknowns.free and _steps(one.top) != _steps(one.bottom):
                yield f"nothing says how the steps of {name} follow from each other"
            for mean in sorted(_means(base, by) & base.uses(i)):
                yield f"{mean} may be the mean of {by}; {wanted(f'{mean} = ...')}"


def _multiplies_matrices(base: Interpretation, i: int) -> bool:
    r"""Whether a product over an index, ``\prod_j J_j``, stands beside what is a matrix: here it is one of entries."""
    chain, model = base.unknowns.roles[i].chain, base.found.model
    bodies = [node.body for node in tree.walk(chain) if isinstance(node, tree.Reduce) and node.kind == "prod"]
    steps = [one for body in bodies for one in tree.walk(body) if isinstance(one, tree.Partial)]
    arrays = [tree.base_name(node) for one in steps for node in (one.top, one.bottom)]
    ranks = [len(found.dims) for name, found in base.found.quantities.items() if name in arrays]
    defined = [len(one.shape) for name, one in model.scope.definitions.items() if name in arrays]
    return max([*ranks, *defined], default=0) > 1


def _text_around(base: Interpretation, i: int) -> str:
    """Return the text before an equation and the one above it, and the sentence behind it."""
    if i < 0:
        return ""
    here = base.equations[i].statement
    above = base.equations[i - 1].statement.before if i else ""
    if _defines(base, i - 1):  # without biases it is as it is written
        above = _WITHOUT_BIAS.sub("", above)
    return " ".join((above, here.before, here.behind.partition(". ")[0]))


def _defines(base: Interpretation, i: int) -> bool:
    return i in base.unknowns.roles and bool(base.unknowns.roles[i].name)


def _constants(base: Interpretation) -> set[str]:
    r"""Return the words for what does not depend on something, ``\text{const}``."""
    return {name for name in base.unknowns.free if re.fullmatch(r"const(?:ants?)?", name)}


def _computed(base: Interpretation) -> set[str]:
    """Return the inputs that the notes differentiate by other ones, and that are computed from these."""
    nodes = [node for role in base.unknowns.roles.values() for node in tree.walk(role.chain)]
    partials = [(tree.base_name(one.top), tree.base_name(one.bottom)) for one in nodes if isinstance(one, tree.Partial)]
    by = {bottom for _, bottom in partials}  # what is differentiated by is an input
    return {top for top, bottom in partials if top != bottom and top in base.unknowns.free} - by


def _rows_of_jacobians(base: Interpretation, i: int) -> Iterator[str]:
    """Yield what a claim turns that is the derivative of a number by a vector, in notes that speak of Jacobians."""
    roles = base.unknowns.roles
    if not any("Jacobian" in one.statement.before for one in base.equations):
        return
    turned = {tree.base_name(node.arguments[0]) for node in tree.walk(roles[i].chain)
              if isinstance(node, tree.Call) and node.function == tree.TRANSPOSE}  # fmt: skip
    for role in roles.values():
        if role.name in turned - {""} and isinstance(role.chain.sides[1], tree.Partial):
            yield role.name


def _listed_by_columns(base: Interpretation, i: int) -> Iterator[str]:
    """Yield the matrices of which a claim has entries, and whose columns the text lists."""
    for node in trees.elements(base.unknowns.roles[i].chain):
        name = tree.base_name(node)
        if len(node.indices) > 1 and any(lists_columns(one.statement.before, name) for one in base.equations):
            yield name


def _of_labels(base: Interpretation, i: int) -> set[str]:
    """Return the inputs without a domain that definitions make labels of: z of y = 2 z - 1, where y = 1 is asked."""
    scope, roles, uses = base.found.model.scope, base.unknowns.roles, base.uses(i)
    chains = [roles[i].chain, *(role.chain for role in roles.values() if role.name in uses)]
    asked = {tree.base_name(side) for chain in chains for one in tree.walk(chain)
             if isinstance(one, tree.Compare) and one.relations == ("=",) for side in one.sides}  # fmt: skip
    bodies = [role.chain.sides[1] for role in roles.values() if role.name in asked - {""}]
    unsaid = {name for name, one in scope.inputs.items() if one.domain.kind == "real" and one.domain.low is None}
    return set().union(*map(trees.names, bodies)) & unsaid


def _approximated(base: Interpretation, i: int) -> Iterator[str]:
    r"""Yield what a claim depends on, and what an equation above it gives by ``\approx``, in another way."""
    lefts = {"".join(one.statement.latex.split(r"\approx")[0].split()) for one in base.equations[: max(i, 0)]
             if r"\approx" in one.statement.latex}  # fmt: skip
    uses = base.uses(i) if lefts else frozenset()
    for role in base.unknowns.roles.values():
        if role.name in uses and "".join(role.texts[0].split()) in lefts:
            yield role.name


def _sums_of_arrays(base: Interpretation, i: int) -> Iterator[str]:
    """Yield what a claim differentiates by an array, and what is read as a sum of arrays: a loss is one of numbers."""
    scope = base.found.model.scope
    sides = [role.chain.sides for role in base.unknowns.roles.values() if role.name]
    sums = {left_side(left)[0] for left, body, *_ in sides
            if isinstance(body, tree.Reduce) and not isinstance(left, tree.Element)}  # fmt: skip
    for one in tree.walk(base.unknowns.roles[i].chain):
        name = left_side(one.top)[0] if isinstance(one, tree.Partial) else ""
        if name in sums & OBJECTIVES & scope.definitions.keys() and scope.definitions[name].shape:
            yield name


def _number_of_examples(base: Interpretation, i: int) -> str:
    """Return how many examples there are by which the loss of a claim is divided, where the text speaks of one."""
    partials = [one for one in tree.walk(base.unknowns.roles[i].chain) if isinstance(one, tree.Partial)]
    tops = {tree.base_name(one.top) for one in partials}
    bodies = [role.chain.sides[1] for role in base.unknowns.roles.values() if role.name in tops - {""}]
    bottoms = [node.bottom for body in bodies for node in tree.walk(body) if isinstance(node, tree.Quotient)]
    return min({tree.base_name(one) for one in bottoms} & base.unknowns.dimensions, default="")


def _steps(node: Expr) -> set[Expr]:
    """Return the indices of an element that are calculated, as t-1 is."""
    return {one for one in node.indices if isinstance(one, tree.Sum)} if isinstance(node, tree.Element) else set()


def _means(base: Interpretation, name: str) -> set[str]:
    r"""Return the inputs that many entries of an array are normalized by, ``\mu`` in ``(x_i - \mu) / \sigma``."""
    found, free = set(), base.unknowns.free.keys()
    for role in base.unknowns.roles.values():
        for node in tree.walk(role.chain.sides[-1]) if role.name else ():
            match node:
                case tree.Quotient(top=tree.Sum(signs=(1, -1), terms=(tree.Element() as one, mean)), bottom=bottom) if (
                    tree.base_name(one) == name and free & trees.names(bottom)
                ) and not trees.index_letters(one) & trees.index_letters(mean):
                    found.add(tree.base_name(mean))
    return found & free
