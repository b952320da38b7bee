r"""What a recursion starts with where that is an entry of it: ``\alpha_{1k} := s_{1k}``, or ``V_T := r_T`` at the end.

The first step is a case of the definition that follows, ``\alpha_{tk} := ...``, and a claim about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nnmath.latex.errors import DerivationError
from nnmath.latex.semantics.names import indices_of
from nnmath.latex.symbols.scope import Scope
from nnmath.latex.syntax import tree
from nnmath.latex.syntax.tree import Expr


def begins_recursion(left: Expr, scope: Scope) -> bool:
    """Whether what stands on the left of := is one step of an array that the table declares and nothing defines yet."""
    if not isinstance(left, tree.Element) or not isinstance(left.array, tree.Name):
        return False
    declared = scope.declared.get(left.array.name)
    if declared is None or scope.shape_of(declared.name) is not None:
        return False
    return sum(_is_step(index, scope) for index in indices_of(left, len(declared.shape))) == 1


def _is_step(index: Expr, scope: Scope) -> bool:
    return isinstance(index, tree.Number) or (isinstance(index, tree.Name) and index.name in scope.dimensions)


def with_first_steps(chain: tree.Chain, steps: Sequence[tree.Chain], scope: Scope) -> tree.Chain:
    """Return the definition of a recursion whose first steps are cases of it."""
    left, body, *others = chain.sides
    rows = []
    for step in steps:
        first = step.sides[0]
        same = isinstance(left, tree.Element) and isinstance(first, tree.Element)
        rank = len(scope.declared[tree.base_name(first)].shape)
        pairs = list(zip(indices_of(left, rank), indices_of(first, rank), strict=False)) if same else []  # type: ignore[arg-type]
        differing = [pair for pair in pairs if pair[0] != pair[1]]
        if len(differing) != 1 or len(pairs) != len(first.indices if isinstance(first, tree.Element) else ()):
            problem = "the definition of a recursion has the indices of its first step, but for the one of the step"
            raise DerivationError(problem, chain.at)
        rows.append(tree.Case(step.sides[1], tree.Compare(("=",), differing[0], at=body.at), at=step.at))
    if not rows:
        return chain
    cases = tree.Cases((*rows, tree.Case(body, None, at=body.at)), at=body.at)
    return replace(chain, sides=(left, cases, *others))
