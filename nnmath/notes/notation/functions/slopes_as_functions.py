r"""Functions that are derivatives, ``\psi(z) = \frac{d}{dz} \log \Gamma(z)``: their values are those at a point.

``\psi(a + b)`` is the derivative by z where z is a + b, and ``\psi(z)`` a quantity.
"""

from __future__ import annotations

from collections.abc import Sequence

from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr, has_derivative
from nnmath.notes.syntax import trees
from nnmath.notes.syntax.names.letters import KNOWN_FUNCTIONS


def with_slopes_at_points(chains: Sequence[tree.Chain]) -> list[tree.Chain]:
    """Return the equations in which the calls of such functions are derivatives at points."""
    calls = {node for chain in chains for node in tree.walk(chain) if isinstance(node, tree.Call)}
    bodies: dict[str, tuple[Expr, Expr]] = {}
    for chain in chains:
        match chain:
            case tree.Chain(
                relations=("=" | ":=", *_),
                sides=(tree.Call(function=name, arguments=(tree.Name() as letter,), primes=0), body, *_),
            ) if name not in KNOWN_FUNCTIONS and has_derivative(body) and name not in trees.names(body):
                if any(one.function == name and one.arguments != (letter,) for one in calls):
                    bodies.setdefault(name, (letter, body))

    def change(node: Expr) -> Expr:
        match node:
            case tree.Call(function=name, arguments=(argument,), primes=0) if name in bodies:
                letter, body = bodies[name]
                quantity = tree.Name(name, at=node.at)
                return quantity if argument == letter else tree.Evaluated(body, ((letter, argument),), at=node.at)
        return node

    return [trees.changed(chain, change) for chain in chains] if bodies else list(chains)
