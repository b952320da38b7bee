"""The adding problem: two marked numbers a sequence, and their sum as the target."""

import numpy as np
import pytest

from nnmath.data.adding import adding


def test_marks_numbers_and_targets_are_as_in_the_paper() -> None:
    lengths = set()
    rng = np.random.default_rng(0)
    for _ in range(40):
        x, targets = adding(rng, 50, 100)
        lengths.add(x.shape[1])
        values, marks = x[..., 0], x[..., 1]
        assert (np.abs(values) <= 1).all()
        assert (marks[:, (0, -1)] == -1).all()
        assert set(np.unique(marks)) <= {-1, 0, 1}
        for value, mark, target in zip(values, marks, targets[:, 0], strict=True):
            places = np.flatnonzero(mark == 1)
            assert len(places) in (1, 2)  # one where the first step would be marked
            assert (places[0] < 10) or len(places) == 1
            assert places[-1] < 50
            assert target == pytest.approx(0.5 + value[places].sum() / 4, abs=1e-6)
    assert lengths == set(range(100, 111))


def test_a_sequence_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="steps: expected 20 or more, got 19"):
        adding(np.random.default_rng(0), 1, 19)
