# ruff: noqa: F722 (shapes as annotations are no types)
# mypy: disable-error-code="valid-type"
"""What a person says of the inputs of a function, on the command line and in annotations."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from nnmath.sampling import Input, declared_inputs, forms, parse_domain


def three(x: Any, W: Any, b: Any) -> None:
    pass


def said(function: Callable[..., Any], shapes: str = "", domains: str = "") -> list[str]:
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
def test_what_the_command_line_says(shapes: str, domains: str, expected: list[str]) -> None:
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
def test_what_cannot_be_read_is_refused_by_name(shapes: str, domains: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        declared_inputs(three, shapes, domains)
    assert str(refused.value).startswith(message)


def test_annotations_say_the_same() -> None:
    def f(  # type: ignore[no-untyped-def]
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


def test_annotations_that_the_future_has_left_as_text() -> None:
    space: dict[str, Any] = {}
    text = (
        "from __future__ import annotations\n"
        "def f(x: 'N, D', y: Float[Array, 'N labels:D'], mode: Literal['a', 'b'] = 'a', z: float = 0): pass\n"
        "def g(x: ndarray): pass\n"
    )
    exec(text, space)
    assert said(space["f"]) == ["x (N, D)", "y (N,) labels:D"]
    with pytest.raises(ValueError, match="no shape for x"):
        declared_inputs(space["g"])


def test_types_are_no_shapes_and_defaults_are_left_alone() -> None:
    def f(  # type: ignore[no-untyped-def]
        x: "float", y: "np.ndarray", z: np.ndarray, mode: Literal["a", "b"] = "a", eps=0.1
    ):
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
def test_an_annotation_that_is_no_shape_is_refused(annotation: str, message: str) -> None:
    def f(x: Any) -> None:
        pass

    f.__annotations__["x"] = annotation
    with pytest.raises(ValueError, match=message):
        declared_inputs(f)


def test_rows_of_one_name_are_alternatives() -> None:
    logits = Input("logits", ("N", "K"))
    labels = Input("targets", ("N",), parse_domain("label 1..K"))
    rows = Input("targets", ("N", "K"), parse_domain("distribution"))
    assert forms([logits, labels, rows]) == [(logits, labels), (logits, rows)]


def test_where_no_input_has_an_axis_they_may_have_any_shape() -> None:
    found = forms([Input("z", ()), Input("t", (), parse_domain("[0, 1]"))])
    assert [[i.dims for i in form] for form in found] == [
        [(), ()],
        [("E",), ("E",)],
        [("E", "F"), ("E", "F")],
        [("E", "F", "G"), ("E", "F", "G")],
    ]
    assert all(form[1].domain == parse_domain("unit") for form in found)
    assert forms([Input("x", ("N",)), Input("c", ())]) == [(Input("x", ("N",)), Input("c", ()))]
