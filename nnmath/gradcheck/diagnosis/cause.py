"""What may be wrong with a gradient."""

from dataclasses import dataclass

#: Derivatives, and what is computed from a few of them, are the same where they differ by this share. Finite
#: differences know those of a smooth function to 1e-9, and a pattern takes differences and quotients of some.
SAME = 1e-7


@dataclass(frozen=True)
class Cause:
    """A cause, the sentence that explains it, and the factor where there is one.

    Attributes
    ----------
    name : str
        As in `Finding`.
    message : str
    factor : float or None
    """

    name: str
    message: str
    factor: float | None = None
