"""Files that are whole or not there."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder; a reader never sees half of one.

    All are first written in full beside their places, and flushed to the disk; only when the last one stands there are
    they renamed. A full disk or an interruption before that leaves what was there before.

    Parameters
    ----------
    folder : Path
        Made when it does not exist.
    contents : mapping of name to bytes
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder) as staging:
        for name, content in contents.items():
            with open(Path(staging, name), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in contents:
            os.replace(Path(staging, name), folder / name)
