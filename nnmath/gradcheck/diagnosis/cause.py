"""What may be wrong with a gradient."""

from dataclasses import dataclass


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
