"""The rows of `make check`: every primitive, and whole networks of them."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from nnmath.latex import symbols_of
from nnmath.primitives import PRIMITIVES, binary_cross_entropy, dense, relu, sigmoid, softmax_cross_entropy
from nnmath.sampling import Input, declared_inputs, drawn_inputs, forms, parse_domain, plain_inputs

ROOT = Path(__file__).parents[2]
DERIVATIONS = {p.stem: p for p in sorted((ROOT / "derivations").rglob("*.md")) if p.name != "README.md"}

Inputs = tuple[Any, ...]

#: Where a function takes less than the equations of its derivation are true for: by its name and the name of an input,
#: what its floating-point arrays may be.
NARROWER = {("softmax_cross_entropy", "targets"): parse_domain("probabilities")}


@dataclass(frozen=True)
class SubjectUnderCheck:
    """A function that returns its value and its backward pass, and what its inputs may be.

    Attributes
    ----------
    name : str
    function : callable
    declared : tuple of Input, optional
        By default the inputs are those of the table of symbols of the derivation that has the subject's name.
    """

    name: str
    function: Callable[..., Any]
    declared: tuple[Input, ...] = ()

    @cached_property
    def forms(self) -> list[tuple[Input, ...]]:
        """The forms in which its inputs come, such as labels and rows of probabilities."""
        return forms(self.declared or table_inputs(self.name, self.function))

    def inputs(self, **options: Any) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs of all forms and shapes; `options` as `drawn_inputs` takes them."""
        return st.one_of(*(drawn_inputs(form, **options) for form in self.forms))

    def unmistakable_inputs(self) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs whose dimensions are all different and at least 2."""
        return self.inputs(distinct=True)

    def small_inputs(self) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs that are short to read, in which counterexamples are looked for."""
        return st.one_of(*(plain_inputs(form, largest_size=2) for form in self.forms))


def table_inputs(name: str, function: Callable[..., Any]) -> tuple[Input, ...]:
    """Return what the table of symbols of a derivation says of the parameters of a function.

    Raises
    ------
    ValueError
        There is no derivation of this name, or its table has no row for a parameter without a default.
    """
    if name not in DERIVATIONS:
        raise ValueError(f"{name}: there is no {name}.md among the derivations that says what its inputs may be")
    declared = [symbol.as_input() for symbol in symbols_of(DERIVATIONS[name]) if symbol.code and symbol.is_input]
    found: list[Input] = []
    for parameter in inspect.signature(function).parameters.values():
        rows = [row for row in declared if row.name == parameter.name]
        if not rows and parameter.default is parameter.empty:
            raise ValueError(f"{name}: the table of symbols of {DERIVATIONS[name].name} has no input {parameter.name}")
        found += [_narrowed(name, row) for row in rows]
    return tuple(found)


def _narrowed(name: str, row: Input) -> Input:
    narrower = NARROWER.get((name, row.name)) if row.domain.has_gradient else None
    return row if narrower is None else Input(row.name, row.dims, narrower)


def classifier(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, targets: Any) -> tuple[Any, Callable[..., Any]]:
    """Dense, relu, dense, softmax_cross_entropy: the layers of the spiral's network."""
    z1, back_z1 = dense(x, W1, b1)
    a1, back_a1 = relu(z1)
    z2, back_z2 = dense(a1, W2, b2)
    loss, back_loss = softmax_cross_entropy(z2, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        da1, dW2, db2 = back_z2(back_loss(upstream))
        return *back_z1(back_a1(da1)), dW2, db2

    return loss, backward


def detector(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, targets: Any) -> tuple[Any, Callable[..., Any]]:
    """Dense, sigmoid, dense, binary_cross_entropy: a yes or no for each of the outputs."""
    z1, back_z1 = dense(x, W1, b1)
    a1, back_a1 = sigmoid(z1)
    z2, back_z2 = dense(a1, W2, b2)
    loss, back_loss = binary_cross_entropy(z2, targets)

    def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
        da1, dW2, db2 = back_z2(back_loss(upstream))
        return *back_z1(back_a1(da1)), dW2, db2

    return loss, backward


#: What the networks of the table are made of.
LAYERS = {
    "relu network": "dense, relu, dense, softmax_cross_entropy",
    "sigmoid network": "dense, sigmoid, dense, binary_cross_entropy",
}


def _network_inputs(network: Callable[..., Any], targets: str, domain: str) -> tuple[Input, ...]:
    """Declare inputs and weights of a size that keeps the logits below about 30."""
    shapes = f"x=N,D W1=D,M b1=M W2=M,K b2=K targets={targets}"
    weights = " ".join(f"{name}=[-2,2]" for name in ("W1", "b1", "W2", "b2"))
    return declared_inputs(network, shapes, f"x=[-1,1] {weights} targets={domain}")


def all_subjects() -> list[SubjectUnderCheck]:
    """Every primitive of the list, then the networks."""
    relu_network, sigmoid_network = LAYERS
    return [
        *(SubjectUnderCheck(p.__name__, p) for p in PRIMITIVES),
        SubjectUnderCheck(relu_network, classifier, _network_inputs(classifier, "N", "labels:K")),
        SubjectUnderCheck(sigmoid_network, detector, _network_inputs(detector, "N,K", "[0,1]")),
    ]
