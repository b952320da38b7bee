"""What `nnmath check` draws for code by default: the shapes and the sizes of numbers that people use."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnmath.commands.status import EXAMPLES
from nnmath.latex import read
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_inputs import LEADS, LONGEST, example_inputs
from nnmath.suite.sides import equations_side
from nnmath.suite.tasks import FEWEST, SHARE

Array = NDArray[Any]


def drawn(name: str) -> list[dict[str, Any]]:
    derivation = read(catalogue()[name].path)
    return [example_inputs(derivation, number) for number in range(EXAMPLES // SHARE["code"])]


def kinds_of(inputs: dict[str, Any], first: str) -> Iterator[str]:
    """Yield what is drawn in one example."""
    z, targets = inputs[first], inputs.get("targets")
    form = "" if targets is None else "labels, " if targets.ndim == 1 else "rows, "
    yield str(z.dtype)
    if z.shape[0] == LONGEST[0]:
        yield f"{form}long batch"
    if z.shape[1] == LONGEST[1]:
        yield f"{form}many columns"
    size = np.abs(z)
    if ((size > 0) & (size < np.finfo(z.dtype).tiny)).any():
        yield "subnormal"
    if targets is not None and targets.ndim == 2:
        hot = np.isin(targets, (0, 1)).all(axis=1)
        yield from (kind for kind, found in (("one-hot", hot.any()), ("soft", (~hot).any())) if found)


def leads_of(z: Array) -> Array:
    """Return by how much the largest entry of each row is above the next one."""
    ordered = np.sort(z.astype(np.float64), axis=1)
    return ordered[:, -1] - ordered[:, -2] if z.shape[1] > 1 else np.zeros(len(z))


@pytest.mark.parametrize(
    ("name", "first", "forms", "kinds"),
    [
        ("softmax_cross_entropy", "logits", ("labels, ", "rows, "), ("one-hot", "soft")),
        ("binary_cross_entropy", "logits", ("rows, ",), ("one-hot", "soft")),
        ("mean_squared_error", "predictions", ("rows, ",), ()),
        ("softmax", "z", ("",), ()),
        ("log_softmax", "z", ("",), ()),
        ("dense", "x", ("",), ()),
    ],
)
def test_every_kind_of_input_is_drawn(name: str, first: str, forms: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    examples = drawn(name)
    long = {f"{form}{axis}" for form in forms for axis in ("long batch", "many columns")}
    expected = {"float32", "float64", "subnormal", *kinds, *long}
    assert {kind for inputs in examples for kind in kinds_of(inputs, first)} >= expected
    leads = np.concatenate([leads_of(inputs[first]) for inputs in examples])
    for lead in (0.0, *LEADS):
        assert np.abs(leads - lead).min() < 1 + lead / 4, lead


@pytest.mark.parametrize("name", ["softmax_cross_entropy", "dense"])
def test_a_deep_run_draws_other_inputs_at_each_example(name: str) -> None:
    derivation, found = read(catalogue()[name].path), set()
    numbers = range(20_000 // SHARE["code"] - 50, 20_000 // SHARE["code"])
    for number in numbers:
        inputs = example_inputs(derivation, number, shorter=10)
        found.add(b"".join(np.ascontiguousarray(x).tobytes() for x in inputs.values()))
    assert len(found) == len(numbers)


def test_the_fewest_examples_are_enough_to_judge_every_equation() -> None:
    found = equations_side(str(catalogue()["multi_head_attention"].path), FEWEST)
    assert not found.failure
