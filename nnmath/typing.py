"""The types that signatures of this package are written in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A float32 or float64 array: the only numbers that a derivative is taken of.
Array = NDArray[np.floating[Any]]
