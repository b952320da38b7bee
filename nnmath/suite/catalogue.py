"""The catalogue: every derivation that nnmath brings along, and the module that each one derives.

The derivations lie beside the package in a checkout, and inside it where it was installed from a wheel. Nothing else in
the project knows that difference.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import nnmath

#: The installed package, and the folder of derivations that a wheel has in it.
PACKAGE = Path(nnmath.__file__).resolve().parent
PACKAGED = PACKAGE / "derivations"


@dataclass(frozen=True)
class Entry:
    """One derivation of the catalogue.

    Attributes
    ----------
    name : str
        Of the derivation, of its module and of the function in it.
    family : str
        The folder: activations, linear, losses, training, ...
    path : Path
        The Markdown file.
    shown : str
        The same, as the project writes it: ``derivations/activations/sigmoid.md``.
    """

    name: str
    family: str
    path: Path
    shown: str


def derivations_folder() -> Path:
    """Return the folder of the derivations that belong to this package."""
    return PACKAGED if PACKAGED.is_dir() else PACKAGE.parent / "derivations"


def catalogue(folder: Path | None = None) -> dict[str, Entry]:
    """Return the derivations of a folder by their names; of nnmath's own folder where none is given.

    Raises
    ------
    ValueError
        Two derivations have the same name.
    """
    folder = derivations_folder() if folder is None else folder
    entries: dict[str, Entry] = {}
    for path in sorted(folder.rglob("*.md")):
        if path.name == "README.md":
            continue
        if path.stem in entries:
            raise ValueError(f"{path}: there is another derivation of this name, {entries[path.stem].path}")
        shown = f"derivations/{path.relative_to(folder).as_posix()}"
        entries[path.stem] = Entry(path.stem, path.parent.name, path, shown)
    return entries


def linked_file(derivation: Path, link: str) -> Path:
    """Return the file that a derivation links to.

    Links are written for the checkout, where ``derivations`` and ``nnmath`` lie side by side. A derivation inside the
    installed package is therefore read as if it lay beside the package.
    """
    folder = derivation.resolve().parent
    if folder.is_relative_to(PACKAGED):
        folder = PACKAGE.parent / folder.relative_to(PACKAGE)
    return Path(os.path.normpath(folder / link))


def source_digests(entries: dict[str, Entry]) -> dict[str, str]:
    """Return the sha256 of each derivation and of each module of its name, by the path that the project writes."""
    modules = [path for path in PACKAGE.rglob("*.py") if path.stem in entries]
    shown = {f"nnmath/{path.relative_to(PACKAGE).as_posix()}": path for path in modules}
    shown |= {entry.shown: entry.path for entry in entries.values()}
    return {name: hashlib.sha256(shown[name].read_bytes()).hexdigest() for name in sorted(shown)}
