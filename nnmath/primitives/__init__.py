"""The primitives: each one function that returns its value and its backward pass.

A backward pass closes over the arrays of its forward pass and copies nothing: change neither the inputs nor the value
in place before you have called it.
"""

from nnmath.primitives.activations.relu import relu
from nnmath.primitives.activations.sigmoid import sigmoid
from nnmath.primitives.activations.softmax import softmax
from nnmath.primitives.linear.dense import dense
from nnmath.primitives.losses.binary_cross_entropy import binary_cross_entropy
from nnmath.primitives.losses.softmax_cross_entropy import softmax_cross_entropy

#: Every primitive. A new one is a module here, a derivation of the same name and a line in this list.
PRIMITIVES = (sigmoid, relu, dense, softmax, binary_cross_entropy, softmax_cross_entropy)

__all__ = ["PRIMITIVES", "binary_cross_entropy", "dense", "relu", "sigmoid", "softmax", "softmax_cross_entropy"]
