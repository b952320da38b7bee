"""Primitives beside PyTorch: the same values and gradients in a thousand random cases each."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.cases import COUNTS

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'nnmath[torch]'")

import torch

from tests.interop.parts import PARTS
from tests.interop.random_cases import ALLOWED, differences


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other take longer than these small arrays."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("dtype", COUNTS)
@pytest.mark.parametrize("name", PARTS)
def test_values_and_gradients_are_theirs(name: str, dtype: Any) -> None:
    for apart, inputs in differences(name, COUNTS[dtype], dtype):
        assert apart <= ALLOWED, inputs
