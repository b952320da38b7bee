"""Distributions, densities and means by their names."""
