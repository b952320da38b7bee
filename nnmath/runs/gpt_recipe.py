"""The recipe of the GPT that is trained on Tiny Shakespeare."""

from dataclasses import dataclass, fields
from math import inf
from typing import Any


@dataclass(frozen=True, kw_only=True)
class GPTRecipe:
    """Everything that the run is made of.

    Attributes
    ----------
    name, summary, published : str
    blocks, heads, width, context : int
        Of the network.
    batch : int
        Windows of the text in each step.
    steps : int
    rate, least_rate : float
        The largest learning rate, and the last one.
    warmup : int
        Steps in which the rate rises.
    beta1, beta2, decay : float
        Of AdamW; the decay is that of the matrices.
    clip : float
        The largest norm of the gradient.
    every : int
        A part of the validation text is scored after so many steps.
    seeds : tuple of int
    required : float
        The most that the validation loss may be, as the median of the seeds.
    """

    name: str = "gpt"
    summary: str = "a character-level GPT learns Shakespeare, with nanoGPT's recipe for a computer without a GPU"
    published: str = "validation loss 1.88, from 20 batches (nanoGPT's README)"
    blocks: int = 4
    heads: int = 4
    width: int = 128
    context: int = 64
    batch: int = 12
    steps: int = 2000
    rate: float = 1e-3
    least_rate: float = 1e-4
    warmup: int = 100
    beta1: float = 0.9
    beta2: float = 0.99
    decay: float = 0.1
    clip: float = 1.0
    every: int = 250
    seeds: tuple[int, ...] = (0,)
    required: float = 1.90

    def __post_init__(self) -> None:
        for name in ("blocks", "heads", "width", "context", "batch", "steps", "every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected a positive integer, got {getattr(self, name)}")
        for name, right, expected in (
            ("heads", self.width % self.heads == 0, f"a divisor of the width, {self.width}"),
            ("rate", 0 < self.rate < inf, "a positive number"),
            ("least_rate", 0 <= self.least_rate <= self.rate, "a number from 0 to the rate"),
            ("warmup", 0 <= self.warmup < self.steps, f"an integer from 0, less than the {self.steps} steps"),
            ("beta1", 0 <= self.beta1 < 1, "a number in [0, 1)"),
            ("beta2", 0 <= self.beta2 < 1, "a number in [0, 1)"),
            ("decay", 0 <= self.decay < inf, "a number, 0 or more"),
            ("clip", self.clip > 0, "a positive number"),
            ("seeds", len(self.seeds) > 0 and min(self.seeds) >= 0, "one or more integers, 0 or more"),
        ):
            if not right:
                raise ValueError(f"{name}: expected {expected}, got {getattr(self, name)}")

    def settings(self) -> dict[str, Any]:
        """Return whatever may be overridden."""
        fixed = ("name", "summary", "published", "required")
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in fixed}


GPT_RECIPE = GPTRecipe()
