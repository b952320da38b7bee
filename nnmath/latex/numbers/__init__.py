"""Arithmetic: balls that enclose real numbers, arrays of them with named axes, and their derivatives."""
