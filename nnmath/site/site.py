"""Building the pages: all of them beside their place, then one swap, so that nobody reads half of them."""

import os
import re
import shutil
import tempfile
from base64 import b64encode
from importlib.resources import files
from pathlib import Path

from nnmath.site.digits import find_network
from nnmath.site.figures import figures_of
from nnmath.site.gallery import read_runs
from nnmath.site.library import read_library
from nnmath.site.rendering import API, DIGIT, NOTATION, RUNS, Pages
from nnmath.site.verdicts import read_check
from nnmath.streams import tell

#: A file that says that a folder holds pages of ours, and may be replaced.
MARKER = ".nnmath-site"

_FONTS = (
    ("STIX Two Text", "stix-two-text-400-normal", "normal", 400),
    ("STIX Two Text", "stix-two-text-400-italic", "italic", 400),
    ("STIX Two Text", "stix-two-text-600-normal", "normal", 600),
    ("STIX2", "stix-two-math", "normal", 400),
    ("Iosevka", "iosevka", "normal", 400),
)


def build(root: Path, out: Path) -> list[str]:
    """Build the pages of a project.

    Parameters
    ----------
    root : Path
        Where `derivations`, the modules and `results` are.
    out : Path
        The folder that is made, or replaced if it holds pages of an earlier build.

    Returns
    -------
    names : list of str
        The pages.

    Raises
    ------
    ValueError
        There are no derivations, or `out` holds something else.
    """
    if out.exists() and not (out / MARKER).exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out}: expected a folder of pages of an earlier build, or none; it holds something else")
    contents = site(root)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=out.parent) as staging:
        new, old = Path(staging, "new"), Path(staging, "old")
        for name, content in contents.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
        if out.exists():
            os.replace(out, old)
        os.replace(new, out)
        shutil.rmtree(old, ignore_errors=True)
    return [name for name in contents if name.endswith(".html")]


def site(root: Path) -> dict[str, bytes]:
    """Return every file of the pages by its name."""
    library = read_library(root)
    made = Pages(library, read_check(root / "results"))
    pages = {"index.html": made.index(), NOTATION: made.notation()}
    runs, figures, problems = read_runs(root / "results")
    for problem in problems:
        tell(problem)
    network = find_network(root / "results")
    pages |= {RUNS: made.runs(runs), DIGIT: made.digit(network), API: made.api()}
    figures["model.js"] = network.script()
    for one in library:
        shown = figures_of(one)
        pages[f"{one.name}.html"] = made.derivation(one, shown)
        for picture in shown:
            figures |= picture.files()
    figures["search-index.js"] = made.search_index()
    return {MARKER: b"", **_static(), **{name: page.encode() for name, page in pages.items()}, **figures}


def _static() -> dict[str, bytes]:
    package = files("nnmath.site")
    found = {one.name: one.read_bytes() for one in sorted(package.joinpath("static").iterdir(), key=lambda f: f.name)}
    faces = []
    for family, file, style, weight in _FONTS:
        # inside the style sheet, because a page that is opened as a file may load no fonts from other files
        data = b64encode(package.joinpath(f"vendor/fonts/{file}.woff2").read_bytes()).decode()
        faces.append(
            f"@font-face{{font-family:'{family}';font-style:{style};font-weight:{weight};font-display:swap;"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
        )
    temml = package.joinpath("vendor/temml/Temml-STIX2.css").read_text(encoding="utf-8")
    without_font = re.sub(r"@font-face\s*\{.*?\}", "", temml, count=1, flags=re.DOTALL)
    return {**found, "fonts.css": "".join(faces).encode(), "temml.css": without_font.encode()}
