"""For how many examples equations are judged; a module of its own, which imports nothing."""

#: For how many examples each equation is judged, unless another number is given.
DEFAULT_EXAMPLES = 12
