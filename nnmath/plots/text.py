"""What a language model does: its loss as it learns, and which positions its heads look at."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, PowerNorm

from nnmath.data.text import encode
from nnmath.plots.steps import draw_losses, label_steps
from nnmath.plots.style import BACKGROUND, COLOURS, new_figure, png
from nnmath.training.gpt import attention_maps, unflatten
from nnmath.training.gpt_file import GPT
from nnmath.training.metrics import Score

WEIGHTS = LinearSegmentedColormap.from_list("weights", [BACKGROUND, COLOURS[2]])


def text_curve_png(training: Mapping[float, Score], validation: Mapping[float, Score]) -> bytes:
    """Draw the loss of each batch, its running mean, and the loss on the validation text, over the steps."""
    with new_figure(9, 5.2) as figure:
        axes = figure.subplots()
        draw_losses(axes, training, validation, "validation text")
        axes.set_ylim(top=min(training[min(training)].loss * 1.05, 5))
        axes.set_ylabel("loss, nats a character")
        label_steps(axes, max(validation))
        return png(figure)


def attention_png(model: GPT, text: str) -> bytes:
    """Draw, for each head of each block, the weight with which each position looks at those up to it."""
    tokens = encode(text, model.characters)
    maps = attention_maps(tokens[np.newaxis], unflatten(model.theta, model.sizes), model.sizes.heads)
    rows, columns = len(maps), model.sizes.heads
    with new_figure(3 * columns + 0.8, 3 * rows + 1.2) as figure:
        figure.suptitle("attention: row looks at column, first character top left", x=0.02, ha="left", fontsize=15)
        panels = figure.subplots(rows, columns, squeeze=False)
        for i, weights in enumerate(maps):
            for j in range(columns):
                axes = panels[i, j]
                image = axes.imshow(weights[0, j], cmap=WEIGHTS, norm=PowerNorm(0.5, 0, 1), interpolation="nearest")
                axes.set_title(f"block {i + 1}, head {j + 1}", fontsize=11)
                places, signs = range(len(text)), [repr(character)[1:-1] for character in text]
                axes.set_xticks(places if i == rows - 1 else [], signs if i == rows - 1 else [], fontsize=4.5)
                axes.set_yticks(places if j == 0 else [], signs if j == 0 else [], fontsize=4.5)
                axes.tick_params(length=0, pad=1)
        bar = figure.colorbar(image, ax=panels, shrink=0.4, ticks=(0, 0.1, 0.5, 1))
        bar.set_label("weight")
        bar.outline.set_visible(False)
        return png(figure)
