"""How Hypothesis draws the inputs of each primitive. The names read as signatures: n examples, d inputs, k classes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnmath.latex import read
from nnmath.primitives import PRIMITIVES
from nnmath.sampling.strategies import drawn_inputs
from nnmath.suite.catalogue import catalogue
from nnmath.suite.implementation import implementation_of
from nnmath.suite.own import input_kinds

Inputs = tuple[Any, ...]
Dims = tuple[int, ...]

#: Numbers at which gradients go wrong: kinks and their neighbourhood, saturation, repeated values. Every fourth is a 0,
#: as a mistake at a kink shows nowhere else.
AWKWARD = (0.0, 0.0, 0.0, 0.0, -0.0, 1.0, -1.0, 1e-9, -1e-9, 3e-7, -3e-7, 1e-300, 0.5, 20.0, -20.0, 30.0, -30.0)
#: The largest that finite differences are asked to judge.
LARGEST = 30.0


def numbers(largest: float = LARGEST) -> st.SearchStrategy[float]:
    """Numbers of ordinary size, now and then an awkward one or a large one."""
    ordinary = st.floats(-3, 3, allow_subnormal=False)
    return st.one_of(ordinary, ordinary, st.sampled_from(AWKWARD), st.floats(-largest, largest, allow_subnormal=False))


def floats(shape: Dims, largest: float = LARGEST, dtype: type = np.float64) -> st.SearchStrategy[Any]:
    """Float arrays of a shape.

    Most are in general position, with no two entries alike, which is what shows a wrong axis or a lost transpose; a few
    of those have awkward numbers strewn in. The others are drawn entry by entry, which is what shrinks to the simplest
    counterexample, or hold one number over and over.
    """

    def of_kind(kind: str) -> st.SearchStrategy[Any]:
        if kind == "entry by entry":
            return arrays(dtype, shape, elements=numbers(largest).map(dtype), fill=st.nothing())
        if kind == "repeated":
            return numbers(largest).map(lambda value: np.full(shape, value, dtype=dtype))
        return st.builds(
            lambda seed, spread, awkward: _general_position(shape, seed, spread, awkward, largest).astype(dtype),
            st.integers(0, 2**32 - 1),
            st.sampled_from((1.0, 3.0, 10.0)),
            st.booleans(),
        )

    return st.sampled_from(("entry by entry", "repeated", *["general position"] * 4)).flatmap(of_kind)


def _general_position(shape: Dims, seed: int, spread: float, awkward: bool, largest: float) -> Any:
    rng = np.random.default_rng(seed)
    values = np.clip(rng.normal(0, spread, shape), -largest, largest)
    strewn = rng.choice(np.clip(AWKWARD, -largest, largest), shape)
    return np.where(rng.random(shape) < 0.3, strewn, values) if awkward else values


def dims(count: int, most: int = 5) -> st.SearchStrategy[Dims]:
    """Dimensions from 1 up: a batch of one, a layer of width one and what is not square are among them."""
    return st.tuples(*[st.integers(1, most)] * count)


def different_dims(count: int) -> st.SearchStrategy[Dims]:
    """Dimensions that are all different and at least 2, so that no axis can be taken for another."""
    return st.permutations(range(2, 2 + max(count, 3))).map(lambda order: tuple(order[:count]))


def labels(n: int, k: int) -> st.SearchStrategy[Any]:
    """Integer labels, shape (n,), of k classes."""
    return arrays(np.int64, (n,), elements=st.integers(0, k - 1))


def rows_of_probabilities(n: int, k: int) -> st.SearchStrategy[Any]:
    """Rows that sum to 1, shape (n, k), zeros and one-hot rows among them."""
    weights = arrays(np.float64, (n, k), elements=st.sampled_from((0.0, 0.0, 1.0, 0.25, 3.0)) | st.floats(0, 1))
    return weights.map(_normalised)


def _normalised(weights: Any) -> Any:
    weights = np.where(weights < 1e-3, 0, weights)
    empty = weights.sum(axis=1) == 0
    weights[empty, 0] = 1
    return weights / weights.sum(axis=1, keepdims=True)


def probabilities(shape: Dims) -> st.SearchStrategy[Any]:
    """Targets in [0, 1], mostly 0 or 1."""
    return arrays(np.float64, shape, elements=st.sampled_from((0.0, 1.0)) | st.floats(0, 1, allow_subnormal=False))


def sigmoid_inputs(dimensions: Callable[[int], st.SearchStrategy[Dims]]) -> st.SearchStrategy[Inputs]:
    """z (), (n,), (n, k) or a small (n, k, d)."""
    return st.integers(0, 3).flatmap(dimensions).map(_small).flatmap(lambda shape: st.tuples(floats(shape)))


relu_inputs = sigmoid_inputs


def softmax_inputs(dimensions: Callable[[int], st.SearchStrategy[Dims]]) -> st.SearchStrategy[Inputs]:
    """z (n, k)."""
    return dimensions(2).flatmap(lambda shape: st.tuples(floats(shape)))


def dense_inputs(dimensions: Callable[[int], st.SearchStrategy[Dims]]) -> st.SearchStrategy[Inputs]:
    """x (n, d), W (d, m), b (m,)."""
    return dimensions(3).flatmap(
        lambda ndm: st.tuples(floats((ndm[0], ndm[1])), floats((ndm[1], ndm[2])), floats((ndm[2],)))
    )


def softmax_cross_entropy_inputs(dimensions: Callable[[int], st.SearchStrategy[Dims]]) -> st.SearchStrategy[Inputs]:
    """logits (n, k), and labels (n,) or rows of probabilities (n, k)."""
    return dimensions(2).flatmap(lambda nk: st.tuples(floats(nk), labels(*nk) | rows_of_probabilities(*nk)))


def binary_cross_entropy_inputs(dimensions: Callable[[int], st.SearchStrategy[Dims]]) -> st.SearchStrategy[Inputs]:
    """logits and targets (), (n,), (n, k) or a small (n, k, d)."""
    shapes = st.integers(0, 3).flatmap(dimensions).map(_small)
    return shapes.flatmap(lambda shape: st.tuples(floats(shape), probabilities(shape)))


def _small(shape: Dims) -> Dims:
    """Three axes of 5 would be 125 entries, each of which acts on itself alone: 2 by 3 by 4 teaches the same."""
    return shape if np.prod(shape) <= 25 else tuple(min(length, 2) for length in shape)


def inputs_of_table(name: str) -> Callable[[Callable[[int], st.SearchStrategy[Dims]]], st.SearchStrategy[Inputs]]:
    """Draw inputs as the table of symbols of a derivation says; dimensions are its own."""
    found = implementation_of(read(catalogue()[name].path))
    if found is None:
        raise ValueError(f"{name}: its derivation does not describe the function of this name")
    kinds = input_kinds(found)
    return lambda _: st.one_of(*(drawn_inputs(kind) for kind in kinds))


#: By the name of the primitive: what the table of symbols of its derivation says, unless there is a function above.
INPUTS = {
    primitive.__name__: globals().get(f"{primitive.__name__}_inputs") or inputs_of_table(primitive.__name__)
    for primitive in PRIMITIVES
}
