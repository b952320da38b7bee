r"""Values of a function at the examples: p_i is p(x_i), where p(x) is defined and x_i stands beside it.

So it is where p is defined without brackets, by w^T x, and stands nowhere else without an index.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import EXAMPLES


def with_values_at_examples(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which an index below a function of x is one below that x.

    The function is one of w^T x, so that x is a vector, and i counts examples; below softmax(x) it counts entries.
    """
    lefts = [chain.sides[0] for chain in chains if chain.relations]
    elements = {(tree.base_name(one), one.indices) for chain in chains for one in trees.elements(chain)}
    given = {tree.base_name(left) for left in lefts if isinstance(left, tree.Element)}
    functions = {left.function: left.arguments[0] for chain in chains if chain.relations
                 if isinstance(left := chain.sides[0], tree.Call) and len(left.arguments) == 1 and not left.primes
                 and isinstance(left.arguments[0], tree.Name) and left.function not in given
                 and _has_inner_product(chain.sides[1], left.arguments[0])}  # fmt: skip

    def change(node: Expr) -> Expr:
        match node:
            case tree.Element(array=tree.Name(name=name), indices=(tree.Name(),) as indices) if name in functions:
                of = functions[name]
                if (tree.base_name(of), indices) in elements:
                    return tree.Call(name, (replace(node, array=of),), at=node.at)
        return node

    chains = [_for_each_example(chain, chains, elements) for chain in chains]
    return [trees.changed(chain, change) for chain in chains] if functions else chains


def _for_each_example(
    chain: tree.Chain, chains: Sequence[tree.Chain], elements: Set[tuple[str, tuple[Expr, ...]]]
) -> tree.Chain:
    """Return the definition of a quantity of each example that is written for one of them; any other chain as it is."""
    if not chain.relations or not isinstance(left := chain.sides[0], tree.Name) or len(chain.sides) != 2:
        return chain
    letters = {indices[0] for name, indices in elements if name == left.name and len(indices) == 1}
    nodes = [node for one in chains for node in tree.walk(one)]
    bare = nodes.count(left) - sum(isinstance(node, tree.Element) and node.array == left for node in nodes)
    inputs = [node for node in tree.walk(chain.sides[1]) if isinstance(node, tree.Name)
              and _has_inner_product(chain.sides[1], node)]  # fmt: skip
    if len(letters) != 1 or bare != 1 or len({*inputs}) != 1:
        return chain
    (letter,) = letters
    if not trees.names(letter) <= EXAMPLES or (inputs[0].name, (letter,)) not in elements:
        return chain

    def change(node: Expr) -> Expr:
        return tree.Element(node, (letter,), at=node.at) if node in (left, inputs[0]) else node

    return trees.changed(chain, change)


def _has_inner_product(body: Expr, variable: tree.Name) -> bool:
    """Whether a body has w^T x, with a small letter before the variable."""
    products = [node.factors for node in tree.walk(body) if isinstance(node, tree.Product)]
    return any(isinstance(one, tree.Call) and one.function == tree.TRANSPOSE and other == variable
               and tree.base_name(one.arguments[0]).lstrip("\\")[:1].islower()
               for factors in products for one, other in pairwise(factors))  # fmt: skip
