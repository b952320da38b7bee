"""The command line: `python -m nnmath`. Each command imports what it needs when it runs, so that help comes at once."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from nnmath.commands.answer import sentence
from nnmath.commands.check import add_check
from nnmath.commands.export import add_export
from nnmath.commands.predict import add_predict
from nnmath.commands.reproduce import add_reproduce
from nnmath.commands.site import add_site
from nnmath.commands.train import add_train


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: its own if it has one, else 0, or 1 after a sentence that says why."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser(*arguments[:1]).parse_args(arguments)
        with stopped_alike():
            status: int = options.run(options) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads the output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, ArithmeticError, OSError) as error:
        print(f"nnmath: {sentence(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as interruption:
        print(f"\nnnmath: interrupted; {str(interruption) or 'nothing was written'}", file=sys.stderr)
        return 128 + (signal.SIGTERM if isinstance(interruption, Terminated) else signal.SIGINT)


class Terminated(KeyboardInterrupt):
    """Somebody else has asked the process to stop: the computer shuts down, say, or a queue takes its place away."""


@contextmanager
def stopped_alike() -> Iterator[None]:
    """Stop at SIGTERM as at Ctrl-C, with a word about what is kept."""

    def stop(*_: object) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def parser(command: str = "train") -> argparse.ArgumentParser:
    """Build the command line; a command adds itself, and says which function runs it.

    The settings of all recipes, for which NumPy has to be imported, are there only if that command is asked for.
    """
    whole = argparse.ArgumentParser(prog="python -m nnmath", description="The mathematics of neural-network gradients.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    add_train(commands, in_full=command == "train")
    add_predict(commands)
    add_export(commands)
    add_reproduce(commands)
    add_check(commands)
    add_site(commands)
    return whole
