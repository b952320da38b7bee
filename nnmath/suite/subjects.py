"""The rows of `make check`: every primitive, and whole networks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from nnmath.primitives import PRIMITIVES, binary_cross_entropy, dense, relu, sigmoid, softmax_cross_entropy
from nnmath.suite.strategies import INPUTS, Dims, Inputs, different_dims, dims, floats, labels, probabilities

Drawing = Callable[[Callable[[int], st.SearchStrategy[Dims]]], st.SearchStrategy[Inputs]]


@dataclass(frozen=True)
class SubjectUnderCheck:
    """A function that returns its value and its backward pass, and how its inputs are drawn.

    Attributes
    ----------
    name : str
    function : callable
    drawing : callable
        From a strategy for dimensions to one for inputs.
    """

    name: str
    function: Callable[..., Any]
    drawing: Drawing

    def inputs(self) -> st.SearchStrategy[Inputs]:
        """Inputs of all shapes."""
        return self.drawing(dims)

    def unmistakable_inputs(self) -> st.SearchStrategy[Inputs]:
        """Inputs whose dimensions are all different and at least 2."""
        return self.drawing(different_dims)


def classifier(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, targets: Any) -> tuple[Any, Callable[..., Any]]:
    """Dense, relu, dense, softmax_cross_entropy: the layers of the spiral's network."""
    z1, back_z1 = dense(x, W1, b1)
    a1, back_a1 = relu(z1)
    z2, back_z2 = dense(a1, W2, b2)
    loss, back_loss = softmax_cross_entropy(z2, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        da1, dW2, db2 = back_z2(back_loss(upstream))
        return *back_z1(back_a1(da1)), dW2, db2

    return loss, backward


def detector(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, targets: Any) -> tuple[Any, Callable[..., Any]]:
    """Dense, sigmoid, dense, binary_cross_entropy: a yes or no for each of the outputs."""
    z1, back_z1 = dense(x, W1, b1)
    a1, back_a1 = sigmoid(z1)
    z2, back_z2 = dense(a1, W2, b2)
    loss, back_loss = binary_cross_entropy(z2, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        da1, dW2, db2 = back_z2(back_loss(upstream))
        return *back_z1(back_a1(da1)), dW2, db2

    return loss, backward


def _network_inputs(targets: Callable[[int, int], st.SearchStrategy[Any]]) -> Drawing:
    """x (n, d), W1 (d, m), b1 (m,), W2 (m, k), b2 (k,), targets; of a size that keeps the logits below about 30."""

    def parts(ndmk: Dims) -> st.SearchStrategy[Inputs]:
        n, d, m, k = ndmk
        return st.tuples(
            floats((n, d), 3).map(np.tanh),
            *(floats(shape, 3).map(lambda array: np.clip(array, -2, 2)) for shape in ((d, m), (m,), (m, k), (k,))),
            targets(n, k),
        )

    return lambda dimensions: dimensions(4).flatmap(parts)


#: What the networks of the table are made of.
LAYERS = {
    "relu network": "dense, relu, dense, softmax_cross_entropy",
    "sigmoid network": "dense, sigmoid, dense, binary_cross_entropy",
}


def all_subjects() -> list[SubjectUnderCheck]:
    """Every primitive of the list, then the networks."""
    relu_network, sigmoid_network = LAYERS
    return [
        *(SubjectUnderCheck(p.__name__, p, INPUTS[p.__name__]) for p in PRIMITIVES),
        SubjectUnderCheck(relu_network, classifier, _network_inputs(labels)),
        SubjectUnderCheck(sigmoid_network, detector, _network_inputs(lambda n, k: probabilities((n, k)))),
    ]
