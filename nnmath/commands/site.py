"""`python -m nnmath site`: build the pages, and open them if that is wanted."""

import argparse
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any


def add_site(commands: Any) -> None:
    """Add the command."""
    site = commands.add_parser("site", help="build the pages: each derivation beside its code")
    folder = Path("results", "site")
    site.add_argument("--out", type=Path, default=folder, help=f"folder for the pages (default: {folder})")
    site.add_argument("--open", action="store_true", help="open them in the browser")
    site.set_defaults(run=run_site)


def run_site(options: argparse.Namespace) -> None:
    """Build the pages, and say where they are."""
    try:
        from nnmath.site.site import build
    except ModuleNotFoundError as error:
        raise ValueError(f"{error.name} is missing, which the pages need: pip install 'nnmath[pages]'") from None

    start = time.monotonic()
    names = build(Path(), options.out)
    index = (options.out / "index.html").resolve()
    print(f"{len(names)} pages in {time.monotonic() - start:.1f} s: {index}")
    if options.open and not webbrowser.open(index.as_uri()):
        print("No browser could be opened from here; open that file in one.", file=sys.stderr)
