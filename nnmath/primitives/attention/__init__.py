"""Layers in which positions of a sequence look at each other."""
