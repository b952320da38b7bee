"""The command `python -m nnmath check`: of a function, of a derivation, of notes, or of the whole catalogue."""

import argparse
import shutil
from functools import partial
from typing import Any

from nnmath.commands.answer import Answer, give, sentence
from nnmath.commands.check_notes import is_notes
from nnmath.commands.own_process import answer_in_own_process
from nnmath.commands.parser import examples, whole_from
from nnmath.commands.status import COULD_NOT_RUN, EXAMPLES, WIDTH
from nnmath.latex.examples import DEFAULT_EXAMPLES

DESCRIPTION = """\
Check a backward pass against finite differences, at inputs that are drawn, and
say what is wrong with it.

FILE.py:FUNCTION  a function of your own. It returns (value, backward), and
                  backward(upstream) the gradients, one for each leading input.
                  A function that returns its value alone goes with --backward
                  NAME, and NAME(upstream, *inputs) returns the gradients.
                  Or an autograd.Function or a module of PyTorch, or a function
                  with a rule of JAX's; any other of theirs goes with --arrays.
FILE.md           a derivation of your own. Its equations are run; the function
                  of its name in the module that it links to is compared with
                  them, and its backward pass with finite differences.
FILE.tex          ordinary notes, in LaTeX or in Markdown: every displayed
                  equation holds, does not hold, or is not judged, and why.
NAME              a derivation of nnmath, such as sigmoid: the same three sides.
nothing           all of them, and results/check.json is written."""

EPILOG = """\
shapes   Dimensions are names, the same size wherever they stand, or numbers;
         () is a single number. --shapes 'x=N,D W=D,M b=M', or in the file
             def dense(x: "N, D", W: "D, M", b: "M"):
         Annotated[np.ndarray, "N, D"] will do, too. A parameter with a default
         and without a shape is left alone.
domains  real (where nothing is said), positive, nonnegative, nonzero, [0, 1],
         (0, 1), integer, probabilities (rows that sum to 1), labels:K (from 0
         to K - 1, K a dimension). --domains 'x=positive y=labels:K', or
             def loss(x: "N, K positive", y: "N labels:K"):
notes    Shapes are inferred. A comment says what is not to be seen:
         % nnmath: W (D, M), y label 1..K, or <!-- nnmath: ... -->
exit     0 all gradients are right and all equations that could be judged
         hold, 1 one is wrong or undecided, 2 no verdict: the check could
         not be run, or ended without one

Your code runs in a process of its own, which is ended at the limit. What it
prints is not shown."""

EXAMPLE_LINES = (
    "check layer.py:dense",
    "check layer.py:dense --shapes 'x=N,D W=D,M b=M' --examples 1000",
    "check layer.py:loss --backward loss_gradient --domains 'y=labels:K'",
    "check swish.md",
    "check notes.tex --page notes.html",
    "check sigmoid",
)

#: The limits in seconds: for a function, and for the module of a derivation, which is compared with its equations, too.
SECONDS, MODULE_SECONDS = 20, 60


def add_check(commands: Any) -> None:
    """`check [TARGET]`: a user's function, FILE.py:FUNCTION; a derivation, FILE.md; or the whole catalogue."""
    command = commands.add_parser(
        "check",
        help="check a backward pass or a derivation of your own, or all that nnmath has, and be told what is wrong",
        description=DESCRIPTION,
        epilog=f"{EPILOG}\n\n{examples(EXAMPLE_LINES)}",
    )
    command.add_argument("target", metavar="TARGET", nargs="?", help="FILE.py:FUNCTION, FILE.md, FILE.tex or NAME")
    command.add_argument("--backward", metavar="NAME", help="its backward pass, where it returns its value alone")
    command.add_argument("--shapes", metavar="TEXT", default="", help="shapes of the inputs: 'x=N,D W=D,M b=M'")
    command.add_argument("--domains", metavar="TEXT", default="", help="what they may be: 'x=positive y=labels:K'")
    command.add_argument("--wrt", metavar="NAMES", help="inputs that have a gradient: x,W (default: the leading ones)")
    command.add_argument("--arrays", metavar="KIND", help="what a plain function takes: numpy (default), torch or jax")
    command.add_argument("--symbols", metavar="FILE", help="annotations for notes, one a line: W (D, M), y label 1..K")
    command.add_argument("--page", metavar="FILE.html", help="write a page with the verdicts on notes, too")
    for name, least, default, text in (
        ("examples", 1, None, "how many inputs are checked"),
        ("seed", 0, 0, "the same seed draws the same inputs"),
        ("seconds", 1, None, "the check of your code is ended after this time"),
    ):
        shown = {
            "examples": f"{EXAMPLES}, for an equation {DEFAULT_EXAMPLES}",
            "seconds": f"{SECONDS}, for FILE.md {MODULE_SECONDS}",
        }.get(name, default)
        kind = partial(whole_from, least)
        command.add_argument(
            f"--{name}",
            metavar="N",
            type=kind,
            default=default,
            help=f"{text} (default: {shown})",
        )
    command.add_argument("--json", action="store_true", help="print one JSON object instead")
    command.set_defaults(run=run_check)


def run_check(options: argparse.Namespace) -> int:
    """Check, print what was found and return the exit status."""
    options.width = 0  # messages about a derivation stay in one line, for programs that go to the place
    try:
        answer = _answer(options)
    except (ValueError, OSError) as error:
        answer = Answer(COULD_NOT_RUN, error=sentence(error))
    return give(answer, options)


def _answer(options: argparse.Namespace) -> Answer:
    target: str = options.target or ""
    if ":" in target or target.endswith(".py"):
        if options.symbols or options.page:
            raise ValueError(f"--{'symbols' if options.symbols else 'page'} belongs to notes, FILE.tex or FILE.md")
        options.width = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
        options.examples, options.seconds = options.examples or EXAMPLES, options.seconds or SECONDS
        return _with_bar(options)
    given = [f"--{name}" for name in ("backward", "shapes", "domains", "wrt", "arrays") if getattr(options, name)]
    if given:
        raise ValueError(
            f"{given[0]} belongs to a function, FILE.py:FUNCTION, not to {target or 'the whole catalogue'}"
        )
    given = [f"--{name}" for name in ("symbols", "page") if getattr(options, name)]
    if given and not is_notes(target):
        raise ValueError(f"{given[0]} belongs to notes, FILE.tex or FILE.md, not to {target or 'the whole catalogue'}")
    if target.endswith((".md", ".tex")):
        options.seconds = options.seconds or MODULE_SECONDS
        return answer_in_own_process(options, lambda _: None)
    if options.seconds:
        raise ValueError(f"--seconds belongs to code of your own, not to {target or 'the whole catalogue'}")
    if target and not target.replace(" ", "_").isidentifier():
        raise ValueError(f"expected FILE.py:FUNCTION, such as layer.py:dense, got {target!r}")
    from nnmath.commands.check_suite import suite_answer

    return suite_answer(options)


def _with_bar(options: argparse.Namespace) -> Answer:
    """Check a function, with a bar where there is a terminal."""
    from tqdm import tqdm

    name = options.target.rpartition(":")[2]
    with tqdm(total=options.examples, desc=name, unit=" examples", leave=False, disable=None) as bar:

        def show(so_far: Answer) -> None:
            if so_far.text:
                bar.bar_format = "{desc} ({elapsed})"
                bar.set_description(f"{name} is wrong; looking for the smallest inputs that show it", refresh=False)
            bar.update(so_far.examples - bar.n)

        return answer_in_own_process(options, show)
