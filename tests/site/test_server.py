"""The server that runs changed equations: what it answers, whom it refuses, and the editor of the pages."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

pytest.importorskip("nnmath.site.site", reason="what builds the pages is missing: make setup")

from nnmath.latex import read_document_text
from nnmath.site import server as serving
from nnmath.site.edited import changed, verdict
from nnmath.site.library import read_library
from nnmath.site.server import Server
from tests.site.project import ROOT

SIGMOID = (ROOT / "derivations" / "activations" / "sigmoid.md").read_text(encoding="utf-8")
SMALL = """# Small

## Symbols

| symbol | code | shape | domain | meaning |
|---|---|---|---|---|
| $x$ | `x` | () | real | input |

## Forward

```math
y := 2 x \\tag{1}
```

```math
y = x + x \\tag{2}
```
"""


@pytest.fixture
def server(pages: Path) -> Iterator[Server]:
    contents = {path.name: path.read_bytes() for path in pages.iterdir() if path.is_file()}
    with Server(contents, read_library(ROOT)) as running:
        thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server: Server, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    own = {"Origin": server.address.rstrip("/"), "Content-Type": "application/json"}
    text = body if isinstance(body, str) else json.dumps(body)
    connection.request(
        method, path, text if body is not None else None, {**own, **headers} if body is not None else headers
    )
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def test_pages_are_served_and_nothing_else(server: Server) -> None:
    status, text = ask(server, "GET", "/sigmoid.html")
    assert status == 200
    assert '<meta name="nnmath-run" content="/run">' in text
    assert ask(server, "GET", "/")[0] == 200
    for path in ("/../pyproject.toml", "/%2e%2e/pyproject.toml", "/etc/passwd", "/.nnmath-site", "/run"):
        assert ask(server, "GET", path)[0] == 404, path


def test_only_this_machine_and_its_own_pages_are_answered(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert ask(server, "GET", "/", Host="evil.example")[0] == 403
    body = {"page": "sigmoid", "tag": "3", "latex": "s := 1 + v"}
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Content-Type": "text/plain"}):
        assert ask(server, "POST", "/run", body, **headers)[0] == 403, headers
    assert ask(server, "POST", "/run", "x" * 10_001)[0] == 413
    for odd in ("[", "[]", {"page": "sigmoid"}, {"page": "none", "tag": "1", "latex": "x"}):
        status, text = ask(server, "POST", "/run", odd)
        assert status == 200
        assert not json.loads(text)["ok"], odd


def test_a_run_that_takes_too_long_is_ended(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS", 0.005)
    _, text = ask(server, "POST", "/run", {"page": "sigmoid", "tag": "3", "latex": "s := 1 + v"})
    assert "was ended" in json.loads(text)["says"]


def test_an_equation_is_changed_in_its_place() -> None:
    document = read_document_text(SIGMOID)
    text = changed(document, "12", "\\frac{\\partial a}{\\partial z}\n= v")
    assert read_document_text(text).tagged["12"].latex.split() == ["\\frac{\\partial", "a}{\\partial", "z}", "=", "v"]
    assert read_document_text(text).tagged.keys() == document.tagged.keys()
    for tag, latex in (("99", "x"), ("12", "```\n# other"), ("12", "  \n")):
        with pytest.raises(ValueError, match=r"expected|no equation"):
            changed(document, tag, latex)


def test_a_verdict_says_what_does_not_hold_and_what_is_not_understood() -> None:
    document = read_document_text(SMALL)
    assert verdict(changed(document, "2", "y = 2 x"), "2") == {
        "ok": True,
        "says": "All 2 equations of this page hold, at 6 examples.",
    }
    wrong = verdict(changed(document, "2", "y = x"), "2")
    assert not wrong["ok"]
    assert "equation (2) does not hold" in wrong["says"]
    assert not verdict(changed(document, "2", r"y = \nosuchthing"), "2")["ok"]


def test_an_equation_is_changed_in_the_browser_and_run(server: Server, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{server.address}l2_penalty.html")
    page.locator("#eq-6 .formula").hover()
    page.locator("#eq-6 .edit").click()
    field = page.get_by_role("textbox", name="LaTeX of equation 6")
    latex = field.input_value()
    field.fill(latex + " + 1")
    page.locator(".editor button[type=submit]").click()
    page.locator(".editor output.fails").wait_for(timeout=60_000)
    assert "equation (6) does not hold" in page.locator(".editor output").inner_text()
    field.fill(latex)
    page.locator(".editor button[type=submit]").click()
    page.locator(".editor output.holds").wait_for(timeout=60_000)
    page.get_by_role("button", name="Close").click()
    assert page.locator(".editor").count() == 0
    page.close()


def test_pages_without_the_server_say_how_to_get_it(open_page: Any) -> None:
    page = open_page("sigmoid.html#eq-12")
    page.locator("#eq-12 .formula").hover()
    page.locator("#eq-12 .edit").click()
    page.locator(".editor button[type=submit]").click()
    assert "python -m nnmath site --serve" in page.locator(".editor output").inner_text()
