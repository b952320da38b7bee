"""The rules that keep right gradients from being called wrong, in the order in which they are applied.

Derivation: derivations/gradcheck/false_alarms.md, which numbers the rules in the order of the list here.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.cancellation import allow_for_cancellation
from nnmath.gradcheck.false_alarms.coincident_kinks import exempt_coincident_kinks
from nnmath.gradcheck.false_alarms.higher_precision import compare_in_higher_precision
from nnmath.gradcheck.false_alarms.indeterminate import exempt_indeterminate
from nnmath.gradcheck.false_alarms.remeasured_noise import (
    compared_where_noisier,
    remeasure_noise,
    use_noise_of_short_probe,
)
from nnmath.gradcheck.false_alarms.rounding import (
    allow_for_large_intermediates,
    allow_for_noisy_gradients,
    allow_for_rounding_at_the_point,
)

#: A rule gives the evidence back with better intervals, a larger allowance, or entries that it cannot judge.
Rule: TypeAlias = Callable[[Evidence], Evidence]
#: The numbers beside rules 4 to 8 are those of their equations.
RULES: tuple[Rule, ...] = (
    remeasure_noise,
    compare_in_higher_precision,
    allow_for_rounding_at_the_point,
    allow_for_large_intermediates,  # (7)
    use_noise_of_short_probe,  # (8)
    allow_for_noisy_gradients,  # (9)
    allow_for_cancellation,  # (10)
    exempt_indeterminate,  # (11)
    exempt_coincident_kinks,
)
#: Where it is known already that something is wrong, and the question is no more what else is.
IN_BRIEF: Mapping[Rule, Rule] = {remeasure_noise: partial(remeasure_noise, of_each=False)}
#: Suspicious outputs, and entries of these, that are looked at before all others; one where a call is costly. The first
#: of them deviate most: what the rules do not help among these, they need not be tried on again.
FIRST, CLEAREST = 4, 2
#: A rule looks at a sample of the entries first, and may overlook what it helps: so often the rules are applied, once
#: where it is known already that something is wrong.
PASSES = 3


def without_false_alarms(evidence: Evidence) -> Evidence:
    """Apply one rule after the other, as long as anything looks wrong.

    A few derivatives come first. If anything is wrong among these after all rules, the gradient is wrong: then only the
    rules that helped one of them are applied to the others. Each output costs as many backward passes again, and each
    entry as many forward passes.
    """
    if evidence.wrong.any():
        evidence = compared_where_noisier(evidence)
    rules: Sequence[Rule] = RULES
    passes = PASSES
    first = 1 if evidence.is_costly else FIRST
    if max(evidence.wrong.any(axis=axis).sum() for axis in (0, 1)) > first:
        some, helpful = _after_rules(_sample(evidence, first), RULES)
        if some.wrong.any():
            rules, passes = [IN_BRIEF.get(rule, rule) for rule in helpful], 1
    return _after_rules(evidence, rules, passes)[0]


def _sample(evidence: Evidence, most: int) -> Evidence:
    """So many outputs at most, and entries of these: some that deviate most, and others at random."""
    wrong = evidence.rng.permutation(np.argwhere(evidence.wrong))
    clear = np.argsort(-evidence.deviation[tuple(wrong.T)], kind="stable")[:CLEAREST]
    rows = list(dict.fromkeys([*wrong[clear, 0], *wrong[:, 0]]))[:most]
    of_rows = wrong[np.isin(wrong[:, 0], rows), 1]
    columns = list(dict.fromkeys([*wrong[clear, 1], *of_rows]))[:most]
    return evidence.of_rows(np.array(rows)).of_columns(np.array(columns))


def _after_rules(evidence: Evidence, rules: Sequence[Rule], passes: int = PASSES) -> tuple[Evidence, Sequence[Rule]]:
    """What is left, and the rules that changed the verdict on anything."""
    helpful: list[Rule] = []
    for _ in range(passes):
        changed = False
        for rule in rules:
            if not evidence.wrong.any():
                break
            before = evidence.wrong
            evidence = rule(evidence)
            if (evidence.wrong != before).any():
                changed = True
                helpful += [rule] * (rule not in helpful)
        if not changed:
            break
    return evidence, helpful
