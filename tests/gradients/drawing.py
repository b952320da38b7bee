"""How the inputs of the primitives are drawn in these tests: as their derivations and `nnmath.sampling` say."""

from functools import cache
from typing import Any

from hypothesis.strategies import SearchStrategy

from nnmath.primitives import PRIMITIVES
from nnmath.sampling import Input, drawn_inputs, parse_domain
from nnmath.suite.subjects import SubjectUnderCheck

SUBJECTS = {primitive.__name__: SubjectUnderCheck(primitive.__name__, primitive) for primitive in PRIMITIVES}


@cache  # for making a strategy takes longer than drawing from it
def inputs_of(name: str, **options: Any) -> SearchStrategy[Any]:
    """Draw the inputs of a primitive; `options` as `drawn_inputs` takes them."""
    return SUBJECTS[name].inputs(**options)


def matrices(largest: float) -> SearchStrategy[Any]:
    """Draw a matrix (N, K)."""
    return drawn_inputs([Input("z", ("N", "K"))], largest=largest).map(lambda inputs: inputs[0])


def logits_and_labels(largest: float) -> SearchStrategy[Any]:
    """Draw logits (N, K) and labels (N,)."""
    declared = [Input("logits", ("N", "K")), Input("targets", ("N",), parse_domain("labels:K"))]
    return drawn_inputs(declared, largest=largest)
