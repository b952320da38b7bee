"""The precision that a backward pass is run in where its values come from another precision."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class BackwardPrecision:
    """Whether a backward pass of low precision is run in double precision for now."""

    is_double = False

    def double(self, compute: Callable[[], T]) -> T:
        """What is computed while it is."""
        self.is_double = True
        try:
            return compute()
        finally:
            self.is_double = False
