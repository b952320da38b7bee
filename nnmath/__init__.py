"""The mathematics of neural-network gradients, in which nothing is taken on trust."""

from nnmath.primitives import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy

__all__ = ["binary_cross_entropy", "dense", "relu", "sigmoid", "softmax", "softmax_cross_entropy"]
