"""What a person reads when an equation does not hold."""

from pathlib import Path

from nnmath.latex import check_file
from tests.latex.documents import TANH, claim, document, verdict


def test_a_report_of_a_derivation_that_holds() -> None:
    assert str(verdict(TANH, 12)) == "test.md: 15 of 15 equations hold, 12 examples"


def test_a_false_equation_is_shown_with_both_values_and_a_simple_counterexample() -> None:
    text = claim(r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} + [k = y_n])")
    line = text.split("\n").index("## Backward") + 4
    head, *rest = str(verdict(text, shrink=True)).split("\n")
    assert head == "test.md: 3 of 4 equations hold, 6 examples"
    assert rest == [
        f"test.md:{line}  equation (4) does not hold",
        r"    \frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} + [k = y_n])",
        "    left   0",
        "    right  2",
        "    at     n = 1, k = 1",
        "    with   z = [[0]]",
        "           y = [1]",
    ]


def test_the_link_that_broke_is_shown_and_its_line() -> None:
    text = claim("c r\n  = r c\n  = r c^2\n  = r c c")
    report = str(verdict(text, shrink=True))
    assert "r c = r c^2\n    left   1\n    right  2" not in report
    assert r"    r c = r c^2" in report
    assert f"test.md:{text.split(chr(10)).index('  = r c^2') + 1}  equation (4)" in report


def test_numbers_that_differ_late_are_printed_until_they_differ() -> None:
    report = str(verdict(claim(r"c \cdot 1.000000000001 = c"), shrink=True))
    assert "left   1.000000000001\n    right  1\n" in report


def test_a_kink_is_shown_as_an_interval() -> None:
    text = document(
        "| $z$ | - | () | real | x |", r"a := \max(z, 0)", r"\frac{\partial a}{\partial z} = [z \ge 0] + [z = 0]"
    )
    report = str(verdict(text, examples=40, shrink=True))
    assert "left   between 0 and 1, the one-sided derivatives at a kink" in report
    assert "right  2" in report


def test_an_inequation_that_is_an_equation() -> None:
    assert "equation (4) does not hold: the sides are equal, for every example" in str(verdict(claim(r"c r \ne r c")))


def test_the_blocks_that_are_not_run_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "tanh.md"
    path.write_text(TANH + "\n*Not run: a limit.*\n\n```math\n\\lim a = 1\n```\n", encoding="utf-8")
    report = check_file(path, examples=3)
    assert report.ok
    assert str(report).split("\n")[0].endswith("15 of 15 equations hold, 3 examples, 1 not run")
    assert "not run: a limit." in str(report)
