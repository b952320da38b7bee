"""Sums over windows of an image: weighted, largest, mean."""
