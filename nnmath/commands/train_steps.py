"""`nnmath train NAME` for the runs that are counted in steps."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, whole
from nnmath.commands.run_flags import add_out, add_resume, add_setting
from nnmath.commands.train_table import refuse_table_flags

HELP = {
    "blocks": "blocks of attention and two layers; of a deep network, hidden layers",
    "heads": "attention heads of each block",
    "width": "width of the layers; of a GPT, numbers for each position",
    "context": "characters that are seen at once",
    "batch": "examples in each step; of a text, windows of it",
    "steps": "training steps",
    "rate": "largest learning rate",
    "least_rate": "learning rate of the last step",
    "warmup": "steps in which the learning rate rises",
    "beta1": "how much of the mean of the gradient AdamW keeps",
    "beta2": "how much of the mean of its square AdamW keeps",
    "decay": "weight decay of the matrices",
    "clip": "largest norm of the gradient",
    "length": "least length of a sequence; the longest is a tenth longer",
    "images": "training images to learn from, the first ones",
    "validate": "test on the last 10,000 training images, and learn from those before them only",
    "every": "score what was held out after so many steps",
    "seeds": "where initial weights and batches come from; one run for each",
}

TEXT = "a text of your own, in UTF-8 (default: Tiny Shakespeare)"


def add_step_runs(names: Any) -> None:
    """Add the runs, each setting of which is a flag."""
    from nnmath.runs.step_runs import STEP_RUNS

    for name, run in STEP_RUNS.items():
        recipe = run.recipe
        command = names.add_parser(
            name,
            help=recipe.summary,
            description=f"{recipe.summary[0].upper()}{recipe.summary[1:]}.",
            epilog=examples([f"train {name}", f"train {name} --steps {recipe.steps // 2} --resume"]),
        )
        for setting, default in recipe.settings().items():
            add_setting(command, setting, default, HELP[setting])
        if run.takes_text:
            command.add_argument("--text", type=Path, metavar="FILE", help=TEXT)
        command.add_argument(
            "--threads", type=whole, default=0, metavar="N", help="threads; the results are the same (default: a core)"
        )
        add_out(command, name)
        add_resume(command)
        command.set_defaults(run=run_steps, name=name, text=None)


def run_steps(options: argparse.Namespace) -> None:
    """Train, write the results and say where."""
    from nnmath.runs.step_runs import STEP_RUNS

    refuse_table_flags(options)
    recipe = STEP_RUNS[options.name].recipe
    recipe = replace(recipe, **{name: getattr(options, name) for name in recipe.settings()})
    train_steps(recipe, options.out, options.resume, options.threads, options.text)


def train_steps(recipe: Any, out: Path, resume: bool = False, threads: int = 0, text: Path | None = None) -> None:
    """Carry out a recipe with all its seeds, write the results and say where."""
    from nnmath.files import write_files
    from nnmath.runs.step_runs import STEP_RUNS
    from nnmath.training.checkpoints import checkpoints_in

    run = STEP_RUNS[recipe.name]
    given = {"text": text} if run.takes_text else {}
    with checkpoints_in(out, resume) as folder:
        runs = run.carry_out_all(recipe, folder, threads, **given)
        found, contents = run.results(recipe, runs)
        write_files(out, contents)
    of = f", seed {found['shown_seed']} (the median of {len(recipe.seeds)})" if len(recipe.seeds) > 1 else ""
    print(
        f"{recipe.name}: {run.sentence(found)} after {recipe.steps:,} steps "
        f"({found['median']['training_seconds']:.0f} s){of}. {out}/ holds {', '.join(contents)}."
    )
