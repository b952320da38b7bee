"""What a pattern between right and wrong derivatives says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clue:
    """A cause, the sentence that explains it, and the factor where there is one."""

    cause: str
    message: str
    factor: float | None = None
