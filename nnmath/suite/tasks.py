"""What `nnmath check` does over the catalogue, as tasks that run side by side, each in a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

from nnmath.sampling import draw_examples
from nnmath.suite.catalogue import PACKAGE, Entry, catalogue
from nnmath.suite.results import CodeSide, DifferencesSide, EquationsSide, Properties
from nnmath.suite.sides import code_side, differences_side, equations_side
from nnmath.suite.subjects import LAYERS, SubjectUnderCheck, all_subjects

#: What else has to hold: identities between values and gradients, and what happens at the ends of the range.
PROPERTIES = ("tests/gradients",)

#: One example in this many has dimensions that are all different and at least 2.
UNMISTAKABLE = 10
#: Equations, code and properties get this share of the examples of the finite differences: each of theirs takes longer.
SHARE = {"equations": 16, "code": 3, "properties": 2}
#: Of equations and code, so many examples at least. The first ones have axes of different lengths, at which some
#: equations take too long to be judged.
FEWEST = 6


@dataclass(frozen=True)
class Task:
    """One thing to do: which side of which row."""

    side: str
    row: str
    examples: int
    seed: int = 0

    def __call__(self) -> EquationsSide | CodeSide | DifferencesSide | Properties:
        """Do it."""
        if self.side == "properties":
            return properties(self.row, self.examples)
        if self.side == "differences":
            return differences(subjects()[self.row], self.examples, self.seed)
        path = os.path.relpath(entries()[self.row].path)
        if self.side == "equations":
            return equations_side(path, self.examples, self.seed)
        return code_side(path, max(self.examples // subjects()[self.row].share, FEWEST), self.seed)


@cache
def entries() -> dict[str, Entry]:
    """Return the catalogue, read once a process."""
    return catalogue()


@cache
def subjects() -> dict[str, SubjectUnderCheck]:
    """Return every primitive and network by its name."""
    return {subject.name: subject for subject in all_subjects()}


def row_names() -> list[str]:
    """Return the names of the rows: primitives, networks, then the other derivations."""
    return list(dict.fromkeys([*subjects(), *entries()]))


def all_tasks(examples: int, rows: Sequence[str], seed: int = 0) -> list[Task]:
    """Return everything there is to do for some rows, what takes longest first."""
    few = {side: max(examples // share, FEWEST) for side, share in SHARE.items()}
    derived = [name for name in rows if name in entries()]
    checked = [name for name in rows if name in subjects()]

    return [
        *(Task("equations", name, few["equations"], seed) for name in sorted(derived, key=_size, reverse=True)),
        *(Task("differences", name, examples, seed) for name in reversed(checked)),
        *(Task("code", name, few["code"], seed) for name in checked if name in entries() and name not in LAYERS),
    ]


def property_tasks(examples: int) -> list[Task]:
    """Return the folders of tests that belong to the triangle."""
    return [Task("properties", folder, max(examples // SHARE["properties"], 10)) for folder in PROPERTIES]


def _size(name: str) -> int:
    return entries()[name].path.stat().st_size


def differences(subject: SubjectUnderCheck, examples: int, seed: int = 0) -> DifferencesSide:
    """Compare the backward passes of a subject with finite differences."""
    examples = max(examples // subject.share, 1)
    first = draw_examples(subject.unmistakable_inputs(), max(1, examples // UNMISTAKABLE))
    return differences_side(
        subject.name, subject.differentiated, subject.inputs(), examples, seed, first, [subject.small_inputs()]
    )


def properties(folder: str, examples: int) -> Properties:
    """Run a folder of tests, in a fresh process: pytest and Hypothesis are set up once a process."""
    root = PACKAGE.parent
    if not (root / "pyproject.toml").is_file() or not (root / folder).is_dir():
        return Properties(not_run="not run: these tests are not in the installed package, only in a checkout")
    if find_spec("pytest") is None:
        return Properties(not_run="not run: pytest is missing")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--no-header", "--tb=short", str(root / folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"NNMATH_EXAMPLES": str(examples)},  # read by tests/conftest.py
        check=False,
    )
    held, broken, skipped = (
        sum(map(int, re.findall(rf"(\d+) {word}", ran.stdout))) for word in ("passed", "(?:failed|error)", "skipped")
    )
    if ran.returncode != 0 or held == 0:  # a process that ended early may say nothing, and leave with 0
        return Properties(held, max(broken, 1), failure=ran.stdout + ran.stderr or "pytest ended without output")
    return Properties(held, broken, skipped=skipped)
