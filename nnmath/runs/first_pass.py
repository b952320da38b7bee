"""One forward and one backward pass written out: each sum with its terms, each with the number of its equation."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import exp, inf, log
from pathlib import Path

import numpy as np

from nnmath.files import json_bytes, write_files
from nnmath.primitives import dense, sigmoid, softmax, softmax_cross_entropy
from nnmath.runs.written_sums import (
    Vector,
    added,
    affine,
    compared,
    heading,
    line,
    number,
    outer,
    plain,
    plus,
    rows,
)
from nnmath.training.initial_weights import initialize
from nnmath.training.loop import stop_if_diverged, train
from nnmath.training.network import ACTIVATIONS, flatten, network, unflatten
from nnmath.training.optimizers import constant, descent
from nnmath.typing import Array, Layers


@dataclass(frozen=True, kw_only=True)
class FirstPass:
    """A network of two dense layers with an activation between them, a handful of examples, and what is done with them.

    Attributes
    ----------
    name, summary : str
    x : rows of numbers, one an example; the first is the sample that is gone through by hand
    labels : class of each example, from 0
    W1, b1, W2, b2 : weights and biases of the two layers
    rate : float, positive
    epochs : int, positive
        Updates with the handful.
    hidden : str
        The activation, "relu" or "sigmoid".
    seed : int, optional
        Draws the weights and biases at random, in place of those given.
    """

    name: str
    summary: str
    x: tuple[tuple[float, ...], ...]
    labels: tuple[int, ...]
    W1: tuple[tuple[float, ...], ...]
    b1: tuple[float, ...]
    W2: tuple[tuple[float, ...], ...]
    b2: tuple[float, ...]
    rate: float
    epochs: int
    hidden: str = "relu"
    seed: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.rate < inf:
            raise ValueError(f"rate: expected a positive number, got {self.rate}")
        if self.epochs < 1:
            raise ValueError(f"epochs: expected a positive integer, got {self.epochs}")
        if self.hidden not in ACTIVATIONS:
            raise ValueError(f"hidden: expected one of {', '.join(ACTIVATIONS)}, got {self.hidden}")
        if self.seed is not None and self.seed < 0:
            raise ValueError(f"seed: expected an integer, 0 or more, got {self.seed}")

    @property
    def theta(self) -> Array:
        """All weights and biases, as one vector; drawn ones are rounded, so that they can be written out."""
        if self.seed is not None:
            drawn = flatten(initialize(self.sizes, np.random.default_rng(self.seed), "normal"))
            return np.round(drawn, 2)
        pairs = ((self.W1, self.b1), (self.W2, self.b2))
        return flatten([(np.array(W, float), np.array(b, float)) for W, b in pairs])

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Inputs, width of the hidden layer, classes."""
        return len(self.W1), len(self.b1), len(self.b2)


def publish(recipe: FirstPass, folder: Path) -> str:
    """Write the text and the losses into a folder, and return the text."""
    text, losses = written_out(recipe)
    metrics = {"experiment": recipe.name, "settings": asdict(recipe), "losses": losses}
    write_files(folder, {"first-pass.txt": text.encode(), "metrics.json": json_bytes(metrics)})
    return text


def written_out(recipe: FirstPass) -> tuple[str, dict[str, float]]:
    """Write out both passes; return the text, and the losses by what had been done before."""
    lines = [*heading("One sample, every sum with its terms")]
    lines += ["The numbers at the end of the lines are equations of", "derivations/training/network.md."]
    losses: dict[str, float] = {}
    layers = list(unflatten(recipe.theta, recipe.sizes))
    first, gradients, text = one_sample(recipe.x[0], recipe.labels[0], layers, recipe.hidden)
    lines += text
    theta = recipe.theta
    lines += ["", f"Update: the learning rate, {recipe.rate:g}, times the gradient is taken away"]
    lines += updates(unflatten(theta, recipe.sizes), gradients, recipe.rate)
    theta -= recipe.rate * flatten(gradients)
    losses |= {"one sample": first, "one sample, after an update": sample_loss(recipe, theta)}
    lines += ["", compared("Loss of this sample", *losses.values())]
    text, batch_losses = handful(recipe)
    return "\n".join([*lines, *text]) + "\n", losses | batch_losses


def one_sample(x: Sequence[float], label: int, layers: Layers, hidden: str = "relu") -> tuple[float, Layers, list[str]]:
    """Go through the network by hand, with plain numbers: the loss, the gradients, and the lines that say how."""
    (W1, b1), (W2, b2) = [(W.tolist(), b.tolist()) for W, b in layers]
    lines = ["", f"Forward, for x = ({', '.join(map(number, x))}) of class {label + 1}"]
    z1 = [sum(u * w[m] for u, w in zip(x, W1)) + b for m, b in enumerate(b1)]
    lines += affine("z1", "x", "W1", "b1", x, W1, b1, z1, 1)
    a, slopes, text = ACTIVATED[hidden](z1)
    lines += text
    z2 = [sum(u * w[k] for u, w in zip(a, W2)) + b for k, b in enumerate(b2)]
    lines += affine("z2", "a", "W2", "b2", a, W2, b2, z2, 3)
    w = [exp(z) for z in z2]
    for k, z in enumerate(z2):
        lines += line(f"w_{k + 1} = exp(z2_{k + 1}) = exp({number(z)}) = {plain(w[k])}", 4)
    s = sum(w)
    lines += line(f"s = {added('w', len(w))} = {plus(map(number, w))} = {plain(s)}", 5)
    p = [v / s for v in w]
    for k, v in enumerate(w):
        lines += line(f"p_{k + 1} = w_{k + 1} / s = {number(v)} / {number(s)} = {plain(p[k])}", 6)
    loss = -log(p[label])
    lines += line(f"c = -log(p_{label + 1}) = -log({number(p[label])}) = {plain(loss)}", 7)
    lines += line(f"L = c / 1 = {plain(loss)}", 8)
    lines += ["", "Backward; dz2_1 is the derivative of L with respect to z2_1, and so on"]
    dz2 = [q - (k == label) for k, q in enumerate(p)]
    for k, q in enumerate(p):
        lines += line(
            f"dz2_{k + 1} = p_{k + 1} - {int(k == label)} = {number(q)} - {int(k == label)} = {plain(dz2[k])}", 11
        )
    dW2 = [[u * e for e in dz2] for u in a]
    lines += outer("W2", "a", "dz2", a, dz2, dW2, 12)
    lines += [text for k, e in enumerate(dz2) for text in line(f"db2_{k + 1} = dz2_{k + 1} = {plain(e)}", 13)]
    da = [sum(e * v for e, v in zip(dz2, row)) for row in W2]
    for m, row in enumerate(W2):
        names = plus(f"dz2_{k + 1} W2_{m + 1}{k + 1}" for k in range(len(row)))
        terms = plus(f"{number(e)}*{number(v)}" for e, v in zip(dz2, row))
        lines += [*line(f"da_{m + 1} = {names}", 14), f"       = {terms} = {plain(da[m])}"]
    dz1 = [e * slope for e, (slope, _) in zip(da, slopes)]
    for m, (slope, words) in enumerate(slopes):
        formula = f"dz1_{m + 1} = da_{m + 1} {words} = {number(da[m])} * {plain(slope)} = {plain(dz1[m])}"
        lines += line(formula, 15 if hidden == "relu" else 42)
    dW1 = [[u * e for e in dz1] for u in x]
    lines += outer("W1", "x", "dz1", x, dz1, dW1, 16)
    lines += [text for m, e in enumerate(dz1) for text in line(f"db1_{m + 1} = dz1_{m + 1} = {plain(e)}", 17)]
    return loss, [(np.array(dW1), np.array(dz1)), (np.array(dW2), np.array(dz2))], lines


#: The slope at an entry, and the words for it.
Slope = tuple[float, str]


def rectified(z1: Vector) -> tuple[Vector, list[Slope], list[str]]:
    """Write out ReLU: values, slopes and lines."""
    a = [max(z, 0.0) for z in z1]
    lines: list[str] = []
    for m, z in enumerate(z1):
        lines += line(f"a_{m + 1} = max(z1_{m + 1}, 0) = max({number(z)}, 0) = {plain(a[m])}", 2)
    return a, [(float(z > 0), f"[z1_{m + 1} > 0]") for m, z in enumerate(z1)], lines


def squashed(z1: Vector) -> tuple[Vector, list[Slope], list[str]]:
    """Write out the sigmoid: values, slopes and lines."""
    a = [float(sigmoid(np.array(z))[0]) for z in z1]
    lines = [text for m, v in enumerate(a) for text in line(f"a_{m + 1} = 1 / (1 + exp(-z1_{m + 1})) = {plain(v)}", 36)]
    return a, [(v * (1 - v), f"a_{m + 1} (1 - a_{m + 1})") for m, v in enumerate(a)], lines


ACTIVATED = {"relu": rectified, "sigmoid": squashed}


def updates(layers: Layers, gradients: Layers, rate: float) -> Iterator[str]:
    """Write out the update of each parameter."""
    for i, (layer, gradient) in enumerate(zip(layers, gradients, strict=True), 1):
        for letter, array, slope in zip("Wb", layer, gradient, strict=True):
            for where in np.ndindex(array.shape):
                name = f"{letter}{i}_{''.join(str(j + 1) for j in where)}"
                before, g = float(array[where]), float(slope[where])
                yield f"  {name:5} = {number(before)} - {rate:g}*{number(g)} = {plain(before - rate * g)}"


def sample_loss(recipe: FirstPass, theta: Array) -> float:
    """Loss of the one sample, with other parameters."""
    with np.errstate(over="ignore", invalid="ignore"):  # said in a sentence
        logits, _ = network(np.array(recipe.x[:1], float), unflatten(theta, recipe.sizes), ACTIVATIONS[recipe.hidden])
        loss = float(softmax_cross_entropy(logits, np.array(recipe.labels[:1]))[0])
    stop_if_diverged(loss, 1, recipe.rate)
    return loss


def handful(recipe: FirstPass) -> tuple[list[str], dict[str, float]]:
    """Go through the network with all examples at once, by the primitives; then update, and go on for many epochs."""
    x, labels, theta = np.array(recipe.x, float), np.array(recipe.labels), recipe.theta
    (W1, b1), (W2, b2) = unflatten(theta, recipe.sizes)
    z1, back_z1 = dense(x, W1, b1)
    a, back_a = ACTIVATIONS[recipe.hidden](z1)
    z2, back_z2 = dense(a, W2, b2)
    loss, back_loss = softmax_cross_entropy(z2, labels)
    dz2 = back_loss()
    da, dW2, db2 = back_z2(dz2)
    assert da is not None
    dz1 = back_a(da)
    _, dW1, db1 = back_z1(dz1, skip_dx=True)
    lines = [*heading(f"{len(x)} samples at once, as the code computes it"), f"labels {labels + 1}", ""]
    for name, array, equation in (
        ("x", x, 0),
        ("z1 = x W1 + b1", z1, 22),
        ("a = max(z1, 0)", a, 2) if recipe.hidden == "relu" else ("a = sigmoid(z1)", a, 36),
        ("z2 = a W2 + b2", z2, 23),
        ("p = softmax of each row of z2", softmax(z2)[0], 6),
        ("dz2 = (p - Y) / N", dz2, 25),
        ("dW2 = a' dz2", dW2, 26),
        ("db2 = dz2' 1", db2, 27),
        ("da = dz2 W2'", da, 28),
        ("dz1 = da * [z1 > 0]", dz1, 30) if recipe.hidden == "relu" else ("dz1 = da * a * (1 - a)", dz1, 42),
        ("dW1 = x' dz1", dW1, 31),
        ("db1 = dz1' 1", db1, 32),
    ):
        lines += [*line(name, equation), *rows(array)]
    losses = {"a handful": float(loss)}
    run = train(
        theta,
        recipe.sizes,
        x,
        labels,
        update=descent(theta),
        rate_at=constant(recipe.rate),
        epochs=recipe.epochs + 1,
        activation=ACTIVATIONS[recipe.hidden],
    )
    epochs = [epoch.loss for epoch in run]  # each the loss before its update
    losses |= {"a handful, after an update": epochs[1], f"a handful, after {recipe.epochs} updates": epochs[-1]}
    lines += ["", compared(f"Loss of these {len(x)}", epochs[0], epochs[1]), *heading("Many epochs")]
    shown = [n for n in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n < recipe.epochs]
    lines += [f"  after {n:>5,} updates: loss {epochs[n]:.4f}" for n in (*shown, recipe.epochs)]
    return lines, losses
