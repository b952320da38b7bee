"""The trainer: a network of primitives, an optimizer and a loop, each small enough to read in one sitting.

One training step, from the batch to the update, is the loop of `nnmath.training.loop.descend`. What it takes
to train a network on your own arrays can be imported from here.
"""

from nnmath.training.initial_weights import initialize
from nnmath.training.loop import train
from nnmath.training.metrics import accuracy, outputs
from nnmath.training.model import Model, load_model, model_bytes
from nnmath.training.network import flatten, unflatten
from nnmath.training.optimizers import adam, constant

__all__ = [
    "Model",
    "accuracy",
    "adam",
    "constant",
    "flatten",
    "initialize",
    "load_model",
    "model_bytes",
    "outputs",
    "train",
    "unflatten",
]
