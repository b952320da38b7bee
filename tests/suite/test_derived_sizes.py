"""Dimensions that an equation defines, and options that a table declares, are drawn as the code takes them."""

from typing import Any

import numpy as np
import pytest

from nnmath.latex import Derivation, lengths_of, read
from nnmath.primitives import conv2d, lstm
from nnmath.sampling import draw_examples
from nnmath.suite.catalogue import catalogue
from nnmath.suite.code_inputs import draw_inputs, example_inputs
from nnmath.suite.implementation import implementation_of
from nnmath.suite.subjects import SubjectUnderCheck


def derivation_of(name: str) -> Derivation:
    return read(catalogue()[name].path)


def test_sizes_follow_from_arrays_and_options() -> None:
    inputs: dict[str, Any] = {"x": np.ones((1, 2, 7, 5)), "w": np.ones((3, 2, 3, 2))}
    options = {"stride": np.array(2), "padding": np.array(1), "dilation": np.array(2)}
    found = lengths_of(derivation_of("conv2d"), inputs | options)
    assert found is not None
    assert (found["P"], found["Q"]) == (3, 3)
    assert conv2d(inputs["x"], inputs["w"], np.ones(3), 2, 1, 2)[0].shape == (1, 3, 3, 3)
    larger = {"w": np.ones((3, 2, 6, 2))}
    assert lengths_of(derivation_of("conv2d"), inputs | options | larger) is None


def test_sizes_that_contradict_an_equation_are_refused() -> None:
    inputs = draw_inputs(derivation_of("lstm"), 0)
    inputs["b"] = np.concatenate([inputs["b"], inputs["b"]])
    with pytest.raises(ValueError, match="K is"):
        lengths_of(derivation_of("lstm"), inputs)


@pytest.mark.parametrize("name", ["conv2d", "max_pool", "lstm"])
def test_every_input_of_the_code_is_accepted(name: str) -> None:
    derivation = derivation_of(name)
    implementation = implementation_of(derivation)
    assert implementation is not None
    options = set()
    for number in range(24):
        inputs = example_inputs(derivation, number, shorter=100)
        value, _ = implementation.call(inputs)
        assert value.shape == inputs[next(key for key in ("dy", "ds") if key in inputs)].shape
        options |= {int(x) for x in inputs.values() if x.dtype.kind == "i"}
    assert name == "lstm" or {1, 2, 3} <= options <= {0, 1, 2, 3}


def test_finite_differences_draw_weights_of_the_size_that_the_equation_says() -> None:
    for inputs in draw_examples(SubjectUnderCheck("lstm", lstm).unmistakable_inputs(), 10):
        x, _, W, U, _ = inputs
        assert W.shape == (x.shape[2], 4 * U.shape[0])
