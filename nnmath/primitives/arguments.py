"""Checks of the arguments of primitives: each returns an array, or raises an error that names the argument."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnmath.typing import Array

#: How far the sum of a row of target probabilities may be from 1: room for probabilities that once were float32.
ROW_SUM_TOLERANCE = 1e-5

#: The types of numbers that a derivative is taken with respect to.
DIFFERENTIABLE = (np.float32, np.float64)


def as_array(name: str, value: ArrayLike, expected: str) -> NDArray[Any]:
    """Return `value` as a NumPy array; None, a ragged list and an array without entries are refused by name."""
    if value is None:
        raise TypeError(f"{name}: expected {expected}, got None (what a function without `return` returns)")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name}: expected {expected}, got a masked array; fill it, or leave out what is masked")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected {expected}, got something that is no rectangular array ({error})") from None
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one entry along every axis, got shape {array.shape}")
    return array


def real_array(name: str, value: ArrayLike, ndim: int | None = None) -> Array:
    """Return `value` as a float32 or float64 array, the types that can be differentiated with respect to."""
    if type(value) is np.ndarray and value.dtype.char in "fd" and value.size and (ndim is None or value.ndim == ndim):
        return value
    array = as_array(name, value, "float32 or float64 numbers")
    if array.dtype.type not in DIFFERENTIABLE:
        advice = "; convert it with astype(float)" if array.dtype.kind in "biuf" else ""
        raise TypeError(f"{name}: expected float32 or float64 (a derivative is taken of it), got {array.dtype}{advice}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name}: expected {ndim} axes, got shape {array.shape}")
    return array


def same_dtype(names: Sequence[str], arrays: Sequence[Array]) -> None:
    """Refuse inputs of different precision: the gradients of one would silently take the precision of the other."""
    for name, array in zip(names, arrays):
        if array.dtype.type is not arrays[0].dtype.type:
            raise TypeError(f"{name}: expected {arrays[0].dtype}, the dtype of {names[0]}, got {array.dtype}")


def same_shape(names: Sequence[str], arrays: Sequence[Array]) -> None:
    """Refuse inputs of another shape than the first: they are taken entry by entry."""
    for name, array in zip(names, arrays):
        if array.shape != arrays[0].shape:
            raise ValueError(f"{name}: expected shape {arrays[0].shape}, that of {names[0]}, got {array.shape}")


def one_for_each_column(name: str, vector: Array, of: str, matrix: Array) -> None:
    """Refuse a vector that has not one entry for each column of a matrix."""
    if vector.shape[0] != matrix.shape[1]:
        expected = f"({matrix.shape[1]},), one for each column of {of} {matrix.shape}"
        raise ValueError(f"{name}: expected shape {expected}, got {vector.shape}")


def check_scale_and_shift(
    x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, epsilon: float = 1e-5
) -> tuple[Array, Array, Array, float]:
    """Check the arguments of a normalization that ends in a scale and a shift of each column."""
    x, gamma, beta = real_array("x", x, ndim=2), real_array("gamma", gamma, ndim=1), real_array("beta", beta, ndim=1)
    same_dtype(("x", "gamma", "beta"), (x, gamma, beta))
    for name, array in (("gamma", gamma), ("beta", beta)):
        one_for_each_column(name, array, "x", x)
    return x, gamma, beta, not_rounded_to_0("epsilon", nonnegative_number("epsilon", epsilon), x.dtype)


def upstream_gradient(name: str, upstream: ArrayLike, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return the upstream gradient as an array of the shape and the dtype of the value that it belongs to."""
    array = as_array(name, upstream, "real numbers")
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected real numbers, got {array.dtype}")
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, that of the value, got {array.shape}")
    return array.astype(dtype, copy=False)


def real_targets(name: str, targets: ArrayLike, predictions: Array) -> Array:
    """Return targets, any real numbers, of the shape of the predictions, in their dtype."""
    array = as_array(name, targets, "real numbers")
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected real numbers, got {array.dtype}")
    if array.shape != predictions.shape:
        raise ValueError(f"{name}: expected shape {predictions.shape}, that of the predictions, got {array.shape}")
    return array.astype(predictions.dtype, copy=False)


def positive_number(name: str, value: ArrayLike) -> float:
    """Return a positive finite number."""
    return _number(name, value, "a positive number", lambda x: 0 < x < np.inf)


def nonnegative_number(name: str, value: ArrayLike) -> float:
    """Return a finite number that is 0 or more."""
    return _number(name, value, "a finite number, 0 or more", lambda x: 0 <= x < np.inf)


def not_rounded_to_0(name: str, value: float, dtype: np.dtype[Any]) -> float:
    """Refuse a number other than 0 that is 0 in the dtype of the input that it is used with."""
    if value and not dtype.type(value):
        least = np.finfo(dtype).smallest_subnormal
        raise ValueError(f"{name}: expected a number that is not 0 in {dtype}, at least {least:.2g}, got {value:g}")
    return value


def finite_number(name: str, value: ArrayLike) -> float:
    """Return a finite number."""
    return _number(name, value, "a finite number", np.isfinite)


def _number(name: str, value: ArrayLike, expected: str, fits: Callable[[Any], Any]) -> float:
    array = as_array(name, value, expected)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected {expected}, got {array.dtype}")
    if array.shape != () or not fits(array):
        raise ValueError(f"{name}: expected {expected}, got {array}")
    return float(array)


def whole_number(name: str, value: ArrayLike, least: int) -> int:
    """Return a whole number that is `least` or more."""
    array = as_array(name, value, f"a whole number, {least} or more")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected a whole number, {least} or more, got {array.dtype}")
    if array.shape != () or array < least:
        raise ValueError(f"{name}: expected a whole number, {least} or more, got {array}")
    return int(array)


def binary_targets(name: str, targets: ArrayLike, logits: Array) -> Array:
    """Return targets in [0, 1], of the shape of the logits, in their dtype."""
    array = as_array(name, targets, "numbers in [0, 1]")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name}: expected numbers in [0, 1], got {array.dtype}")
    if array.shape != logits.shape:
        raise ValueError(f"{name}: expected shape {logits.shape}, that of the logits, got {array.shape}")
    inside = (array >= 0) & (array <= 1)  # False for NaN, which is no target
    if not inside.all():
        where = tuple(int(i) for i in np.argwhere(~inside)[0])
        raise ValueError(f"{name}: expected values in [0, 1], got {array[where]} at index {where}")
    return array.astype(logits.dtype, copy=False)


def class_targets(name: str, targets: ArrayLike, logits: Array) -> NDArray[Any]:
    """Return labels as intp, shape (N,), or rows of probabilities, shape (N, K), in the dtype of the logits."""
    batch, classes = logits.shape
    expected = f"integer labels of shape ({batch},) or rows of probabilities of shape ({batch}, {classes})"
    array = as_array(name, targets, expected)
    if array.ndim == 1 and array.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected {expected}, got {array.dtype} of shape {array.shape}")
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: expected {expected}, got {array.dtype}")
    if array.shape not in ((batch,), (batch, classes)):
        raise ValueError(f"{name}: expected {expected}, got shape {array.shape}")
    if array.ndim == 1:
        _check_labels(name, array, classes)
        return array.astype(np.intp, copy=False)
    _check_rows(name, array)
    return array.astype(logits.dtype, copy=False)


def _check_labels(name: str, labels: NDArray[Any], classes: int) -> None:
    inside = (labels >= 0) & (labels < classes)
    if not inside.all():
        row = int(np.argmin(inside))
        raise ValueError(f"{name}: labels must lie in 0..{classes - 1}, got {labels[row]} at row {row}")


def _check_rows(name: str, rows: NDArray[Any]) -> None:
    inside = (rows >= 0) & (rows <= 1 + ROW_SUM_TOLERANCE)  # False for NaN
    if not inside.all():
        row, column = (int(i) for i in np.argwhere(~inside)[0])
        raise ValueError(f"{name}: probabilities must lie in [0, 1], got {rows[row, column]} at row {row}")
    totals = rows.sum(axis=1, dtype=np.float64)
    close = np.abs(totals - 1) <= ROW_SUM_TOLERANCE
    if not close.all():
        row = int(np.argmin(close))
        raise ValueError(f"{name}: each row must sum to 1, got a sum of {totals[row]:.6g} at row {row}")
