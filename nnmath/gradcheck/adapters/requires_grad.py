"""Whether a function of tensors depends on which of its inputs ask for a gradient."""

from collections.abc import Iterator
from itertools import combinations

from nnmath.gradcheck.adapters.layouts import fresh, is_rounding
from nnmath.gradcheck.adapters.tensors import Tensor, TensorFunction
from nnmath.gradcheck.report import Finding

#: Every combination of as many inputs is asked; of more, each alone, and all but one.
FEW = 4


def requires_grad_findings(
    function: TensorFunction, outputs: list[Tensor], upstreams: list[Tensor], expected: list[Tensor | None]
) -> list[Finding]:
    """Ask for some of the gradients, and for none: the value and those gradients are the same. One finding at most."""
    for asked in ((), *_combinations(function.wrt)):
        found = _asked_for(function, asked, outputs, upstreams, expected)
        if found:
            return [found]
    return []


def _combinations(wrt: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    counts = range(1, len(wrt)) if len(wrt) <= FEW else sorted({1, len(wrt) - 1})
    for count in counts:
        yield from combinations(wrt, count)


def _asked_for(
    function: TensorFunction,
    asked: tuple[int, ...],
    outputs: list[Tensor],
    upstreams: list[Tensor],
    expected: list[Tensor | None],
) -> Finding | None:
    given = fresh(function)
    for k in function.wrt:
        given[k].requires_grad_(k in asked)
    which = " and ".join(function.names[k] for k in asked)
    where = f"{which} alone ask{'s' if len(asked) == 1 else ''} for a gradient" if asked else "nothing asks for one"
    first = asked[0] if asked else function.wrt[0]
    try:
        values = function.outputs(given)
        known = asked and any(a.requires_grad for a in values)
        found = function.gradients(values, given, upstreams) if known else [None] * len(given)
    except Exception as error:  # the passes may raise anything
        if not asked and "does not require grad" in str(error):
            return None  # it differentiates by itself
        return Finding(first, "requires_grad", f"It raises {type(error).__name__} where {where}: {error}")
    if not function.same(outputs, values):
        return Finding(first, "requires_grad", f"The value is another one where {where}.")
    for k in asked:
        one, other = found[k], expected[k]
        if function.same([one], [other], expected) and (one is None) == (other is None):
            continue
        if one is None or other is None or not is_rounding(function, fresh(function), upstreams, k, one, other):
            return Finding(k, "requires_grad", f"The gradient is another one where {where}.")
    return None
