"""Functions out of a person's own file: ``layer.py:dense``."""

import difflib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any


class LoadingError(ValueError):
    """A file that cannot be loaded, or that has no such function."""


def load_module(path: Path) -> ModuleType:
    """Run a file as a module of its own.

    As where Python runs the file itself, what lies in its folder can be imported.

    Raises
    ------
    LoadingError
        There is no such file, or it raises.
    """
    if not path.is_file():
        meant = path.with_name(f"{path.name}.py")
        raise LoadingError(f"{path}: there is no such file{f'; did you mean {meant}?' if meant.is_file() else ''}")
    name = f"_checked_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise LoadingError(f"{path}: expected a Python file, its name ending in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses and pickle look for it
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a user's file raises
        del sys.modules[name]
        raise LoadingError(f"{path} cannot be loaded: {_line(path, error)}{type(error).__name__}: {error}") from error
    return module


def load_function(module: ModuleType, path: Path, name: str) -> Callable[..., Any]:
    """Get a function of a module; say what there is where it has no such function."""
    found = getattr(module, name, None)
    if callable(found):
        return found  # type: ignore[no-any-return]
    own = [n for n, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__]
    close = difflib.get_close_matches(name, own, 1)
    there = f"did you mean {close[0]}?" if close else f"it has {', '.join(own) or 'no functions'}"
    if found is not None:
        raise LoadingError(f"{path}: {name} is no function but {type(found).__name__}; {there}")
    raise LoadingError(f"{path} has no function {name}; {there}")


def _line(path: Path, error: BaseException) -> str:
    """Say on which line of the file it went wrong, if on one."""
    if isinstance(error, SyntaxError):
        return ""  # it says so itself
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if Path(frame.filename) == path.resolve()]
    return f"line {lines[-1]}: " if lines else ""
