"""What the flags of all published runs have in common."""

import argparse
from pathlib import Path
from typing import Any

from nnmath.commands.parser import integer, real

#: What reads the words of a flag whose default is of this type.
KINDS = {int: integer, float: real}


def add_out(command: Any, name: str) -> None:
    """Add the flag for the folder."""
    folder = Path("results", name)
    command.add_argument(
        "--out", type=Path, default=folder, metavar="FOLDER", help=f"folder for the results (default: {folder})"
    )


def add_resume(command: Any) -> None:
    """Add the flag that goes on from checkpoints."""
    told = "go on from the checkpoints in the folder, where an interrupted run of the same settings has left them"
    command.add_argument("--resume", action="store_true", help=told)


def integers(sign: str) -> Any:
    """Return a reader of integers with a sign between, such as 2-64-3."""

    def read(text: str) -> tuple[int, ...]:
        try:
            return tuple(int(part) for part in text.split(sign))
        except ValueError:
            example = "2-64-3" if sign == "-" else "0,1,2"
            raise argparse.ArgumentTypeError(
                f"expected integers with {sign!r} between, such as {example}, got {text!r}"
            ) from None

    return read
