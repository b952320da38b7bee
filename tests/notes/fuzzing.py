"""Mutated notes by the thousand: `python -m tests.notes.fuzzing 1000 [SEED]`.

In notes that are right, tokens are dropped, repeated, exchanged, or replaced by tokens of other notes. What comes of
it is refused with a place, or judged, in bounded time and memory. Prints what is neither.
"""

import random
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged
from tests.latex.fuzzing import TOKEN, findings, main, mutated_tokens


def every_case() -> list[tuple[str, str]]:
    """Return the names and texts of right notes."""
    paths = sorted(Path(__file__).with_name("cases").iterdir())
    return [(path.name, re.sub(r".*mistake:.*\n", "", path.read_text(encoding="utf-8"))) for path in paths]


def failures(count: int, seed: int) -> Iterator[str]:
    """Try so many mutations; say which of them were neither refused with a place nor judged in time."""
    every = every_case()
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        name, text = rng.choice(every)
        text = mutated_tokens(rng, _tokens(text), _tokens(rng.choice(every)[1]))
        yield from findings(f"{seed} {number} {name}", text, partial(_judge, text, name))


def _tokens(text: str) -> list[str]:
    return [token for line in text.splitlines(keepends=True) for token in [*TOKEN.findall(line), "\n"]]


def _judge(text: str, name: str) -> object:
    return judged(read_notes_text(text, name), examples=2)


if __name__ == "__main__":
    sys.exit(main(failures))
