"""Pages built once for all tests of this folder, and a real browser to open them in."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnmath.files import sole
from tests.site.project import make_project

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pages, of a project with results."""
    site = pytest.importorskip("nnmath.site.site", reason="what builds the pages is missing: make setup")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # the first worker builds for the others
    project: Path = shared / "project"
    with sole(shared / "project.lock", wait=True):
        if not project.exists():
            making = tmp_path_factory.mktemp("making")
            make_project(making)
            site.build(making, making / "results" / "site")
            making.rename(project)
    return project / "results" / "site"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: make setup")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium: install it (Debian: apt-get install chromium), or name one in $CHROMIUM")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any, pages: Path) -> Iterator[Any]:
    """A function that opens a page of the folder, `open_page("sigmoid.html#eq-24", width=390)`."""
    contexts = []

    def opened(address: str, width: int = 1440, height: int = 900, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.set_default_timeout(30_000)  # a machine may be busy
        page = context.new_page()
        page.goto(f"{pages.as_uri()}/{address}")
        return page

    yield opened
    for context in contexts:
        context.close()
