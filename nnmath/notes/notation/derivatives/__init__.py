"""How derivatives are written: differentials, names such as ``dW``, subscripts, points, losses that are not defined."""
