"""A derivation in which one thing is changed is refused, and the report names the equation that was changed.

The changes are drawn from all that the rules below can do, the same ones every time; a thorough search over all of them
takes hours and is no test. A change that leaves the mathematics as it is stands in UNCHANGED, with the reason.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from nnmath.latex import DerivationError, read_document, read_text, run
from tests.conftest import DEEP

ROOT = Path(__file__).parents[2]
DERIVATIONS = {p.stem: p for p in sorted((ROOT / "derivations").rglob("*.md")) if p.name != "README.md"}
EACH = 8 if DEEP else 4
EXAMPLES = 6

#: what is looked for in an equation, and what is put in its place, one place at a time
RULES: dict[str, tuple[str, str | Callable[[re.Match[str]], str]]] = {
    "sign": (r" \+ (?!\\)", " - "),
    "sign turned": (r"(?<=[\w)}]) - ", " + "),
    "1 - dropped": (r"\b1 - ", ""),
    "factor dropped": (r"(?<== )\\frac\{(?:1|\\bar\\ell)\}\{N\} ", ""),
    "factor of two": (r"(?<== )(?=[a-z\\(])(?!\\begin)", r"2 "),
    "transpose": (r"\^\\top", ""),
    "bar": (r"\\bar (?=[a-z])", ""),
    "range": (r"(?<=_\{[a-z]=)1(?=\})", "2"),
    "index": (r"(?<=_\{n)[jk](?=\})", "y_n"),
    "indices swapped": (r"(?<!delta)_\{([a-z])([a-z])\}", r"_{\2\1}"),
    "exponent": (r"\^2", "^3"),
    "function": (r"\\exp(?=\()", r"\\log"),
    "largest": (r"\\max(?=_|\()", r"\\min"),
    "order": (r"(?<= )<(?= )", ">"),
    "fraction": (r"\\d?frac(\{[^{}]*\})(\{[^{}]*\})", r"\\frac\2\1"),
    "digit": (r"(?<=\.)\d(?=\d{3})", lambda m: str((int(m.group()) + 1) % 10)),
    "difference": (r" \\ne (?!y_|h_)|\\ne(?=\n| )(?! [yh]_)", " = "),
    "value": (r"\\lvert (\S+) \\rvert", r"\1"),
}

#: (derivation, number of the equation, rule): changed, and still as true as before
UNCHANGED = {
    ("causal_attention", "20", "range"): "the first row has one probability, 1, and so no gradient",
    ("causal_attention", "27", "range"): "and so it is where the code computes it",
    ("adamw", "16", "fraction"): "it is a factor of 0",
    ("finite_differences", "20", "exponent"): "the square of 1 is its cube",
    ("finite_differences", "21", "exponent"): "so it is here",
    ("finite_differences", "44", "sign turned"): "what is said to be wrong is wrong with another sign, too",
    ("huber", "6", "indices swapped"): "both letters stand on one side only: they are renamed",
    ("mean_squared_error", "6", "indices swapped"): "so they are here",
    ("conv2d", "22", "difference"): "the few images that are drawn here have as many rows of places as columns",
    ("rnn", "15", "value"): "the slope of the hyperbolic tangent is the same at z and at -z",
    ("rotary", "17", "indices swapped"): "what is said to be wrong is wrong with the letters swapped, too",
    ("gru", "25", "sign turned"): "the hyperbolic tangent of 0 is added or subtracted",
    ("gru", "26", "sign turned"): "so it is here",
    ("relu", "5", "sign turned"): "what is subtracted is 0",
    ("relu", "6", "sign turned"): "so it is here",
    ("relu", "28", "sign turned"): "and here",
}


@dataclass(frozen=True)
class Mutation:
    """One change of one equation."""

    derivation: str
    tag: str
    rule: str
    place: int
    before: str
    text: str

    def __str__(self) -> str:
        return f"{self.derivation} ({self.tag}) {self.rule}"


def claimed(latex: str) -> int:
    """How far an equation says what holds: up to a formula that is said to be wrong, if nothing is said of that."""
    depth, end = 0, len(latex)
    for match in re.finditer(r"[({\[]|[)}\]]|\\ne(?![a-z])|=|\\approx", latex):
        if match.group() in "({[":
            depth += 1
        elif match.group() in ")}]":
            depth -= 1
        elif depth == 0:
            end = match.end() if match.group() == r"\ne" else len(latex)
    return end


def mutations(name: str) -> Iterator[Mutation]:
    """All that the rules can do to the claims of a derivation.

    Definitions are left out: what a changed one breaks is what is said of it, so that another equation is named.
    """
    document = read_document(DERIVATIONS[name])
    lines = document.text.split("\n")
    for block in document.blocks:
        latex, tag = block.latex.rstrip(), block.tag
        if ":=" in latex or block.not_run:
            continue
        for rule, (pattern, new) in RULES.items():
            for match in re.finditer(pattern, latex):
                if match.start() >= claimed(latex):
                    continue  # what is said to be wrong is as wrong when it is changed
                put = new(match) if callable(new) else match.expand(new)
                changed = latex[: match.start()] + put + latex[match.end() :]
                text = [*lines[: block.first_line], rf"{changed} \tag{{{tag}}}", *lines[block.last_line - 1 :]]
                yield Mutation(name, tag, rule, match.start(), latex, "\n".join(text))


def sample(name: str) -> list[Mutation]:
    """As many different rules as there are, always the same; which ones does not depend on the other equations."""

    def key(one: Mutation) -> str:
        return hashlib.sha256(f"{one.tag} {one.rule} {one.place} {one.before}".encode()).hexdigest()

    drawn: list[Mutation] = []
    seen: dict[str, int] = {}
    for one in sorted(mutations(name), key=key):
        if (name, one.tag, one.rule) not in UNCHANGED:
            seen[one.rule] = seen.get(one.rule, 0) + 1
            drawn.append(replace(one, place=seen[one.rule]))
    return sorted(drawn, key=lambda one: one.place)[:EACH]


def verdict(mutation: Mutation) -> str:
    """What is said of a changed derivation; of its equations only the changed one is run."""
    path = str(DERIVATIONS[mutation.derivation].relative_to(ROOT))
    try:
        derivation = read_text(mutation.text, path)
    except DerivationError as error:
        return str(error)
    changed = [equation for equation in derivation.equations if equation.block.tag == mutation.tag]
    return str(run(replace(derivation, equations=changed), EXAMPLES, shrink=False))


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_changed_equation_is_refused_by_its_number(name: str) -> None:
    drawn = sample(name)
    assert len(drawn) == EACH
    missed = []
    for mutation in drawn:
        said = verdict(mutation)
        if f"{DERIVATIONS[name].relative_to(ROOT)}:" not in said or f"equation ({mutation.tag})" not in said:
            missed.append(f"{mutation}: {mutation.before!r}: {said}")
    assert not missed, "\n".join(missed)
