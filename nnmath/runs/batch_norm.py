"""The run that shows what batch normalization buys on a deep plain network."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.data import Data
from nnmath.data.mnist import mnist
from nnmath.files import json_bytes
from nnmath.primitives import relu, softmax_cross_entropy
from nnmath.runs import step_report, steps
from nnmath.runs.step_recipe import Goal, ImageRecipe
from nnmath.runs.steps import Task
from nnmath.training import shards
from nnmath.training.adamw import warmup_cosine
from nnmath.training.checkpoints import CheckpointFolder
from nnmath.training.deep_network import (
    HiddenLayer,
    deep_network,
    folded,
    initialize,
    layers_of,
    normalized,
    plain,
    sizes_by_layer,
)
from nnmath.training.examples import answers, draw_examples
from nnmath.training.metrics import Score, score
from nnmath.training.model import Model, model_bytes
from nnmath.training.network import network
from nnmath.training.optimizers import momentum
from nnmath.training.shards import Map, threads
from nnmath.typing import Array, Layers

GOAL = Goal("test_accuracy", "test accuracy with batch normalization", 0.94)

#: So many of the images to learn from show the sizes by layer, and give the means and variances after training.
SHOWN, FOLDED = 1000, 10_000


class Variant(NamedTuple):
    """One of the networks that are compared.

    Attributes
    ----------
    words : str
        Its name in the pictures.
    hidden : callable
        What its hidden layers are.
    weights : str
        How the initial weights are drawn.
    share : float
        Of the learning rate.
    """

    words: str
    hidden: HiddenLayer
    weights: str
    share: float = 1.0


VARIANTS: Mapping[str, Variant] = {
    "normalized": Variant("batch normalization, Glorot's weights", normalized, "glorot"),
    "plain": Variant("plain, Glorot's weights", plain, "glorot"),
    "plain-he": Variant("plain, He's weights", plain, "he"),
    "plain-he-slow": Variant("plain, He's weights, a tenth of the rate", plain, "he", 0.1),
}


@dataclass(frozen=True, kw_only=True)
class BatchNormRecipe(ImageRecipe):
    """Everything that the run is made of.

    Attributes
    ----------
    blocks : int
        Hidden layers.
    width : int
        Of each of them.
    """

    name: str = "batchnorm"
    summary: str = "what batch normalization buys: twenty hidden layers on handwritten digits, with it and without"
    published: str = (
        "with it, higher rates and less care about initial weights (Ioffe and Szegedy 2015; no figure for this network)"
    )
    goal: Goal = GOAL
    blocks: int = 20
    width: int = 100
    batch: int = 100
    steps: int = 2400
    rate: float = 0.1
    least_rate: float = 0.0
    warmup: int = 20
    every: int = 200

    def limits(self) -> list[tuple[str, bool, str]]:
        """Return each setting, whether it makes sense, and what is expected of it."""
        return [*super().limits(), *self.positive("blocks", "width")]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, width of each hidden layer, outputs."""
        return (784, *[self.width] * self.blocks, 10)


class Trained(NamedTuple):
    """What came of one network.

    Attributes
    ----------
    layers : sequence of (W, b)
        As it is after training; normalization is folded into the weights.
    training, test : dict of float to Score
        By the number of steps before.
    before, after : pairs of lists of float
        Root mean squares of the outputs of each hidden layer, and of the gradients with respect to them.
    """

    layers: Layers
    training: dict[float, Score]
    test: dict[float, Score]
    before: tuple[list[float], list[float]]
    after: tuple[list[float], list[float]]


class BatchNormRun(NamedTuple):
    """What came of one seed: each network by its name in `VARIANTS`, and the seconds of training, without scoring."""

    seed: int
    networks: dict[str, Trained]
    seconds: float


def carry_out(
    recipe: BatchNormRecipe, data: Data, seed: int, run: Map[Any], folder: CheckpointFolder | None = None
) -> BatchNormRun:
    """Train each network; initial weights and batches are drawn, each from a stream of its own."""
    found, seconds = {}, 0.0
    for name, variant in VARIANTS.items():
        weights_rng, batch_rng = np.random.default_rng(seed).spawn(2)
        theta = initialize(recipe.sizes, weights_rng, variant.weights)
        before = shown_sizes(recipe, variant, theta, data)
        checkpoints = folder.of(f"{name}-seed-{seed}", "step") if folder else None
        task = task_of(recipe, variant, data, run)
        progress = steps.carry_out(recipe, task, theta, batch_rng, seed, checkpoints)
        after = shown_sizes(recipe, variant, progress.theta, data)
        layers = plain_layers(recipe, variant, progress.theta, data.x)
        found[name] = Trained(layers, progress.training, progress.test, before, after)
        seconds += progress.seconds
    return BatchNormRun(seed, found, seconds)


def shown_sizes(recipe: BatchNormRecipe, variant: Variant, theta: Array, data: Data) -> tuple[list[float], list[float]]:
    """Return the sizes of signals and gradients by layer."""
    labels: NDArray[np.intp] = data.labels[:SHOWN].astype(np.intp)
    return sizes_by_layer(
        data.x[:SHOWN],
        layers_of(theta, recipe.sizes),
        variant.hidden,
        lambda logits: softmax_cross_entropy(logits, labels)[1](),
    )


def plain_layers(recipe: BatchNormRecipe, variant: Variant, theta: Array, x: Array) -> Layers:
    """Return the network as plain layers; its means and variances are those of some images to learn from."""
    layers = layers_of(theta, recipe.sizes)
    return folded(layers, x[:FOLDED]) if variant.hidden is normalized else [(w.W, w.b) for w in layers]


def task_of(recipe: BatchNormRecipe, variant: Variant, data: Data, run: Map[Any]) -> Task:
    """Return what is trained on what."""

    def scored(theta: Array, x: Array, labels: Any) -> Score:
        layers = plain_layers(recipe, variant, theta, data.x)
        return score(answers(lambda part: network(part, layers, relu)[0], x, run), labels, labels, "softmax")

    def gradient_of(theta: Array, gradient: Array) -> Any:
        return shards.loss_and_gradient_of(
            theta,
            gradient,
            partial(layers_of, sizes=recipe.sizes),
            lambda x, layers: deep_network(x, layers, variant.hidden),
            softmax_cross_entropy.mathematics,
            run,
            parts=1,  # the mean and the variance are those of the whole batch
        )

    return Task(
        make_update=lambda theta, state: momentum(theta, state=state),
        rate_at=warmup_cosine(recipe.rate * variant.share, recipe.least_rate, recipe.warmup, recipe.steps),
        loss_and_gradient=gradient_of,
        batches=partial(draw_examples, data.x, data.labels.astype(np.intp), recipe.batch),
        score=lambda theta: scored(theta, data.x_test, data.labels_test),
        last_scores=lambda theta: (
            scored(theta, data.x[:FOLDED], data.labels[:FOLDED]),
            scored(theta, data.x_test, data.labels_test),
        ),
        data=steps.checksum(*data[:4]),
    )


def carry_out_all(recipe: BatchNormRecipe, folder: CheckpointFolder, count: int = 0) -> list[BatchNormRun]:
    """Carry out a recipe with each of its seeds, on so many threads; 0 is one for each core."""
    data = mnist(np.random.default_rng(), images=recipe.images, validate=recipe.validate)
    with threads(count) as run:
        return [carry_out(recipe, data, seed, run, folder) for seed in recipe.seeds]


def results(recipe: BatchNormRecipe, runs: list[BatchNormRun]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return figures, and the files: pictures, and the normalized network of the median run."""
    from nnmath.plots.depth import accuracies_png, sizes_png

    figures = [figures_of(recipe, run) for run in runs]
    order = sorted(range(len(runs)), key=lambda i: figures[i]["test_accuracy"])
    shown = runs[order[(len(runs) - 1) // 2]]
    history = {
        name: {"training": step_report.losses(n.training, 10), "test": {str(int(k)): s for k, s in n.test.items()}}
        for name, n in shown.networks.items()
    }
    sizes = {name: {"before": n.before, "after": n.after} for name, n in shown.networks.items()}
    parameters = sum(W.size + b.size for W, b in shown.networks["plain"].layers)
    found = step_report.metrics(recipe, parameters, figures, shown.seed, history=history, sizes_by_layer=sizes)
    words = {name: variant.words for name, variant in VARIANTS.items()}
    model = Model(shown.networks["normalized"].layers, "relu", "softmax", tuple("0123456789"))
    return found, {
        "sizes.png": sizes_png({words[name]: (n.before, n.after) for name, n in shown.networks.items()}),
        "curve.png": accuracies_png({words[name]: n.test for name, n in shown.networks.items()}),
        "summary.md": summary(recipe, found).encode(),
        "metrics.json": json_bytes(found),
        "model.npz": model_bytes(model),
    }


def figures_of(recipe: BatchNormRecipe, run: BatchNormRun) -> dict[str, Any]:
    """Return the figures of one seed."""
    accuracies = {name: n.test[recipe.steps].accuracy for name, n in run.networks.items()}
    others = {f"{name.replace('-', '_')}_accuracy": a for name, a in accuracies.items() if name != "normalized"}
    return {
        "seed": run.seed,
        "test_accuracy": accuracies["normalized"],
        **others,
        "training_seconds": round(run.seconds, 1),
    }


def summary(recipe: BatchNormRecipe, found: dict[str, Any]) -> str:
    """Return what the page of all results says about the run."""
    settings = (
        f"{recipe.blocks} hidden layers of {recipe.width} units; {recipe.steps:,} steps of {recipe.batch} images; "
        f"momentum, {step_report.rate_in_words(recipe)}"
    )
    table = ["| network | test accuracy |", "|---|---:|"]
    for name, variant in VARIANTS.items():
        figure = "test_accuracy" if name == "normalized" else f"{name.replace('-', '_')}_accuracy"
        table.append(f"| {variant.words} | {found['median'][figure]:.4f} |")
    return step_report.summary(recipe, found, settings, ("sizes.png", "curve.png"), "\n".join(table))


def sentence(found: Mapping[str, Any]) -> str:
    """Say what came out."""
    median = found["median"]
    return (
        f"test accuracy {median['test_accuracy']:.4f}, without normalization {median['plain_accuracy']:.4f}, with He's "
        f"weights {median['plain_he_accuracy']:.4f}, at a tenth of the rate {median['plain_he_slow_accuracy']:.4f}"
    )


BATCH_NORM_RECIPE = BatchNormRecipe()
