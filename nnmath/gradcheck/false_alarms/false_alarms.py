"""The rules that keep right gradients from being called wrong, in the order in which they are applied.

Derivation: derivations/gradcheck/false_alarms.md, which numbers the rules in the order of the list here.
"""

from collections.abc import Callable

from nnmath.gradcheck.evidence import Evidence
from nnmath.gradcheck.false_alarms.cancellation import allow_for_cancellation
from nnmath.gradcheck.false_alarms.coincident_kinks import exempt_coincident_kinks
from nnmath.gradcheck.false_alarms.higher_precision import compare_in_higher_precision
from nnmath.gradcheck.false_alarms.indeterminate import exempt_indeterminate
from nnmath.gradcheck.false_alarms.remeasured_noise import remeasure_noise, use_noise_of_short_probe
from nnmath.gradcheck.false_alarms.rounding import (
    allow_for_large_intermediates,
    allow_for_noisy_gradients,
    allow_for_rounding_at_the_point,
)

#: A rule gives the evidence back with better intervals, a larger allowance, or entries that it cannot judge.
RULES: tuple[Callable[[Evidence], Evidence], ...] = (
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


def without_false_alarms(evidence: Evidence) -> Evidence:
    """Apply one rule after the other, as long as anything looks wrong."""
    for rule in RULES:
        if not evidence.wrong.any():
            break
        evidence = rule(evidence)
    return evidence
