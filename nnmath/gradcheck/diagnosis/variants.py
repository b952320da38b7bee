"""The same function at other inputs: what moves with a value, and what stays in its place."""

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from nnmath.gradcheck.arrays import Indices
from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.single_entries import compare_at

#: Other orders of the same values that are compared, and the most entries there: fewer where a call is costly.
ORDERS, MOST_COLUMNS, COSTLY = 3, 24, 500_000
#: As many wrong outputs and entries are looked at before all others.
FEW = 3
#: Values are multiplied by numbers between these.
SIZES = 0.1, 1.5


def evidence_at(evidence: Evidence, inputs: list[Any], columns: Indices | None = None) -> Evidence | None:
    """Evidence at other inputs, for some of the entries; None where a value or a gradient is not finite."""
    there = compare_at(evidence, inputs, columns=columns, for_verdict=False)
    return there if there is not None and np.isfinite(there.analytic).all() else None


class Variants:
    """Evidence, and the same with the values of the input in other places, with other signs and sizes."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence

    def forgiving(self, deviation: float) -> "Variants":
        """The same where such a relative deviation does not count."""
        result = Variants(replace(self.evidence, forgiven=deviation))
        if "all" in self.__dict__:  # they were made, and need not be again
            result.all = [replace(evidence, forgiven=deviation) for evidence in self.all]
        return result

    @cached_property
    def some(self) -> Evidence:
        """A few of the wrong derivatives: what does not explain these explains nothing, and costs little to try."""
        rows = np.flatnonzero(self.evidence.wrong.any(axis=1))[:FEW]
        few = self.evidence.of_rows(rows)
        return few.of_columns(few.columns_where(few.wrong)[:FEW])

    @cached_property
    def all(self) -> list[Evidence]:
        """The evidence itself first; the others are made when they are needed."""
        evidence, rng = self.evidence, self.evidence.rng
        variants = [evidence]
        x = np.asarray(evidence.function.inputs[evidence.position])
        entries = evidence.entries
        affordable = COSTLY // max(x.size, 1)
        most = int(np.clip(affordable, 8, MOST_COLUMNS))
        columns = np.sort(rng.permutation(len(entries))[:most])
        for _ in range(int(np.clip(affordable // 8, 1, ORDERS))):
            order = np.arange(x.size)
            order[entries] = rng.permutation(entries)  # the values that were compared are so again, in other places
            signs, sizes = rng.choice([-1.0, 1.0], x.size), rng.uniform(*SIZES, x.size)
            for factors in (signs * sizes, signs, np.ones(x.size)):  # if the domain allows
                inputs = list(evidence.function.inputs)
                inputs[evidence.position] = (x.reshape(-1)[order] * factors).reshape(x.shape).astype(x.dtype)
                there = evidence_at(evidence, inputs, columns)
                if there is not None:
                    variants.append(there)
                    break
        return variants

    @property
    def others(self) -> list[Evidence]:
        """All but the evidence itself."""
        return self.all[1:]
