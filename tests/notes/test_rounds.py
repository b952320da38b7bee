"""Files that are judged in parts, again with what was learned, or with what nothing defines."""

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged
from nnmath.notes.verdicts.verdict import Judged

_TWO_PARTS = r"""
\[ f(z) = \tanh(z) \]
\[ f'(z) = 1 - f(z)^2 \]
% nnmath: new part
\[ f(z) = \frac{1}{1 + e^{-z}} \]
\[ f'(z) = f(z) (1 - f(z)) \]
"""


def test_a_letter_may_mean_another_thing_in_a_new_part() -> None:
    assert [one.state for one in judged(read_notes_text(_TWO_PARTS)).verdicts] == [HOLDS] * 4
    wrong = _TWO_PARTS.replace("f(z) (1 - f(z))", "1 - f(z)^2")
    assert [one.state for one in judged(read_notes_text(wrong)).verdicts] == [HOLDS] * 3 + [FAILS]


def test_what_is_judged_is_told_before_each_equation_and_nothing_is_false_until_the_end() -> None:
    text = "\\[ y = w^\\top x \\]\n\\[ y = x^\\top w \\]\n\\[ y = 2 x^\\top w \\]"
    looks: list[tuple[list[str], int]] = []
    found = judged(read_notes_text(text), on_look=lambda now, line: looks.append(([*states(now)], line)))
    assert states(found) == [HOLDS, HOLDS, FAILS]
    assert looks[-1] == ([HOLDS, HOLDS, NOT_JUDGED], 3)
    assert {line for _, line in looks} == {1, 2, 3}
    assert all(len(told) == 3 and FAILS not in told for told, _ in looks)


def test_when_something_is_learned_what_was_found_stays() -> None:
    text = r"\[ e = r - p q \] \[ \frac{\partial e}{\partial q} = -p \] "
    text += r"\[ \frac{\partial}{\partial p} e^2 = -2 (r - \hat{r}) q = -2 e q \]"
    looks: list[list[str]] = []
    judged(read_notes_text(text), on_look=lambda now, line: looks.append(states(now)))
    held = [told.count(HOLDS) for told in looks]
    assert len(looks) > 4  # the notes were judged twice
    assert held == sorted(held)


def states(found: Judged) -> list[str]:
    return [one.state for one in found.verdicts]


@pytest.mark.parametrize(
    "text",
    [
        r"\[ l = \sigma(\mathbf{W} \mathbf{x}), \qquad \sigma(a) = \frac{1}{1+e^{-a}} \]"
        r"\[ \frac{\partial \mathbf{z}}{\partial \mathbf{x}} = \text{diag}(\mathbf{z} \odot (\mathbf{1} - \mathbf{z}))"
        r"\mathbf{W} \]",
        r"\[ \text{softplus}(x) = \log(1 + e^x^x) \] \[ \text{softplus}'(x) = \frac{1}{1 + e^{-x}} \]"
        r"\[ \text{swish}(x) = x \sigma(x) \] \[ \text{swish}'(x) = \sigma(x) + x \sigma(x) (1 - \sigma(x)) \]"
        r"\[ \text{ELU}(x)) = \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases} \]"
        r"\[ \text{ELU}'(x) = \begin{cases} 1 & x > 0 \\ \alpha e^x & x \leq 0 \end{cases} \]",
    ],
)
def test_what_is_not_defined_ends_in_a_verdict(text: str) -> None:
    assert judged(read_notes_text(text)).verdicts
