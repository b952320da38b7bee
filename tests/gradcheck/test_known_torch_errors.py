"""Where PyTorch's own backward pass is wrong, the table says so with numbers that hold."""

import pytest

pytest.importorskip("torch")

from tests.gradcheck.operators.known import KNOWN, KnownError, known_error


@pytest.mark.parametrize("error", KNOWN, ids=lambda error: error.operators[0])
def test_pytorch_returns_another_number_than_the_exact_one(error: KnownError) -> None:
    assert abs(error.returned() - error.exact) > 1e-10 * max(abs(error.exact), 1)


def test_an_alarm_is_explained_only_by_an_error_of_its_operator_and_cause() -> None:
    assert known_error("432 normal", ["missing", "missing"])
    assert known_error("359 polygamma.polygamma_n_0", ["accuracy"])
    assert known_error("432 normal", ["sign"]) is None
    assert known_error("172 nn.functional.normalize", ["missing"]) is None
