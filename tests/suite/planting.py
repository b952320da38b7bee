"""Whether a mistake that is planted in a primitive is found, and by which side of the triangle."""

import ast
import importlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from nnmath.gradcheck import check_gradients
from nnmath.latex import Undefined, read
from nnmath.primitives import PRIMITIVES
from nnmath.sampling import draw_examples
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_check import CodeComparison, CodeReport, check_code
from nnmath.suite.code_inputs import Named, draw_inputs
from nnmath.suite.implementation import Implementation, implementation_of, in_stacks
from nnmath.suite.mathematics_digest import modules_of_mathematics
from nnmath.suite.subjects import SubjectUnderCheck, all_subjects
from tests.primitives.large_means import digits_are_kept_beside_a_row_far_away
from tests.suite.mutations import Mutation, mutations

#: Inputs that each side draws for a mutation, for the code more than `nnmath check` does.
DIFFERENCES, CODE = 20, 100
#: Inputs at which a mutation that no side objects to has to compute the same.
SAME = 400
#: Whether a primitive is right where inputs that are drawn do not lie; each has a test of its own, too.
ELSEWHERE: dict[str, Callable[[Callable[..., Any]], bool]] = {"batch_norm": digits_are_kept_beside_a_row_far_away}
#: A gradient that moves by this share of its size is beyond any error bar.
VISIBLE = 1e-5


@dataclass(frozen=True)
class Planted:
    """A primitive in which mistakes can be planted."""

    subject: SubjectUnderCheck

    @cached_property
    def implementation(self) -> Implementation:
        """The primitive as it is."""
        found = implementation_of(self.derivation)
        assert found is not None, f"{self.subject.name} is not the function of its derivation"
        return found

    @cached_property
    def derivation(self) -> Any:
        """Its derivation."""
        return read(os.path.relpath(catalogue()[self.subject.name].path))

    @cached_property
    def modules(self) -> list[str]:
        """Its module, and those of the mathematics that it shares, each before what it imports."""
        return list(reversed(modules_of_mathematics(self.subject.function.__module__)))

    @cached_property
    def examples(self) -> list[tuple[Any, ...]]:
        """Inputs for finite differences."""
        first = draw_examples(self.subject.unmistakable_inputs(), DIFFERENCES // 4)
        return [*first, *draw_examples(self.subject.inputs(), DIFFERENCES)]

    def mutations(self) -> list[Mutation]:
        """Every mistake that can be planted."""
        return [mutation for module in self.modules for mutation in mutations(module, source_of(module))]

    def problem(self, mutation: Mutation) -> str:
        """Say what is wrong with the verdicts on a mutation; nothing if it is found, or changes nothing.

        A change of a gradient must be found by finite differences alone. Whatever else a mutation changes must be found
        by one of the sides or by a check of `ELSEWHERE`, or be within the rounding that the derivation allows at every
        input that is drawn.
        """
        try:
            function = self.mutated(mutation)
        except Exception:  # it cannot even be imported
            return ""
        by_differences = self.differences(function)
        if by_differences == "missed" and mutation.in_backward:
            return f"{mutation}: finite differences do not see it"
        if by_differences == "found":
            return ""
        changed = Implementation("", function, self.implementation.arguments, self.implementation.derivation)
        differing = [inputs for inputs in self._drawn() if not self._same_bits(changed, inputs)]
        if not differing:  # looked at first: the code would be compared for long to find nothing
            return ""
        report = check_code(self.derivation, CODE, implementation=changed, shrink=False)
        if report is None or not report.ok:
            return ""
        inputs = next((inputs for inputs in differing if not self._within_rounding(changed, inputs)), None)
        if inputs is None or not ELSEWHERE.get(self.subject.name, lambda _: True)(function):
            return ""
        return f"{mutation}: no side sees it; it computes something else at {inputs}"

    def mutated(self, mutation: Mutation) -> Callable[..., Any]:
        """Return the primitive with a mistake in it."""
        again = reversed(self.modules[: self.modules.index(mutation.module)])
        changed = _executed(mutation.module, mutation.applied())
        with patch.dict(sys.modules, {mutation.module: changed}):  # what the others import from
            for name in again:
                sys.modules[name] = changed = _executed(name, ast.parse(source_of(name)))
        function: Callable[..., Any] = getattr(changed, self.subject.name)
        return function

    def differences(self, function: Callable[..., Any]) -> str:
        """Return "found" or "missed"; nothing where the gradients are the same as without the mistake."""
        moved = False
        for inputs in self.examples:
            try:
                report = check_gradients(in_stacks(function, self.derivation), *inputs)
            except Exception:  # right inputs are refused
                return "found"
            if not report.ok:
                return "found"
            if not report.kinks and not report.not_judged:
                moved |= _gradient_moves(self.subject.function, function, inputs)
        return "missed" if moved else ""

    def _drawn(self) -> Iterator[Named]:
        return (draw_inputs(self.derivation, number, seed=1) for number in range(SAME))

    def _same_bits(self, changed: Implementation, inputs: Named) -> bool:
        """Whether a mutation computes the same to the bit."""
        try:
            right, other = (self._comparison(one).computed(dict(inputs)) for one in (self.implementation, changed))
        except Exception:
            return False
        return all(np.array_equal(right[name], other[name], equal_nan=True) for name in right)

    def _within_rounding(self, changed: Implementation, inputs: Named) -> bool:
        """Whether results are as near to the equations as these allow; where an exact one is not decided, they are."""
        try:
            return self._comparison(changed).run(dict(inputs))
        except Undefined:
            return True

    def _comparison(self, one: Implementation) -> CodeComparison:
        return CodeComparison(one, CodeReport(self.derivation.path, one.module))


def source_of(module: str) -> str:
    """Return the source of a module."""
    return Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")


def _executed(name: str, tree: ast.Module) -> ModuleType:
    module = ModuleType(name)
    exec(compile(tree, f"{name}, with a mistake", "exec"), module.__dict__)
    return module


def _gradient_moves(right: Callable[..., Any], wrong: Callable[..., Any], inputs: tuple[Any, ...]) -> bool:
    """Whether a gradient differs by more than any error bar, for the upstream gradient of ones."""
    pairs = []
    for function in (right, wrong):
        value, backward = function(*inputs)
        gradients = backward(np.ones_like(value))
        pairs.append(gradients if isinstance(gradients, tuple) else (gradients,))
    return any(np.abs(a - b).max() > VISIBLE * (np.abs(a).max() + 1e-3) for a, b in zip(*pairs))


def sample(found: list[Mutation], count: int) -> list[Mutation]:
    """Return some mutations, always the same: as many different rules as there are, then the rest in turn."""
    by_rule: dict[str, list[Mutation]] = {}
    for mutation in found:
        by_rule.setdefault(mutation.rule, []).append(mutation)
    rounds = (group[i] for i in range(len(found)) for group in by_rule.values() if i < len(group))
    return list(islice(rounds, count))


def main() -> int:
    """Plant every mistake in the primitives that are named, or in all; return 1 where one is not found."""
    names = sys.argv[1:] or [primitive.__name__ for primitive in PRIMITIVES]
    problems = 0
    for subject in all_subjects():
        if subject.name in names:
            planted = Planted(subject)
            every = planted.mutations()
            with warnings.catch_warnings(action="ignore"):
                found = [problem for mutation in every if (problem := planted.problem(mutation))]
            print(
                f"{subject.name}: {len(every) - len(found)} of {len(every)} mistakes found or without effect",
                *found,
                sep="\n  ",
            )
            problems += len(found)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
