"""How far indices run, while that is being found out."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath.latex.errors import Place
from nnmath.latex.symbols.dimensions import Dim


@dataclass
class Axis:
    """How far an index runs, as far as that is known yet. Axes that must be equal share one `root`.

    An index that `counts` runs from one bound to another, if it stands on no array.
    """

    letter: str
    at: Place
    dim: Dim | None = None
    parent: Axis | None = None
    counts: bool = False

    def root(self) -> Axis:
        """Return the axis that stands for all that are equal to this one."""
        axis = self
        while axis.parent:
            axis = axis.parent
        return axis
