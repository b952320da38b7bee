"""Layers that give their inputs a mean of 0 and a variance of 1."""
