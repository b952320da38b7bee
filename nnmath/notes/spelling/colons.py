r"""The product ``A : B`` of matrices, the sum of the products of their entries.

A colon binds tighter than + and -, but where it stands between two sums.
"""

from __future__ import annotations

import re
from itertools import pairwise

from nnmath.notes.document.brackets import group_end, outermost, split_outermost


def with_inner_products(latex: str) -> str:
    r"""Write the product ``A : B`` of matrices, or of vectors, as ``\langle A, B \rangle``."""
    latex = _with_colons_last(_with_inner_products_in_brackets(latex))
    signs = list(outermost(latex, r":(?!=)|:?=|[-+,&]|\\\\|\\(?:quad|qquad|implies|approx)(?![A-Za-z])"))
    for i in range(len(signs) - 1, -1, -1):
        if signs[i].group() == ":":
            begin = signs[i - 1].end() if i else 0
            end = signs[i + 1].start() if i + 1 < len(signs) else len(latex)
            left, right = latex[begin : signs[i].start()], latex[signs[i].end() : end]
            if left.strip() and right.strip():
                latex = rf"{latex[:begin]} \langle {left}, {right} \rangle {latex[end:]}"
    return latex


def _with_inner_products_in_brackets(latex: str) -> str:
    position = 0
    while found := re.compile(r"[(\[]").search(latex, position):
        position, end = found.end(), group_end(latex, found.start())
        inside = latex[found.end() : end - 1].removesuffix(r"\right") if end > 0 else ""
        parts = split_outermost(inside, ":")
        matrices = any("d" in part for _, part in parts) or all(re.search("[A-Z]", part) for _, part in parts)
        if len(parts) > 1 and not any(outermost(inside, "[=,]")) and matrices:
            done = with_inner_products(inside)
            latex = latex[: found.end()] + done + latex[found.end() + len(inside) :]
    return latex


def _with_colons_last(latex: str) -> str:
    """Put both factors of a colon into brackets where it stands between two sums, ``Y - X : Y - X``, and no other."""
    signs = list(outermost(latex, r":(?!=)|:?=|(?<=[^\s=:(])\s*[-+]|&"))
    ends = [-1, *(i for i, sign in enumerate(signs) if sign.group() in ("=", ":=", "&")), len(signs)]
    for first, last in reversed(list(pairwise(ends))):
        side = signs[first + 1 : last]
        colons = [i for i, sign in enumerate(side) if sign.group() == ":"]
        if len(colons) == 1 and 0 < colons[0] < len(side) - 1:
            begin = signs[first].end() if first >= 0 else 0
            end = signs[last].start() if last < len(signs) else len(latex)
            colon = side[colons[0]]
            left, right = latex[begin : colon.start()], latex[colon.end() : end]
            latex = rf"{latex[:begin]} \langle {left}, {right} \rangle {latex[end:]}"
    return latex
