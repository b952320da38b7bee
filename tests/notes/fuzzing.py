"""Mutated notes by the thousand: `python -m tests.notes.fuzzing 1000 [SEED]`.

In notes that are right, tokens are dropped, repeated, exchanged, or replaced by tokens of other notes. What comes of
it is refused with a place, or judged, in bounded time and memory. Prints what is neither.
"""

import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from nnmath.latex import DerivationError
from nnmath.notes.files import read_notes_text
from nnmath.notes.judging import judged

LONGEST_SECONDS = 20
MOST_MEGABYTES = 500

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+|.|\n")


def every_case() -> list[tuple[str, str]]:
    """Return the names and texts of right notes."""
    paths = sorted(Path(__file__).with_name("cases").iterdir())
    return [(path.name, re.sub(r".*mistake:.*\n", "", path.read_text(encoding="utf-8"))) for path in paths]


def mutated(rng: random.Random, every: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the name and the text of mutated notes."""
    name, text = rng.choice(every)
    tokens, words = _TOKEN.findall(text), _TOKEN.findall(rng.choice(every)[1])
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        i, length, j = rng.randrange(len(tokens) + 1), rng.choice((0, 1, 1, 2, 5)), rng.randrange(len(words))
        changed = (words[j : j + rng.choice((0, 1, 1, 3))], tokens[i : i + length] * 2, tokens[i : i + length][::-1])
        tokens[i : i + length] = rng.choice(changed)
    return name, "".join(tokens)


def failures(count: int, seed: int) -> Iterator[str]:
    """Try so many mutations; say which of them were neither refused with a place nor judged in time."""
    every = every_case()
    for number in range(count):
        name, text = mutated(random.Random(f"{seed} {number}"), every)
        begin = time.process_time()
        try:
            judged(read_notes_text(text, name), examples=2)
        except DerivationError as error:
            if min(error.place) < 1 or "\n" in str(error):
                yield f"{seed} {number} {name}: the message has no place: {error!r}"
        except Exception as error:  # whatever it is, it is a finding
            yield f"{seed} {number} {name}: {type(error).__name__}: {error}\n{text}"
        if time.process_time() - begin > LONGEST_SECONDS:
            yield f"{seed} {number} {name}: {time.process_time() - begin:.0f} s\n{text}"


def main() -> int:
    """Try mutations and print what fails."""
    count, seed = int(sys.argv[1]), int([*sys.argv, "1"][2])
    found = 0
    for failure in failures(count, seed):
        found += 1
        print(failure, flush=True)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} tried, {found} failures, {time.process_time():.0f} s of CPU, at most {megabytes:.0f} MB")
    return int(found > 0 or megabytes > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
