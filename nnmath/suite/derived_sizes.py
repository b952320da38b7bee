"""Inputs of a function whose derivation says by an equation how large some dimensions are."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from nnmath.latex import Derivation, lengths_of
from nnmath.sampling import Input
from nnmath.sampling.shapes import DerivedSizes, names_of

Inputs = tuple[Any, ...]


def drawn_with(
    draw: Callable[..., st.SearchStrategy[Inputs]], derivation: Derivation, form: tuple[Input, ...], **options: Any
) -> st.SearchStrategy[Inputs]:
    """Draw inputs from which it follows, by the equations of a derivation, that every dimension is at least 1.

    Parameters
    ----------
    draw : callable
        `drawn_inputs` or `plain_inputs`.
    derivation : Derivation
    form : tuple of Input
    options
        As `draw` takes them.
    """
    if not derivation.lengths:
        return draw(form, **options)
    names = [i.name for i in form]
    dims = derivation.lengths.intersection(names_of(i.dims for i in form))

    def sizes(others: Mapping[str, int]) -> Mapping[str, int] | None:
        return lengths_of(derivation, {}, others)

    drawn = draw(form, derived=DerivedSizes(dims, sizes) if dims else None, **options)
    return drawn.filter(lambda inputs: lengths_of(derivation, dict(zip(names, inputs))) is not None)
