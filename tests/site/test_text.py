"""The parts of a page: mathematics, numbers that are links, lines of code."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

pytest.importorskip("nnmath.site.site", reason="what builds the pages is missing: make setup")

from nnmath.latex import read_document_text
from nnmath.site.library import Module, read_library
from nnmath.site.listing import listing
from nnmath.site.mathematics import NARROW, MathematicsError, converted, displayed, inline
from nnmath.site.prose import Links, sections
from nnmath.site.symbols import symbols_of
from tests.site.project import ROOT

LIBRARY = read_library(ROOT).derivations


@pytest.mark.parametrize("one", LIBRARY, ids=lambda one: one.name)
def test_every_equation_becomes_mathematics_and_keeps_its_latex(one) -> None:  # type: ignore[no-untyped-def]
    for tag in one.tags:
        parts, width = displayed(one.latex_of(tag))
        assert width > 0
        roots = [ElementTree.fromstring(part) for part in parts]
        annotations = [a.text for root in roots for a in root.iter("annotation")]
        assert annotations == [one.latex_of(tag)]


def test_a_wide_chain_is_broken_before_its_relations() -> None:
    terms = " + ".join(f"a_{{{n}}}" for n in range(9))
    parts, width = displayed(f"x = {terms} = {terms}")
    text = ["".join(re.sub(r"<annotation.*?</annotation>", "", part).split("<")) for part in parts]
    assert len(parts) > 3
    assert sum("=" in re.sub(r"<[^>]*>", "", re.sub(r"<annotation.*?</annotation>", "", part)) for part in parts) == 2
    assert width < 1.3 * NARROW
    assert text


@pytest.mark.parametrize(
    ("latex", "grow"),
    [
        (r"\left( x_n - y \right)^2", False),
        (r"\left( \frac{1}{2} \right)", True),
        (r"(\frac{1}{2})", True),
        (r"\left( 1 + \sum_{n=1}^N x_n \right)", True),
    ],
)
def test_brackets_grow_around_what_is_tall(latex: str, grow: bool) -> None:
    fences = [sign for sign in converted(latex, display=True).iter() if sign.text in ("(", ")")]
    assert [sign.get("stretchy") == "true" for sign in fences] == [grow, grow]


def test_signs_stand_close_together_in_an_index() -> None:
    signs = {sign.text: sign.get("lspace") for sign in converted(r"x_{t-1} + \sum_{k=1}^K y", display=True).iter()}
    assert (signs["−"], signs["="], signs["+"]) == ("0", "0", None)


def test_a_prime_is_as_high_as_the_font_makes_it() -> None:
    assert not list(converted("f''(x)", display=True).iter("{http://www.w3.org/1998/Math/MathML}msup"))


def test_a_process_that_set_mathematics_ends() -> None:
    program = "from nnmath.site.mathematics import inline; print(inline('x'))"
    for _ in range(5):  # the engine waited at its end for a thread that was gone: not each time
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=True)
        assert b"<math" in done.stdout


@pytest.mark.parametrize("latex", [r"\frac{1}", r"\nosuchthing x", "{"])
def test_what_is_not_understood_is_an_error(latex: str) -> None:
    with pytest.raises(MathematicsError):
        inline(latex)


def html_of(text: str, page: str = "relu") -> str:
    tags = {"relu": frozenset({"1", "2"}), "sigmoid": frozenset({"14", "15"})}
    pages = {
        "derivations/activations/sigmoid.md": "sigmoid.html",
        "nnmath/primitives/activations/relu.py": "relu.html#code",
    }
    document = read_document_text(f"# Title\n\n{text}\n")

    def displayed(line: int) -> str:
        block = document.block_at(line)
        assert block is not None
        return f"[{block.latex}|{bool(block.not_run)}]"

    parts = sections(document.text, Links(page, "derivations/activations", pages, tags), displayed)
    return parts[0].html


def test_numbers_of_equations_become_links() -> None:
    assert html_of("By (1) and (7).") == '<p>By <a class="ref" href="#eq-1">(1)</a> and (7).</p>\n'


def test_numbers_of_another_page_lead_there() -> None:
    html = html_of("In [sigmoid](sigmoid.md),\nequations (14) to (15) there, and (2) here.")
    assert re.findall(r'href="([^"]*)"', html) == ["sigmoid.html", "sigmoid.html#eq-14", "sigmoid.html#eq-15", "#eq-2"]


def test_numbers_in_code_and_mathematics_are_left_alone() -> None:
    html = html_of("`f(1)` and $f(1)$")
    assert "href" not in html


def test_links_lead_to_pages_or_nowhere() -> None:
    html = html_of(
        "[a](../../nnmath/primitives/activations/relu.py) [b](sigmoid.md#rounding) [c](../../Makefile) [d](https://example.org)"
    )
    assert re.findall(r'href="([^"]*)"', html) == ["#code", "sigmoid.html#rounding", "https://example.org"]
    assert " c " in html


def test_a_block_that_is_not_run_is_known_to_be_none() -> None:
    html = html_of("*Not run: a limit.*\n```math\nx\n```\n\n```math\ny\n```")
    assert "[x\n|True]" in html
    assert "[y\n|False]" in html


def test_html_in_the_text_is_shown_and_not_obeyed() -> None:
    assert "<script" not in html_of("<script>alert(1)</script>")
    module = Module("m.py", "x = '<b>'  # (1), (9); a <remark>\n")
    html = listing(module, {"1"})
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert '<a class="number hue0" href="#eq-1" aria-label="equation 1">(1)</a>, (9)' in html


def test_the_lines_of_a_listing_are_those_of_the_module() -> None:
    for one in LIBRARY:
        if one.module:
            html = listing(one.module, one.tags)
            assert len(re.findall(r'id="L\d+"', html)) == len(one.module.lines)


def test_a_picture_from_elsewhere_is_a_link_and_is_not_requested() -> None:
    html = html_of("![a curve](https://example.org/x.png) and ![another](x.png)")
    assert "<img" not in html
    assert '<a href="https://example.org/x.png">a curve</a> (a picture on another host, example.org)' in html
    assert "<em>another</em>" in html


def test_symbols_are_found_again_with_and_without_indices() -> None:
    text = "## Symbols\n\n| symbol | code | shape | domain | meaning |\n|---|---|---|---|---|\n"
    text += "| $z$ | `z` | (N,) | real | input |\n| $\\bar z$ | `dz` | (N,) | real | upstream |\n"
    text += "| $\\frac{\\partial L}{\\partial z}$ | - | () | real | gradient |\n\n"
    text += (
        "## Forward\n\n```math\nv_n := 2 z_n \\tag{1}\n```\n\n## A worked example\n\n```math\nz := 3 \\tag{2}\n```\n"
    )
    symbols = symbols_of(read_document_text(f"# Title\n\n{text}"), converted)
    assert [(one.latex, one.code, one.example) for one in symbols.listed] == [
        ("z", "z", "3"),
        (r"\bar z", "dz", ""),
        (r"\frac{\partial L}{\partial z}", "", ""),
    ]

    def names(latex: str) -> list[str]:
        return re.findall(r'data-symbol="([^"]+)"', inline(latex, symbols))

    assert names("z + z_n") == ["0", "0"]
    assert names(r"\bar z_n") == ["1"]
    assert names(r"\frac{\partial L}{\partial z_n}") == ["2"]
    assert names("v_n^2") == ["eq-1"]
    assert names("w") == []


def test_imports_and_docstrings_are_folded_and_nothing_else() -> None:
    head = '"""Title.\n\nMore.\n"""\n\nimport os\n\n\n'
    text = head + 'def f():\n    """One line."""\n\n\ndef g():\n    """Two.\n\n    Lines.\n    """\n'
    html = listing(Module("m.py", text), set())
    folded = re.findall(r'<span class="folded">(.*?</span>)\s*</span>(?=<span class="line|$)', html, re.DOTALL)
    assert re.findall(r'aria-label="show lines (\d+) to (\d+)"', html) == [("2", "6"), ("15", "17")]
    assert len(folded) == 2
    assert "def g" not in "".join(folded)
