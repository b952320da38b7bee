"""Packages that only some of nnmath needs."""

from importlib import import_module
from typing import Any


def optional(package: str, extra: str, asker: str) -> Any:
    """Import a package that is installed with an extra of nnmath.

    Parameters
    ----------
    package, extra : str
        What is imported, and the extra that it comes with.
    asker : str
        What needs it, for the sentence.

    Raises
    ------
    ImportError
        It is not installed; the text says how to. A package that is there and fails to load raises its own error.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package.partition(".")[0]:
            raise
        sentence = f"{asker} needs {error.name}, which is not installed: pip install 'nnmath[{extra}]'"
        raise ImportError(sentence, name=error.name) from None
