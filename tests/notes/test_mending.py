"""A claim is called false if a slip of the pen explains it, or if nothing was guessed; otherwise it is not judged."""

import pytest

from nnmath.latex.syntax import tree
from nnmath.notes import FAILS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.equation_verdicts import UNEXPLAINED
from nnmath.notes.verdicts.judging import judged
from nnmath.notes.verdicts.slips.slips import around, slips
from nnmath.notes.verdicts.verdict import Verdict

LOSS = r"\[ z = w^\top x + b \] \[ a = \frac{1}{1 + e^{-z}} \] \[ L = \frac{1}{2} (a - y)^2 \] "


def last(text: str) -> Verdict:
    """Judge notes; return the verdict on the last equation."""
    return judged(read_notes_text(text, "notes.tex")).verdicts[-1]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (r"\frac{\partial L}{\partial z} = (y - a) a (1 - a)", "it would hold with the other sign"),
        (r"\frac{\partial L}{\partial z} = (a - y) (1 - a)", "it would hold times a"),
        (r"\frac{\partial L}{\partial z} = (a - y) a", "it would hold times 1 - a"),
        (r"\frac{\partial L}{\partial z} = 2 (a - y) a (1 - a)", "it would hold divided by 2"),
        (r"\frac{\partial L}{\partial z} = (a - y) a (1 + a)", "it would hold with another sign of a term"),
        (r"\frac{\partial L}{\partial z} = (a - y) z (1 - a)", "it would hold with a in place of z"),
        (r"\frac{\partial L}{\partial w} = (a - y) a (1 - a)", "it would hold times x"),
        (r"\frac{\partial L}{\partial b} = (a - y) a^2 (1 - a)", "it would hold without an exponent"),
    ],
)
def test_the_slip_that_explains_a_mistake_is_said(claim: str, said: str) -> None:
    verdict = last(f"{LOSS} \\[ {claim} \\]")
    assert verdict.state == FAILS
    assert said in verdict.reason


@pytest.mark.parametrize(
    ("given", "wrong", "said"),
    [
        (
            r"\[ s_i = \sum_j W_{ij} x_j \] \[ E = \sum_i s_i^2 \]",
            r"\frac{\partial E}{\partial x_j} = 2 \sum_i W_{ji} s_i",
            "index",
        ),
        (r"\[ E = x^\top A x \]", r"\frac{\partial E}{\partial x} = 2 A x", "if A were symmetric"),
        (r"\[ f(x) = e^{-x^2} \]", r"f'(x) = -2 x e^{x^2}", "other sign of an exponent"),
        (r"\[ p = \frac{e^u}{e^u + e^v} \]", r"\frac{\partial \log p}{\partial u} = 1 - \log p", "without log"),
        (
            r"\[ p = \frac{e^u}{e^u + e^v} \]",
            r"\log p = \log (u - \log (e^u + e^v))",
            "no value, for any example; it would",
        ),
        (
            r"\[ L = \frac{1}{2} \sum_{i,j} (R_{ij} - \sum_{k=1}^K U_{ik} V_{jk})^2 \]",
            r"\frac{\partial L}{\partial U_{ik}} = -\sum_j (R_{ij} - U_{ik} V_{jk}) V_{jk}",
            "with a sum over k",
        ),
        (
            r"\[ K = -\frac{1}{2} (1 + \log(s^2) - m^2 - s^2) \]",
            r"K = -\frac{1}{2} (1 + \log(s) - m^2 - s)",
            "the square of s throughout",
        ),
        (r"\[ u = \frac{1}{2} (x - y)^2 + 4 x^3 \]", r"\frac{du}{dy} = 2 (x - y)", "divided by -2"),
        (r"\[ g(x) = x^2 \]", r"\log (1 + g(x)) \geq g(x)", "with ≤ in place of ≥"),
    ],
)
def test_slips_of_all_kinds_are_found(given: str, wrong: str, said: str) -> None:
    verdict = last(f"{given} \\[ {wrong} \\]")
    assert verdict.state == FAILS
    assert said in verdict.reason


def test_what_no_slip_explains_is_not_judged_unless_all_is_declared() -> None:
    r"""The author may mean something else: here a derivative of the brackets by another variable."""
    claim = r"\[ L = \sum_i x_i^2 \] \[ \frac{\partial L}{\partial x_j} = \frac{\sin x_j}{7 + x_j^4} \]"
    verdict = last(claim)
    assert verdict.state == NOT_JUDGED
    assert UNEXPLAINED in verdict.reason
    assert "% nnmath: x (D,)" in verdict.reason
    assert verdict.result is not None  # with the numbers
    assert last(f"% nnmath: x (D,)\n{claim}").state == FAILS


def test_a_condition_in_letters_of_mathematics_is_no_mistake() -> None:
    found = judged(read_notes_text(r"\[ f(x, w) = x^2 w \] \[ (f - \mu)' = 3 - \frac{1}{N} \]", "notes.tex"))
    assert FAILS not in [one.state for one in found.verdicts]


def test_every_slip_is_another_side() -> None:
    at = {"at": None}
    x, y = (tree.Name(name, **at) for name in "xy")  # type: ignore[arg-type]
    side = tree.Sum((1, -1), (tree.Product((x, y), **at), x), **at)  # type: ignore[arg-type]
    found = [one for _, one in slips(side, around([tree.Chain(("=",), (y, side), **at)]))]  # type: ignore[arg-type]
    assert side not in found
    assert len(found) == len(set(found)) > 50
