"""The recipe of a run: everything that it is made of, and the limits of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial
from inspect import signature
from math import inf
from typing import Any

from nnmath.data.data import Data
from nnmath.training import optimizers
from nnmath.training.initial_weights import STANDARD_DEVIATIONS
from nnmath.training.losses import LOSSES
from nnmath.training.network import ACTIVATIONS
from nnmath.typing import Array

UPDATES = {f.__name__: f for f in (optimizers.descent, optimizers.momentum, optimizers.rmsprop, optimizers.adam)}
SCHEDULES = ("constant", "step", "1/t")
PENALIZED = ("weights", "first-layer")

#: The settings that are one of a few words.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "hidden": tuple(ACTIVATIONS),
    "output": tuple(LOSSES),
    "weights": tuple(STANDARD_DEVIATIONS),
    "update": tuple(UPDATES),
    "schedule": SCHEDULES,
    "l2_on": PENALIZED,
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that a run is made of: the same recipe gives the same numbers, bit for bit, on the same machine."""

    name: str
    summary: str
    data: partial[Data]
    """Draws or reads the data, given a generator; its keywords are settings of the recipe."""
    sizes: tuple[int, ...]
    hidden: str = "relu"
    output: str = "softmax"
    weights: str = "he"
    scale: float = 1.0
    epochs: int
    batch: int = 0
    update: str = "descent"
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-7
    rate: float
    schedule: str = "constant"
    decay: float = 0.0
    factor: float = 0.5
    every: int = 1
    l2: float = 0.0
    l2_on: str = "weights"
    smoothing: float = 0.0
    seeds: tuple[int, ...] = (0,)
    published: str = ""
    """What was reported for this set-up, and where."""
    required: Mapping[str, float] = field(default_factory=dict)
    """What the run must reach: figures of metrics.json and the least that each may be."""
    compare: tuple[str, ...] = ()
    """Sweeps that belong to the run, such as "epochs=1,10,100"; see `nnmath.runs.sweep`."""

    def __post_init__(self) -> None:
        for name, right, expected in (
            ("sizes", len(self.sizes) > 1 and min(self.sizes) > 0, "two or more positive integers"),
            *((name, getattr(self, name) in words, f"one of {', '.join(words)}") for name, words in CHOICES.items()),
            ("scale", 0 < self.scale < inf, "a positive number"),
            ("epochs", self.epochs > 0, "a positive integer"),
            ("batch", self.batch >= 0, "an integer, 0 or more"),
            ("beta1", 0 <= self.beta1 < 1, "a number in [0, 1)"),
            ("beta2", 0 <= self.beta2 < 1, "a number in [0, 1)"),
            ("epsilon", 0 < self.epsilon < inf, "a positive number"),
            ("rate", 0 < self.rate < inf, "a positive number"),
            ("decay", 0 <= self.decay < inf, "a number, 0 or more"),
            ("factor", 0 < self.factor <= 1, "a number in (0, 1]"),
            ("every", self.every > 0, "a positive integer"),
            ("l2", 0 <= self.l2 < inf, "a number, 0 or more"),
            ("smoothing", 0 <= self.smoothing < 1, "a number in [0, 1)"),
            ("seeds", len(self.seeds) > 0 and min(self.seeds) >= 0, "one or more integers, 0 or more"),
        ):
            if not right:  # so for NaN
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")

    def settings(self) -> dict[str, Any]:
        """Return whatever may be overridden, those of the data included."""
        fixed = ("name", "summary", "data", "published", "required", "compare")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in fixed} | self.data.keywords

    def override(self, **settings: Any) -> "Recipe":
        """Return the recipe with other settings."""
        of_data = {name: settings.pop(name) for name in self.data.keywords if name in settings}
        return replace(self, data=partial(self.data, **of_data), **settings)

    def make_update(self, theta: Array, state: optimizers.State | None = None) -> optimizers.Update:
        """Return the update of this recipe, with those of the settings that it takes."""
        make = UPDATES[self.update]
        taken = [name for name in signature(make).parameters if name not in ("theta", "state")]
        return make(theta, **{name: getattr(self, name) for name in taken}, state=state)

    def make_schedule(self, steps: int) -> optimizers.Schedule:
        """Return the schedule of this recipe, where an epoch has so many steps."""
        if self.schedule == "step":
            return optimizers.step_decay(self.rate, self.factor, self.every * steps)
        if self.schedule == "1/t":
            return optimizers.inverse_decay(self.rate, self.decay)
        return optimizers.constant(self.rate)
