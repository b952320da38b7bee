"""Activation functions: what acts on each entry of a layer's output, or on each row of it."""
