"""`python -m nnmath sample MODEL`: let a GPT that was trained here write on."""

import argparse
from math import inf
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, integer, real


def add_sample(commands: Any) -> None:
    """Add the command."""
    sample = commands.add_parser(
        "sample",
        help="let a GPT that `train gpt` has saved continue a text",
        description="Print a text and what a GPT writes after it, character by character.",
        epilog=examples(["sample results/gpt/model.npz --prompt 'ROMEO:' --length 300"]),
    )
    sample.add_argument("model", metavar="MODEL", type=Path, help="the model.npz of a run of `train gpt`")
    sample.add_argument("--prompt", metavar="TEXT", default="\n", help="the text to continue (default: an empty line)")
    sample.add_argument(
        "--length", metavar="N", type=integer, default=500, help="characters to write (default: %(default)s)"
    )
    sample.add_argument(
        "--temperature",
        metavar="T",
        type=real,
        default=0.8,
        help="below 1 more careful, above 1 more daring (default: %(default)s)",
    )
    sample.add_argument(
        "--top", metavar="N", type=integer, default=0, help="draw from so many of the likeliest only; 0 is all"
    )
    sample.add_argument(
        "--seed", metavar="N", type=integer, default=0, help="the same seed writes the same text (default: %(default)s)"
    )
    sample.set_defaults(run=run_sample)


def run_sample(options: argparse.Namespace) -> None:
    """Print the prompt and what the model writes after it, character by character."""
    import numpy as np

    from nnmath.data.text import encode
    from nnmath.training.gpt_file import load_gpt
    from nnmath.training.language_model import generate

    for name, right, expected in (
        ("--prompt", len(options.prompt) > 0, "at least one character"),
        ("--length", options.length > 0, "a positive integer"),
        ("--temperature", 0 < options.temperature < inf, "a positive number"),
        ("--top", options.top >= 0, "an integer, 0 or more"),
        ("--seed", options.seed >= 0, "an integer, 0 or more"),
    ):
        if not right:
            raise ValueError(f"{name}: expected {expected}, got {getattr(options, name.removeprefix('--'))!r}")
    theta, sizes, characters = load_gpt(options.model)
    try:
        prompt = encode(options.prompt, characters)
    except ValueError as error:
        raise ValueError(f"--prompt: {error}") from None
    rng = np.random.default_rng(options.seed)
    print(options.prompt, end="", flush=True)
    for token in generate(theta, sizes, prompt, options.length, rng, options.temperature, options.top):
        print(characters[token], end="", flush=True)
    print()
