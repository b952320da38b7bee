# ruff: noqa: F722 (shapes as annotations are no types)
"""The small language for shapes and domains."""

from typing import Annotated, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnmath.sampling.declarations import Domain, Input, declared_inputs
from nnmath.sampling.strategies import drawn_inputs, telling_inputs


def three(x, W, b):
    pass


def said(function, shapes="", domains=""):
    return [str(i) for i in declared_inputs(function, shapes, domains)]


@pytest.mark.parametrize(
    ("shapes", "domains", "expected"),
    [
        ("x=N,D W=D,M b=M", "", ["x (N, D)", "W (D, M)", "b (M,)"]),
        ("b=() x=(N, 3), W=(D,)", "", ["x (N, 3)", "W (D,)", "b ()"]),
        ("x=N W=N b=N", "x=positive W=[0, 1] b=labels:N", ["x (N,) positive", "W (N,) in [0, 1]", "b (N,) labels:N"]),
        ("x=N W=N b=N,2", "W=unit b=probabilities", ["x (N,)", "W (N,) in [0, 1]", "b (N, 2) probabilities"]),
        (
            "x=N W=N b=N",
            "x=(-1,2.5] W=nonzero b=labels:4",
            ["x (N,) in (-1, 2.5]", "W (N,) nonzero", "b (N,) labels:4"],
        ),
    ],
)
def test_what_the_command_line_says(shapes, domains, expected):
    assert said(three, shapes, domains) == expected


@pytest.mark.parametrize(
    ("shapes", "domains", "message"),
    [
        ("x=N,D", "", "no shape for W, b. Give it as in --shapes 'x=N,D W=D,M b=M'"),
        ("x=N,D q=3", "", "shapes: q is no parameter of the function; it has x, W, b"),
        ("N,D", "", "shapes: expected name=... for each input, such as 'x=N,D W=D,M', got 'N,D'"),
        ("x=N x=M", "", "shapes: x is given twice"),
        ("x=N,D-1 W=D b=M", "", "x: 'N,D-1' is no shape"),
        ("x=0 W=D b=M", "", "x: '0' is no shape"),
        ("x=N W=N b=N", "b=labels:K", "b: K is no dimension of any input; the dimensions are N"),
        ("x=N W=N b=N", "b=posi", "b: 'posi' is no domain; expected one of real, positive"),
        ("x=N W=N b=N", "b=[1, 0]", "b: '[1, 0]' is no domain"),
        ("x=N W=N b=()", "b=probabilities", "b: a single number is no row of probabilities"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(shapes, domains, message):
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        declared_inputs(three, shapes, domains)
    assert str(refused.value).startswith(message)


def test_annotations_say_the_same():
    def f(
        x: "N, D positive",
        y: "N labels 0..K-1",
        p: Annotated[np.ndarray, "(N, K) probabilities"],
        q: "N K in [0, 1]",
        s: "()",
        t: "() (0, 1)",
        u: "N, labels:K",
        eps=1e-5,
    ):
        pass

    assert said(f) == [
        "x (N, D) positive",
        "y (N,) labels:K",
        "p (N, K) probabilities",
        "q (N, K) in [0, 1]",
        "s ()",
        "t () in (0, 1)",
        "u (N,) labels:K",
    ]


def test_labels_may_end_in_a_number():
    assert Domain("labels", classes=10) == declared_inputs(lambda y: y, "y=N", "y=labels:0..9")[0].domain
    assert Domain("labels", classes=10) == declared_inputs(lambda y: y, "y=N", "y=labels:10")[0].domain


def test_annotations_that_the_future_has_left_as_text():
    space = {}
    text = (
        "from __future__ import annotations\n"
        "def f(x: 'N, D', y: Float[Array, 'N labels:D'], mode: Literal['a', 'b'] = 'a', z: float = 0): pass\n"
        "def g(x: ndarray): pass\n"
    )
    exec(text, space)
    assert said(space["f"]) == ["x (N, D)", "y (N,) labels:D"]
    with pytest.raises(ValueError, match="no shape for x"):
        declared_inputs(space["g"])


def test_types_are_no_shapes_and_defaults_are_left_alone():
    def f(x: "float", y: "np.ndarray", z: np.ndarray, mode: Literal["a", "b"] = "a", eps=0.1):
        pass

    with pytest.raises(ValueError, match="no shape for x, y, z"):
        declared_inputs(f)
    assert said(f, "x=N y=N z=N eps=()") == ["x (N,)", "y (N,)", "z (N,)", "eps ()"]
    with pytest.raises(ValueError, match="eps: has a domain but no shape; a single number is eps="):
        declared_inputs(f, "x=N y=N z=N", "eps=positive")


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        ("N+1, D", "x: its annotation 'N.1, D' is no shape; write"),
        ("positive", "x: its annotation 'positive' has no shape"),
    ],
)
def test_an_annotation_that_is_no_shape_is_refused(annotation, message):
    def f(x):
        pass

    f.__annotations__["x"] = annotation
    with pytest.raises(ValueError, match=message):
        declared_inputs(f)


@given(st.integers(0, 10**6))
def test_telling_inputs_have_dimensions_that_are_all_different(seed):
    inputs = [Input("x", ("N", "D", 3)), Input("W", ("D", "M")), Input("y", ("N",), Domain("labels", classes="M"))]
    x, W, y = telling_inputs(inputs, seed)
    sizes = [*x.shape, W.shape[1]]
    assert len(set(sizes)) == 4
    assert min(sizes) >= 2
    assert W.shape[0] == x.shape[1]
    assert y.shape == x.shape[:1]
    assert (y >= 0).all()
    assert (y < W.shape[1]).all()
    assert (x != 0).all()


HOLDS = {
    "real": lambda x: (np.abs(x) <= 30).all(),
    "positive": lambda x: (x > 0).all(),
    "nonnegative": lambda x: (x >= 0).all(),
    "nonzero": lambda x: (x != 0).all(),
    "[0,1]": lambda x: ((x >= 0) & (x <= 1)).all(),
    "(0,1)": lambda x: ((x > 0) & (x < 1)).all(),
    "(-2,-1]": lambda x: ((x > -2) & (x <= -1)).all(),
    "probabilities": lambda x: np.allclose(x.sum(-1), 1, rtol=0, atol=1e-15) and (x >= 0).all(),
    "labels:K": lambda x: x.dtype == np.int64 and (x >= 0).all() and (x < x.shape[1]).all(),
    "integer": lambda x: x.dtype == np.int64,
}


@pytest.mark.parametrize("domain", HOLDS)
@given(st.data())
def test_what_is_drawn_lies_in_its_domain(domain, data):
    inputs = declared_inputs(lambda x: x, "x=N,K", f"x={domain}")
    assert HOLDS[domain](data.draw(drawn_inputs(inputs))[0])
    assert HOLDS[domain](telling_inputs(inputs, data.draw(st.integers(0, 99)))[0])


def test_awkward_values_are_drawn():
    seen = set()

    @given(drawn_inputs(declared_inputs(lambda x: x, "x=N,D")))
    def look(arrays):
        seen.update(arrays[0].reshape(-1).tolist())

    look()
    assert {0.0, 1e-9, -1e-9, 30.0, -30.0} <= seen
