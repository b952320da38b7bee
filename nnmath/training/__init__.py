"""The trainer: a network of primitives, an optimizer and a loop, each small enough to read in one sitting.

One training step, from the batch to the update, is the body of the loop in `nnmath.training.loop.train`.
"""
