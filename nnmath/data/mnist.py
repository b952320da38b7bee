"""MNIST, the handwritten digits: found on this machine, or downloaded once."""

import os
import sys
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnmath.data.data import Data
from nnmath.data.idx import IDXError, content_sha256, read_idx

#: The four files, and the sha256 of the content of each.
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

#: How many training images are kept back to choose settings on, so that the test set has no part in the choice.
HELD_BACK = 10_000


def mnist(rng: np.random.Generator, *, images: int = 60_000, validate: bool = False) -> Data:
    """Read the digits, each a row of 784 numbers from 0 (paper) to 1 (ink), float32.

    Parameters
    ----------
    rng : numpy.random.Generator
        Not used: there is nothing to draw.
    images : int
        How many training images to learn from, the first ones; the published runs use 60,000 or 50,000.
    validate : bool
        Test on the last 10,000 training images, and learn from those before them only.
    """
    found = [mnist_file(name) for name in FILES]
    x, labels = digits(found[0], found[1])
    if validate:
        x, labels, x_test, labels_test = x[:-HELD_BACK], labels[:-HELD_BACK], x[-HELD_BACK:], labels[-HELD_BACK:]
    else:
        x_test, labels_test = digits(found[2], found[3])
    if images < 1:
        raise ValueError(f"images: expected a positive integer, got {images}")
    return Data(x[:images], labels[:images], x_test, labels_test, tuple("0123456789"))


def digits(images: Path, labels: Path) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Read images, shape (N, 784), and their labels, shape (N,), from two files that fit each other."""
    pixels, y = read_idx(images, 3), read_idx(labels, 1)
    if len(pixels) == 0 or pixels.shape[1:] != (28, 28):
        raise IDXError(f"{images}: expected images of 28 by 28 pixels, got shape {pixels.shape}")
    if len(y) != len(pixels):
        raise IDXError(f"{labels}: expected {len(pixels):,} labels, as many as there are images, got {len(y):,}")
    if y.max() > 9:
        raise IDXError(f"{labels}: expected labels 0 to 9, got {y.max()} at position {y.argmax()}")
    x = pixels.reshape(len(pixels), -1).astype(np.float32)
    x /= 255
    return x, y


def mnist_file(name: str) -> Path:
    """Find a file, plain or gzipped, in $NNMATH_DATA or in the cache folder; else download it to the cache folder.

    Raises
    ------
    FileNotFoundError
        It is in neither folder and could not be downloaded; the message says which files to put where.
    """
    named = os.environ.get("NNMATH_DATA")
    for folder in ([Path(named)] if named else []) + [cache_folder()]:
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                if folder == cache_folder():
                    refuse_changed(path, FILES[name])
                return path
    from nnmath.data.download import DownloadError, download  # http takes long to import, and is seldom needed

    try:
        return download(f"{name}.gz", FILES[name], cache_folder(), MIRRORS)
    except (DownloadError, PermissionError) as error:
        raise FileNotFoundError(
            f"MNIST is not on this machine, and could not be downloaded ({error}). Put these four files, as they are "
            f"or with .gz, into {cache_folder()} or into a folder that the variable NNMATH_DATA names: "
            f"{', '.join(FILES)}"
        ) from None


def refuse_changed(path: Path, sha256: str) -> None:
    """Refuse a file in the cache that is no longer what was downloaded."""
    try:
        found = content_sha256(path)
    except (EOFError, zlib.error) as error:
        found = str(error)
    if found != sha256:
        raise IDXError(f"{path}: expected content with the sha256 {sha256}, got {found}; remove the file, and it is "
                       "downloaded again")  # fmt: skip


def cache_folder() -> Path:
    """Return the folder of this user for what can be downloaded again."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "nnmath")
