"""The rule of each construct, by the type of its node in the syntax tree.

A rule says which shape an expression has, which is checked once, and which value, which is computed for every example.
Both stand side by side in the modules of this package.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from nnmath.latex.syntax.tree import Expr


class Rule(NamedTuple):
    """What one construct means.

    Attributes
    ----------
    shape : callable
        From the check of the equation and the node to the shape; refuses what is not right.
    value : callable
        From the evaluator and the node to the value.
    """

    shape: Callable[[Any, Any], Any]
    value: Callable[[Any, Any], Any]


#: Filled by the modules of this package.
RULES: dict[type[Expr], Rule] = {}
