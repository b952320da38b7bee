"""The reader of Markdown finds everything that others need, and gives the place of it."""

from pathlib import Path

import pytest

from nnmath.latex import code_numbers, read_document, read_document_text, reading_order

ROOT = Path(__file__).parents[2]
TEXT = r"""# Swish

A gate that opens
smoothly. Module: [`swish.py`](../code/swish.py). More in [relu](relu.md).

## Symbols

| symbol | code | shape | domain | meaning |
|---|---|---|---|---|
| $z$ | `z` | () | real | input |

## Forward

```math
a := z \tag{1}
```

## Where people go wrong

*Not run: a limit.*

```math
\lim_{z \to \infty}
  a \tag{2a}
```

### Where people go wrong

- In a list:

  ```math
  a \ne 2 \tag{3}
  ```
"""
DOCUMENT = read_document_text(TEXT, "swish.md")
LINES = TEXT.split("\n")


def line_of(text: str) -> int:
    return next(i for i, line in enumerate(LINES, 1) if text in line)


def test_the_title_and_the_first_sentence() -> None:
    assert DOCUMENT.title == "Swish"
    assert DOCUMENT.first_sentence == "A gate that opens smoothly."
    assert DOCUMENT.text == TEXT


def test_links_have_their_target_and_place() -> None:
    (module,) = DOCUMENT.module_links
    assert (module.text, module.target) == ("swish.py", "../code/swish.py")
    assert module.place == (4, LINES[3].index("](../code") + 1)
    assert [link.target for link in DOCUMENT.links] == ["../code/swish.py", "relu.md"]


def test_sections_have_a_slug_and_lines() -> None:
    sections = {section.slug: section for section in DOCUMENT.sections}
    assert list(sections) == ["symbols", "forward", "where-people-go-wrong", "where-people-go-wrong-1"]
    forward = sections["forward"]
    assert (forward.first_line, forward.last_line) == (line_of("## Forward"), line_of("## Where") - 1)
    assert [section.level for section in DOCUMENT.sections] == [2, 2, 2, 3]


def test_the_rows_of_the_table_of_symbols() -> None:
    (row,) = DOCUMENT.rows
    assert row.cells == ("$z$", "`z`", "()", "real", "input")
    assert row.line == line_of("| $z$")


def test_blocks_have_number_reason_place_and_lines() -> None:
    first, second, third = DOCUMENT.blocks
    assert [block.tag for block in DOCUMENT.blocks] == ["1", "2a", "3"]
    assert [block.not_run for block in DOCUMENT.blocks] == ["", "a limit.", ""]
    assert second.latex.split() == [r"\lim_{z", r"\to", r"\infty}", "a"]
    assert (second.first_line, second.last_line) == (line_of(r"\lim") - 1, line_of("2a") + 1)
    assert third.place == (line_of(r"a \ne"), 3)
    for line in range(first.first_line, first.last_line + 1):
        assert DOCUMENT.block_at(line) is first
    assert DOCUMENT.block_at(first.first_line - 1) is None
    assert DOCUMENT.tagged["3"] is third


@pytest.mark.parametrize("end", ["```math", "```math\n"])
def test_a_block_that_opens_in_the_last_line_is_refused(end: str) -> None:
    problems = read_document_text(f"# Name\n\n## Forward\n\n{end}").problems
    assert "an empty block of mathematics" in [problem.problem for problem in problems]


def test_problems_are_collected_and_the_rest_is_read() -> None:
    text = TEXT.replace(r" \tag{1}", "").replace(r"\tag{3}", r"\tag{2a}")
    problems = [str(problem) for problem in DOCUMENT.problems + read_document_text(text, "swish.md").problems]
    assert [problem.split(":")[1] for problem in problems] == [
        str(line_of("### Where")),
        str(line_of("a := z")),
        str(line_of("### Where")),
        str(line_of(r"a \ne")),
    ]


def test_the_reading_order_names_derivations_each_once() -> None:
    order = reading_order(read_document(ROOT / "derivations" / "README.md"))
    targets = [ROOT / "derivations" / row.target for row in order]
    assert len(targets) == len(set(targets)) > 10
    assert all(
        path.is_file() for path in targets
    )  # a row is optional: a derivation without one is read after the others
    assert all(row.adds and row.name for row in order)


def test_numbers_stand_in_comments_alone() -> None:
    source = '"""Ends in ``# (9)``."""\na = b  # (1), (2a); a remark (3)\nc = "# (4)"\nd = f(5)  # no number (6)\n'
    assert {line: found.tags for line, found in code_numbers(source).items()} == {2: ("1", "2a")}
    assert code_numbers("a = 1  # (1)\nb = (  # (2)\n").keys() == {1, 2}


@pytest.mark.parametrize(
    ("latex", "defined", "value"),
    [
        (r"z := 0.5", "z", ("z", "0.5")),
        (r"a \approx 0.1 \cdot 10", "", ("a", r"≈ 0.1 \cdot 10")),
        (r"p - 1 \approx 0.6 - 1 = -0.4", "", ("p - 1", "-0.4")),
        (r"a \ne 3", "", ("", "")),
        (r"a \neq 3", "", ("", "")),
    ],
)
def test_what_a_block_defines_and_the_value_it_gives(latex: str, defined: str, value: tuple[str, str]) -> None:
    document = read_document_text(f"# A\n\nProse $a$.\n\n## Forward\n\n```math\n{latex} \\tag{{1}}\n```\n\nMore.\n")
    (block,) = document.blocks
    assert (block.defined, block.value) == (defined, value)
    assert document.prose.split() == ["#", "A", "Prose", "$a$.", "##", "Forward", "More."]


def test_the_most_dimensions_of_a_symbol() -> None:
    assert read_document_text(TEXT).most_dimensions == 0
    assert read_document_text(TEXT.replace("| () |", "| (N, D) |", 1)).most_dimensions == 2
