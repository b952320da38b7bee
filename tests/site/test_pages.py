"""Every page in a browser: no errors, nothing from other hosts, nothing too wide, no accessibility violations."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from nnmath.site.library import read_library
from tests.site.project import ROOT

NAMES = [*(one.name for one in read_library(ROOT)), "index", "notation", "runs", "digit", "api"]
WIDTHS = (1440, 390)

#: What an equation and a page may be too wide by, in pixels: the ends of slanted letters stick out.
SLACK = 1.5

TOO_WIDE = """slack => {
  const out = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) out.push(`the page, by ${root.scrollWidth - root.clientWidth} px`);
  for (const formula of document.querySelectorAll(".formula")) {
    const right = formula.getBoundingClientRect().right;
    for (const math of formula.children)
      if (math.getBoundingClientRect().right > right + slack) out.push(math.textContent);
  }
  for (const math of document.querySelectorAll("article p math, article li math")) {
    const column = math.closest("article").getBoundingClientRect().right;
    if (math.getBoundingClientRect().right > column + slack) out.push(math.textContent);
  }
  return out;
}"""

#: The text that is shown: without what is kept to be copied.
SHOWN = """() => {
  const shown = document.body.cloneNode(true);
  for (const hidden of shown.querySelectorAll("annotation, pre, code, script, noscript")) hidden.remove();
  return shown.textContent;
}"""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_has_no_errors_and_fits(name: str, width: int, open_page: Any) -> None:
    page = open_page("icon.svg", width)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"not found: {request.url}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page.url.replace("icon.svg", f"{name}.html"))
    page.evaluate("async () => { for (const i of document.images) i.loading = 'eager'; await document.fonts.ready; }")
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate(TOO_WIDE, SLACK) == []
    shown = page.evaluate(SHOWN)
    assert re.findall(r"\\[a-zA-Z]+|\$[^$]*\$|\\tag", shown) == []
    assert "Module:" not in shown or page.locator("aside#code").count() == 1


#: All pages in the light, and in the dark one of each kind, for the colours are the same.
AUDITS = [
    *((name, "light", 1440) for name in NAMES),
    *((name, "dark", 390) for name in ("index", "notation", "runs", "digit", "sigmoid", "softmax_cross_entropy")),
]


@pytest.mark.parametrize(("name", "scheme", "width"), AUDITS)
def test_a_page_passes_the_accessibility_audit(name: str, scheme: str, width: int, open_page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is missing: make setup")
    page = open_page(f"{name}.html", width, color_scheme=scheme)
    page.evaluate("() => { for (const math of document.querySelectorAll('math')) math.textContent = '=' }")  # quicker
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    told = [f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]
    assert told == []


def test_every_link_and_anchor_resolves(pages: Path) -> None:
    ids = {path.name: set(re.findall(r'\bid="([^"]+)"', path.read_text())) for path in pages.glob("*.html")}
    lost = []
    for path in pages.glob("*.html"):
        for link in re.findall(r'\b(?:href|src|srcset|data-still)="([^"]+)"', path.read_text()):
            address = urlsplit(link)
            if address.scheme:
                assert address.scheme == "https", link
                continue
            target = unquote(address.path) or path.name
            if not (pages / target).is_file() or (address.fragment and address.fragment not in ids[target]):
                lost.append(f"{path.name}: {link}")
    assert lost == []


def test_no_id_is_given_twice(pages: Path) -> None:
    for path in pages.glob("*.html"):
        ids = re.findall(r'\bid="([^"]+)"', path.read_text())
        assert len(ids) == len(set(ids)), path.name


@pytest.mark.parametrize("name", NAMES)
def test_headings_are_in_order(name: str, pages: Path) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", (pages / f"{name}.html").read_text())]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_page_can_be_read_without_scripts(open_page: Any) -> None:
    page = open_page("sigmoid.html", java_script_enabled=False)
    assert page.locator("#figure-sigmoid img:visible").count() == 1
    assert page.locator("#eq-24 math").first.is_visible()
    page.locator("#eq-24 a.tag").click()
    assert "#L" in page.url


def test_pages_can_be_turned_from_the_first_to_the_last(open_page: Any) -> None:
    page = open_page("notation.html")
    seen = [page.locator("h1").inner_text()]
    while page.locator("a.next").count():
        page.locator("a.next").click()
        page.wait_for_load_state()
        seen.append(page.locator("h1").inner_text())
    assert len(seen) == len(NAMES) - 1, "all but the front page"
    page.locator("a.home").click()
    assert page.url.endswith("index.html")
