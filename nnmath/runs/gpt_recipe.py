"""The recipe of the GPT that is trained on Tiny Shakespeare."""

from dataclasses import dataclass
from math import inf

from nnmath.runs.step_recipe import Goal, StepRecipe

GOAL = Goal("validation_loss", "validation loss over the whole text", 1.90, at_most=True)


@dataclass(frozen=True, kw_only=True)
class GPTRecipe(StepRecipe):
    """Everything that the run is made of.

    Attributes
    ----------
    blocks, heads, width, context : int
        Of the network.
    batch : int
        Windows of the text in each step.
    beta1, beta2, decay : float
        Of AdamW; the decay is that of the matrices.
    clip : float
        The largest norm of the gradient.
    """

    name: str = "gpt"
    summary: str = "a character-level GPT learns Shakespeare, with nanoGPT's recipe for a computer without a GPU"
    published: str = "validation loss 1.88, from 20 batches (nanoGPT's README)"
    goal: Goal = GOAL
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

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [
            *self.positive("blocks", "heads", "width", "context"),
            *super().limits(),
            ("heads", self.width % self.heads == 0, f"a divisor of the width, {self.width}"),
            ("beta1", 0 <= self.beta1 < 1, "a number in [0, 1)"),
            ("beta2", 0 <= self.beta2 < 1, "a number in [0, 1)"),
            ("decay", 0 <= self.decay < inf, "a number, 0 or more"),
            ("clip", self.clip > 0, "a positive number"),
        ]


GPT_RECIPE = GPTRecipe()
