"""A tour of the derivations in a browser: at how many stops the code of what is being read is in view.

    python -m tests.site.tour results/site

A stop is every 600 px down each page at 1440 × 900. It counts when a highlighted line of code is wholly in view and
belongs to the text in view: to an equation there; else to one that is named there; else to the nearest equation above
or below that some code implements.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, STEP = 1440, 900, 600

_STOP = """() => {
  const top = document.querySelector(".bar").getBoundingClientRect().bottom;
  const inside = (box) => box.bottom > top && box.top < innerHeight && box.height > 0;
  const carried = new Set([...document.querySelectorAll(".line[data-eq]")].flatMap((l) => l.dataset.eq.split(" ")));
  const coded = [...document.querySelectorAll("article .equation[data-tag]")].filter((e) => carried.has(e.dataset.tag));
  if (!coded.length) return null;
  let wanted = coded.filter((e) => e.checkVisibility() && inside(e.getBoundingClientRect())).map((e) => e.dataset.tag);
  if (!wanted.length) {
    const above = coded.filter((e) => e.getBoundingClientRect().bottom <= top).at(-1);
    const below = coded.find((e) => e.getBoundingClientRect().top >= innerHeight);
    const named = [...document.querySelectorAll("article a.ref[href^='#eq-']")]
      .filter((a) => a.checkVisibility() && inside(a.getBoundingClientRect()))
      .map((a) => a.getAttribute("href").slice(4));
    wanted = [...named, above?.dataset.tag, below?.dataset.tag];
  }
  const pane = document.querySelector(".listing").getBoundingClientRect();
  return [...document.querySelectorAll(".line.reading")].some((line) => {
    const box = line.getBoundingClientRect();
    const [from, to] = [Math.max(pane.top, top), Math.min(pane.bottom, innerHeight)];
    const seen = box.height > 0 && box.top >= from - 1 && box.bottom <= to + 1;
    return seen && (line.dataset.eq ?? "").split(" ").some((tag) => wanted.includes(tag));
  });
}"""

FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def stops(page: Any) -> list[bool]:
    """Return for each stop of a page whether it counts; empty where no line of code implements an equation."""
    page.evaluate("() => document.fonts.ready")
    height = page.evaluate("() => document.documentElement.scrollHeight - innerHeight")
    found = []
    for y in range(0, int(height) + 1, STEP):
        page.evaluate(f"() => scrollTo({{ top: {y}, behavior: 'instant' }})")
        page.evaluate(FRAMES)
        found.append(page.evaluate(_STOP))
    return [] if None in found else found


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the headless browser that is installed, for a while."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        yield driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


def main(folder: Path) -> None:
    """Print for each page how many stops count, and the share of all."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce")
        every = []
        for path in sorted(folder.glob("*.html")):
            page.goto(path.as_uri())
            if page.locator(".listing").count():
                found = stops(page)
                every += found
                print(f"{path.stem:24}{sum(found):4} of {len(found)}")
        print(f"{'all':24}{sum(every):4} of {len(every)}: {sum(every) / len(every):.0%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
