"""The examples: small, plain and awkward, the same ones every time."""

from fractions import Fraction
from typing import Any

import pytest

from nnmath.latex.claims.chosen_examples import examples
from nnmath.latex.claims.reading import read_text
from nnmath.latex.claims.running import run
from nnmath.latex.errors import DerivationError
from nnmath.latex.symbols.scope import Scope
from tests.latex.documents import document

ROWS = r"""
    | $x$ | - | (N, D, M) | real | numbers |
    | $c$ | - | (K,) | positive | positive ones |
    | $q$ | - | (N,) | [-1, 2) | an interval |
    | $t$ | - | (N, K) | distribution | rows |
    | $y$ | - | (N,) | label 1..K | labels |
    | $i$ | - | () | integer | a whole number |
    | $\varepsilon$ | - | () | 1e-5 | a constant |
"""


def drawn(count: int, seed: int = 0) -> Any:
    derivation = read_text(document(ROWS, r"v := x_{111} + c_1 + q_1 + t_{11} + i + \varepsilon"))
    return examples(Scope.of(derivation.symbols), count, seed)


def test_the_first_ones_have_different_dimensions_all_at_least_two() -> None:
    for example in drawn(2):
        assert sorted(example.sizes.values()) == [2, 3, 4, 5]


def test_they_are_the_same_ones_every_time_and_others_for_another_seed() -> None:
    assert drawn(12) == drawn(12)
    assert drawn(12) != drawn(12, seed=1)
    assert len(drawn(12)) == 12


def test_they_lie_in_their_domains() -> None:
    for example in drawn(60):
        values = {name: flat for name, (flat, _) in example.values.items()}
        assert all(c > 0 for c in values["c"])
        assert all(-1 <= q < 2 for q in values["q"])
        assert all(1 <= y <= example.sizes["K"] and y.denominator == 1 for y in values["y"])
        assert values[r"\varepsilon"] == (Fraction(1, 10**5),)
        assert values["i"][0].denominator == 1
        k = example.sizes["K"]
        rows = [values["t"][i : i + k] for i in range(0, len(values["t"]), k)]
        assert all(sum(row) == 1 and min(row) >= 0 for row in rows)
        assert all(len(flat) == _size(shape) for flat, shape in example.values.values())


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def test_awkward_values_are_among_them() -> None:
    found = [example.values for example in drawn(60)]
    numbers = {value for values in found for value in values["x"][0]}
    assert {Fraction(0), Fraction(700), Fraction(-700), Fraction(30), Fraction(1, 10**9)} <= numbers
    assert any(len(values["x"][0]) > 1 == len(set(values["x"][0])) for values in found), "all entries alike"
    assert any(1 in values["t"][0] and 0 in values["t"][0] for values in found), "one-hot rows"
    assert Fraction(-1) in {value for values in found for value in values["q"][0]}, "the end of an interval"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"\max(-5, \min(x, 5))", r"\max(-4, \min(x, 4))"),
        (r"\max(0, \min(1, \frac{x + 3}{6}))", r"\max(0, \min(1, \frac{x + 2.5}{6}))"),
        (r"\min(\max(x, 0), 6)", r"\max(x, 0)"),
        (r"\min(x, 10)", "x"),
        (r"\operatorname{clip}(x, -25, 25)", "x"),
        (r"\begin{cases} x & x < 12 \\ 12 & \text{otherwise} \end{cases}", "x"),
    ],
)
@pytest.mark.parametrize("seed", range(4))
def test_thresholds_of_the_file_are_drawn_around(right: str, wrong: str, seed: int) -> None:
    text = document("| $x$ | - | () | real | input |", f"a := {right}", f"a = {wrong}")
    assert [one.equation.block.tag for one in run(read_text(text), 12, seed=seed, shrink=False).failures] == ["2"]


@pytest.mark.parametrize("seed", range(4))
def test_dimensions_are_drawn_longer_than_every_literal_index(seed: int) -> None:
    text = document("| $x$ | - | (D,) | real | input |", r"a := \sum_d x_d", r"a = \sum_{d=1}^{4} x_d")
    report = run(read_text(text), 12, seed=seed, shrink=False)
    assert [one.equation.block.tag for one in report.failures] == ["2"]


@pytest.mark.parametrize("domain", ["positive", "5", "100"])
@pytest.mark.parametrize(
    "clipped", [r"h := \min(1, \frac{c}{\lVert g \rVert}) g", r"h := \frac{g}{\max(1, \lVert g \rVert / c)}"]
)
def test_clipping_by_the_norm_that_never_clips_is_refused_whatever_is_drawn(domain: str, clipped: str) -> None:
    rows = f"| $g$ | - | (D,) | real | gradient |\n| $c$ | - | () | {domain} | largest norm |"
    for seed in range(4):
        assert not run(read_text(document(rows, clipped, "h = g")), 12, seed=seed, shrink=False).ok


@pytest.mark.parametrize("count", [1, 2, 4])
def test_that_two_sides_differ_is_looked_for_at_more_than_few_examples(count: int) -> None:
    rows = "| $x$ | - | (H, W) | real | a matrix |"
    forward = r"P := \lfloor H / 2 \rfloor" + "\n\n" + r"Q := \lfloor W / 2 \rfloor"
    report = run(read_text(document(rows, forward, mistakes="P \\ne Q\n\nP \\ne P")), count)
    assert [result.equation.block.tag for result in report.failures] == ["4"]


@pytest.mark.parametrize("last", [6, 20])
def test_windows_may_be_long(last: int) -> None:
    """A dimension is drawn as long as it takes for what is left of it, also where a counterexample is simplified."""
    rows, mean = "| $x$ | - | (T,) | real | a signal |", rf"\frac{{1}}{{{last + 1}}} \sum_{{u=0}}^{{END}} x_{{p+u}}"
    forward = rf"P := T - {last}" + "\n\n" + "y_p := " + mean.replace("END", str(last))
    for end, wrong in ((last, []), (last - 1, ["3"])):
        text = document(rows, forward, "y_p = " + mean.replace("END", str(end)))
        assert [one.equation.block.tag for one in run(read_text(text)).failures] == wrong


def test_a_window_that_no_array_is_long_enough_for_is_refused_with_its_place() -> None:
    text = document("| $x$ | - | (T,) | real | a signal |", "P := T - 500\n\n" + r"y_p := \sum_{u=0}^{500} x_{p+u}")
    with pytest.raises(DerivationError, match=r"test.md:\d+:\d+: .*p in y lies between 1 and 12"):
        run(read_text(text, "test.md"))
