"""Lists, tuples and dictionaries of tensors: each tensor in them is an input of its own."""

from collections import namedtuple
from typing import Any

import pytest

from nnmath.gradcheck import check_gradients

torch = pytest.importorskip("torch")

X = torch.linspace(-1, 2, 6, dtype=torch.float64)
Pair = namedtuple("Pair", ["a", "b"])


class Product(torch.autograd.Function):  # type: ignore[name-defined,misc]  # torch may be missing
    """Its second gradient is three times the right one."""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        a, b = ctx.saved_tensors
        return g * b, 3 * g * a


@pytest.mark.parametrize(
    ("tree", "of", "names"),
    [
        ({"a": X, "b": X + 1}, lambda d: (d["a"], d["b"]), ("d['a']", "d['b']")),
        ([X, X + 1], lambda d: d, ("d[0]", "d[1]")),
        (Pair(X, X + 1), lambda d: (d.a, d.b), ("d[0]", "d[1]")),
        (
            (X, {"b": [X + 1, 2]}),
            lambda d: (d[0], d[1]["b"][0] * d[1]["b"][1]),
            ("d[0]", "d[1]['b'][0]", "d[1]['b'][1]"),
        ),
    ],
    ids=["dictionary", "list", "named tuple", "nested"],
)
def test_the_tensors_in_a_tree_are_inputs(tree: Any, of: Any, names: tuple[str, ...]) -> None:
    def right(d: Any) -> Any:
        a, b = of(d)
        return a * b

    def wrong(d: Any) -> Any:
        return Product.apply(*of(d))

    report = check_gradients(right, tree)
    assert report.ok
    assert (report.names, report.compared_inputs) == (names, (0, 1))
    (finding,) = check_gradients(wrong, tree).findings
    assert (finding.input, finding.cause, finding.factor) == (1, "scale", 3)


def test_a_tree_beside_other_inputs_and_a_reference() -> None:
    tree = {"a": X.bfloat16(), "size": (6,)}

    def product(d: Any, y: Any) -> Any:
        return (d["a"] * y).reshape(d["size"])

    report = check_gradients(product, tree, X.bfloat16() + 1, reference=lambda d, y: d["a"] * y)
    assert report.ok
    assert report.compared_inputs == (0, 2)
    assert check_gradients(lambda x, shape: x.reshape(shape) ** 2, X, (2, 3)).ok


def test_a_module_of_a_list() -> None:
    class Sum(torch.nn.Module):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.w = torch.nn.Parameter(torch.ones(6, dtype=torch.float64))

        def forward(self, parts: Any) -> Any:
            return sum(x * self.w for x in parts)

    report = check_gradients(Sum(), [X, X + 1])
    assert report.ok
    assert report.names == ("parts[0]", "parts[1]", "w")
