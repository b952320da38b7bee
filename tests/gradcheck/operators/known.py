"""Operators of PyTorch 2.13 whose backward pass is not the derivative of their value, each shown at one point.

The checker finds them in the operator database. What PyTorch returns there stands beside the exact number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import torch


@dataclass(frozen=True)
class KnownError:
    """What PyTorch returns, and what is right.

    Attributes
    ----------
    operators : tuple of str
        Their names in the database; a ``*`` stands for any end.
    causes : tuple of str
        What the checker may call it.
    why : str
    returned : callable
        PyTorch's number.
    exact : float
    """

    operators: tuple[str, ...]
    causes: tuple[str, ...]
    why: str
    returned: Callable[[], float]
    exact: float


def _slope(function: Callable[..., torch.Tensor], *inputs: list[Any], entry: int = 0) -> float:
    """PyTorch's derivative of the sum of the value by an entry of the last input."""
    tensors = [torch.tensor(x, dtype=torch.double, requires_grad=True) for x in inputs]
    function(*tensors).sum().backward()
    gradient = tensors[-1].grad
    return 0.0 if gradient is None else float(gradient.reshape(-1)[entry])


def _normal(mean: torch.Tensor, deviation: torch.Tensor) -> torch.Tensor:
    return torch.normal(mean, deviation, generator=torch.Generator().manual_seed(0))


def _unpooled(x: torch.Tensor) -> torch.Tensor:
    """Two numbers for one place: the value keeps the first of them."""
    return torch.nn.functional.max_unpool1d(x[None, None], torch.tensor([[[0, 0]]]), 2)


def _strided_group_norm() -> float:
    """The sum of a value whose weights are every second number of a longer tensor."""
    x, weight, bias = torch.tensor([[[1.0], [3.0]]]).double(), torch.ones(2).double(), torch.zeros(2).double()
    strided = torch.zeros(4).double()
    strided[::2] = weight
    return float(torch.native_group_norm(x, strided[::2], bias, 1, 2, 1, 1, 0.0)[0].sum())


def _transposed_images() -> float:
    """The derivative by a score of images that are transposed in memory; NaN where the backward pass raises."""
    scores = torch.zeros(2, 2, 3, 2).double().permute(3, 2, 1, 0).requires_grad_()
    try:
        torch.nn.functional.nll_loss(scores, torch.zeros(2, 2, 2, dtype=torch.long)).backward()
    except RuntimeError:
        return float("nan")
    assert scores.grad is not None
    return float(scores.grad[0, 0, 0, 0])


KNOWN = (
    KnownError(
        ("nn.functional.hardsigmoid",),
        ("scale",),
        "1/6 is a float32 number in the gradient of a float64 input",
        lambda: _slope(torch.nn.functional.hardsigmoid, [0.7]),
        1 / 6,
    ),
    KnownError(
        ("digamma", "polygamma*", "special.polygamma*"),
        ("accuracy", "scale", "mask"),
        "trigamma is right to 4e-10 only",
        lambda: _slope(torch.digamma, [2.047386382824099]),
        0.626323846627371727,  # from mpmath, with 30 digits
    ),
    KnownError(
        ("nn.functional.max_unpool*",),
        ("entries", "mask", "axis", "unknown", "missing", "scale"),
        "of two numbers for one place the value keeps one, and both get its gradient",
        lambda: _slope(_unpooled, [3.0, 4.0], entry=1),
        0.0,
    ),
    KnownError(
        ("normal", "normal.number_mean"),
        ("missing",),
        "the gradient is defined to be 0, while the value, with the same random numbers, follows the mean",
        lambda: _slope(lambda mean: _normal(mean, torch.ones_like(mean)), [1.0]),
        1.0,
    ),
    KnownError(
        ("median", "nanmedian", "masked.median"),
        ("layout",),
        "the median of an expanded number along an axis is read from the memory behind it",
        lambda: float(torch.tensor([2.0, 1.0])[:1].expand(2).median(dim=0).values),
        2.0,
    ),
    KnownError(
        ("native_group_norm",),
        ("layout",),
        "weights are read as if they were contiguous",
        _strided_group_norm,
        0.0,
    ),
    KnownError(
        ("native_group_norm",),
        ("upstream",),
        "the mean has no gradient where the normalised value is not used",
        lambda: _slope(lambda x: torch.native_group_norm(x, None, None, 1, 2, 1, 1, 0.0)[1], [[1.0, 3.0]]),
        0.5,
    ),
    KnownError(
        ("nn.functional.nll_loss",),
        ("layout",),
        "the backward pass raises for images that are transposed in memory: grad_input must be contiguous",
        _transposed_images,
        -1 / 8,
    ),
)


def known_error(operator: str, causes: list[str]) -> KnownError | None:
    """The one that explains what was found in an operator, as `operator.names` has it, if there is one."""
    name = operator.split()[1]
    for error in KNOWN:
        if any(fnmatchcase(name, pattern) for pattern in error.operators) and set(causes) <= set(error.causes):
            return error
    return None
