"""The command line: `python -m nnmath`. Each command imports what it needs when it runs, so that help comes at once."""

import argparse
import sys
from collections.abc import Sequence

from nnmath.commands.check import add_check
from nnmath.commands.predict import add_predict
from nnmath.commands.reproduce import add_reproduce
from nnmath.commands.train import add_train
from nnmath.reading.command import add_site


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: its own if it has one, else 0, or 1 after a sentence that says why."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (ValueError, ArithmeticError, OSError) as error:
        print(f"nnmath: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nnnmath: interrupted; nothing was written", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Build the whole command line; a command adds itself, and says which function runs it."""
    whole = argparse.ArgumentParser(prog="python -m nnmath", description="The mathematics of neural-network gradients.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    add_train(commands)
    add_predict(commands)
    add_reproduce(commands)
    add_check(commands)
    add_site(commands)
    return whole
