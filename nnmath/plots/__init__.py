"""Pictures of training runs.

Every picture brings its own background, so that it looks the same on a white and on a dark page, and the same run gives
the same bytes.
"""

from nnmath.plots.curves import comparison_png, curve_png
from nnmath.plots.plane import Frame, Scores, boundary_gif, data_png, regions_png, wide_png
from nnmath.plots.predictions import confusion_png, digits_png, weights_png, wrong_png

__all__ = [
    "Frame",
    "Scores",
    "boundary_gif",
    "comparison_png",
    "confusion_png",
    "curve_png",
    "data_png",
    "digits_png",
    "regions_png",
    "weights_png",
    "wide_png",
    "wrong_png",
]
