"""What each construct of the language means: one rule for its shape and its value."""

from nnmath.latex.semantics import arithmetic, arrays, calls, conditions, derivatives, expectations, names, reductions

__all__ = ["arithmetic", "arrays", "calls", "conditions", "derivatives", "expectations", "names", "reductions"]
