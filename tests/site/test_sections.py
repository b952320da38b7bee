"""What is looked up is closed at first; a link, a search, a failed equation and paper open it."""

from pathlib import Path
from typing import Any

import pytest

from nnmath.site.library import read_library
from nnmath.site.prose import LOOKED_UP
from tests.site.project import ROOT

#: An equation of the exercises of the sigmoid, and one of its worked example.
EXERCISE, EXAMPLE = "#eq-36", "#eq-29"


def test_what_is_looked_up_is_closed_and_what_is_read_is_open(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    for slug in ("rounding", "a-worked-example", "exercises", "references"):
        assert page.locator(f"summary #{slug}").is_visible()
        assert page.locator(f"details:has(#{slug})").get_attribute("open") is None
    for tag in ("1", "16", "24", "37"):
        assert page.locator(f"#eq-{tag}").is_visible()
    assert page.locator(EXERCISE).is_hidden()
    assert page.locator("#figure-sigmoid").is_visible()
    assert page.locator("#figure-sigmoid-errors").is_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_address_opens_the_section_that_it_leads_into(open_page: Any, scripts: bool) -> None:
    page = open_page(f"sigmoid.html{EXERCISE}", java_script_enabled=scripts)
    page.locator(EXERCISE).wait_for(state="visible")
    box = page.locator(EXERCISE).bounding_box()
    assert 0 < box["y"] < 900
    assert page.locator(EXAMPLE).is_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_section_opens_and_so_it_does_for_a_link_into_it(open_page: Any, scripts: bool) -> None:
    page = open_page("sigmoid.html", java_script_enabled=scripts)
    page.locator("summary:has(#exercises)").click()
    page.locator(EXERCISE).wait_for(state="visible")
    page.locator("summary:has(#exercises)").click()
    page.locator(EXERCISE).wait_for(state="hidden")
    page.goto(page.url + EXERCISE)
    page.locator(EXERCISE).wait_for(state="visible")


def test_a_link_to_a_heading_opens_its_section_each_time(open_page: Any) -> None:
    page = open_page("sigmoid.html", reduced_motion="reduce")
    text = page.locator("details:has(#rounding) p").first
    for _ in range(2):
        page.locator(".rail a[href='#rounding']").click()
        text.wait_for(state="visible")
        assert page.locator("#rounding").bounding_box()["y"] < 300
        page.locator("summary:has(#rounding)").click()
        text.wait_for(state="hidden")


def test_on_paper_everything_is_shown(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    page.emulate_media(media="print")
    assert page.locator(EXERCISE).evaluate("e => e.checkVisibility()")
    assert page.locator("#figure-sigmoid-errors").evaluate("e => e.checkVisibility()")
    tall = page.evaluate("() => document.documentElement.scrollHeight")
    page.emulate_media(media="screen")
    assert tall > page.evaluate("() => document.documentElement.scrollHeight") + 2000


def test_no_line_of_code_leads_to_what_is_closed() -> None:
    for one in read_library(ROOT):
        carried = {tag for there in (one.module.numbers.values() if one.module else ()) for tag in there.tags}
        heading = ""
        for line in Path(ROOT, one.path).read_text(encoding="utf-8").splitlines():
            heading = line.lstrip("# ") if line.startswith("##") else heading
            tags = [tag for tag in carried & one.tags if f"\\tag{{{tag}}}" in line]
            assert heading not in LOOKED_UP or not tags, f"{one.name}: {tags} under {heading}"
