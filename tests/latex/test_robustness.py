"""Any text is refused with a place, or judged: never a crash, a hang or a silent pass."""

import pickle
import re
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnmath.latex import DerivationError, read_text, run
from nnmath.latex.errors import Place
from nnmath.latex.syntax.grammar import parse
from nnmath.latex.syntax.names import KnownNames
from tests.latex.documents import SOFTMAX_CROSS_ENTROPY, claim
from tests.latex.fuzzing import failures

SPOKEN = r"""
    \frac{ } } { ( ) \left( \right) [ ] ^ _ _{nk} _{n y_n} _n z x W b y c p L u e n k N K \sigma( \sum_n
    \sum_{k=1}^{K} \sum_{j~\ne~k} \prod_k \max_k \max( , = := \ne \approx < \le + - \cdot \odot / 1 2 0.5 10 \partial~
    \log \exp e^{ \frac{\partial~L}{\partial~z_{nk}} \begin{cases} \end{cases} & \\ \mathbf{1}_N ^\top \delta_{jk}
    \lVert \rVert \lvert \rvert ' \bar \text{if} \text{otherwise} \sqrt{ \tanh ^2 ^{99} ^{-1} \begin{pmatrix}
    \end{pmatrix} | % é \ ~ \tag{1} $$ ``` <!--
"""
WORDS = SPOKEN.split()
TRUE = r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} \left( p_{nk} - [k = y_n] \right)"
# every verdict draws examples of its own
NESTED: dict[str, Any] = {"suppress_health_check": [HealthCheck.nested_given, HealthCheck.too_slow]}
PIECES = re.findall(r"\\[a-zA-Z]+|.", TRUE)


LONG = [
    TRUE,
    r"q := 1 W^{2}_{12} w^{(1)\top} + \hat{y_i} \binom{n}{k} {a \over b} \sqrt[3]{x} \frac12 \left. z^+ \right|_{x}",
    r"c = \underbrace{x_{n,:}}_{\text{why}} \otimes \mathbf{J}^{ij} \lfloor x \rfloor - 1e{-5} n! f''(x) \sin^2(z)",
]


@pytest.mark.parametrize("whole", LONG)
def test_every_beginning_of_an_equation_is_read_or_refused(whole: str) -> None:
    for end in range(len(whole)):
        with suppress(DerivationError):
            parse(whole[:end], KnownNames({"x", "w", "W", "z"}, {"f"}), Place(1, 1))


def judged(text: str) -> bool:
    """Whether a text is accepted; it may be refused in either way, but not in a third."""
    begin = time.process_time()  # of this process: other programs may be busy
    place, ok = Place(1, 1), False
    try:
        ok = run(read_text(text), examples=2, shrink=False).ok
    except DerivationError as error:
        place = error.place
    assert min(place) >= 1
    assert time.process_time() - begin < 20
    return ok


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
@settings(**NESTED)
def test_random_words_are_judged(words: list[str]) -> None:
    judged(claim(" ".join(words)))


@given(st.text(max_size=40))
@settings(**NESTED)
def test_random_characters_are_judged(text: str) -> None:
    judged(claim(text))


@given(st.data())
@settings(**NESTED)
def test_a_mutated_equation_is_judged_and_passes_only_if_it_says_the_same(data: st.DataObject) -> None:
    pieces = list(PIECES)
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(pieces) - 1))
        length = data.draw(st.integers(0, 2))
        pieces[i : i + length] = data.draw(st.lists(st.sampled_from(WORDS), max_size=1))
    latex = "".join(pieces)
    if judged(claim(latex)):
        assert _bare(latex) == _bare(TRUE), latex


def _bare(latex: str) -> str:
    """An equation without what changes nothing."""
    return re.sub(r"\\left|\\right|\\cdot|\\odot|\s|~", "", latex).replace(r"\le", "=")


@given(st.data())
@settings(max_examples=60, **NESTED)
def test_a_mutilated_file_is_judged(data: st.DataObject) -> None:
    lines = SOFTMAX_CROSS_ENTROPY.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        i = data.draw(st.integers(0, len(lines) - 1))
        lines[i : i + data.draw(st.integers(0, 2))] = data.draw(
            st.lists(
                st.sampled_from(["```", "```math", "## Forward", "| $q$ | - | () | real | x |", "", "$$", *lines]),
                max_size=2,
            )
        )
    with suppress(DerivationError):
        read_text("\n".join(lines))


@pytest.mark.parametrize(
    "latex",
    [
        "(" * 2000 + "c" + ")" * 2000 + " = c",
        "e^{" * 30 + "700" + "}" * 30 + " = 1",
        r"9^{9^{9^{9^{9}}}} = c",
        "-" * 500 + "c = 1",
        r"10^{1000000000} c = 1",
        r"\sinh(e^{700}) = c",
        r"\sum_{a,d,f,g,h,i} z_{ad} z_{fg} z_{hi} = c",
        "c" + " c" * 1000 + " = 1",
        r"\sum_{k=1}^{1000000000} k = c",
        r"\frac{1}{" * 39 + "c" + "}" * 39 + " = 1",
        r"\sqrt{" * 39 + "c" + "}" * 39 + " = 7",
    ],
)
def test_nothing_takes_long(latex: str) -> None:
    assert not judged(claim(latex))


def test_importing_the_package_imports_no_parser() -> None:
    heavy = "{'lark', 'flint', 'mpmath', 'hypothesis', 'markdown_it'}"
    script = f"import sys, nnmath.latex; assert not {heavy} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_mutated_equations_of_every_kind_are_judged_or_refused_with_a_place() -> None:
    assert list(failures(120, 0)) == []


def test_an_error_goes_from_process_to_process() -> None:
    """A pool of processes that cannot read an error breaks, or waits for ever."""
    with pytest.raises(DerivationError) as caught:
        read_text(SOFTMAX_CROSS_ENTROPY.replace(r"\tag{1}", r"\tag{"))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.place) == (str(caught.value), caught.value.place)
