"""Text as a sequence of characters: Tiny Shakespeare, found here or downloaded once, or a file of one's own."""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnmath.data.mnist import cache_folder

#: The file, and the sha256 of its content.
NAME, SHA256 = "input.txt", "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
FOLDER = "tinyshakespeare"
MIRRORS = ("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/",)

#: The share of a text that is learned from; the rest, its end, is for validation.
SHARE = 0.9


class Text(NamedTuple):
    """A text as numbers.

    Attributes
    ----------
    characters : str
        Each character of the text once, in the order of Unicode; its position is its token.
    training, validation : integer arrays
        The tokens of the first part of the text, and of the rest.
    """

    characters: str
    training: NDArray[np.int64]
    validation: NDArray[np.int64]


def read_text(path: Path | None = None) -> Text:
    """Read a text: a file in UTF-8, or Tiny Shakespeare."""
    path = path or tiny_shakespeare()
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}: expected text in UTF-8, got byte {error.object[error.start]:#04x} at {error.start}"
        ) from None
    if not content:
        raise ValueError(f"{path}: expected text, got an empty file")
    characters = "".join(sorted(set(content)))
    tokens = encode(content, characters)
    split = int(SHARE * len(tokens))
    return Text(characters, tokens[:split], tokens[split:])


def encode(text: str, characters: str) -> NDArray[np.int64]:
    """Return the token of each character.

    Raises
    ------
    ValueError
        A character is not among those known.
    """
    position = {character: token for token, character in enumerate(characters)}
    unknown = next((character for character in text if character not in position), None)
    if unknown is not None:
        raise ValueError(f"expected characters of the text that was learned from, got {unknown!r}")
    return np.array([position[character] for character in text], np.int64)


def decode(tokens: NDArray[np.integer], characters: str) -> str:
    """Return the characters of tokens."""
    return "".join(characters[token] for token in tokens)


def tiny_shakespeare() -> Path:
    """Find Tiny Shakespeare in $NNMATH_DATA, beside it, or in the cache folder; else download it to the cache folder.

    Raises
    ------
    FileNotFoundError
        It is nowhere and could not be downloaded; the message says where to put it.
    """
    named = os.environ.get("NNMATH_DATA")
    folders = [Path(named), Path(named).parent] if named else []
    for folder in (*folders, cache_folder()):
        path = folder / FOLDER / NAME
        if path.is_file():
            return path
    from nnmath.data.download import DownloadError, download

    folder = cache_folder() / FOLDER
    try:
        return download(NAME, SHA256, folder, MIRRORS)
    except (DownloadError, PermissionError) as error:
        raise FileNotFoundError(
            f"Tiny Shakespeare is not on this machine, and could not be downloaded ({error}). Put it as {NAME} into "
            f"{folder}, or name another text with --text"
        ) from None
