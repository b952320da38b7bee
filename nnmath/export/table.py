"""The preprocessing of a table as nodes of an ONNX graph: `Preprocessing.inputs`, in the same precision."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from nnmath.data.columns import MISSING
from nnmath.data.preprocessing import Feature, Preprocessing
from nnmath.export.graph import Graph

Floats = NDArray[np.float64]

#: The position that an unknown category has, and one that no category has.
UNKNOWN, NEVER = -1, -2


def add_preprocessing(graph: Graph, preprocessing: Preprocessing) -> str:
    """Add an input for each column, and the nodes that make the inputs of the network of them; return their name.

    Numbers come first and are treated at once, then each column of categories; in the end, where that is not the
    order in which the network has them, they are put in order.
    """
    numbers: list[str] = []
    categories: list[str] = []
    number_places: list[int] = []
    category_places: list[int] = []
    d = 0
    for feature in preprocessing.features:
        places = list(range(d, d + len(feature.inputs)))
        if feature.categories:
            told = "a category; an empty string where it is missing"
            column = graph.input(feature.name, np.str_, 1, told)
            categories.append(_one_hot(graph, column, feature, preprocessing.scale[places] > 0))
            category_places += places
        else:
            numbers.append(graph.input(feature.name, np.float64, 1, "a number; NaN where it is missing"))
            number_places += places
        d += len(places)
    parts = []
    if numbers:
        fills = np.array([feature.fill for feature in preprocessing.features if not feature.categories])
        mean, scale = preprocessing.mean[number_places], preprocessing.scale[number_places]
        parts.append(_scaled(graph, _joined(graph, numbers), fills, mean, scale))
    if categories:
        parts.append(graph.cast(_joined(graph, categories), np.float64))
    return _ordered(graph, _joined(graph, parts), number_places + category_places)


def _scaled(graph: Graph, raw: str, fill: Floats, mean: Floats, scale: Floats) -> str:
    """Fill in missing numbers and scale all; a scale of 0 stands for an input that is always 0.

    The choice of 0 stands there even where all inputs vary: onnxruntime would take a division by a single number into
    the matrix product that follows, and round the number to float32.
    """
    whole = graph.node("Where", graph.node("IsNaN", raw), graph.constant("fill", fill[np.newaxis]), raw)
    centred = graph.node("Sub", whole, graph.constant("mean", mean[np.newaxis]))
    x = graph.node("Div", centred, graph.constant("scale", np.where(scale > 0, scale, 1)[np.newaxis]))
    varies, zero = graph.constant("varies", scale[np.newaxis] > 0), graph.constant("zero", np.zeros((1, 1)))
    return graph.node("Where", varies, x, zero)


def _one_hot(graph: Graph, column: str, feature: Feature, seen: NDArray[np.bool_]) -> str:
    """Whether the category is this one, for each: none where it is unknown, which a graph cannot refuse."""
    codes = {word: int(feature.fill) for word in missing_words()}
    codes |= {word: k for k, word in enumerate(feature.categories)}
    code = graph.node(
        "LabelEncoder",
        column,
        domain="ai.onnx.ml",
        keys_strings=list(codes),
        values_int64s=list(codes.values()),
        default_int64=UNKNOWN,
    )
    positions = np.where(seen, np.arange(len(feature.categories)), NEVER)  # what was never seen counts for nothing
    return graph.node("Equal", code, graph.constant("categories", positions[np.newaxis]))


def missing_words() -> list[str]:
    """Return what stands for a missing value in a CSV file, in all mixtures of capital and small letters."""
    spelled = (product(*({letter.lower(), letter.upper()} for letter in word)) for word in MISSING)
    return sorted("".join(letters) for words in spelled for letters in words)


def _joined(graph: Graph, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else graph.node("Concat", *parts, axis=1)


def _ordered(graph: Graph, x: str, places: list[int]) -> str:
    """Put columns that stand at these places of the network's inputs in the order of the places."""
    order = np.argsort(places)
    if (order == np.arange(len(order))).all():
        return x
    return graph.node("Gather", x, graph.constant("order", order), axis=1)
