"""`nnmath train NAME`: carry out a recipe, each setting of which is a flag; or learn a table with `--csv`."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, positive, real
from nnmath.commands.run_flags import add_out, add_resume, add_setting
from nnmath.commands.train_steps import add_step_runs
from nnmath.commands.train_table import add_table_flags, refuse_table_flags

HELP = {
    "sizes": "inputs, width of each hidden layer, outputs",
    "hidden": "activation between the layers",
    "output": "what makes probabilities of the outputs, with the cross-entropy that belongs to it",
    "weights": "how initial weights are drawn: standard deviation 1, Glorot's or He's",
    "scale": "what the standard deviation of the initial weights is multiplied by",
    "epochs": "how often the data is gone through",
    "batch": "examples a step; 0 is all of them",
    "update": "how the gradient moves the parameters",
    "beta1": "how much of the mean of the gradient momentum and Adam keep",
    "beta2": "how much of the mean of its square RMSprop and Adam keep",
    "epsilon": "what RMSprop and Adam add to the root",
    "rate": "learning rate of the first step",
    "schedule": "how the learning rate changes",
    "decay": "1/t decay: the rate of step t, from 0 on, is rate / (1 + decay * t)",
    "factor": "step decay: what the rate is multiplied by",
    "every": "step decay: after so many epochs",
    "l2": "strength of the L2 penalty",
    "l2_on": "what the L2 penalty covers: all weights, or weights and biases of the first layer",
    "smoothing": "share of certainty that each label gives up in equal parts to all classes",
    "seeds": "where data, initial weights and order come from; one run for each, the same seed gives the same numbers",
    "points": "points to learn from; in spiral and moons, of each class",
    "fresh": "points to test on; in spiral and moons, of each class",
    "noise": "standard deviation of the noise",
    "images": "training images to learn from, the first ones",
    "validate": "test on the last 10,000 training images, and learn from those before them only",
}

COMPARE = (
    "train with several values of a setting, for a table and a picture: rates, optimizers, widths or epochs; values "
    "may follow, as in rates=0.1,0.5 or widths=16,32-32"
)


#: The groups of the settings in help; what is in none of them belongs to the data.
GROUPS = {
    "network": ("sizes", "hidden", "output", "weights", "scale"),
    "training": (
        "epochs", "batch", "update", "beta1", "beta2", "epsilon", "rate", "schedule", "decay", "factor", "every", "l2",
        "l2_on", "smoothing", "seeds",
    ),
}  # fmt: skip

DESCRIPTION = """\
Train a published run, NAME, or with --csv and --target a table of your own: a
CSV file in UTF-8 with a header.

A column of a table is one of numbers if more than half of its values are
numbers (in a large file: of the first ones), otherwise one of categories, each
of which becomes an input. Empty values and ?, NA, N/A, #N/A, <NA>, NaN, null
are missing; the median or the most frequent category of the rows that are
learned from stands in for them. A fifth of these rows is kept back: training
stops when the loss on them no longer falls, and the best epoch is kept. The
rows that are held out have no part in any of this; they test the result."""


def add_train(commands: Any, in_full: bool) -> None:
    """Add the command; in full with the settings of every recipe."""
    train = commands.add_parser(
        "train",
        help="train a network: as published, or on a table of your own",
        description=DESCRIPTION,
        epilog=examples(
            [
                "train spiral",
                "train spiral --sizes 2-64-64-3 --noise 0.3 --update momentum --rate 0.1",
                "train --csv titanic.csv --target survived --drop name,ticket",
                "train --csv houses.csv --target price --loss huber --out results/huber",
            ]
        ),
    )
    if not in_full:
        return
    from nnmath.runs.experiments import FIRST_PASS, RECIPES
    from nnmath.runs.recipe import CHOICES

    train.usage = f"{train.prog} NAME [flags]\n       {train.prog} --csv FILE --target COLUMN [flags]"
    told = f"{train.prog} NAME --help shows the settings of a run"
    names = train.add_subparsers(metavar="NAME", title="published runs", description=told, prog=train.prog)
    add_table_flags(train)
    first = names.add_parser(FIRST_PASS.name, help=FIRST_PASS.summary, description=f"Shows {FIRST_PASS.summary}.")
    first.add_argument("--rate", type=real, default=FIRST_PASS.rate, help="learning rate (default: %(default)s)")
    first.add_argument("--epochs", type=positive, default=FIRST_PASS.epochs, help="updates (default: %(default)s)")
    first.add_argument("--hidden", choices=CHOICES["hidden"], default="relu", help=f"{HELP['hidden']} (default: relu)")
    first.add_argument("--seed", type=int, help="draw the weights at random (default: those of the example)")
    add_out(first, FIRST_PASS.name)
    first.set_defaults(run=run_first_pass)
    add_step_runs(names)
    for recipe in RECIPES.values():
        add_recipe(names, recipe)


def add_recipe(names: Any, recipe: Any) -> None:
    """Add a published run, each setting of which is a flag."""
    from nnmath.runs.recipe import CHOICES

    command = names.add_parser(
        recipe.name,
        help=recipe.summary,
        description=f"Train on {recipe.summary}.",
        usage=f"{names._prog_prefix} {recipe.name} [flags]",
        epilog=examples([f"train {recipe.name}", f"train {recipe.name} --epochs {recipe.epochs // 2 or 1} --resume"]),
    )
    groups = {title: command.add_argument_group(title) for title in (*GROUPS, "data", "results")}
    for name, default in recipe.settings().items():
        title = next((title for title, settings in GROUPS.items() if name in settings), "data")
        sign = "-" if name == "sizes" else ","
        add_setting(groups[title], name, default, HELP[name], CHOICES.get(name), sign)
    results = groups["results"]
    add_out(results, recipe.name)
    add_resume(results)
    if recipe.sizes[0] == 2:
        results.add_argument("--picture", type=Path, metavar="FILE", help="file for a wide picture, if you want it")
    shown = f" (default: {' '.join(recipe.compare)})" if recipe.compare else ""
    results.add_argument("--compare", nargs="*", metavar="SWEEP", help=f"{COMPARE}{shown}")
    command.set_defaults(run=run_train, recipe=recipe, picture=None)


def run_first_pass(options: argparse.Namespace) -> None:
    """Print both passes written out, and keep what was printed."""
    from nnmath.runs.experiments import FIRST_PASS
    from nnmath.runs.first_pass import publish

    refuse_table_flags(options)
    print(
        publish(
            replace(FIRST_PASS, **{name: getattr(options, name) for name in ("rate", "epochs", "hidden", "seed")}),
            options.out,
        ),
        end="",
    )


def run_train(options: argparse.Namespace) -> None:
    """Train, write the results and say where."""
    refuse_table_flags(options)
    recipe = options.recipe.override(**{name: getattr(options, name) for name in options.recipe.settings()})
    if options.compare is not None:
        recipe = replace(recipe, compare=tuple(options.compare))
    train_and_tell(recipe, options.out, options.picture, options.resume)


def train_and_tell(recipe: Any, out: Path, picture: Path | None = None, resume: bool = False) -> Any:
    """Carry out a recipe with all its seeds, write the results, say where, and return the run that is shown."""
    from nnmath.commands.results_folder import folder_of
    from nnmath.data.csv_file import counted
    from nnmath.runs.results import carry_out_all, median_run, metrics, publish
    from nnmath.runs.sweep import carry_out_sweep, parse_sweep, sweep_table
    from nnmath.training.checkpoints import checkpoints_in

    sweeps = [parse_sweep(text, recipe) for text in recipe.compare]
    with checkpoints_in(out, resume) as checkpoints:
        runs = carry_out_all(recipe, checkpoints)
        tables = [carry_out_sweep(sweep, checkpoints) for sweep in sweeps]
        folder, kept = folder_of(out, metrics(runs))
        names = publish(runs, folder, picture, tables)
    for table in tables:
        print(sweep_table(table))
    run = median_run(runs)
    (loss, accuracy), (_, test_accuracy) = run.last
    of = f", seed {run.seed} (the median of {len(runs)})" if len(runs) > 1 else ""
    print(
        f"{recipe.name}: loss {loss:.4f}, accuracy {accuracy:.4f}, test accuracy {test_accuracy:.4f} after "
        f"{counted(recipe.epochs, 'epoch')} ({run.seconds:.1f} s){of}. {folder}/ holds {', '.join(names)}."
    )
    if kept:
        print(kept)
    return run
