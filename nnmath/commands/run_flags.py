"""What the flags of all published runs have in common."""

import argparse
from collections.abc import Sequence
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


def add_setting(
    group: Any, name: str, default: Any, told: str, choices: Sequence[str] | None = None, sign: str = ","
) -> None:
    """Add a setting of a recipe as a flag.

    Parameters
    ----------
    group : ArgumentParser or group of one
    name : str
    default : bool, int, float, str or tuple of int
        That of the recipe; False makes a flag without a value.
    told : str
        What it is, for the help.
    choices : sequence of str, optional
    sign : str
        What stands between the integers of a tuple.
    """
    flag, told = f"--{name.replace('_', '-')}", told.replace("%", "%%")
    if default is False:
        group.add_argument(flag, action="store_true", help=told)
        return
    several = isinstance(default, tuple)
    shown = sign.join(map(str, default)) if several else default
    group.add_argument(
        flag,
        type=integers(sign) if several else KINDS.get(type(default), str),
        choices=choices,
        default=default,
        metavar=None if choices else name.upper(),
        help=f"{told} (default: {shown})",
    )


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
