"""The saved GPT: an .npz file without pickle, with its sizes, its characters and all weights."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nnmath.archive import archive_bytes
from nnmath.training.gpt import Sizes, shapes
from nnmath.training.model import ModelError, model_arrays
from nnmath.typing import Array

FORMAT = "nnmath gpt 1"


class GPT(NamedTuple):
    """A GPT and the characters that its tokens stand for.

    Attributes
    ----------
    theta : float32 array, shape (P,)
    sizes : Sizes
    characters : str
    """

    theta: Array
    sizes: Sizes
    characters: str


def gpt_bytes(model: GPT) -> bytes:
    """Return the content of a model file; the same model gives the same bytes."""
    return archive_bytes(
        {
            "format": np.array(FORMAT),
            "sizes": np.array(model.sizes),
            "characters": np.array([ord(character) for character in model.characters]),
            "theta": model.theta,
        }
    )


def load_gpt(path: Path) -> GPT:
    """Read a model as it was saved.

    Raises
    ------
    ModelError
        The file is damaged, or is something else, or its arrays do not fit each other.
    OSError
        There is no such file, or it cannot be read.
    """
    arrays = model_arrays(path, [FORMAT])
    empty = np.empty(0)
    sizes, characters, theta = (arrays.get(name, empty) for name in ("sizes", "characters", "theta"))
    if sizes.shape != (len(Sizes._fields),) or sizes.dtype.kind != "i" or (sizes < 1).any():
        raise ModelError(f"{path}: sizes: expected {len(Sizes._fields)} positive integers")
    of = Sizes(*sizes.tolist())
    if of.width % of.heads:
        raise ModelError(f"{path}: sizes: expected a width that the heads divide, got {of.width} and {of.heads}")
    codes = characters.tolist() if characters.dtype.kind == "i" and characters.ndim == 1 else []
    if len(codes) != of.vocabulary or len(set(codes)) < len(codes) or not all(0 <= code < 0x110000 for code in codes):
        raise ModelError(f"{path}: characters: expected {of.vocabulary} of them, each once")
    count = sum(int(np.prod(shape)) for shape in shapes(of))
    if theta.dtype != np.float32 or theta.shape != (count,) or not np.isfinite(theta).all():
        raise ModelError(f"{path}: theta: expected {count:,} finite float32 numbers")
    return GPT(theta, of, "".join(map(chr, codes)))
