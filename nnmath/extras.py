"""Optional packages: imported when they are needed, with a clear error when they are missing."""

from importlib import import_module
from typing import Any


def optional(package: str, extra: str, asker: str) -> Any:
    """Import a package that an extra of nnmath installs.

    Parameters
    ----------
    package, extra : str
        The package, and the extra that installs it.
    asker : str
        What needs it; part of the message.

    Raises
    ------
    ImportError
        The package is not installed; the message says how to install it. An installed package that fails to load raises
        its own error.
    """
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package.partition(".")[0]:
            raise
        sentence = f"{asker} needs {error.name}, which is not installed: pip install 'nnmath[{extra}]'"
        raise ImportError(sentence, name=error.name) from None
