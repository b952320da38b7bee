"""How the pictures of the derivations are drawn: without a background, once for light pages and once for dark ones."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH, HEIGHT = 6.4, 3.5
POINTS = 72

#: Room for what stands at the axes; the same in every picture, so that they line up.
_MARGINS = {"left": 0.12, "right": 0.975, "top": 0.95, "bottom": 0.17}


@dataclass(frozen=True)
class Palette:
    """The colours of the pages, by what they are for."""

    ink: str
    soft: str
    edge: str
    blue: str
    red: str
    green: str


LIGHT = Palette("#22262b", "#5b6068", "#dddbd4", "#2c45ae", "#b32410", "#0b6b50")
DARK = Palette("#e6e3dc", "#a5abb4", "#33373e", "#a3b5ff", "#ff9b86", "#63d3ae")

#: Draws into a figure with the colours of a palette.
Draw = Callable[[Figure, Palette], None]


@cache
def pictures_of(name: str, draw: Draw, height: float = HEIGHT) -> dict[str, bytes]:
    """Return both variants of a picture as SVG files, by their names."""
    return {
        f"pictures/{name}.svg": svg(draw, LIGHT, height),
        f"pictures/{name}-dark.svg": svg(draw, DARK, height),
    }


def svg(draw: Draw, palette: Palette, height: float = HEIGHT) -> bytes:
    """Draw, and return an SVG file; the same drawing gives the same bytes."""
    settings = {
        "font.family": "STIXGeneral",
        "mathtext.fontset": "stix",
        "font.size": 13,
        "text.color": palette.ink,
        "axes.edgecolor": palette.soft,
        "axes.labelcolor": palette.ink,
        "xtick.color": palette.soft,
        "ytick.color": palette.soft,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.facecolor": "none",
        "grid.color": palette.edge,
        "lines.linewidth": 2.0,
        "legend.frameon": False,
        "svg.hashsalt": "nnmath",
        "svg.fonttype": "path",
    }
    with style.context(["default", settings]):
        figure = Figure(figsize=(WIDTH, height))
        figure.subplots_adjust(**_MARGINS)
        draw(figure, palette)
        file = io.BytesIO()
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        return file.getvalue()


@dataclass(frozen=True)
class Picture:
    """A figure of a derivation's page.

    Attributes
    ----------
    name : str
        The file, without its folder and its ending.
    section : str
        The address of the heading under which it stands, at the end; empty for the opening.
    alt, caption : str
        What it shows, for those who cannot see it, and for all.
    draw : callable
        Draws it.
    live : str
        What the script that takes its place shows; empty where there is none.
    inches : float
        Its height.
    """

    name: str
    section: str
    alt: str
    caption: str
    draw: Draw
    live: str = ""
    inches: float = HEIGHT

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return round(WIDTH * POINTS)

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return round(self.inches * POINTS)

    def files(self) -> dict[str, bytes]:
        """Return the pictures themselves, for light and for dark pages."""
        return pictures_of(self.name, self.draw, self.inches)


def label(axes: Axes, x: float, y: float, text: str, colour: str, where: str = "left") -> None:
    """Write a name at its curve, which takes less looking than a legend."""
    axes.text(x, y, text, color=colour, ha=where, va="center")


def plain_axes(figure: Figure, name: str) -> Axes:
    """Return axes with a grid; `name` is that of the horizontal one."""
    axes = figure.subplots()
    axes.grid(True)
    axes.set_xlabel(name)
    return axes
