"""How Hypothesis is run: the same seed draws the same examples, whatever else is loaded, stored or running.

Hypothesis on its own mixes constants from the source of every local module that is imported into what it draws, so that
the same seed draws something else in a test than on the command line, and in a checkout than in an installed package.
The provider here leaves them out; what is worth trying is passed to the strategies as hints.
"""

import warnings
from collections.abc import Iterable
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import HypothesisWarning
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

BACKEND = "nnmath"


class SeededProvider(HypothesisProvider):
    """Hypothesis's own choices, without the constants of the modules that happen to be imported."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{SeededProvider.__qualname__}"


def settings_for(examples: int, phases: Iterable[Phase] = (Phase.generate, Phase.shrink)) -> settings:
    """Return settings under which nothing depends on the machine, its load, or what was drawn before."""
    return settings(
        backend=BACKEND,
        max_examples=examples,
        phases=tuple(phases),
        database=None,
        deadline=None,
        derandomize=False,  # the seed decides
        print_blob=False,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )


def draw_examples(strategy: SearchStrategy[T], count: int, seed_: int = 0) -> list[T]:
    """Draw examples of a strategy; the first is the simplest one that there is."""
    found: list[T] = []

    @seed(seed_)
    @settings_for(count, [Phase.generate])
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Generating overly large repr", HypothesisWarning)  # of many hints
        collect()
    return found
