"""`python -m nnmath reproduce`: all the published runs, and a page that sets them beside what was reported."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, suggestion
from nnmath.commands.run_flags import add_resume


def add_reproduce(commands: Any) -> None:
    """Add the command."""
    reproduce = commands.add_parser(
        "reproduce",
        help="carry out all published runs, and write results/README.md",
        description="Carry out all published runs, some hours of work, and set what came out beside what was reported.",
        epilog=examples(["reproduce --only spiral binary-moons", "reproduce --resume"]),
    )
    reproduce.add_argument(
        "--out", metavar="FOLDER", type=Path, default=Path("results"), help="folder for the results (default: results)"
    )
    reproduce.add_argument("--only", nargs="+", metavar="NAME", help="these runs; of the others, earlier results")
    add_resume(reproduce)
    reproduce.set_defaults(run=run_reproduce)


def run_reproduce(options: argparse.Namespace) -> int:
    """Carry out the runs; the exit status is 1 when one of them does not reach what it must."""
    from nnmath.commands.train import train_and_tell
    from nnmath.commands.train_steps import train_steps
    from nnmath.files import write_files
    from nnmath.runs import first_pass
    from nnmath.runs.experiments import FIRST_PASS, RECIPES
    from nnmath.runs.results_page import missed_requirements, page
    from nnmath.runs.step_runs import STEP_RUNS

    known = [FIRST_PASS.name, *RECIPES, *STEP_RUNS]
    chosen = options.only or known
    unknown = [name for name in chosen if name not in known]
    if unknown:
        meant = suggestion(unknown[0], known) or f"; expected names among {', '.join(known)}"
        raise ValueError(f"--only: there is no run {unknown[0]}{meant}")
    for name in chosen:
        if name == FIRST_PASS.name:
            first_pass.publish(FIRST_PASS, options.out / name)
        elif name in STEP_RUNS:
            run = STEP_RUNS[name]
            train_steps(replace(run.recipe, seeds=run.seeds), options.out / name, options.resume)
        else:
            train_and_tell(RECIPES[name], options.out / name, resume=options.resume)
        write_files(options.out, {"README.md": page(options.out).encode()})  # so that an interruption leaves a page
    missed = missed_requirements(options.out)
    print(f"{options.out}/README.md sets what was reported beside what came out.")
    for sentence in missed:
        print(sentence)
    return 1 if missed else 0
