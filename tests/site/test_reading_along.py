"""What moves: an equation and its line light up together, the code follows, sliders and LaTeX to copy."""

from typing import Any

from nnmath.site.library import read_library
from tests.site.project import ROOT
from tests.site.tour import stops

CODED = [one for one in read_library(ROOT) if one.module and any(one.module.numbers.values())]


def lit(page: Any) -> set[str]:
    return set(page.evaluate("() => [...document.querySelectorAll('.lit')].map(e => e.id)"))


def test_an_equation_and_its_line_light_up_together(open_page: Any) -> None:
    page = open_page("sigmoid.html#eq-24")
    line = page.locator(".line[data-eq='24']")
    page.locator("#eq-24 .formula").hover()
    assert lit(page) == {"eq-24", line.get_attribute("id")}
    page.mouse.move(5, 5)
    assert lit(page) == set()
    line.locator("a.number").hover()
    assert lit(page) == {"eq-24", line.get_attribute("id")}
    page.mouse.move(5, 5)
    page.locator("#eq-20 a.tag").focus()
    assert "eq-20" in lit(page)
    assert len(lit(page)) == 2


def test_an_equation_that_is_out_of_sight_is_shown_where_it_is_named(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    assert page.locator(".peek").is_hidden()
    page.locator(".line[data-eq='18'] a.number").hover()
    assert page.locator(".peek").is_visible()
    assert "exp" in page.locator(".peek").inner_text()
    page.mouse.move(5, 5)
    assert page.locator(".peek").is_hidden()


def test_where_no_equation_is_near_the_code_of_those_that_are_named_is_shown(open_page: Any) -> None:
    page = open_page("sigmoid.html#rounding", height=300, reduced_motion="reduce")
    named = page.locator("details:has(#rounding) a.ref[href='#eq-20']").first
    named.evaluate("a => a.scrollIntoView({ block: 'center', behavior: 'instant' })")
    page.wait_for_function("() => document.querySelector('.line.reading[data-eq=\"20\"]')")
    assert "named here" in page.locator(".leads").inner_text()


#: The equation that the last step of the gradient of softmax cross-entropy carries.
LAST_STEP = next(one.module.number_at("dz *=") for one in CODED if one.module and one.name == "softmax_cross_entropy")


def test_on_a_phone_the_lines_stand_under_their_equation(open_page: Any) -> None:
    page = open_page(f"softmax_cross_entropy.html#eq-{LAST_STEP}", width=390, height=844)
    strip = page.locator(f"#eq-{LAST_STEP} .in-code a", has_text="dz *= upstream / N")
    assert strip.is_visible()
    strip.click()
    line = page.locator(f"{strip.get_attribute('href')}")
    assert line.evaluate(
        "line => { const b = line.getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight; }"
    )
    line.locator("a.number", has_text=f"({LAST_STEP})").click()
    assert page.url.endswith(f"#eq-{LAST_STEP}")


def test_from_the_index_to_the_gradient_of_softmax_cross_entropy_on_a_phone(open_page: Any) -> None:
    page = open_page("index.html", width=390, height=844)
    page.get_by_role("heading", name="Softmax with cross-entropy").get_by_role("link").click()
    page.get_by_role("link", name="As the code computes it").click()
    page.locator(f"#eq-{LAST_STEP} .in-code a", has_text="dz *= upstream").click()
    assert "dz *= upstream" in page.locator(":target").inner_text()


def test_latex_can_be_copied(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#eq-8").hover()
    page.locator("#eq-8 .copy").click()
    page.locator("#eq-8 .copy", has_text="copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == r"\frac{\partial a}{\partial s} = -\frac{1}{s^2}"
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#backward ~ p:not(.tally)'))")
    page.keyboard.press("Control+C")
    assert r"$\bar a$ is a constant" in page.evaluate("navigator.clipboard.readText()")


def slide(page: Any, figure: str, name: str, value: float) -> list[str]:
    """Move a slider; the numbers that are then shown."""
    slider = page.get_by_role("slider", name=name, exact=False).first
    slider.evaluate("(s, v) => { s.value = v; s.dispatchEvent(new Event('input')); }", value)
    return list(page.locator(f"#figure-{figure} dd").all_inner_texts())


def test_the_slider_of_the_sigmoid_shows_the_slope_where_the_textbook_has_none(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    assert slide(page, "sigmoid", "z", 2) == ["0.880797", "0.104994", "0.104994"]
    before = page.locator("#figure-sigmoid .tangent").get_attribute("d")
    assert slide(page, "sigmoid", "z", 37) == ["1.000000", "8.53305 · 10^−17", "0"]
    assert page.locator("#figure-sigmoid .tangent").get_attribute("d") != before
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#figure-sigmoid output").inner_text() == "36.90"


def test_the_slider_of_relu_takes_slope_0_at_the_kink(open_page: Any) -> None:
    page = open_page("relu.html")
    assert slide(page, "relu", "z", 2) == ["2.000000", "1.000000"]
    assert slide(page, "relu", "z", 0) == ["0", "0"]
    assert "kink" in page.locator("#figure-relu .live p").inner_text()


def test_the_sliders_of_binary_cross_entropy(open_page: Any) -> None:
    page = open_page("binary_cross_entropy.html")
    slide(page, "binary_cross_entropy", "t", 1)
    assert slide(page, "binary_cross_entropy", "z", 2) == ["0.126928", "−0.119203", "−0.119203"]


def test_the_code_of_what_is_in_view_is_highlighted_all_the_way_down(open_page: Any) -> None:
    some = CODED[::4]  # python -m tests.site.tour looks at all
    found = [stop for one in some for stop in stops(open_page(f"{one.name}.html", reduced_motion="reduce"))]
    assert len(found) > 25
    assert sum(found) >= 0.95 * len(found)
