"""The rows of `make check`: every primitive, and whole networks of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import signature
from typing import Any

from hypothesis import strategies as st

from nnmath.latex import Derivation, read
from nnmath.primitives import PRIMITIVES, binary_cross_entropy, dense, relu, sigmoid, softmax_cross_entropy
from nnmath.primitives.primitive import Primitive
from nnmath.sampling import Input, declared_inputs, drawn_inputs, forms, plain_inputs
from nnmath.suite.blocks import BLOCKS
from nnmath.suite.catalogue import catalogue
from nnmath.suite.derived_sizes import drawn_with
from nnmath.suite.implementation import implementation_of, in_stacks, input_forms

Inputs = tuple[Any, ...]

#: With so many inputs, or one more, a function is checked at all examples that are asked for.
FEW_INPUTS = 2


@dataclass(frozen=True)
class SubjectUnderCheck:
    """A function that returns its value and its backward pass, and what its inputs may be.

    Attributes
    ----------
    name : str
    function : callable
    declared : tuple of Input, optional
        By default the inputs are those of the table of symbols of the derivation that has the subject's name.
    least_share : int
        See `share`.
    """

    name: str
    function: Callable[..., Any]
    declared: tuple[Input, ...] = ()
    least_share: int = 1

    @property
    def share(self) -> int:
        """One in so many of the examples that are asked for is checked: what has many inputs takes longer."""
        return max(self.least_share, max(map(len, self.forms)) - FEW_INPUTS)

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation that has the subject's name."""
        return read(catalogue()[self.name].path)

    @cached_property
    def forms(self) -> list[tuple[Input, ...]]:
        """The forms in which its inputs come, such as labels and rows of probabilities."""
        if self.declared:
            return forms(self.declared)
        implementation = implementation_of(self.derivation)
        if implementation is None:
            raise ValueError(f"{self.name}: its derivation does not describe the function of this name")
        return input_forms(implementation)

    @property
    def differentiated(self) -> Callable[..., Any]:
        """The function as finite differences take it: many inputs at once where it acts on each entry by itself."""
        return self.function if self.declared else in_stacks(self.function, self.derivation)

    def inputs(self, **options: Any) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs of all forms and shapes; `options` as `drawn_inputs` takes them."""
        return st.one_of(*(self._drawn(drawn_inputs, form, **options) for form in self.forms))

    def _drawn(
        self, draw: Callable[..., st.SearchStrategy[Inputs]], form: tuple[Input, ...], **options: Any
    ) -> st.SearchStrategy[Inputs]:
        """Draw inputs from which it follows that every dimension is at least 1."""
        if self.declared:
            return draw(form, **options)
        return drawn_with(draw, self.derivation, form, **options)

    def unmistakable_inputs(self) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs whose dimensions are all different and at least 2."""
        return self.inputs(distinct=True)

    def small_inputs(self) -> st.SearchStrategy[Inputs]:
        """Return a strategy for inputs that are short to read, in which counterexamples are looked for."""
        return st.one_of(*(self._drawn(plain_inputs, form, largest_size=2) for form in self.forms))


def two_layers(activation: Callable[..., Any], loss: Callable[..., Any]) -> Callable[..., Any]:
    """Make the function of a whole network: dense, an activation function, dense, a loss."""

    def network(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, targets: Any) -> tuple[Any, Callable[..., Any]]:
        z1, back_z1 = dense(x, W1, b1)
        a, back_a = activation(z1)
        z2, back_z2 = dense(a, W2, b2)
        value, back_loss = loss(z2, targets)

        def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
            da, dW2, db2 = back_z2(back_loss(upstream))
            return *back_z1(back_a(da)), dW2, db2

        return value, backward

    return network


#: The networks of the table: the activation function, the loss, and how many outputs there are. The first three are
#: those of derivations/training/network.md.
NETWORKS: dict[str, tuple[Primitive[..., Any], Primitive[..., Any], str]] = {
    "relu network": (relu, softmax_cross_entropy, "K"),
    "radial network": (sigmoid, softmax_cross_entropy, "K"),
    "binary network": (relu, binary_cross_entropy, "1"),
    "sigmoid network": (sigmoid, binary_cross_entropy, "K"),
}

#: What they are made of.
LAYERS = {
    name: f"dense, {activation.__name__}, dense, {loss.__name__}" for name, (activation, loss, _) in NETWORKS.items()
} | {name: layers for name, (_, _, _, layers) in BLOCKS.items()}

#: One in so many examples is checked of a block.
BLOCKS_SHARE = 10


def network_under_check(name: str) -> SubjectUnderCheck:
    """Return a network, with inputs and weights of a size that keeps the logits below about 30."""
    activation, loss, outputs = NETWORKS[name]
    targets, domain = ("N", "labels:K") if loss is softmax_cross_entropy else (f"N,{outputs}", "[0,1]")
    shapes = f"x=N,D W1=D,M b1=M W2=M,{outputs} b2={outputs} targets={targets}"
    weights = " ".join(f"{name}=[-2,2]" for name in ("W1", "b1", "W2", "b2"))
    function = two_layers(activation, loss)
    return SubjectUnderCheck(name, function, declared_inputs(function, shapes, f"x=[-1,1] {weights} targets={domain}"))


def block_under_check(name: str) -> SubjectUnderCheck:
    """Return a block, with inputs and weights from -1 to 1."""
    function, shapes, domains, _ = BLOCKS[name]
    parameters = [parameter for parameter in signature(function).parameters if f"{parameter}=" not in domains]
    bounded = " ".join(f"{parameter}=[-1,1]" for parameter in parameters)
    return SubjectUnderCheck(
        name, function, declared_inputs(function, shapes, f"{bounded} {domains}"), least_share=BLOCKS_SHARE
    )


def all_subjects() -> list[SubjectUnderCheck]:
    """Every primitive of the list, then the networks and the blocks."""
    return [
        *(SubjectUnderCheck(p.__name__, p) for p in PRIMITIVES),
        *map(network_under_check, NETWORKS),
        *map(block_under_check, BLOCKS),
    ]
