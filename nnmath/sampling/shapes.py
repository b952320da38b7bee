"""Shapes: dimensions that have names, such as N and D, or sizes, and what sizes they are given."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

#: The dimensions of a shape. A name is the same size wherever it stands.
Dims = tuple[str | int, ...]
Shape = tuple[int, ...]

#: So many dimensions are given sizes that all differ.
MOST_DISTINCT = 5


class DerivedSizes(NamedTuple):
    """Dimensions whose sizes follow from those of others.

    Attributes
    ----------
    names : frozenset of str
    of : callable
        From the sizes of the others to theirs; None where these are not possible.
    """

    names: frozenset[str]
    of: Callable[[Mapping[str, int]], Mapping[str, int] | None]


def parse_dims(text: str) -> Dims:
    """Read ``N,D``, ``(N, 3)``, ``N D``, ``...,D`` or ``()``.

    ``...`` is any number of axes to those who know it, and otherwise the name of one.

    Raises
    ------
    ValueError
        It is no shape.
    """
    inside = text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text.strip()
    if inside == "" and text.startswith("("):
        return ()
    dims = re.split(r"\s*,\s*|\s+", re.sub(r"\s*,\s*$", "", inside))
    for dim in dims:
        if not re.fullmatch(r"[A-Za-z_]\w*|[1-9]\d*|\.\.\.", dim):
            raise ValueError(
                f"{text!r} is no shape; expected dimensions, names or numbers from 1 on, such as N,D or N,3 "
                "(() for a single number)"
            )
    return tuple(int(dim) if dim.isdigit() else dim for dim in dims)


def written(dims: Dims) -> str:
    """Write dimensions as a tuple: (N, D), (N,), ()."""
    return f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})"


def names_of(shapes: Iterable[Dims]) -> list[str]:
    """Return the names of dimensions, each once, in the order in which they stand."""
    return list(dict.fromkeys(dim for dims in shapes for dim in dims if isinstance(dim, str)))


def shape_of(dims: Dims, sizes: Mapping[str, int]) -> Shape:
    """Return the shape that dimensions make with these sizes."""
    return tuple(dim if isinstance(dim, int) else sizes[dim] for dim in dims)


def distinct_sizes(shapes: Iterable[Dims]) -> list[int]:
    """Return as many sizes from 2 on as there are names, none of them a number that stands among the dimensions.

    With these, in any order, no axis can be taken for another. Of more than five names, whose product would be large,
    the sixth has the first size again, and so on.
    """
    shapes = list(shapes)
    fixed = {dim for dims in shapes for dim in dims if isinstance(dim, int)}
    count = len(names_of(shapes))
    sizes = [size for size in range(2, 2 + MOST_DISTINCT + len(fixed)) if size not in fixed][:MOST_DISTINCT]
    return [sizes[i % MOST_DISTINCT] for i in range(count)]
