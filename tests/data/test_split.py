"""Held-out rows are the share that was asked for, of each group."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnmath.data.split import held_out


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=5), st.floats(0.01, 0.99), st.integers(0, 2), st.integers(0, 99)
)
def test_that_share_of_each_group_is_chosen_and_a_row_is_left(
    counts: list[int], share: float, least: int, seed: int
) -> None:
    groups = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    chosen = held_out(groups, share, np.random.default_rng(seed), least)
    for k, count in enumerate(counts):
        assert np.count_nonzero(chosen[groups == k]) == min(max(round(share * count), least), count - 1)
    np.testing.assert_array_equal(chosen, held_out(groups, share, np.random.default_rng(seed), least))


def test_every_row_has_the_same_chance() -> None:
    rng = np.random.default_rng(0)
    often = sum(held_out(np.array([0, 1, 1, 0, 1, 0, 0, 1]), 0.5, rng) for _ in range(400))
    assert np.abs(often / 400 - 0.5).max() < 0.1
