"""Training a GPT on a text: batches, the loss and its gradient shared out over threads, and new text."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnmath.primitives import softmax, softmax_cross_entropy
from nnmath.training import shards
from nnmath.training.gpt import Sizes, gpt, unflatten
from nnmath.training.metrics import Score
from nnmath.training.shards import Map
from nnmath.typing import Array

cross_entropy = softmax_cross_entropy.mathematics

#: Windows that are scored together.
AT_A_TIME = 12


def draw_batches(
    text: NDArray[np.integer], batch: int, context: int, rng: np.random.Generator, count: int
) -> Iterator[tuple[NDArray[np.integer], NDArray[np.integer]]]:
    """Draw windows of a text, shape (batch, context), and the token that follows each of theirs."""
    for _ in range(count):
        first = rng.integers(len(text) - context, size=batch)
        windows = text[first[:, np.newaxis] + np.arange(context + 1)]
        yield windows[:, :-1], windows[:, 1:]


def loss_and_gradient_of(
    theta: Array, gradient: Array, sizes: Sizes, run: Map[Any]
) -> Callable[[NDArray[np.integer], NDArray[np.integer]], float]:
    """Return the function that a training step calls: it returns the loss of a batch and writes the gradient."""
    return shards.loss_and_gradient_of(
        theta,
        gradient,
        lambda vector: unflatten(vector, sizes),
        lambda tokens, weights: gpt(tokens, weights, sizes.heads),
        lambda logits, targets: cross_entropy(logits, targets.ravel()),
        run,
    )


def score_text(theta: Array, sizes: Sizes, text: NDArray[np.integer], run: Map[Any], windows: int = 0) -> Score:
    """Score the prediction of each token of a text: the mean loss, and the share of right answers.

    The text is read in windows of the context, one after the other; with `windows`, in about so many of them, evenly
    spread.
    """
    T, weights = sizes.context, unflatten(theta, sizes)
    starts = np.arange(0, len(text) - 1, T)
    starts = starts[:: max(1, len(starts) // windows)] if windows else starts
    whole = starts[starts + T < len(text)]
    groups = [whole[i : i + AT_A_TIME, np.newaxis] + np.arange(T + 1) for i in range(0, len(whole), AT_A_TIME)]
    groups += [np.arange(start, len(text))[np.newaxis] for start in starts if start + T >= len(text)]

    def part(places: NDArray[np.integer]) -> tuple[float, int, int]:
        tokens, targets = text[places[:, :-1]], text[places[:, 1:]].ravel()
        logits, _ = gpt(tokens, weights, sizes.heads)
        right = int(np.count_nonzero(logits.argmax(axis=1) == targets))
        return float(cross_entropy(logits, targets)[0]) * len(targets), right, len(targets)

    losses, rights, counts = zip(*run(part, groups), strict=True)
    return Score(sum(losses) / sum(counts), sum(rights) / sum(counts))


def generate(
    theta: Array,
    sizes: Sizes,
    prompt: NDArray[np.integer],
    count: int,
    rng: np.random.Generator,
    temperature: float = 0.8,
    top: int = 0,
) -> Iterator[int]:
    """Draw tokens that continue a prompt, each from the probabilities that the model gives it.

    Parameters
    ----------
    theta : float array
    sizes : Sizes
    prompt : integer array, at least one token
    count : int
    rng : numpy.random.Generator
    temperature : float, positive
        The logits are divided by it: below 1 likely tokens become more likely, near 0 the likeliest is taken.
    top : int
        Only so many of the likeliest tokens are drawn from; 0 is all.
    """
    weights, tokens = unflatten(theta, sizes), prompt
    for _ in range(count):
        tokens = tokens[-sizes.context :]
        logits = gpt(tokens[np.newaxis], weights, sizes.heads)[0][-1].astype(np.float64)
        if top:
            logits[logits < np.sort(logits)[-min(top, len(logits))]] = -np.inf
        p = softmax((logits / temperature)[np.newaxis])[0][0]
        token = int(rng.choice(len(p), p=p / p.sum()))
        yield token
        tokens = np.append(tokens, token)
