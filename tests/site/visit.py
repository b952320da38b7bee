"""A visit of a page in a browser: everything that is wrong with it, from one time of loading it.

    python -m tests.site.visit results/site

visits every page whole; the tests visit every page, and some of them whole.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnmath.site.library import DerivationFile, read_library
from tests.site.project import ROOT
from tests.site.tour import FRAMES, chromium

WIDE, NARROW, HEIGHT = 1440, 390, 900

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

#: What is closed at first is looked at, too.
OPEN_SECTIONS = "() => { for (const one of document.querySelectorAll('details.section')) one.open = true; }"

#: For each number in the code its line, the equation that it leads to, and the line that this one leads back to.
NUMBERS = """() => [...document.querySelectorAll(".line .number")].map(link => {
  const line = Number(link.closest(".line").id.slice(1)), tag = link.textContent.slice(1, -1);
  const equation = document.querySelector(link.getAttribute("href"));
  return [line, tag, equation?.id, Number(equation?.querySelector("a.tag").getAttribute("href").slice(2))];
})"""

#: Scroll an equation to where the page takes the reader to be.
WHERE_ONE_READS = """equation => {
  const box = equation.getBoundingClientRect(), from = top0();
  scrollBy({ top: (box.top + box.bottom) / 2 - from - (innerHeight - from) * 0.45, behavior: "instant" });
}"""

#: Of the lines of an equation, which are not highlighted, and whether one is in view.
FOLLOWED = """tag => {
  const pane = document.querySelector(".listing").getBoundingClientRect();
  const lines = [...document.querySelectorAll(`.line[data-eq~='${tag}']`)];
  const inView = lines.map(line => line.getBoundingClientRect())
    .some(box => box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1);
  return [lines.filter(line => !line.classList.contains("reading")).map(line => line.id), inView];
}"""


def faults(page: Any, address: str, one: DerivationFile | None, whole: bool) -> Iterator[str]:
    """Load a page and say what is wrong with it.

    Parameters
    ----------
    page : playwright Page
        Of `WIDE` by `HEIGHT` pixels, empty, without animations.
    address : str
    one : DerivationFile or None
        What the page shows, if that is a derivation.
    whole : bool
        Whether its equations are read one after the other, and the page is audited for accessibility.
    """
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"not found: {request.url}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("async () => { for (const i of document.images) i.loading = 'eager'; await document.fonts.ready; }")
    yield from said
    yield from (f"asked for {url}" for url in asked if not url.startswith(("file:", "data:")))
    shown = page.evaluate(SHOWN)
    yield from (f"LaTeX is shown: {part}" for part in re.findall(r"\\[a-zA-Z]+|\$[^$]*\$|\\tag", shown))
    if "Module:" in shown and page.locator("aside#code").count() != 1:
        yield "the code of its module is not shown"
    if one is not None and one.module and any(one.module.numbers.values()):
        yield from faults_of_listing(page, one, whole)
    page.evaluate(OPEN_SECTIONS)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        yield from (f"too wide at {width} px: {part}" for part in page.evaluate(TOO_WIDE, SLACK))
    if whole:
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        yield from violations(page)


def faults_of_listing(page: Any, one: DerivationFile, whole: bool) -> Iterator[str]:
    """Say which numbers in the code do not lead to their equation and back, and where the code does not follow."""
    if page.locator("article .equation").first.bounding_box()["y"] >= HEIGHT:
        yield "the first equation is below the first screen"
    module = one.module
    assert module is not None
    numbers = page.evaluate(NUMBERS)
    carried = [(line, tag) for line, there in module.numbers.items() for tag in there.tags if tag in one.tags]
    if [(line, tag) for line, tag, *_ in numbers] != carried:
        yield f"the code has the numbers {numbers}, expected {carried}"
    for line, tag, equation, back in numbers:
        if equation != f"eq-{tag}" or back not in module.lines_of(tag):
            yield f"({tag}) on line {line} leads to {equation}, and from there to line {back}"
    if whole:
        page.set_viewport_size({"width": WIDE, "height": 600})
        for tag in [*dict.fromkeys(tag for _, tag in carried)][::3]:
            page.locator(f"#eq-{tag}").evaluate(WHERE_ONE_READS)
            page.evaluate(FRAMES)
            unlit, in_view = page.evaluate(FOLLOWED, tag)
            if unlit or not in_view:
                yield f"where ({tag}) is read its lines {unlit} are not highlighted; in view: {in_view}"


def violations(page: Any) -> Iterator[str]:
    """Say what the accessibility audit objects to."""
    import pytest

    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is missing: make setup")
    page.evaluate("() => { for (const math of document.querySelectorAll('math')) math.textContent = '=' }")  # quicker
    for one in axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        yield f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"


def main(folder: Path) -> int:
    """Visit every page of a folder whole; return 1 if something is wrong."""
    derivations = {one.name: one for one in read_library(ROOT)}
    wrong = 0
    with chromium() as browser:
        for path in sorted(folder.glob("*.html")):
            page = browser.new_page(viewport={"width": WIDE, "height": HEIGHT}, reduced_motion="reduce")
            found = [*faults(page, path.as_uri(), derivations.get(path.stem), whole=True)]
            page.close()
            print(path.stem, *found, sep="\n  ")
            wrong += len(found)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
