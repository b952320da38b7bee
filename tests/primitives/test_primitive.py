"""A primitive behaves as a function: it can be called, documented, inspected, copied and sent to another process."""

import copy
import inspect
import pickle
import pydoc
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, assert_type

import numpy as np
import pytest

import nnmath
from nnmath.primitives import PRIMITIVES, dense, relu, sigmoid, softmax_cross_entropy
from nnmath.primitives.primitive import Primitive, without_checks
from nnmath.typing import Array, Backward, LossBackward

every_primitive = pytest.mark.parametrize("primitive", PRIMITIVES, ids=lambda p: p.__name__)


@every_primitive
def test_its_name_docstring_and_parameters_are_those_of_the_mathematics(primitive: Primitive[..., Any]) -> None:
    mathematics = primitive.mathematics
    assert primitive.__name__ == mathematics.__name__
    assert primitive.__doc__ == mathematics.__doc__
    assert inspect.signature(primitive) == inspect.signature(mathematics)
    assert inspect.getsource(primitive) == inspect.getsource(mathematics)  # what help needs


def test_help_shows_the_parameters_and_the_docstring() -> None:
    text = pydoc.plain(pydoc.render_doc(dense))
    assert "<primitive dense(x, W, b)>" in text
    assert "float array, shape (N, D)" in text


def test_the_signature_of_a_backward_pass_is_that_of_its_mathematics() -> None:
    _, backward = dense(np.ones((2, 3)), np.ones((3, 4)), np.ones(4))
    assert list(inspect.signature(backward).parameters) == ["dz", "skip_dx", "out"]
    _, loss_backward = softmax_cross_entropy(np.ones((2, 3)), np.array([0, 1]))
    assert inspect.signature(loss_backward).parameters["upstream"].default == 1.0


@every_primitive
def test_it_is_pickled_and_copied_by_reference(primitive: Primitive[..., Any]) -> None:
    assert pickle.loads(pickle.dumps(primitive)) is primitive
    assert copy.deepcopy(primitive) is primitive


def test_another_process_can_call_it() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        value, slope = pool.submit(value_and_slope, sigmoid, 0.0).result()
    assert (value, slope) == (0.5, 0.25)


def value_and_slope(primitive: Primitive[[Array], tuple[Array, Backward]], z: float) -> tuple[float, float]:
    a, backward = primitive(np.asarray(z))
    return float(a), float(backward(np.ones(())))


def test_the_types_of_the_results_are_known() -> None:
    """What mypy, and an editor, knows of a call."""
    z = np.ones((2, 3))
    a, backward = relu(z)
    assert_type(a, Array)
    assert_type(backward(a), Array)
    _, loss_backward = softmax_cross_entropy(z, np.array([0, 1]))
    assert_type(loss_backward, LossBackward)
    _, dense_backward = dense(z, np.ones((3, 4)), np.ones(4))
    assert_type(dense_backward(np.ones((2, 4))), tuple[Array, Array, Array])
    assert_type(dense_backward(np.ones((2, 4)), skip_dx=True), tuple[None, Array, Array])


def test_the_upstream_gradient_may_be_given_by_name() -> None:
    _, backward = dense(np.ones((2, 3)), np.ones((3, 4)), np.ones(4))
    dz, dW, db = np.ones((2, 4)), np.empty((3, 4)), np.empty(4)
    for one, other in zip(backward(dz=dz, out=(dW, db)), backward(dz)):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(TypeError, match="missing a required argument: 'dz'"):
        backward(out=(dW, db))  # type: ignore[call-overload]


def test_arguments_that_nothing_is_said_of_are_float_arrays_of_one_dtype() -> None:
    @Primitive
    def times(x: Array, y: Array) -> tuple[Array, Any]:
        return x * y, lambda dz: (dz * y, dz * x)

    value, backward = times(np.array(2.0), y=np.array(3.0))
    assert value == 6
    assert backward(1.0) == (3, 2)
    with pytest.raises(TypeError, match="y: expected float32 or float64"):
        times(np.ones(2), np.arange(2))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="y: expected float64, the dtype of x, got float32"):
        times(np.ones(2), np.ones(2, np.float32))
    with pytest.raises(TypeError, match="missing a required argument: 'y'"):
        times(np.ones(2))  # type: ignore[call-arg]


def test_a_function_that_is_no_primitive_has_no_checks_to_be_without() -> None:
    def identity(z: Array) -> tuple[Array, Backward]:
        return z, lambda dz: dz

    assert without_checks(identity) is identity
    assert without_checks(relu) is relu.mathematics


#: (primitive, inputs) at which intermediate results underflow, overflow or are no number.
AT_THE_ENDS: list[tuple[Primitive[..., Any], tuple[Any, ...]]] = [
    (primitive, inputs)
    for dtype in (np.float32, np.float64)
    for large in (90.0, 720.0, float(np.finfo(dtype).max), np.inf, np.nan)
    for z in [np.array([[large, 0.0, -large], [0.5, -1.0, 2.0]], dtype)]
    for primitive, inputs in [
        (sigmoid, (z,)),
        (relu, (z,)),
        (dense, (z, z.T.copy(), z[0, :2].copy())),
        (nnmath.softmax, (z,)),
        (softmax_cross_entropy, (z, np.array([2, 0]))),
        (softmax_cross_entropy, (z, np.full_like(z, 1 / 3))),
        (nnmath.binary_cross_entropy, (z, np.full_like(z, 0.25))),
    ]
]


@pytest.mark.parametrize(("primitive", "inputs"), AT_THE_ENDS)
def test_the_callers_handling_of_floating_point_errors_changes_nothing(
    primitive: Primitive[..., Any], inputs: tuple[Any, ...]
) -> None:
    results = []
    for handling in ("ignore", "raise", "warn"):
        with np.errstate(all=handling):
            value, backward = primitive(*inputs)
            found = backward(np.ones(np.shape(value), value.dtype))
            results.append([value, *(found if isinstance(found, tuple) else (found,))])
    for other in results[1:]:
        for one, same in zip(results[0], other):
            np.testing.assert_array_equal(one, same)


def test_every_primitive_is_a_name_of_the_package() -> None:
    assert nnmath.__all__ == [primitive.__name__ for primitive in PRIMITIVES]
    assert set(nnmath.__all__) <= set(dir(nnmath))
    for primitive in PRIMITIVES:
        assert getattr(nnmath, primitive.__name__) is primitive
    with pytest.raises(AttributeError, match="module 'nnmath' has no attribute 'sigmoyd'"):
        getattr(nnmath, "sigmoyd")  # noqa: B009  # by the name that mypy must not know


def test_the_command_line_shows_its_help_without_numpy() -> None:
    code = "import sys, nnmath.commands.main as m\ntry: m.main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("dtype", "bBhHiIqQ")
@pytest.mark.parametrize("largest", [4.0, 400.0, np.inf])
def test_labels_are_of_any_integer_type(dtype: str, largest: float) -> None:
    z, labels = np.array([[largest, 0, 0], [0, 0, 0]]), np.array([1, 0])
    expected, back_expected = softmax_cross_entropy(z, labels)
    loss, backward = softmax_cross_entropy(z, labels.astype(dtype))
    assert loss == expected
    np.testing.assert_array_equal(backward(), back_expected())
