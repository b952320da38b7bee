"""A picture of a digit, made like those of MNIST."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from nnmath.files import opened

#: Side of an image of MNIST, and of the square in it that the ink is fitted into.
SIDE, BOX = 28, 20


#: The formats that are read; others would start programs (EPS) or old readers on a file of unknown origin.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")

#: More pixels are not unpacked; from twice this side on a picture is made smaller before it is looked at.
MOST_PIXELS, LARGE = 2**25, 1024


class ImageError(ValueError):
    """A file that is no picture, or one without ink."""


def read_digit(path: Path) -> NDArray[np.float32]:
    """Read a picture of a digit as a row of 784 numbers from 0 (paper) to 1 (ink).

    It is turned to grey, and inverted when its border is light: in MNIST the paper is dark. Unless it has 28 by 28
    pixels already, the ink is then fitted into 20 by 20 of them, in proportion, and its centre of mass is put in the
    centre of 28 by 28, as was done for MNIST.

    Raises
    ------
    ImageError
        The file is no picture, or too large a one, or all its pixels are the same.
    OSError
        There is no such file, or it cannot be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with opened(path) as file, Image.open(file, formats=FORMATS) as picture:
                refuse_large(path, picture)
                grey = np.asarray(on_white(picture), np.float32) / 255
    except UnidentifiedImageError:
        raise ImageError(f"{path}: not a picture that can be read; {', '.join(FORMATS)} are") from None
    except ImageError:
        raise
    except Exception as error:  # whatever a damaged picture makes Pillow raise
        if isinstance(error, OSError) and error.errno is not None:  # of the system; Pillow's own have no number
            raise
        raise ImageError(f"{path}: not a picture that can be read ({error})") from None
    border = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    ink: NDArray[Any] = 1 - grey if np.median(border) > 0.5 else grey
    if np.ptp(ink) < 0.1:
        raise ImageError(f"{path}: no digit to be seen, all pixels are alike")
    if ink.shape != (SIDE, SIDE):
        ink = centred(ink)
    return ink.reshape(-1).astype(np.float32)


def refuse_large(path: Path, picture: Image.Image) -> None:
    """Refuse a picture of too many pixels before they are unpacked."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ImageError(
            f"{path}: a picture of {width:,} by {height:,} pixels, and {MOST_PIXELS:,} are the most that are read"
        )


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture in grey, a large one smaller; where it is transparent there is white paper."""
    factor = max(1, max(picture.size) // LARGE)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        small = picture.convert("RGBA").reduce(factor)
        return Image.alpha_composite(Image.new("RGBA", small.size, "white"), small).convert("L")
    return picture.convert("L").reduce(factor)


def centred(ink: NDArray[Any]) -> NDArray[np.float32]:
    """Fit the ink into a box, in proportion, and put its centre of mass in the centre of the image."""
    marked = ink > ink.min() + 0.2 * np.ptp(ink)
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = digit.shape
    scale = BOX / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(
        Image.fromarray(digit).resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC), np.float32
    )
    down, across = (round((SIDE - 1) / 2 - mean) for mean in centre_of_mass(small))
    page = np.zeros((SIDE, SIDE), np.float32)
    top, left = (min(max(offset, 0), SIDE - length) for offset, length in zip((down, across), small.shape, strict=True))
    page[top : top + small.shape[0], left : left + small.shape[1]] = small
    return page


def centre_of_mass(ink: NDArray[Any]) -> tuple[float, float]:
    """Return the mean row and the mean column of the ink."""
    total = ink.sum()
    return float(ink.sum(axis=1) @ np.arange(len(ink)) / total), float(
        ink.sum(axis=0) @ np.arange(ink.shape[1]) / total
    )
