"""The command line's parser: argparse with suggestions for typos, no abbreviated flags, and help in 80 columns."""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from textwrap import fill
from typing import Any, NoReturn

from nnmath.streams import tell

#: What others call some flags and commands; what is not known where it is typed is passed over.
SYNONYMS = {
    "--lr": ("--rate",), "--learning-rate": ("--rate",), "--optimizer": ("--update",), "--batch-size": ("--batch",),
    "--activation": ("--hidden",), "--layers": ("--sizes",), "--hidden-layers": ("--sizes",), "--output": ("--out",),
    "--seed": ("--seeds",), "--weight-decay": ("--l2", "--alpha"), "--l2": ("--alpha",), "--data": ("--csv",),
    "--label": ("--target",), "--sep": ("--delimiter",), "--samples": ("--examples",), "--timeout": ("--seconds",),
    "-v": ("--version",), "-V": ("--version",), "help": ("--help",), "version": ("--version",),
}  # fmt: skip

#: What a file is for, by the end of its name.
FILES = {
    ".csv": "train --csv {} --target COLUMN", ".tsv": "train --csv {} --target COLUMN --delimiter tab",
    ".txt": "train --csv {} --target COLUMN", ".npz": "predict {} INPUT", ".md": "check {}", ".tex": "check {}",
    ".py": "check {}:FUNCTION",
}  # fmt: skip

#: How wide help is, on a terminal of any width.
WIDTH = 80


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help in 80 columns; descriptions and examples are printed as they are written."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=WIDTH)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Keep the lines as they are written, but for those of running text that are too long."""
        lines = [line if line.startswith(" ") else fill(line, width) for line in text.splitlines()]
        return "\n".join(indent + line for line in lines)


class Parser(argparse.ArgumentParser):
    """A parser that answers a typo with what may have been meant, in one sentence and with exit status 2."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=options.pop("formatter_class", Formatter), **options)

    def error(self, message: str) -> NoReturn:
        """Print a sentence, and where to find help, and exit."""
        command = self.prog.removeprefix(program()).strip()
        where = f"nnmath {command}: " if command else "nnmath: "
        self.exit(2, f"{where}{message.removeprefix('argument ')}\n{self.prog} --help shows what is possible\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help or an error; argparse would pass over a full disk."""
        if file is sys.stderr:
            tell(message.removesuffix("\n"))
        else:
            print(message, end="", flush=True)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse, and refuse what is unknown here, where the flags that may have been meant are known."""
        args = sys.argv[1:] if args is None else list(args)
        self._refuse_unknown_flags(args)
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"{unknown[0]}: expected no further argument")
        return found, unknown

    def _refuse_unknown_flags(self, args: Sequence[str]) -> None:
        """Refuse a flag that does not exist, before its value is taken for something else."""
        commands = {name for action in self._actions if isinstance(action, argparse._SubParsersAction)
                    for name in action.choices}  # fmt: skip
        for word in args:
            if word == "--" or word in commands:
                return
            flag = word.partition("=")[0]
            if re.fullmatch("--?[A-Za-z][A-Za-z0-9-]*", flag) and flag not in self._option_string_actions:
                self.error(f"there is no flag {flag}{suggestion(flag, self._option_string_actions)}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a word that is none of the choices; argparse calls this for commands and for flags."""
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        told = suggestion(str(value), [*choices, *self._option_string_actions]).removeprefix("; ")
        if not action.option_strings and (usage := self.usage_of(str(value))):
            told = f"did you mean {program()} {usage}?"
        told = told or f"expected one of {', '.join(choices)}"
        raise argparse.ArgumentError(None if not action.option_strings else action, f"{value}: {told}")

    def usage_of(self, word: str) -> str:
        """Return how a word that is no command is used; nothing where it is not known."""
        return FILES.get(Path(word).suffix.lower(), "").format(word)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Say what may have been meant; nothing where no word is close."""
    names = list(known)
    close = [name for name in SYNONYMS.get(word, ()) if name in names] or get_close_matches(word, names, 2)
    if not close and word.startswith("-") and not word.startswith("--"):
        return suggestion(f"-{word}", names)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def program() -> str:
    """Return what was typed to run the program: `nnmath`, or `python -m nnmath`."""
    return "python -m nnmath" if Path(sys.argv[0]).stem in ("__main__", "-m", "-c") else "nnmath"


def real(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, got {text!r}") from None


def integer(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None


def positive(text: str) -> int:
    """Read a positive whole number."""
    return whole_from(1, text)


def whole(text: str) -> int:
    """Read a whole number, 0 or more."""
    return whole_from(0, text)


def whole_from(least: int, text: str) -> int:
    """Read a whole number that is not too small."""
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"expected a whole number from {least} on, got {text!r}")
    return number


def examples(lines: Sequence[str]) -> str:
    """Return examples as the end of a help page, each begun as the program was."""
    return "\n".join(["examples:", *(f"  {program()} {line}" for line in lines)])
