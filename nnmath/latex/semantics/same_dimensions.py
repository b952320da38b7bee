"""Which dimensions are the same, as far as an equation says it: those that may be any become what is beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nnmath.latex.errors import Place, ShapeError
from nnmath.latex.symbols.dimensions import ANY, OPEN, Dim, is_any, is_calculated, names_in, replaced
from nnmath.latex.symbols.scope import SCALAR, Scope, Shape


@dataclass
class Dimensions:
    """What is known of dimensions while one equation is checked.

    Parameters
    ----------
    scope : Scope
        What the names mean where the equation stands.
    parameters : mapping
        The shapes of the parameters of the function that the equation defines.
    """

    scope: Scope
    parameters: Mapping[str, Shape] = field(default_factory=dict)
    #: What the dimensions are that may be any, as far as that follows from the equation.
    found: dict[Dim, Dim] = field(default_factory=dict)
    #: The shapes of constant arrays such as identity matrices, by their places.
    constants: dict[Place, tuple[Dim, ...]] = field(default_factory=dict)

    def resolved(self, dim: Dim) -> Dim:
        """Return what is known of a dimension."""
        if is_calculated(dim):
            return replaced(dim, self.resolved)
        while dim in self.found:
            dim = self.found[dim]
        return dim

    def constant(self, at: Place, rank: int) -> tuple[Dim, ...]:
        """Return the dimensions of a constant array, which follow from what stands beside it."""
        return self.constants.setdefault(at, tuple(f"{ANY}{at.line}.{at.column}.{i}" for i in range(rank)))

    def same(self, left: Dim, right: Dim) -> bool:
        """Whether two dimensions are the same; one that may be any becomes the other one."""
        left, right = self.resolved(left), self.resolved(right)
        if is_any(right) and str(left).startswith(OPEN) and not str(right).startswith(OPEN):
            left, right = right, left
        if left != right and is_any(left) and left not in names_in(right):
            self.found[left] = right
        elif left != right and is_any(right) and right not in names_in(left):
            self.found[right] = left
        else:
            return self.scope.same(left, right)
        return True

    def alike(self, shapes: Sequence[Shape], at: Place) -> Shape:
        """Return the common shape of things that are taken entry by entry; numbers go with everything."""
        result = SCALAR
        for shape in shapes:
            if result == SCALAR:
                result = shape
            elif shape != SCALAR and not self.conform(result, shape):
                raise ShapeError(f"shapes {result} and {shape} do not fit entry by entry", at)
        return result

    def conform(self, one: Shape, other: Shape) -> bool:
        """Whether two shapes are the same, a column being an (N, 1) matrix and a row a (1, N) one."""
        if len(one.dims) == len(other.dims):
            return one.row == other.row and all(map(self.same, one.dims, other.dims))
        if len(one.dims) > len(other.dims):
            one, other = other, one
        if (len(one.dims), len(other.dims)) != (1, 2):
            return False
        padded = (1, *one.dims) if one.row else (*one.dims, 1)
        return all(map(self.same, padded, other.dims))
