"""Shapes: what each symbol may be, what an equation means where it fits, and which equations can be run."""
