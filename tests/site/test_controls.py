"""Search, themes, folded code, explanations and the keyboard."""

from typing import Any


def test_search_finds_sections_and_equations_without_a_network(open_page: Any) -> None:
    page = open_page("index.html")
    page.keyboard.press("/")
    field = page.get_by_role("searchbox", name="Search the derivations")
    field.fill("overflow sigmoid")
    page.locator("dialog li").first.wait_for()
    titles = page.locator("dialog li strong").all_inner_texts()
    assert titles[0] == "Sigmoid"
    field.fill("(24) sigmoid")
    assert page.locator("dialog li a").first.get_attribute("href") == "sigmoid.html#eq-24"
    field.press("Enter")
    page.wait_for_url("**/sigmoid.html#eq-24")
    page.keyboard.press("/")
    page.get_by_role("searchbox").fill("zyzzyva")
    assert page.locator("dialog p").inner_text() == "0 places"
    page.keyboard.press("Escape")
    assert page.locator("dialog").is_hidden()


def test_the_theme_is_chosen_and_kept(open_page: Any) -> None:
    page = open_page("sigmoid.html#rounding", color_scheme="light")
    colour = "() => getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(colour)
    button = page.locator("#theme")
    button.click()
    assert button.get_attribute("aria-label") == "Theme: light"
    button.click()
    assert page.evaluate(colour) != light
    assert page.locator("#figure-sigmoid-errors .for-dark").is_visible()
    assert page.locator("#figure-sigmoid-errors .for-light").is_hidden()
    page.reload()
    assert page.evaluate(colour) != light
    button.click()
    assert page.evaluate(colour) == light


def test_a_fold_opens_and_so_it_does_for_a_link_into_it(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    assert page.locator("#L2").is_hidden()
    assert page.locator(".line[data-eq]").first.is_visible()
    page.locator(".fold").first.click()
    assert page.locator("#L2").is_visible()
    page.locator(".fold").first.click()
    assert page.locator("#L2").is_hidden()
    page.evaluate("() => { location.hash = '#L3'; }")
    page.locator("#L3").wait_for(state="visible")


def test_symbols_and_numbers_explain_themselves(open_page: Any) -> None:
    page = open_page("sigmoid.html#eq-12")
    page.locator("#eq-12 [data-symbol='2']").first.hover()
    assert "the sigmoid of" in page.locator(".peek").inner_text()
    page.locator("#eq-12 [data-symbol='eq-3']").first.hover()
    assert "defined in (3)" in page.locator(".peek").inner_text()
    assert page.locator("#eq-12 .ties").inner_text() == "uses (8), (9), (10) · used by (14), (21)"


def test_the_symbols_in_view_stand_below_the_code(open_page: Any) -> None:
    page = open_page("sigmoid.html#eq-16")
    page.wait_for_function("() => document.querySelectorAll('.in-view [data-of]:not([hidden])').length >= 3")
    assert "upstream gradient" in page.locator(".in-view").inner_text()
    assert "0.880797" in page.locator(".in-view").inner_text()


def test_the_keyboard_walks_through_both_columns(open_page: Any) -> None:
    page = open_page("sigmoid.html", reduced_motion="reduce")
    for key, tag in (("j", "15"), ("n", "17"), ("j", "18"), ("k", "17"), ("p", "15")):
        page.keyboard.press(key)
        assert page.evaluate("() => document.activeElement.closest('.equation').dataset.tag") == tag
        assert page.locator(f".line[data-eq~='{tag}']").first.evaluate("line => line.classList.contains('lit')")


def test_every_page_has_the_same_left_edges(open_page: Any) -> None:
    edges = set()
    page = open_page("index.html")
    for name in ("index", "sigmoid", "notation", "runs", "digit"):
        page.goto(page.url.replace(page.url.rpartition("/")[2], f"{name}.html"))
        edges.add(
            tuple(page.locator(place).first.bounding_box()["x"] for place in (".home", ".rail a", "h1", "footer"))
        )
    assert len(edges) == 1


def test_a_page_asks_other_hosts_for_nothing(open_page: Any) -> None:
    page = open_page("sigmoid.html")
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text))
    page.evaluate("() => { document.body.append(Object.assign(new Image(), { src: 'https://example.org/x.png' })); }")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in text for text in blocked)


def test_the_graph_of_the_equations_is_drawn_when_opened(open_page: Any) -> None:
    page = open_page("softmax_cross_entropy.html")
    assert page.locator(".graph svg").count() == 0
    page.locator(".graph summary").click()
    last = page.locator(".graph svg a.coded").last
    last.wait_for()
    tag = last.text_content()
    assert page.locator(f".graph path[data-to='{tag}']").count() > 0
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('.graph rect')].map(r => [+r.getAttribute('x'), +r.getAttribute('y')])"
    )
    assert len({(x, y) for x, y in boxes}) == len(boxes), "no two in one place"
    last.click()
    assert page.url.endswith(f"#eq-{tag}")
