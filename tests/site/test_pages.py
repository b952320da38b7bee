"""Every page in a browser: no errors, nothing from other hosts, nothing too wide, no accessibility violations."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from nnmath.site.library import read_library
from tests.site.project import ROOT
from tests.site.visit import HEIGHT, NARROW, SLACK, TOO_WIDE, WIDE, faults, violations

DERIVATIONS = {one.name: one for one in read_library(ROOT)}
NAMES = [*DERIVATIONS, "index", "notation", "runs", "digit", "api"]
#: Those that are visited whole: each page that shows no derivation, and some of the others, always the same.
WHOLE = {*NAMES[-5:], *sorted(DERIVATIONS, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:3]}


def one_page(browser: Any, **options: Any) -> Iterator[Any]:
    """One page of the browser for many visits: another one takes as long to begin as a visit."""
    context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, **options)
    context.set_default_timeout(30_000)  # a machine may be busy
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def still_page(browser: Any) -> Iterator[Any]:
    yield from one_page(browser, reduced_motion="reduce")


@pytest.fixture(scope="module")
def dark_page(browser: Any) -> Iterator[Any]:
    yield from one_page(browser, color_scheme="dark")


@pytest.mark.parametrize(
    "name", [name if name in WHOLE else pytest.param(name, marks=pytest.mark.long_list) for name in NAMES]
)
def test_nothing_is_wrong_with_a_page(name: str, still_page: Any, pages: Path) -> None:
    still_page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    address = f"{pages.as_uri()}/{name}.html"
    assert [*faults(still_page, address, DERIVATIONS.get(name), name in WHOLE)] == []


@pytest.mark.parametrize("name", ["index", "notation", "runs", "digit", "sigmoid", "softmax_cross_entropy"])
def test_in_the_dark_and_on_a_phone_a_page_of_each_kind_is_right(name: str, dark_page: Any, pages: Path) -> None:
    dark_page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    dark_page.goto(f"{pages.as_uri()}/{name}.html")
    assert dark_page.evaluate(TOO_WIDE, SLACK) == []
    assert [*violations(dark_page)] == []


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


def test_pages_can_be_turned_from_the_first_to_the_last(pages: Path, open_page: Any) -> None:
    page = open_page("notation.html")
    page.locator("a.next").click()
    seen = ["notation.html", page.url.rpartition("/")[2]]
    following = r'<a class="next" rel="next" href="([^"]*)"'
    while found := re.search(following, (pages / seen[-1]).read_text(encoding="utf-8")):
        seen.append(found[1])
    assert len(seen) == len(set(seen)) == len(NAMES) - 1, "all but the front page"
    page.locator("a.home").click()
    assert page.url.endswith("index.html")
