"""Bad input gets an error that names the argument, what was expected and what came."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnmath import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy

Z = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, -3.0]])
X, W, B = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)

REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    # what a derivative is taken of must be floating point
    (lambda: sigmoid([1, 2]), TypeError, r"z: expected float32 or float64 .* got int64"),
    (lambda: relu(np.array([1, 2])), TypeError, r"z: .* got int64"),
    (lambda: softmax(Z.astype(int)), TypeError, r"z: .* got int64"),
    (lambda: sigmoid(np.array([1.0, None])), TypeError, r"z: .* got object$"),
    (lambda: sigmoid(Z + 0j), TypeError, r"z: .* got complex128$"),
    (lambda: sigmoid(None), TypeError, r"z: expected float32 or float64 numbers, got None"),
    (lambda: dense(X, None, B), TypeError, r"W: expected float32 or float64 numbers, got None"),
    (lambda: sigmoid(Z)[1](None), TypeError, r"da: expected real numbers, got None"),
    (lambda: softmax_cross_entropy(Z, None), TypeError, r"targets: expected integer labels .* got None"),
    (lambda: sigmoid(Z.astype(np.float16)), TypeError, r"z: .* got float16"),
    (lambda: sigmoid(Z > 0), TypeError, r"z: .* got bool"),
    (lambda: sigmoid(np.ma.masked_less(Z, 0)), TypeError, r"z: .* got a masked array"),
    (lambda: sigmoid("one"), TypeError, r"z: .* got <U3"),
    (lambda: dense(X.astype(int), W, B), TypeError, r"x: .* got int64"),
    (lambda: dense(X, W.astype(int), B), TypeError, r"W: .* got int64"),
    (lambda: dense(X, W, B.astype(int)), TypeError, r"b: .* got int64"),
    (lambda: dense(X, W.astype(np.float32), B), TypeError, r"W: expected float64, the dtype of x, got float32"),
    (lambda: softmax_cross_entropy(Z.astype(int), [0, 1]), TypeError, r"logits: .* got int64"),
    (lambda: binary_cross_entropy([1, 2], [0, 1]), TypeError, r"logits: .* got int64"),
    # shapes
    (lambda: sigmoid([[1.0], [1.0, 2.0]]), ValueError, r"z: .* no rectangular array"),
    (lambda: softmax(np.ones(3)), ValueError, r"z: expected 2 axes, got shape \(3,\)"),
    (lambda: dense(np.ones(3), W, B), ValueError, r"x: expected 2 axes, got shape \(3,\)"),
    (lambda: dense(X, W.T, B), ValueError, r"W: expected 3 rows, .* got shape \(2, 3\)"),
    (lambda: dense(X, W, np.ones(3)), ValueError, r"b: expected shape \(2,\), .* got \(3,\)"),
    (lambda: dense(X, W, np.ones((1, 2))), ValueError, r"b: expected 1 axes, got shape \(1, 2\)"),
    (lambda: softmax_cross_entropy(Z, [0, 1, 2]), ValueError, r"targets: expected integer labels .* got shape \(3,\)"),
    (lambda: softmax_cross_entropy(Z, Z[:1]), ValueError, r"targets: .* got shape \(1, 3\)"),
    (lambda: softmax_cross_entropy(Z, np.array([[0], [1]])), ValueError, r"targets: .* got shape \(2, 1\)"),
    (
        lambda: binary_cross_entropy(Z[:, 0], np.ones((2, 1))),
        ValueError,
        r"targets: expected shape \(2,\), .* got \(2, 1\)",
    ),
    (lambda: binary_cross_entropy(Z, 1.0), ValueError, r"targets: expected shape \(2, 3\), .* got \(\)"),
    # nothing in it
    (lambda: sigmoid([]), ValueError, r"z: expected at least one entry .* got shape \(0,\)"),
    (lambda: softmax(np.ones((0, 3))), ValueError, r"z: .* got shape \(0, 3\)"),
    (lambda: dense(X[:0], W, B), ValueError, r"x: .* got shape \(0, 3\)"),
    (lambda: softmax_cross_entropy(Z[:0], []), ValueError, r"logits: .* got shape \(0, 3\)"),
    (lambda: binary_cross_entropy(np.ones((0, 3)), np.ones((0, 3))), ValueError, r"logits: .* got shape \(0, 3\)"),
    # labels
    (lambda: softmax_cross_entropy(Z, [0, 3]), ValueError, r"targets: labels must lie in 0\.\.2, got 3 at row 1"),
    (lambda: softmax_cross_entropy(Z, [-1, 0]), ValueError, r"targets: labels must lie in 0\.\.2, got -1 at row 0"),
    (lambda: softmax_cross_entropy(Z, [0.0, 1.0]), TypeError, r"targets: expected integer labels .* got float64"),
    (lambda: softmax_cross_entropy(Z, [True, False]), TypeError, r"targets: .* got bool"),
    (lambda: softmax_cross_entropy(Z, ["a", "b"]), TypeError, r"targets: .* got <U1"),
    # rows that are no distribution
    (
        lambda: softmax_cross_entropy(Z, [[0.5, 0.5, 0.0], [0.5, 0.4, 0.0]]),
        ValueError,
        r"sum to 1, got a sum of 0\.9 at row 1",
    ),
    (lambda: softmax_cross_entropy(Z, [[1.5, -0.5, 0], [0, 0, 1]]), ValueError, r"in \[0, 1\], got 1\.5 at row 0"),
    (lambda: softmax_cross_entropy(Z, [[1, 0, 0], [np.nan, 0, 1]]), ValueError, r"in \[0, 1\], got nan at row 1"),
    (lambda: softmax_cross_entropy(Z, [[1, 0, 0], [np.inf, 0, 1]]), ValueError, r"in \[0, 1\], got inf at row 1"),
    (
        lambda: binary_cross_entropy([0.5, 1.0], [0.0, 1.5]),
        ValueError,
        r"targets: .* in \[0, 1\], got 1\.5 at index \(1,\)",
    ),
    (lambda: binary_cross_entropy([0.5, 1.0], [-0.1, 1.0]), ValueError, r"got -0\.1 at index \(0,\)"),
    (lambda: binary_cross_entropy([0.5, 1.0], [np.nan, 1.0]), ValueError, r"got nan at index \(0,\)"),
    # arguments that are missing, or too many
    (lambda: softmax_cross_entropy(Z), TypeError, "missing a required argument: 'targets'"),
    (lambda: relu(), TypeError, "missing a required argument: 'z'"),
    (lambda: relu(Z, Z), TypeError, "too many positional arguments"),
    # the upstream gradient
    (lambda: sigmoid(Z)[1](da=np.ones((3, 2))), ValueError, r"da: expected shape \(2, 3\), .* got \(3, 2\)"),
    (lambda: sigmoid(Z)[1](np.ones((3, 2))), ValueError, r"da: expected shape \(2, 3\), .* got \(3, 2\)"),
    (lambda: sigmoid(Z)[1](1.0), ValueError, r"da: expected shape \(2, 3\), .* got \(\)"),
    (lambda: relu(Z)[1](Z * 1j), TypeError, r"da: expected real numbers, got complex128"),
    (lambda: dense(X, W, B)[1](np.ones(2)), ValueError, r"dz: expected shape \(4, 2\), .* got \(2,\)"),
    (lambda: softmax(Z)[1](np.ones((2, 2))), ValueError, r"dp: expected shape \(2, 3\), .* got \(2, 2\)"),
    (
        lambda: softmax_cross_entropy(Z, [0, 1])[1](np.ones(2)),
        ValueError,
        r"upstream: expected shape \(\), .* got \(2,\)",
    ),
    (lambda: binary_cross_entropy([0.5], [1.0])[1]([1.0]), ValueError, r"upstream: expected shape \(\), .* got \(1,\)"),
    (lambda: binary_cross_entropy([0.5], [1.0])[1](None), TypeError, r"upstream: expected real numbers, got None"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
def test_bad_input_is_refused_by_name(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_targets_may_be_whatever_holds_the_right_numbers() -> None:
    """No derivative is taken of them: integers, lists, float32 and booleans will do."""
    one_hot = np.eye(3, dtype=int)[[0, 2]]
    expected = softmax_cross_entropy(Z, np.array([0, 2]))[0]
    for targets in ([0, 2], np.array([0, 2], dtype=np.uint8), one_hot, one_hot.astype(np.float32), one_hot.tolist()):
        np.testing.assert_allclose(softmax_cross_entropy(Z, targets)[0], expected, rtol=1e-15)
    expected = binary_cross_entropy(Z, np.ones_like(Z))[0]
    for ones in (np.ones((2, 3), dtype=bool), np.ones((2, 3), dtype=int), [[1, 1, 1], [1, 1, 1]]):
        assert binary_cross_entropy(Z, ones)[0] == expected


def test_a_list_of_numbers_is_an_array() -> None:
    a, backward = sigmoid([0.0, 0.0])
    np.testing.assert_array_equal(a, 0.5)
    np.testing.assert_array_equal(backward([4, 8]), [1.0, 2.0])
