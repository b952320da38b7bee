"""Whether a function of tensors depends on how they lie in memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from nnmath.gradcheck.adapters.tensors import Tensor, TensorFunction, own
from nnmath.gradcheck.report import Finding

#: What they may differ by in units of what a change of the inputs in their last places changes: where equal numbers are
#: normalised, rounding is all that is left.
LAST_PLACES = 16.0
#: So often the inputs are changed: two or three numbers may all stay as they are.
DRAWS = 4


def layout_findings(
    function: TensorFunction,
    given: list[Any],
    outputs: list[Tensor],
    upstreams: list[Tensor],
    expected: list[Tensor | None],
) -> list[Finding]:
    """Compare values and gradients with those of contiguous tensors: one finding at most.

    Only a pass that is right for these is asked. A forward pass that raises for a layout refuses it, which is no
    mistake; a backward pass has no choice of what it is given. Random numbers are drawn in the order of memory: a
    function that draws any is another one for another layout.
    """
    if function.draws:
        return []
    for what, inputs in _inputs(function):
        found = _compared(function, what, inputs, given, outputs, upstreams, expected)
        if found:
            return [found]
    for k, inputs, plain in _expanded(function):
        try:
            alike = function.outputs(plain)
            wanted = function.gradients(alike, plain, upstreams)
        except Exception:  # it has no value, or no gradient, for equal numbers
            continue
        what = f"{function.names[k]} is expanded"
        found = _compared(function, what, inputs, plain, alike, upstreams, wanted, [*outputs, *expected], summed=k)
        if found:
            return [found]
    for what, change in UPSTREAMS:
        changed = [change(u) for u in upstreams]
        plain = [u.contiguous().clone() for u in changed]
        reference = function.gradients(outputs, given, plain)
        found = _differs(function, outputs, given, changed, reference, f"the upstream gradient is {what}", expected)
        if found:
            return [found]
    return []


def fresh(function: TensorFunction, layout: Callable[[Tensor], Tensor] | None = None, only: int = -1) -> list[Any]:
    """The inputs as new tensors, one of them with another layout."""
    given = []
    for k, x in enumerate(function.inputs):
        if k in function.wrt:
            x = x.clone(memory_format=torch.contiguous_format)
            x = (layout(x) if layout is not None and k == only else x).detach().requires_grad_()
        given.append(x if k in function.wrt else own(x))
    return given


def _compared(
    function: TensorFunction,
    what: str,
    inputs: list[Any],
    plain: list[Any],
    outputs: list[Tensor],
    upstreams: list[Tensor],
    expected: list[Tensor | None],
    among: Sequence[Tensor | None] = (),
    summed: int | None = None,
) -> Finding | None:
    """Compare values and gradients at inputs of another layout with those at `plain`, contiguous ones.

    What is 0 but for rounding at these is compared in units of the largest `among` others. Of an expanded input the
    sums are compared: equal numbers may share a gradient in any way, as the largest of them do.
    """
    try:
        others = function.outputs(inputs)
    except Exception:  # it refuses this layout, in whatever words
        return None
    found = None
    if not function.same(outputs, others, among):
        message = f"The value is another one where {what}, with the same numbers."
        found = Finding(function.wrt[0], "layout", message)
    found = found or _differs(function, others, inputs, upstreams, expected, what, among, summed)
    rounded = found is not None and _is_rounding(function, inputs, plain, outputs, upstreams, expected, summed)
    return None if rounded else found


def _is_rounding(
    function: TensorFunction,
    inputs: list[Any],
    plain: list[Any],
    outputs: list[Tensor],
    upstreams: list[Tensor],
    expected: list[Tensor | None],
    summed: int | None,
) -> bool:
    """Whether values and gradients differ by no more than where the inputs change in their last places."""
    try:
        others, changed = function.outputs(inputs), _changed(function, plain)
        values = function.outputs(changed)
        pairs = zip(
            [*outputs, *_summed(expected, summed)],
            [*others, *_summed(function.gradients(others, inputs, upstreams), summed)],
            [*values, *_summed(function.gradients(values, changed, upstreams), summed)],
        )
        return all(
            a is b or float((a - b).detach().abs().max()) <= LAST_PLACES * float((a - c).detach().abs().max())
            for a, b, c in pairs
        )
    except Exception:  # the passes may raise anything, or return gradients of another shape, or none
        return False


def is_rounding(
    function: TensorFunction, given: list[Any], upstreams: list[Tensor], k: int, one: Tensor, other: Tensor
) -> bool:
    """Whether two gradients of an input differ by no more than where the inputs change in their last places."""
    most = 0.0
    for seed in range(DRAWS):
        changed = _changed(function, given, seed)
        found = function.gradients(function.outputs(changed), changed, upstreams)[k]
        most = max(most, 0.0 if found is None else float((found - other).abs().max()))
    return float((one - other).abs().max()) <= LAST_PLACES * most


def _changed(function: TensorFunction, plain: list[Any], seed: int = 0) -> list[Any]:
    """The inputs with each number one unit in the last place larger, or smaller, or as it is."""
    generator, changed = torch.Generator().manual_seed(seed), list(plain)
    for k in function.wrt:
        x = plain[k].detach()
        places = torch.randint(-1, 2, x.shape, generator=generator).to(x)  # of its precision, too
        changed[k] = (x * (1 + torch.finfo(x.dtype).eps * places)).requires_grad_()
    return changed


def _summed(gradients: Sequence[Tensor | None], k: int | None) -> list[Tensor | None]:
    """The gradients, that of an expanded input summed up over its last axis."""
    return [g.sum(-1) if i == k and g is not None else g for i, g in enumerate(gradients)]


def _expanded(function: TensorFunction) -> Iterator[tuple[int, list[Any], list[Any]]]:
    """Inputs of which one is expanded from a single number along its last axis, and contiguous ones like them."""
    for k in function.wrt:
        x = function.inputs[k]
        if x.dim() > 0 and x.shape[-1] > 1 and k < len(function.inputs) - function.parameters:
            yield (
                k,
                fresh(function, lambda x: x[..., :1].expand(x.shape), k),
                fresh(function, lambda x: x[..., :1].expand(x.shape).contiguous(), k),
            )


def _inputs(function: TensorFunction) -> Iterator[tuple[str, list[Any]]]:
    for what, layout in LAYOUTS:
        for k in function.wrt:
            if function.inputs[k].dim() > 0 and k < len(function.inputs) - function.parameters:
                yield f"{function.names[k]} is {what}", fresh(function, layout, k)


def _differs(
    function: TensorFunction,
    outputs: list[Tensor],
    given: Sequence[Any],
    upstreams: list[Tensor],
    expected: list[Tensor | None],
    what: str,
    among: Sequence[Tensor | None] = (),
    summed: int | None = None,
) -> Finding | None:
    try:
        found = function.gradients(outputs, given, upstreams)
    except Exception as error:  # the backward pass may raise anything
        text = f"The backward pass raises {type(error).__name__} where {what}: {error}"
        return Finding(function.wrt[0], "layout", text)
    some, others = _summed(found, summed), _summed(expected, summed)
    for k in function.wrt:
        if (some[k] is None) != (others[k] is None) or not function.same([some[k]], [others[k]], [*expected, *among]):
            message = f"The gradient is wrong only where {what}: the same numbers in another layout give another one."
            return Finding(k, "layout", message + " Call .contiguous(), or use the strides.")
    return None


def _reversed_axes(x: Tensor) -> Tensor:
    return x.permute(*reversed(range(x.dim()))).contiguous().permute(*reversed(range(x.dim())))


def _every_second(x: Tensor) -> Tensor:
    wide = torch.zeros((*x.shape[:-1], 2 * x.shape[-1] + 1), dtype=x.dtype, device=x.device)
    wide[..., 1::2] = x
    return wide[..., 1::2]


def _first_half_of_rows(x: Tensor) -> Tensor:
    wide = torch.zeros((*x.shape[:-1], 2 * x.shape[-1]), dtype=x.dtype, device=x.device)
    wide[..., : x.shape[-1]] = x
    return wide[..., : x.shape[-1]]


def _expanded_along(axis: int) -> Callable[[Tensor], Tensor]:
    return lambda u: u.narrow(axis, 0, 1).expand(u.shape) if u.numel() and u.dim() > 0 else u


def _offset(x: Tensor) -> Tensor:
    longer = torch.zeros(x.numel() + 3, dtype=x.dtype, device=x.device)
    longer[3:] = x.reshape(-1)
    return longer[3:].view(x.shape)


LAYOUTS: tuple[tuple[str, Callable[[Tensor], Tensor]], ...] = (
    ("transposed in memory", _reversed_axes),
    ("every second number of a longer tensor", _every_second),
    ("a part of longer rows, as after a split", lambda x: _first_half_of_rows(x) if x.dim() > 1 else x),
    ("at an offset in its storage", _offset),
)

UPSTREAMS: tuple[tuple[str, Callable[[Tensor], Tensor]], ...] = (
    ("one number, expanded, as that of a sum is", lambda u: torch.ones((), dtype=u.dtype).to(u).expand(u.shape)),
    ("expanded along its first axis, as that of a sum over it is", _expanded_along(0)),
    ("expanded along its last axis, as that of a sum over it is", _expanded_along(-1)),
    ("transposed in memory", lambda u: _reversed_axes(u) if u.dim() > 1 else u),
    ("every second number of a longer tensor", lambda u: _every_second(u) if u.dim() > 0 else u),
    ("a part of longer rows, as after a split", lambda u: _first_half_of_rows(u) if u.dim() > 1 else u),
    ("zero", torch.zeros_like),
)
