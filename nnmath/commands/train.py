"""`python -m nnmath train NAME`: carry out a recipe, each setting of which is a flag; or learn a table with `--csv`."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnmath.commands.train_table import add_table, refuse_table_flags

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

GPT_HELP = {
    "blocks": "blocks of attention and two layers",
    "heads": "attention heads of each block",
    "width": "numbers for each position",
    "context": "characters that are seen at once",
    "batch": "windows of the text in each step",
    "steps": "training steps",
    "rate": "largest learning rate",
    "least_rate": "learning rate of the last step",
    "warmup": "steps in which the learning rate rises",
    "beta1": "how much of the mean of the gradient AdamW keeps",
    "beta2": "how much of the mean of its square AdamW keeps",
    "decay": "weight decay of the matrices",
    "clip": "largest norm of the gradient",
    "every": "score the validation text, and draw a sample, after so many steps",
    "seeds": "where initial weights and batches come from; one run for each",
}

COMPARE = (
    "train with several values of a setting, for a table and a picture: rates, optimizers, widths or epochs; values "
    "may follow, as in rates=0.1,0.5 or widths=16,32-32"
)


def add_train(commands: Any, in_full: bool) -> None:
    """Add the command; in full with the settings of every recipe."""
    train = commands.add_parser(
        "train", help="train a network: as published, with settings of your own, on a table of your own"
    )
    if not in_full:
        return
    from nnmath.runs.experiments import FIRST_PASS, RECIPES
    from nnmath.runs.recipe import CHOICES

    told = "train NAME --help shows the settings of a run"
    names = train.add_subparsers(metavar="NAME", title="published runs", description=told, prog=train.prog)
    add_table(train)
    first = names.add_parser(FIRST_PASS.name, help=FIRST_PASS.summary, description=f"Shows {FIRST_PASS.summary}.")
    first.add_argument("--rate", type=float, default=FIRST_PASS.rate, help="learning rate (default: %(default)s)")
    first.add_argument("--epochs", type=int, default=FIRST_PASS.epochs, help="updates (default: %(default)s)")
    add_out(first, FIRST_PASS.name)
    first.set_defaults(run=run_first_pass)
    add_gpt(names)
    for recipe in RECIPES.values():
        command = names.add_parser(recipe.name, help=recipe.summary, description=f"Train on {recipe.summary}.")
        for name, default in recipe.settings().items():
            flag, told = f"--{name.replace('_', '-')}", HELP[name].replace("%", "%%")
            if default is False:
                command.add_argument(flag, action="store_true", help=told)
            elif isinstance(default, tuple):
                sign = "-" if name == "sizes" else ","
                shown = sign.join(map(str, default))
                command.add_argument(flag, type=integers(sign), default=default, help=f"{told} (default: {shown})")
            else:
                told = f"{told} (default: {default})"
                command.add_argument(flag, type=type(default), choices=CHOICES.get(name), default=default, help=told)
        add_out(command, recipe.name)
        add_resume(command)
        if recipe.sizes[0] == 2:
            command.add_argument("--picture", type=Path, help="file for a wide picture, if you want it")
        shown = f" (default: {' '.join(recipe.compare)})" if recipe.compare else ""
        command.add_argument("--compare", nargs="*", metavar="SWEEP", help=f"{COMPARE}{shown}")
        command.set_defaults(run=run_train, recipe=recipe, picture=None)


def add_gpt(names: Any) -> None:
    """Add the run that trains a GPT."""
    from nnmath.runs.gpt import GPT_RECIPE

    command = names.add_parser(GPT_RECIPE.name, help=GPT_RECIPE.summary, description=f"{GPT_RECIPE.summary}.")
    for name, default in GPT_RECIPE.settings().items():
        flag, told = f"--{name.replace('_', '-')}", GPT_HELP[name]
        if name == "seeds":
            command.add_argument(flag, type=integers(","), default=default, help=f"{told} (default: 0)")
        else:
            command.add_argument(flag, type=type(default), default=default, help=f"{told} (default: {default})")
    command.add_argument("--text", type=Path, help="a text of your own, in UTF-8 (default: Tiny Shakespeare)")
    command.add_argument("--threads", type=int, default=0, help="threads; the results are the same (default: a core)")
    add_out(command, GPT_RECIPE.name)
    add_resume(command)
    command.set_defaults(run=run_gpt)


def run_gpt(options: argparse.Namespace) -> None:
    """Train a GPT, write the results and say where."""
    from nnmath.data.text import read_text
    from nnmath.runs.gpt import GPT_RECIPE, carry_out_all, publish
    from nnmath.training.checkpoints import checkpoints_in

    refuse_table_flags(options)
    recipe = replace(GPT_RECIPE, **{name: getattr(options, name) for name in GPT_RECIPE.settings()})
    text = read_text(options.text)
    with checkpoints_in(options.out, options.resume) as folder:
        found = publish(recipe, carry_out_all(recipe, text, folder, options.threads), options.out)
    median = found["median"]
    of = f", seed {found['shown_seed']} (the median of {len(recipe.seeds)})" if len(recipe.seeds) > 1 else ""
    print(
        f"{recipe.name}: validation loss {median['validation_loss']:.4f}, accuracy "
        f"{median['validation_accuracy']:.4f}, training loss {median['loss']:.4f} after {recipe.steps:,} steps "
        f"({median['training_seconds']:.0f} s){of}. "
        f"{options.out}/ holds curve.png, attention.png, samples.md, metrics.json, model.npz."
    )


def add_out(command: argparse.ArgumentParser, name: str) -> None:
    """Add the flag for the folder."""
    folder = Path("results", name)
    command.add_argument("--out", type=Path, default=folder, help=f"folder for the results (default: {folder})")


def add_resume(command: Any, **how: Any) -> None:
    """Add the flag that goes on from checkpoints."""
    told = "go on from the checkpoints in the folder, where an interrupted run of the same settings has left them"
    command.add_argument("--resume", action="store_true", help=told, **how)


def run_first_pass(options: argparse.Namespace) -> None:
    """Print both passes written out, and keep what was printed."""
    from nnmath.runs.experiments import FIRST_PASS
    from nnmath.runs.first_pass import publish

    refuse_table_flags(options)
    print(publish(replace(FIRST_PASS, rate=options.rate, epochs=options.epochs), options.out), end="")


def run_train(options: argparse.Namespace) -> None:
    """Train, write the results and say where."""
    refuse_table_flags(options)
    recipe = options.recipe.override(**{name: getattr(options, name) for name in options.recipe.settings()})
    if options.compare is not None:
        recipe = replace(recipe, compare=tuple(options.compare))
    train_and_tell(recipe, options.out, options.picture, options.resume)


def train_and_tell(recipe: Any, out: Path, picture: Path | None = None, resume: bool = False) -> Any:
    """Carry out a recipe with all its seeds, write the results, say where, and return the run that is shown."""
    from nnmath.runs.results import carry_out_all, median_run, publish
    from nnmath.runs.sweep import carry_out_sweep, parse_sweep, sweep_table
    from nnmath.training.checkpoints import checkpoints_in

    sweeps = [parse_sweep(text, recipe) for text in recipe.compare]
    with checkpoints_in(out, resume) as folder:
        runs = carry_out_all(recipe, folder)
        tables = [carry_out_sweep(sweep, folder) for sweep in sweeps]
        names = publish(runs, out, picture, tables)
    for table in tables:
        print(sweep_table(table))
    run = median_run(runs)
    (loss, accuracy), (_, test_accuracy) = run.last
    of = f", seed {run.seed} (the median of {len(runs)})" if len(runs) > 1 else ""
    print(
        f"{recipe.name}: loss {loss:.4f}, accuracy {accuracy:.4f}, test accuracy {test_accuracy:.4f} after "
        f"{recipe.epochs:,} epochs ({run.seconds:.1f} s){of}. {out}/ holds {', '.join(names)}."
    )
    return run


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
