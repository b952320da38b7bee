"""How all pictures look, and how they become files."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from matplotlib import style
from matplotlib.figure import Figure
from PIL import Image

#: Red, green and blue that colour-blind people can tell apart: their lightness differs, too.
COLOURS = ("#cc3018", "#10aa82", "#2c45ae")
MARKERS = ("o", "s", "^")
BACKGROUND, FOREGROUND, GRID, ACCENT = "#fbfaf7", "#22262b", "#dddbd4", "#cc3018"

STYLE = {
    "figure.facecolor": BACKGROUND,
    "axes.facecolor": BACKGROUND,
    "text.color": FOREGROUND,
    "axes.labelcolor": FOREGROUND,
    "xtick.color": FOREGROUND,
    "ytick.color": FOREGROUND,
    "axes.edgecolor": FOREGROUND,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titlesize": 15,
    "axes.titlepad": 10,
    "grid.color": GRID,
    "font.size": 13,
}


@contextmanager
def new_figure(width: float, height: float, dpi: int = 120) -> Iterator[Figure]:
    """Open a figure of so many inches, in the style of this project whatever the user's own settings are."""
    with style.context(["default", STYLE]):
        figure = Figure(figsize=(width, height), dpi=dpi)
        figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.15)
        yield figure


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG file."""
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})  # which would be Matplotlib's version
    return file.getvalue()


def rendered(figure: Figure) -> Image.Image:
    """Return the figure as a picture in memory."""
    file = io.BytesIO()
    figure.savefig(file, format="rgba")
    return Image.frombytes("RGBA", figure.canvas.get_width_height(), file.getvalue()).convert("RGB")


def gif(frames: Sequence[Image.Image]) -> bytes:
    """Join frames to an endless animation, ten a second, that rests on the last; its colours are the last one's."""
    palette = frames[-1].quantize(64, kmeans=1)
    first, *rest = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    file = io.BytesIO()
    durations = [100] * len(rest) + [2500]
    first.save(file, "GIF", save_all=True, append_images=rest, duration=durations, loop=0)
    return file.getvalue()
