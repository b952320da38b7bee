"""What stands above and below the letters of a network: layers, entries, rows and columns."""

import pytest

from nnmath.notes import FAILS, HOLDS, NOT_JUDGED
from nnmath.notes.document.files import read_notes_text
from nnmath.notes.verdicts.judging import judged

LAYERS = r"\[ z_i^{(l)} = \sum_j w^{(l)}_{i,j} a^{(l-1)}_j + b_i^{(l)} \] \[ a_i^{(l)} = \sigma(z_i^{(l)}) \] "
MATRIX = r"\[ \boldsymbol{z}^{(l)} = \boldsymbol{W}^{(l)} \boldsymbol{a}^{(l-1)} + \boldsymbol{b}^{(l)} \] "
COLUMNS = r"\[ (\boldsymbol{W}^{(l+1)})^\top \boldsymbol{c} = \sum_k \boldsymbol{w}_k^{(l+1)} c_k \]"


def test_entries_are_those_of_their_matrix_beside_columns_of_its_letter() -> None:
    found = judged(read_notes_text(LAYERS + MATRIX + COLUMNS)).verdicts
    assert [one.state for one in found] == [HOLDS, HOLDS, HOLDS, NOT_JUDGED]


@pytest.mark.parametrize(("entry", "state"), [("W^{(2)}_{12}", HOLDS), ("W^{(2)}_{21}", FAILS)])
def test_two_numbers_below_a_layer_are_two_indices(entry: str, state: str) -> None:
    notes = r"\[ a_i^{(l)} = \sum_j W_{ij}^{(l)} x_j \] "
    found = judged(read_notes_text(rf"{notes} \[ \frac{{\partial a_1^{{(2)}}}}{{\partial x_2}} = {entry} \]")).verdicts
    assert found[-1].state == state


def test_what_layers_begin_with_is_as_long_as_they_are() -> None:
    notes = r"with $x \in \mathbb{R}^{m_0}$ and $h^0 = x$. \[ u^l = W^l h^{l-1} \] \[ h^l = \phi(u^l) \] "
    found = judged(read_notes_text(rf"{notes} \[ \frac{{\partial u_i^l}}{{\partial h_j^{{l-1}}}} = W_{{ij}}^l \]"))
    assert found.verdicts[-1].state == HOLDS


@pytest.mark.parametrize(("sign", "state"), [("", HOLDS), ("-", FAILS)])
def test_the_last_layer_may_have_a_name_of_its_own(sign: str, state: str) -> None:
    notes = r"\[ u^l = W^l h^{l-1} \] \[ h^l = \phi(u^l) \] \[ h^L = y \] "
    claim = r"\[ \frac{\partial E}{\partial u^L} = SIGN\frac{\partial E}{\partial h^L} \odot \phi'(u^L) \]"
    assert judged(read_notes_text(notes + claim.replace("SIGN", sign))).verdicts[-1].state == state


def test_entries_of_what_layers_begin_with_are_squared() -> None:
    loss = r"\[ L = \sum_i {a^{(0)}_i}^2 \] \[ \frac{\partial L}{\partial a^{(0)}_1} = 2 a^{(0)}_1 \]"
    assert [one.state for one in judged(read_notes_text(LAYERS + loss)).verdicts][:3] == [HOLDS] * 3
