"""`python -m nnmath site`: build the pages, and open them if that is wanted."""

import argparse
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnmath.commands.parser import examples, integer


def add_site(commands: Any) -> None:
    """Add the command."""
    site = commands.add_parser(
        "site",
        help="build the pages: each derivation beside its code",
        description="Build the pages: each derivation beside its code, with the verdicts of the last check and the "
        "training runs that results/ holds. Needs pip install 'nnmath[pages]'.",
        epilog=examples(["site --open", "site --serve --port 0", "site --out public"]),
    )
    folder = Path("results", "site")
    site.add_argument(
        "--out", metavar="FOLDER", type=Path, default=folder, help=f"folder for the pages (default: {folder})"
    )
    site.add_argument("--open", action="store_true", help="open them in the browser")
    serve = "serve them on this machine, so that equations can be changed in the browser and run again"
    site.add_argument("--serve", action="store_true", help=serve)
    site.add_argument(
        "--port", metavar="N", type=integer, default=8000, help="for --serve; 0 takes any that is free (default: 8000)"
    )
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
    if options.serve:
        _serve(options)
    elif options.open:
        _open(index.as_uri())


def _serve(options: argparse.Namespace) -> None:
    """Serve the pages until the command is interrupted."""
    from nnmath.site.server import served

    with served(options.out, options.port) as server:
        print(f"{server.address} serves them; Ctrl+C ends it")
        if options.open:
            _open(server.address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


def _open(address: str) -> None:
    if not webbrowser.open(address):
        print("No browser could be opened from here; open that address in one.", file=sys.stderr)
