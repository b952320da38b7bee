"""Fused kernels: none of the right ones is blamed in any precision; published mistakes are caught and named."""

from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

from tests.gradcheck.kernels import activations, losses, norms, sequences  # noqa: E402  # they need PyTorch
from tests.gradcheck.kernels.bugs import ALL, Bug  # noqa: E402
from tests.gradcheck.kernels.kernel import Kernel  # noqa: E402

RIGHT = [*norms.RIGHT, *activations.RIGHT, *losses.RIGHT, *sequences.RIGHT]


def test_there_are_enough() -> None:
    assert len({kernel.name for kernel in RIGHT}) == len(RIGHT) >= 30
    assert len({(bug.source, bug.kernel.name) for bug in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize("kernel", RIGHT, ids=lambda kernel: kernel.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_right_kernel_is_not_blamed(kernel: Kernel, dtype: Any) -> None:
    report = check_gradients(kernel.function, *kernel.inputs(0, dtype))
    assert report.ok, str(report)
    assert report.compared > 0


@pytest.mark.long_list
@pytest.mark.parametrize("bug", ALL, ids=lambda bug: f"{bug.kernel.name}: {bug.source}")
def test_a_published_mistake_is_caught_and_named(bug: Bug) -> None:
    report = check_gradients(bug.kernel.function, *bug.kernel.inputs(0))
    found = [finding for finding in report.findings if bug.input in (None, finding.input)]
    assert found, f"missed: {report}"
    assert found[0].cause in bug.causes, str(report)
