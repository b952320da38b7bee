"""What `make check` does, as tasks that run side by side, each in a process of its own."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from nnmath.gradcheck.examples import run_examples
from nnmath.latex import DerivationError, check_file, read
from nnmath.sampling import draw_examples
from nnmath.suite.code_check import CodeReport, check_code
from nnmath.suite.subjects import DERIVATIONS, ROOT, all_subjects
from nnmath.suite.table import Differences, failures_of

SUBJECTS = {subject.name: subject for subject in all_subjects()}
#: What else has to hold: identities between values and gradients, and what happens at the ends of the range.
PROPERTIES = ("tests/gradients",)

#: One example in this many has dimensions that are all different and at least 2.
UNMISTAKABLE = 10
#: Equations, code and properties get this share of the examples of the finite differences: each of theirs is dearer.
SHARE = {"equations": 16, "code": 4, "properties": 2}


@dataclass(frozen=True)
class Task:
    """One thing to do: which side of which row."""

    side: str
    row: str
    examples: int

    def __call__(self) -> object:
        """Do it."""
        return {"differences": differences, "equations": equations, "code": code, "properties": properties}[self.side](
            self.row, self.examples
        )


@dataclass(frozen=True)
class Equations:
    """The equations of a derivation that were run, that hold, and that are marked as not run."""

    run: int
    held: int
    not_run: int
    failure: str = ""
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Properties:
    """The tests of a folder that passed and that did not."""

    held: int
    broken: int
    said: str = ""


def all_tasks(examples: int) -> list[Task]:
    """Return everything there is to do, what takes longest first."""
    few = {side: max(examples // share, 4) for side, share in SHARE.items()}
    return [
        *(Task("properties", folder, few["properties"]) for folder in PROPERTIES),
        *(Task("equations", name, few["equations"]) for name in sorted(DERIVATIONS, key=_size, reverse=True)),
        *(Task("differences", name, examples) for name in reversed(SUBJECTS)),
        *(Task("code", name, few["code"]) for name in SUBJECTS if name in DERIVATIONS),
    ]


def sources() -> dict[str, str]:
    """Return the sha256 of each derivation and of each module that may be compared with it, by its path."""
    modules = (path for path in (ROOT / "nnmath").rglob("*.py") if path.stem in DERIVATIONS)
    paths = sorted([*DERIVATIONS.values(), *modules])
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _size(name: str) -> int:
    return DERIVATIONS[name].stat().st_size


def differences(name: str, examples: int) -> Differences:
    """Compare the backward passes of a subject with finite differences."""
    subject = SUBJECTS[name]
    first = draw_examples(subject.unmistakable_inputs(), max(1, examples // UNMISTAKABLE))
    outcome = run_examples(
        subject.function, subject.inputs(), examples, first=first, shrunk_in=[subject.small_inputs()]
    )
    return Differences.of(outcome, "\n".join(failures_of(name, outcome)))


def equations(name: str, examples: int) -> Equations:
    """Run the equations of a derivation."""
    try:
        report = check_file(os.path.relpath(DERIVATIONS[name]), examples)
    except DerivationError as error:
        return Equations(0, 0, 0, str(error))
    failed = tuple(dict.fromkeys(result.equation.block.tag for result in report.failures))
    return Equations(report.run, report.held, len(report.not_run), "" if report.ok else str(report), failed)


def code(name: str, examples: int) -> CodeReport | str:
    """Hold a module to its derivation; a sentence where that cannot be done."""
    try:
        report = check_code(read(os.path.relpath(DERIVATIONS[name])), examples)
    except Exception as error:  # a module that is broken enough raises anything: that is a finding, not a crash
        return f"{name}: {type(error).__name__}: {error}"
    return report if report is not None else f"{name}: its derivation links to no module that has it"


def properties(folder: str, examples: int) -> Properties:
    """Run a folder of tests, in a fresh process: pytest and Hypothesis are set up once a process."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--no-header", "--tb=short", str(ROOT / folder)],
        capture_output=True,
        text=True,
        env=os.environ | {"NNMATH_EXAMPLES": str(max(examples, 10))},  # read by tests/conftest.py
        check=False,
    )
    held, broken = (sum(map(int, re.findall(rf"(\d+) {word}", ran.stdout))) for word in ("passed", "(?:failed|error)"))
    if ran.returncode != 0:
        return Properties(held, max(broken, 1), ran.stdout + ran.stderr)
    return Properties(held, broken)
