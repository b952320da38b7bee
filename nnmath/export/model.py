"""A saved model as an ONNX model: preprocessing, where there is any, network and probabilities in one graph."""

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

import numpy as np

from nnmath.export.graph import Graph
from nnmath.export.table import add_preprocessing
from nnmath.extras import optional
from nnmath.training.model import Model

#: The inputs of a network without preprocessing.
INPUTS = "x"
#: A protocol buffer, which an ONNX file is, holds less than 2 GiB; some of it is not weights.
LARGEST = 2**31 - 2**20


class Exported(NamedTuple):
    """An ONNX model.

    Attributes
    ----------
    content : bytes
        Of the file.
    inputs : tuple of str
        "x", shape (N, D); or the columns of the table, each of shape (N, 1): floats, NaN where one is missing, or
        strings, "" where one is missing.
    outputs : tuple of str
        The name of the most probable class, shape (N,), and the probability of each class, shape (N, K); or, of a model
        of a quantity, the quantity alone, shape (N,).
    """

    content: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def export(model: Model) -> Exported:
    """Make an ONNX model, which gives the probabilities or the quantity that `predict` gives, to rounding.

    Numbers of a table are taken and made inputs of the network in float64; the network computes in its own precision.
    A category that is none of those learned from, which `predict` refuses, is taken for none of them.

    Raises
    ------
    ImportError
        The onnx package is not installed.
    ValueError
        The model is too large for a file of this format.
    """
    onnx = optional("onnx", "onnx", "export")
    if sum(array.nbytes for layer in model.layers for array in layer) > LARGEST:
        raise ValueError("the model has more than 2 GiB of weights, and an ONNX file cannot hold them")
    dtype = np.result_type(*(array for layer in model.layers for array in layer))
    table = model.preprocessing
    inputs = tuple(feature.name for feature in table.features) if table else (INPUTS,)
    graph = Graph(onnx, inputs)
    outputs = tuple(graph.name(name) for name in (("label", "probabilities") if model.classes else ("value",)))
    if table:
        x = add_preprocessing(graph, table)
        if dtype != np.float64:
            x = graph.cast(x, dtype)
    else:
        x = graph.input(INPUTS, dtype, model.sizes[0], "inputs of the network, one row an example")
    z = _add_network(graph, x, model, dtype)
    classes, K = json.dumps(model.classes, ensure_ascii=False), len(model.classes)
    if model.classes:
        label, p = outputs
        _add_classes(graph, z, model, label, p)
        graph.output(label, np.str_, ["N"], "the most probable class")
        graph.output(p, dtype, ["N", K], f"the probability of each class, in this order: {classes}")
    else:
        graph.node("Reshape", z, graph.constant("shape", np.array([-1])), name=outputs[0])
        graph.output(outputs[0], dtype, ["N"], "the quantity")
    metadata = ({"classes": classes} if model.classes else {}) | ({"target": table.target} if table else {})
    made = graph.model("network", _told(model), metadata, _version())
    return Exported(made.SerializeToString(deterministic=True), inputs, outputs)


def _add_network(graph: Graph, x: str, model: Model, dtype: Any) -> str:
    """Add the layers; return the name of the logits."""
    activation = {"relu": "Relu", "sigmoid": "Sigmoid"}[model.hidden]
    for i, (W, b) in enumerate(model.layers, 1):
        if i > 1:
            x = graph.node(activation, x)
        W_name, b_name = graph.constant(f"W{i}", W.astype(dtype)), graph.constant(f"b{i}", b.astype(dtype))
        x = graph.node("Add", graph.node("MatMul", x, W_name), b_name)  # one Gemm in float64 old onnxruntimes refuse
    return x


def _add_classes(graph: Graph, z: str, model: Model, label: str, p: str) -> None:
    """Add the probabilities and the name of the most probable class.

    Of a single sigmoid z becomes (-z, z): its probabilities are those of both classes, and the larger is the answer.
    """
    if model.sizes[-1] == 1 and model.output == "sigmoid":
        z = graph.node("Concat", graph.node("Neg", z), z, axis=1)
    if model.output == "softmax":
        graph.node("Softmax", z, name=p, axis=1)
    else:
        graph.node("Sigmoid", z, name=p)
    best = graph.node("ArgMax", z, axis=1, keepdims=0)
    graph.node("Gather", graph.constant("classes", np.array(model.classes)), best, name=label, axis=0)


def _told(model: Model) -> str:
    sizes = "-".join(map(str, model.sizes))
    last = f"{model.output} after the last" if model.classes else "nothing after the last"
    told = f"A network of sizes {sizes}, {model.hidden} between its layers, {last}."
    if model.preprocessing is None:
        return told
    return (
        f"{told} It predicts {model.preprocessing.target} from the raw values of a table, one input a column, each of "
        "shape (N, 1). A missing number is NaN, a missing category an empty string; what was learned from then stands "
        "in for it. A category that was not learned from is taken for none of those that were."
    )


def _version() -> str:
    try:
        return version("nnmath")
    except PackageNotFoundError:  # run from a copy of the source
        return ""
