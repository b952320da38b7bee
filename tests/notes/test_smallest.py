"""The smallest notes from end to end: definitions, claims, a mistake."""

from nnmath.notes import FAILS, HOLDS
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged

NOTES = r"""
\newcommand{\pp}[2]{\frac{\partial #1}{\partial #2}}
\begin{align}
  \sigma(t) &= \frac{1}{1 + e^{-t}} \\
  \mathbf{z} &= W \mathbf{x} + b \label{eq:z} \\
  a &= \sigma(\mathbf{z}), & L &= \frac12 \|a - y\|^2 \\
  \pp{L}{\mathbf{z}} &= (a - y) % the outer derivative
     \odot \sigma'(\mathbf{z}) \\
  &= \pp{L}{a} \odot a \odot (1 - a) \\
  \delta &= \pp{L}{\mathbf{z}} \\
  \pp{L}{W} &= \delta \mathbf{x}^T \\
  \pp{L}{b} &= \delta a^T
\end{align}
\[ \pp{L}{\mathbf{x}} = W^T \delta. \]
"""


def test_definitions_and_claims_are_judged() -> None:
    states = [one.state for one in judged(read_notes_text(NOTES)).verdicts]
    assert states[:7] == [HOLDS] * 7
    assert states[7] != HOLDS
    assert states[8] == HOLDS


def test_a_mistake_is_found_on_its_line() -> None:
    wrong = judged(read_notes_text(NOTES.replace("W^T", "2 W^T"))).verdicts[-1]
    assert wrong.state == FAILS
    assert wrong.parsed.statement.place.line == 14
