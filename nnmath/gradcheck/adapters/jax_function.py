"""Functions of JAX: with custom_vjp or custom_jvp, or any other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np

from nnmath.gradcheck.adapters.adapted import Adapted, Judge, as_complex, as_pairs
from nnmath.gradcheck.arguments import as_inputs, copies, parameter_names
from nnmath.gradcheck.arrays import Array
from nnmath.gradcheck.report import Finding
from nnmath.gradcheck.several_outputs import joined, split

X64_OFF = (
    "jax_enable_x64 is off: JAX would take float64 for float32. The check has turned it on for itself; "
    "what the function does in float32 is checked with inputs of float32"
)
CONVERTED = (
    "JAX cannot differentiate the function: are its arrays converted to NumPy or to numbers (np.sin(x), float(x), "
    "x.tolist())? Compute with jax.numpy, or give it a rule with jax.custom_vjp. There is no gradient to check"
)

#: What two programs for one value may differ by, in units of epsilon times the largest number.
ROUNDINGS = 1000


def is_jax(function: Callable[..., Any], inputs: Sequence[Any]) -> bool:
    """Whether a function is one of JAX."""
    leaves = jax.tree_util.tree_leaves(list(inputs))
    kind = type(function).__module__.partition(".")[0]
    return kind in ("jax", "jaxlib") or any(isinstance(x, jax.Array) for x in leaves)


def adapted_jax(
    function: Callable[..., Any], inputs: Sequence[Any], keywords: Mapping[str, Any], order: int
) -> Adapted:
    """Adapt a function of JAX; its inputs may be trees of arrays, each of which is an input of its own.

    Raises
    ------
    TypeError
        There is nothing to differentiate for, or the value is not of floating point.
    ValueError
        JAX cannot differentiate the function.
    """
    leaves, tree = jax.tree_util.tree_flatten(tuple(inputs))
    names = _names(function, inputs)
    arrays = as_inputs([np.asarray(x) if _is_array(x) else x for x in leaves])
    wrt = tuple(k for k, x in enumerate(arrays) if isinstance(x, np.ndarray) and _has_gradient(x))
    if not wrt:
        kinds = ", ".join(str(getattr(x, "dtype", type(x).__name__)) for x in arrays)
        raise TypeError(f"expected an array of floating point to differentiate for, got {kinds or 'no inputs'}")

    def of_leaves(*chosen: Any) -> Any:
        values = copies(arrays)
        for k, x in zip(wrt, chosen):
            values[k] = x
        return jax.tree_util.tree_leaves(function(*jax.tree_util.tree_unflatten(tree, values), **keywords))

    call, given, places = of_leaves, arrays, wrt
    if order == 2:
        with jax.enable_x64(True):
            shapes = jax.eval_shape(of_leaves, *[arrays[k] for k in wrt])
        rng = np.random.default_rng(0)
        upstreams = [rng.standard_normal(a.shape).astype(a.dtype) for a in shapes]
        places = (*wrt, *range(len(arrays), len(arrays) + len(upstreams)))
        given = [*arrays, *upstreams]
        names = (*names, *("upstream" if len(upstreams) == 1 else f"upstream {i}" for i in range(len(upstreams))))

        def call(*chosen: Any) -> Any:
            return list(jax.vjp(of_leaves, *chosen[: len(wrt)])[1](list(chosen[len(wrt) :])))

    double = any(given[k].dtype in (np.float64, np.complex128) for k in places)
    notes = (X64_OFF,) if double and not jax.config.values["jax_enable_x64"] else ()
    numpy_inputs = [_numbers(x) if k in places else x for k, x in enumerate(given)]

    def contract(epsilon: float, _: Judge) -> list[Finding]:
        if order == 2:
            return []
        chosen = [given[k] for k in places]
        return _of_forward_rule(call, chosen, places[0], epsilon) or _of_forward_mode(call, chosen, places[0], epsilon)

    with jax.enable_x64(True):
        outputs = _shapes(call, [given[k] for k in places])
    return Adapted(
        _numpy_function(call, given, places),
        numpy_inputs,
        names,
        places,
        notes=notes,
        epsilon=max((_epsilon(x) for x in [*(given[k] for k in places), *outputs] if _is_half(x)), default=0.0),
        contract=contract,
        pairs=tuple(k for k in places if given[k].dtype.kind == "c"),
        reference=lambda reference: adapted_jax(reference, inputs, keywords, 1).function,
    )


def _shapes(call: Callable[..., Any], chosen: list[Any]) -> list[Any]:
    """The shapes and types of the outputs; none where they depend on the values of the inputs.

    Raises
    ------
    ValueError
        JAX cannot differentiate the function even where it has these values.
    """
    try:
        return list(jax.eval_shape(call, *chosen))
    except jax.errors.JAXTypeError:
        try:
            jax.vjp(call, *chosen)
        except jax.errors.JAXTypeError as error:
            raise ValueError(CONVERTED) from error
        except Exception:  # of a rule of the user's: a finding when the gradients are checked
            return []
        return []


def _is_array(x: Any) -> bool:
    """Whether something is an array of numbers: a key for random numbers is none."""
    is_key = isinstance(x, jax.Array) and jax.numpy.issubdtype(x.dtype, jax.dtypes.extended)
    return isinstance(x, jax.Array | np.ndarray) and not is_key


def _of_forward_rule(call: Callable[..., Any], chosen: list[Any], first: int, epsilon: float) -> list[Finding]:
    """The value must not depend on whether a gradient is asked for: a rule of the user's computes it once more.

    What is rounded to `epsilon` on the way may differ by as much.
    """
    with jax.enable_x64(True):
        plain = [np.asarray(a) for a in call(*chosen)]
        ruled = [np.asarray(a) for a in jax.vjp(call, *chosen)[0]]
    if all(_same(a, b, epsilon) for a, b in zip(plain, ruled)):
        return []
    message = (
        "The value is another one where a gradient is asked for: the forward rule of custom_vjp or custom_jvp returns "
        "another value than the function."
    )
    return [Finding(first, "requires_grad", message)]


def _of_forward_mode(call: Callable[..., Any], chosen: list[Any], first: int, epsilon: float) -> list[Finding]:
    """Forward mode, where there is one, must agree with reverse mode: it need not where a rule is not linear.

    What is rounded to `epsilon` on the way may differ by as much.
    """
    rng = np.random.default_rng(0)
    tangents = [rng.standard_normal(x.shape).astype(x.dtype) for x in chosen]
    with jax.enable_x64(True):
        try:
            values, changes = jax.jvp(call, chosen, tangents)
        except Exception:  # custom_vjp has no forward mode, and JAX many words for it
            return []
        upstreams = [rng.standard_normal(a.shape).astype(a.dtype) for a in values]
        gradients = jax.vjp(call, *chosen)[1](upstreams)
    forward = [np.asarray(u) * np.asarray(a) for u, a in zip(upstreams, changes)]
    reverse = [np.asarray(v) * np.asarray(g) for v, g in zip(tangents, gradients)]
    terms = [np.abs(t.astype(np.complex128)).sum() for t in (*forward, *reverse)]
    bar = ROUNDINGS * max(epsilon, *map(_epsilon, (*chosen, *values))) * sum(terms)
    if not abs(sum(t.real.sum() for t in forward) - sum(t.real.sum() for t in reverse)) > bar:
        return []
    message = (
        "jax.jvp gives another derivative than jax.vjp: is the rule of custom_jvp linear in its tangents? Reverse mode "
        "drops what does not depend on them."
    )
    return [Finding(first, "upstream", message)]


def _same(a: Array, b: Array, epsilon: float) -> bool:
    """Equal to rounding: two programs for one value."""
    unit = ROUNDINGS * max(epsilon, _epsilon(a)) * np.max(np.abs(a), initial=0.0, where=np.isfinite(a))
    return a.shape == b.shape and np.allclose(a, b, rtol=0, atol=unit, equal_nan=True)


def _numpy_function(call: Callable[..., Any], given: list[Any], places: tuple[int, ...]) -> Callable[..., Any]:
    compiled = _compiled(call)
    pull = _compiled(lambda chosen, upstreams: jax.vjp(call, *chosen)[1](upstreams))
    is_complex = {k: given[k].dtype.kind == "c" for k in places}

    def function(*arrays: Any) -> Any:
        with jax.enable_x64(True):
            chosen = [_array(arrays[k], given[k]) for k in places]
            found = [np.asarray(a) for a in compiled(*chosen)]
        if not found or not all(map(_has_gradient, found)):
            kinds = ", ".join(str(a.dtype) for a in found)
            raise TypeError(f"the value must be an array of floating point, or several, got {kinds or 'nothing'}")
        values = [_numbers(a) for a in found]

        def backward(upstream: Array) -> tuple[Any, ...]:
            parts = split(upstream, values)
            with jax.enable_x64(True):
                cotangents = [
                    (as_complex(u).conj() if a.dtype.kind == "c" else u).astype(a.dtype) for u, a in zip(parts, found)
                ]
                gradients = [np.asarray(g) for g in pull(tuple(chosen), cotangents)]
            result: list[Any] = [None] * len(arrays)
            for k, gradient in zip(places, gradients):
                result[k] = _numbers(gradient.conj() if is_complex[k] else gradient)
            return tuple(result)

        return joined(values), backward

    return function


def _has_gradient(x: Array) -> bool:
    return x.dtype.kind in "fc" or _is_half(x)


def _is_half(x: Any) -> bool:
    """Whether the numbers are of a format that NumPy lacks, or that it has no steps in."""
    return x.dtype.name in ("bfloat16", "float16")


def _epsilon(x: Any) -> float:
    finfo: Any = jax.numpy.finfo  # JAX has formats that NumPy lacks
    return float(finfo(x.dtype).eps)


def _numbers(x: Array) -> Array:
    """Complex numbers as pairs of reals, and formats of few digits in single precision."""
    return x.astype(np.float32) if _is_half(x) else as_pairs(x)


def _array(x: Array, original: Array) -> Array:
    """Numbers as an array like the original one, or of a wider precision if they have it."""
    if _is_half(original) and x.dtype == np.float32:
        return x.astype(original.dtype)
    return _no_wider(as_complex(x) if original.dtype.kind == "c" else x)


def _no_wider(x: Array) -> Array:
    """Refuse what JAX has no type for: it would silently take fewer digits."""
    if x.dtype.itemsize > 8 * (2 if x.dtype.kind == "c" else 1):
        raise TypeError(f"JAX has no {x.dtype}")
    return x


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled by JAX, or as it is where it cannot be: where it branches on values, say."""
    fast, usable = jax.jit(function), True

    def call(*args: Any) -> Any:
        nonlocal usable
        if usable:
            try:
                return fast(*args)
            except jax.errors.JAXTypeError:
                usable = False
        return function(*args)

    return call


def _names(function: Callable[..., Any], inputs: Sequence[Any]) -> tuple[str, ...]:
    names = []
    for first, x in zip(parameter_names(function, len(inputs)), inputs):
        names += [first + jax.tree_util.keystr(path) for path, _ in jax.tree_util.tree_leaves_with_path(x)]
    return tuple(names)
