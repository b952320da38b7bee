"""From the LaTeX of one equation to its syntax tree."""
