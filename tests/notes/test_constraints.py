"""What annotations say of symbols that no domain describes."""

import pytest

from nnmath.latex import DerivationError
from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.constraints import parse_constraint
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (r"\{-1, +1\}", "{-1, +1}"),
        (r"in {0, 1}", "{0, 1}"),
        (r"\pm 1", "{-1, 1}"),
        ("one-hot", "one-hot"),
        ("one hot rows", "one-hot"),
        ("symmetric positive definite", "positive definite"),
        ("symmetric matrix", "symmetric"),
        ("orthonormal", "orthogonal"),
        ("positive", ""),
        ("{1, 1}", ""),
    ],
)
def test_spellings(text: str, kind: str) -> None:
    assert parse_constraint(text) == kind


@pytest.mark.parametrize(
    ("annotation", "holds", "fails"),
    [
        ("t_i in {0, 1}", "t_i t_i = t_i", "t_i t_i = 1"),
        ("s in {-2, 3}", "(s + 2) (s - 3) = 0 s", "s s = s + 5"),
        ("D (N, N) diagonal", r"v^\top D v = \sum_i D_{ii} v_i^2", r"v^\top D v = \sum_i D_{ii} v_i"),
        ("A (N, N) symmetric", r"A^\top A = A A", r"A^\top A = A"),
        ("Q (N, N) orthogonal", r"Q^\top Q = I + 0 Q", r"Q Q = I + 0 Q"),
        ("y (K,) one-hot", r"\sum_k y_k = \sum_k y_k^2", r"\sum_k y_k = \sum_k k y_k"),
    ],
)
def test_a_value_is_what_is_said_of_it(annotation: str, holds: str, fails: str) -> None:
    for equation, state in ((holds, HOLDS), (fails, FAILS)):
        found = judged(read_notes_text(rf"% nnmath: {annotation}" + "\n" + rf"\[ {equation} \]"))
        assert [one.state for one in found.verdicts] == [state], equation
        assert state == FAILS or not found.verdicts[0].reason


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        ("A (N, M) symmetric", "symmetric matrices have the shape (N, N)"),
        ("y (N, K, M) one-hot", "one-hot rows have the shape (K,) or (N, K)"),
        ("A (N, N) purple", "one-hot, {-1, 1}, symmetric, positive definite, orthogonal, diagonal"),
    ],
)
def test_what_cannot_be_is_refused(annotation: str, problem: str) -> None:
    with pytest.raises(DerivationError) as refused:
        judged(read_notes_text(rf"% nnmath: {annotation}" + "\n" + r"\[ f = a \]"))
    assert problem in refused.value.problem


@pytest.mark.parametrize(("sign", "state"), [("-", HOLDS), ("+", FAILS)])
def test_a_definition_is_compared_though_a_condition_is_given_beside_it(sign: str, state: str) -> None:
    notes = r"% nnmath: g(w) = \sum_{d=1}^D w_d^2 - 1; w (D,)" + "\n" + rf"\[ g(w) = w^T w {sign} 1 \] \[ g(w) = 0 \]"
    assert [one.state for one in judged(read_notes_text(notes)).verdicts] == [state, NOT_JUDGED]
