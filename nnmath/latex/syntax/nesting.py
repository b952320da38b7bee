"""Brackets and environments that are open while an equation is cut into tokens."""

from __future__ import annotations

from dataclasses import dataclass, field

from nnmath.latex.errors import DerivationError
from nnmath.latex.syntax.names import Token

MAX_NESTING = 40


@dataclass
class Nesting:
    """What is open at the moment: (kind, closing text, token that opened it)."""

    open: list[tuple[str, str, Token]] = field(default_factory=list)

    def push(self, kind: str, close: str, token: Token) -> None:
        """Note what a token opens, and what will close it."""
        self.open.append((kind, close, token))
        if len(self.open) > MAX_NESTING:
            raise DerivationError(f"brackets are nested more than {MAX_NESTING} deep", token.place)

    def pop(self, close: str, token: Token) -> str:
        """Return the kind of what a token closes; refuse one that closes something else."""
        if not self.open:
            raise DerivationError(f"{token.value} closes nothing", token.place)
        kind, expected, opened = self.open.pop()
        if expected != close:
            which = f"{opened.value} of column {opened.place.column}, which needs {closer(expected)}"
            raise DerivationError(f"{token.value} here closes {which}", token.place)
        return kind

    @property
    def innermost(self) -> str:
        """The kind of what was opened last."""
        return self.open[-1][0] if self.open else ""


def closer(close: str) -> str:
    """Return what closes a bracket as it is written."""
    return "\\" + close if close.startswith("right") else close
