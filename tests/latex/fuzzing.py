"""Mutated equations by the ten thousand: `python -m tests.latex.fuzzing 10000 [SEED]`.

In an equation that is right, tokens are dropped, repeated, exchanged, or replaced by tokens of other equations. What
comes of it is refused with a place, or judged, in bounded time and memory. Prints what is neither.
"""

import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

from nnmath.latex import DerivationError, read_text, run
from tests.latex.documents import document
from tests.latex.notation import NOTATION
from tests.latex.test_cookbook import BEFORE, IDENTITIES, SYMBOLS
from tests.latex.test_expectations import CLAIMS
from tests.latex.test_expectations import FORWARD as RANDOM
from tests.latex.test_expectations import ROWS as RANDOM_ROWS
from tests.latex.test_recursions import CELL, RECURRENT
from tests.latex.test_spellings import RIGHT, ROWS
from tests.latex.test_vectors import CONVOLUTION, JOINED, JOINED_CELL, SIGNAL

LONGEST_SECONDS = 20
MOST_MEGABYTES = 500

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+|.")


def equations() -> list[tuple[str, str, str]]:
    """Return right equations: the rows of the table, what is defined before, and the equation."""
    found = [(rows, before, right) for rows, before, right, _ in NOTATION.values()]
    found += [(ROWS, "q := 1", latex) for latex in RIGHT]
    found += [(RANDOM_ROWS, RANDOM, right) for right, _ in CLAIMS]
    found += [(SYMBOLS, BEFORE["W"], identity.split("\n")[1]) for identity in IDENTITIES]
    found += [
        (SIGNAL, CONVOLUTION, r"\frac{\partial L}{\partial x_t} = \sum_u \bar y_{t-u+1} w_u"),
        (
            RECURRENT,
            CELL,
            r"\frac{\partial L}{\partial h_0} = W ((1 - h_1 \odot h_1) \odot \frac{\partial L}{\partial h_1})",
        ),
        (
            JOINED,
            JOINED_CELL,
            r"\frac{\partial^+ h_t}{\partial h_0} = \left. \frac{\partial L}{\partial h_{tm}} \right|_{W}",
        ),
        (ROWS, r"g(u) := \max(u, 0)" "\n\n" "g'(u) := [u > 0]", r"\frac{\partial g(r)}{\partial r} = g'(r)"),
    ]
    return found


def mutated_tokens(rng: random.Random, tokens: list[str], words: list[str]) -> str:
    """Return tokens of which some are dropped, repeated, exchanged, or replaced by other words."""
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        i, length = rng.randrange(len(tokens) + 1), rng.choice((0, 1, 1, 2, 5))
        j = rng.randrange(len(words))
        changed = (words[j : j + rng.choice((0, 1, 1, 3))], tokens[i : i + length] * 2, tokens[i : i + length][::-1])
        tokens[i : i + length] = rng.choice(changed)
    return "".join(tokens)


def mutated(rng: random.Random, every: list[tuple[str, str, str]]) -> str:
    """Return the derivation of a mutated equation, or of one with a mutated definition above it."""
    rows, before, latex = rng.choice(every)
    tokens = TOKEN.findall(before if rng.random() < 0.15 else latex)
    text = mutated_tokens(rng, tokens, TOKEN.findall(rng.choice(every)[2]))
    return document(rows, before, text) if rng.random() < 0.9 else document(rows, text, latex)


def failures(count: int, seed: int) -> Iterator[str]:
    """Try so many mutations; say which of them were neither refused with a place nor judged in time."""
    every = equations()
    for number in range(count):
        text = mutated(random.Random(f"{seed} {number}"), every)
        yield from findings(f"{seed} {number}", text[text.index("## Forward") :], partial(_judge, text))


def _judge(text: str) -> object:
    return run(read_text(text), examples=2, shrink=False)


def findings(label: str, text: str, judge: Callable[[], object]) -> Iterator[str]:
    """Judge a text; say whether it was neither refused with a place nor judged in time."""
    begin = time.process_time()
    try:
        judge()
    except DerivationError as error:
        if min(error.place) < 1 or "\n" in str(error):
            yield f"{label}: the message has no place: {error!r}"
    except Exception as error:  # whatever it is, it is a finding
        yield f"{label}: {type(error).__name__}: {error}\n{text}"
    if time.process_time() - begin > LONGEST_SECONDS:
        yield f"{label}: {time.process_time() - begin:.0f} s\n{text}"


def main(failures: Callable[[int, int], Iterator[str]] = failures) -> int:
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
