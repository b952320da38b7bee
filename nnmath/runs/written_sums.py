"""Sums written out for the terminal: the names of their terms, the numbers, and the number of the equation."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Vector = list[float]
Matrix = list[list[float]]

#: Columns of the terminal.
WIDTH = 80


def affine(
    z: str, x: str, W: str, b: str, u: Sequence[float], w: Matrix, c: Vector, result: Vector, equation: int
) -> list[str]:
    """Write out z_m = sum of x_d W_dm, plus b_m: the names, then the numbers."""
    lines = []
    for m, value in enumerate(result):
        names = plus([*(f"{x}_{d + 1} {W}_{d + 1}{m + 1}" for d in range(len(u))), f"{b}_{m + 1}"])
        terms = plus([*(f"{number(a)}*{number(row[m])}" for a, row in zip(u, w)), number(c[m])])
        lines += [*line(f"{z}_{m + 1} = {names}", equation), f"       = {terms} = {plain(value)}"]
    return lines


def outer(W: str, x: str, dz: str, u: Sequence[float], e: Vector, result: Matrix, equation: int) -> list[str]:
    """Write out dW_dm = x_d dz_m."""
    lines = []
    for d, row in enumerate(result):
        for m, value in enumerate(row):
            formula = f"d{W}_{d + 1}{m + 1} = {x}_{d + 1} {dz}_{m + 1}"
            lines += line(f"{formula} = {number(u[d])}*{number(e[m])} = {plain(value)}", equation)
    return lines


def heading(title: str) -> list[str]:
    """Return a title with a line under it."""
    return ["", title, "=" * len(title)]


def line(text: str, equation: int) -> list[str]:
    """Return a line that ends in the number of its equation, at the right edge; 0 is none."""
    tag = f"({equation})" if equation else ""
    return [f"  {text}{tag:>{WIDTH - 2 - len(text)}}".rstrip()]


def rows(array: NDArray[np.floating]) -> list[str]:
    """Return the rows of an array."""
    return ["      " + " ".join(f"{float(value):9.4f}" for value in row) for row in np.atleast_2d(array) + 0.0]


def compared(what: str, before: float, after: float) -> str:
    """Say how the loss changed."""
    return f"{what}: {before:.4f} before, {after:.4f} after the update: {'lower' if after < before else 'not lower'}."


def plain(value: float) -> str:
    """Return a number with up to four decimals, or up to four digits when it is a long one."""
    text = f"{value:.4f}".rstrip("0").rstrip(".") if abs(value) < 1e6 else f"{value:.4g}"
    return "0" if text == "-0" else text


def number(value: float) -> str:
    """Return a number as it stands in a formula: in brackets when it is negative."""
    text = plain(value)
    return f"({text})" if text.startswith("-") else text


def plus(terms: Iterable[str]) -> str:
    """Join the terms of a sum."""
    return " + ".join(terms)


def added(name: str, count: int) -> str:
    """Return the sum of so many quantities of one name."""
    return plus(f"{name}_{k + 1}" for k in range(count))
