"""What the recipes of runs that are counted in steps have in common."""

from dataclasses import dataclass, fields
from math import inf
from typing import Any, NamedTuple


class Goal(NamedTuple):
    """What the median of the seeds must reach.

    Attributes
    ----------
    figure : str
        Its name in metrics.json.
    words : str
        Its name in sentences.
    limit : float
    at_most : bool
        Whether the limit is the most that the figure may be, or the least.
    """

    figure: str
    words: str
    limit: float
    at_most: bool = False

    def missed(self, value: float) -> bool:
        """Whether a value does not reach the goal."""
        return value > self.limit if self.at_most else value < self.limit

    def sentence(self) -> str:
        """Return what is wanted, in words."""
        return f"{self.limit:g} {'at most' if self.at_most else 'at least'}"


@dataclass(frozen=True, kw_only=True)
class StepRecipe:
    """What the recipes of these runs have in common.

    Attributes
    ----------
    name, summary, published : str
    goal : Goal
    batch : int
        Examples in each step.
    steps : int
    rate, least_rate : float
        The largest learning rate, and the last one, along a cosine.
    warmup : int
        Steps in which the rate rises.
    every : int
        What was held out is scored after so many steps.
    seeds : tuple of int
    """

    name: str
    summary: str
    published: str
    goal: Goal
    batch: int
    steps: int
    rate: float
    least_rate: float
    warmup: int
    every: int
    seeds: tuple[int, ...] = (0,)

    def __post_init__(self) -> None:
        for name, right, expected in self.limits():
            if not right:  # so for NaN
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [
            *self.positive("batch", "steps", "every"),
            ("rate", 0 < self.rate < inf, "a positive number"),
            ("least_rate", 0 <= self.least_rate <= self.rate, "a number from 0 to the rate"),
            ("warmup", 0 <= self.warmup < self.steps, f"an integer from 0, less than the {self.steps} steps"),
            ("seeds", len(self.seeds) > 0 and min(self.seeds) >= 0, "one or more integers, 0 or more"),
        ]

    def positive(self, *names: str) -> list[tuple[str, bool, str]]:
        """Return the limits of settings that are positive integers."""
        return [(name, getattr(self, name) >= 1, "a positive integer") for name in names]

    def settings(self) -> dict[str, Any]:
        """Return whatever may be overridden."""
        fixed = ("name", "summary", "published", "goal")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in fixed}


@dataclass(frozen=True, kw_only=True)
class ImageRecipe(StepRecipe):
    """What those have in common that learn from MNIST.

    Attributes
    ----------
    images : int
        Training images to learn from, the first ones.
    validate : bool
        Test on the last 10,000 training images, and learn from those before them only.
    """

    images: int = 60_000
    validate: bool = False

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [*super().limits(), *self.positive("images")]
