"""How accurate the primitives are: at every float32 number there is, and where a search finds the largest error.

``nnmath check`` compares a few hundred inputs with the equations of a derivation. Here a function of one number is
computed at all 2**32 float32 inputs (`sweep`), and the inputs at which a float64 result is worst are searched for:
numbers in `scalar_search`, arrays in `search`.
"""

from nnmath.accuracy.functions import ScalarFunction as ScalarFunction
from nnmath.accuracy.functions import scalar_functions as scalar_functions
from nnmath.accuracy.search import largest_error as largest_error
from nnmath.accuracy.sweep import sample as sample
from nnmath.accuracy.sweep import sweep as sweep
from nnmath.accuracy.sweep import wanted_chunks as wanted_chunks
