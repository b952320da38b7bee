"""The command line, `nnmath`. Each command imports what it needs when it runs, so that help comes at once."""

import signal
import sys
from argparse import SUPPRESS, _SubParsersAction
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill
from typing import Any

from nnmath.commands.accuracy import add_accuracy
from nnmath.commands.answer import sentence
from nnmath.commands.check import add_check
from nnmath.commands.completion import add_completion
from nnmath.commands.export import add_export
from nnmath.commands.parser import WIDTH, Parser, examples, program
from nnmath.commands.predict import add_predict
from nnmath.commands.reproduce import add_reproduce
from nnmath.commands.sample import add_sample
from nnmath.commands.site import add_site
from nnmath.commands.train import add_train
from nnmath.streams import prepare_streams, silence, tell

#: The exit status where something could not be run or read; 1 is that of a negative verdict.
COULD_NOT_RUN = 2

#: The commands, in the groups that help shows them in.
GROUPS = {
    "check a gradient or a derivation": ("check", "accuracy"),
    "train a network and use it": ("train", "predict", "sample", "export", "reproduce"),
    "read": ("site", "completion"),
}

EXAMPLES = (
    "check layer.py:dense            is this backward pass right?",
    "check swish.md                  does this derivation hold?",
    "train spiral                    train a network as published",
    "train --csv wine.csv --target kind",
    "predict results/wine/model.npz new.csv",
    "site --open                     read each derivation beside its code",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    That is its own if it has one, else 0; 2 after a sentence that says what could not be run or read; and 128 and the
    number of the signal, as in a shell, where the command was interrupted or nobody read its output to the end.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if not prepare_streams():
        tell("nnmath: standard output is closed, and results go there; run it with an open one, such as >/dev/null")
        return COULD_NOT_RUN
    try:
        options = parser(*arguments[:1]).parse_args(arguments)
        with stopped_alike():
            status: int = options.run(options) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever reads the output, such as `head`, has seen enough
        silence(sys.stdout)
        return 128 + signal.SIGPIPE
    except MemoryError:
        tell("nnmath: there is not enough memory for this")
        return COULD_NOT_RUN
    except (ValueError, ArithmeticError, OSError, ImportError) as error:
        if isinstance(error, ImportError) and not error.msg.startswith("nnmath") and "nnmath[" not in error.msg:
            raise  # a mistake of ours, not a package that is not installed
        tell(f"nnmath: {sentence(error)}")
        return COULD_NOT_RUN
    except KeyboardInterrupt as interruption:
        kept = str(interruption) or "nothing was written"
        tell(f"\nnnmath: interrupted; {kept}")
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


class Main(Parser):
    """The parser of the whole command line, whose help shows the commands in groups."""

    def format_help(self) -> str:
        """Return the help page."""
        (commands,) = (action for action in self._actions if isinstance(action, _SubParsersAction))
        told = {choice.dest: choice.help for choice in commands._choices_actions}
        lines = [f"usage: {self.prog} COMMAND [flags]", "", str(self.description)]
        for title, names in GROUPS.items():
            lines += ["", f"{title}:"]
            for name in names:
                lines.append(fill(str(told[name]), WIDTH, initial_indent=f"  {name:<12}", subsequent_indent=" " * 14))
        lines += ["", "flags:", "  --help      show this, or with a COMMAND its help", "  --version   show the version"]
        return "\n".join([*lines, "", str(self.epilog), ""])

    def usage_of(self, word: str) -> str:
        """Return how a file, a published run or an entry of the catalogue is used, where it was typed as a command."""
        from nnmath.runs.experiments import FIRST_PASS, RECIPES
        from nnmath.runs.step_runs import STEP_RUNS
        from nnmath.suite.catalogue import catalogue

        if word in (FIRST_PASS.name, *RECIPES, *STEP_RUNS):
            return f"train {word}"
        return f"check {word}" if word in catalogue() else super().usage_of(word)


def parser(command: str = "train") -> Parser:
    """Build the command line; a command adds itself, and says which function runs it.

    The settings of all recipes, for which NumPy has to be imported, are there only if that command is asked for.
    """
    whole = Main(
        prog=program(),
        description="Neural-network gradients in NumPy, derived and verified.",
        epilog=examples(EXAMPLES),
    )
    whole.add_argument("--version", action="store_const", const=True, default=SUPPRESS)
    commands: Any = whole.add_subparsers(metavar="COMMAND", parser_class=Parser, dest="command")
    whole.set_defaults(run=no_command)
    add_check(commands)
    add_accuracy(commands)
    add_train(commands, in_full=command == "train")
    add_predict(commands)
    add_export(commands)
    add_sample(commands)
    add_reproduce(commands)
    add_site(commands)
    add_completion(commands, parser)
    return whole


def no_command(options: Any) -> int:
    """Print the version, or the help page where nothing was asked for."""
    if getattr(options, "version", False):
        print(f"nnmath {version()}")
        return 0
    print(parser("").format_help(), end="", file=sys.stderr)
    return COULD_NOT_RUN


def version() -> str:
    """Return the version of nnmath."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as of_package

    try:
        return of_package("nnmath")
    except PackageNotFoundError:
        return "(run from a copy of the source)"
