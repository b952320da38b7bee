"""Sides that cannot be judged: their equations hold in part, or are not judged where nothing is left of a claim."""

from pathlib import Path

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED, NotesReport, check_notes

_LEFT_OUT = {
    r"3 \int_0^1 \theta dx": "integrals are not computed",
    r"2 + \theta + \dots + \theta": "dots",
    r"2 a +": "cannot be read",
}


def _checked(folder: Path, *equations: str) -> NotesReport:
    path = folder / "notes.md"
    path.write_text("\n".join(f"$$ {one} $$" for one in equations), encoding="utf-8")
    return check_notes(path)


@pytest.mark.parametrize("side", _LEFT_OUT)
def test_what_is_left_holds_in_part_and_is_not_enough(side: str, tmp_path: Path) -> None:
    claim = rf"\frac{{\partial a^2}}{{\partial \theta}} = {side} = 2 a^2"
    report = _checked(tmp_path, r"a = \exp(\theta)", claim)
    one = report.verdicts[1]
    assert (one.state, one.in_part, report.ok) == (HOLDS, True, False)
    assert _LEFT_OUT[side] in one.reason
    assert "2 hold (1 in part, 1 as definitions)" in str(report)
    assert _checked(tmp_path, r"a = \exp(\theta)", claim, r"\frac{\partial a}{\partial \theta} = a").ok
    wrong = _checked(tmp_path, r"a = \exp(\theta)", claim.replace("= 2 a", "= 3 a"))
    assert wrong.verdicts[1].state == FAILS


@pytest.mark.parametrize("side", _LEFT_OUT)
def test_a_definition_that_is_left_is_no_claim(side: str, tmp_path: Path) -> None:
    report = _checked(tmp_path, rf"L = {side} = \theta^2", r"\frac{\partial L}{\partial \theta} = 2 \theta")
    states = [one.state for one in report.verdicts]
    assert states == [NOT_JUDGED, HOLDS]
    assert "what is left of it defines L" in report.verdicts[0].reason


@pytest.mark.parametrize(
    ("annotation", "claim", "state"),
    [
        ("x (D,), W (D, M)", r"\frac{\partial J}{\partial W} = x z^\top", FAILS),
        ("x (D,), W (D, M)", r"\frac{\partial J}{\partial W} = 2 x z^\top", HOLDS),
        ("W (D, M)", r"\frac{\partial J}{\partial W} = x z^\top", NOT_JUDGED),
        ("x (D,), W (D, M)", r"\frac{\partial J}{\partial a} = 2 z", NOT_JUDGED),
    ],
)
def test_annotated_inputs_need_no_definition_that_is_read(
    annotation: str, claim: str, state: str, tmp_path: Path
) -> None:
    path = tmp_path / "notes.tex"
    equations = ["x = [a, b_{c_1}, ..., b_{c_m}]", r"z = W^\top x", r"J = \sum_k z_k^2", claim]
    path.write_text(f"% nnmath: {annotation}\n" + "\n".join(rf"\[ {one} \]" for one in equations), encoding="utf-8")
    assert check_notes(path).verdicts[-1].state == state
