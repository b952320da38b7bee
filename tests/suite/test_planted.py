"""The check itself is checked: each of these mistakes, planted in a primitive, must turn it red."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

import nnmath.primitives
from nnmath.gradcheck import check_gradients
from nnmath.primitives import PRIMITIVES
from nnmath.sampling import draw_examples
from nnmath.suite import tasks
from nnmath.suite.subjects import SubjectUnderCheck, all_subjects
from nnmath.suite.table import Row
from nnmath.suite.tasks import all_tasks, differences

#: Examples for each: a tenth of what `make check` draws by default.
EXAMPLES = 20

#: (primitive, what stands in its module, what is put in its place)
PLANTED = [
    # signs
    ("sigmoid", "= da * (e", "= -da * (e"),
    ("relu", "return da * (z > 0)", "return -da * (z > 0)"),
    ("dense", "dz.dot(W.T)", "-dz @ W.T"),
    ("dense", "x.T.dot(dz, out=to_W)", "-x.T @ dz"),
    ("dense", "ones(len(dz), dz.dtype).dot(dz, out=to_b)", "-dz.sum(axis=0)"),
    ("softmax", "(dp - (dp", "(dp + (dp"),
    ("softmax_cross_entropy", "= -others", "= others"),
    ("softmax_cross_entropy", "keepdims=True) - t", "keepdims=True) + t"),
    ("binary_cross_entropy", "* p - t * q", "* p + t * q"),
    # factors
    ("sigmoid", "= da * (e", "= (1 + 1e-6) * da * (e"),
    ("relu", "return da * (z > 0)", "return (1 + 1e-6) * da * (z > 0)"),
    ("dense", "x.T.dot(dz, out=to_W)", "(1 + 1e-6) * x.T @ dz"),
    ("softmax", "= p * (dp", "= (1 + 1e-6) * p * (dp"),
    ("softmax_cross_entropy", "(upstream / N)", "(upstream / N) * (1 + 1e-6)"),
    ("softmax_cross_entropy", "dz *= upstream / N", "dz *= upstream / N * (1 + 1e-6)"),
    ("binary_cross_entropy", "(upstream / N)", "(upstream / N) * (1 + 1e-6)"),
    ("sigmoid", "e / s**2", "e / s**3"),
    ("sigmoid", "e / s**2", "e / s"),
    # means and sums
    ("softmax_cross_entropy", "(upstream / N)", "upstream"),
    ("softmax_cross_entropy", "dz *= upstream / N", "dz *= upstream"),
    ("binary_cross_entropy", "(upstream / N)", "upstream"),
    ("binary_cross_entropy", "(upstream / N)", "(upstream / z.size)"),
    ("softmax_cross_entropy", "losses.sum() / N\n", "losses.sum()\n"),
    ("softmax_cross_entropy", "losses.sum() / N  # (63)", "losses.sum()"),
    ("binary_cross_entropy", "losses.sum() / N", "losses.mean()"),
    ("dense", "ones(len(dz), dz.dtype).dot(dz, out=to_b)", "dz.mean(axis=0)"),
    # transposes and axes
    ("dense", "dz.dot(W.T)", "dz @ W.reshape(W.shape[::-1])"),
    ("dense", "x.T.dot(dz, out=to_W)", "x.reshape(x.shape[::-1]) @ dz"),
    ("dense", "x.T.dot(dz, out=to_W)", "(dz.T @ x).reshape(W.shape)"),
    ("softmax", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).sum(axis=0, keepdims=True)"),
    ("softmax", "(dp * p).sum(axis=1, keepdims=True)", "(dp * p).sum()"),
    ("softmax_cross_entropy", "t.sum(axis=1, keepdims=True)", "t.sum(axis=0, keepdims=True)"),
    # masks
    ("relu", "(z > 0)", "(z > -0.5)"),
    ("relu", "(z > 0)", "(z < 0)"),
    ("relu", "(z > 0)", "(da > 0)"),
    ("relu", "(z > 0)", "(2.0 * (z == 0) + (z > 0))"),
    ("relu", "da * (z > 0)", "da"),
    ("binary_cross_entropy", "smaller, larger)", "larger, smaller)"),
    # a forgotten or misused upstream gradient
    ("sigmoid", "= da * (e", "= 1 * (e"),
    ("relu", "return da * (z > 0)", "return 1.0 * (z > 0)"),
    ("softmax_cross_entropy", "(upstream / N)", "(1 / N)"),
    ("softmax_cross_entropy", "dz *= upstream / N", "dz *= 1 / N"),
    ("binary_cross_entropy", "(upstream / N)", "(abs(upstream) / N)"),
    ("softmax", "= p * (dp", "= p * (abs(dp)"),
    # missing terms
    ("softmax", "(dp - (dp * p).sum(axis=1, keepdims=True))", "(dp - dp * p)"),
    ("softmax_cross_entropy", "dz[rows, y] =", "_ ="),
    ("softmax_cross_entropy", "keepdims=True) - t", "keepdims=True)"),
    ("binary_cross_entropy", "(1 - t) * p - t * q", "p - t * q"),
]


def planted(primitive: str, right: str, wrong: str) -> SubjectUnderCheck:
    """Return the primitive with a mistake in its module."""
    module = importlib.import_module(getattr(nnmath.primitives, primitive).__module__)
    source = Path(str(module.__file__)).read_text()
    assert source.count(right) == 1, f"{right!r} stands {source.count(right)} times in {primitive}.py"
    broken = ModuleType(f"broken_{primitive}")
    exec(compile(source.replace(right, wrong), f"{primitive}.py with {wrong!r}", "exec"), broken.__dict__)
    return SubjectUnderCheck(primitive, getattr(broken, primitive))


@pytest.mark.parametrize(("primitive", "right", "wrong"), PLANTED)
def test_a_planted_mistake_is_found(primitive: str, right: str, wrong: str) -> None:
    subject = planted(primitive, right, wrong)
    examples = [
        *draw_examples(subject.unmistakable_inputs(), EXAMPLES // 4),
        *draw_examples(subject.inputs(), EXAMPLES),
    ]
    assert any(not check_gradients(subject.function, *inputs).ok for inputs in examples)


@pytest.mark.parametrize("name", [subject.name for subject in all_subjects()])
def test_what_is_right_is_not_objected_to(name: str) -> None:
    found = differences(name, EXAMPLES)
    assert found.ok, found.failure
    assert found.examples == EXAMPLES
    assert found.compared > EXAMPLES


def test_a_wrong_row_says_what_is_wrong_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = planted("dense", "x.T.dot(dz, out=to_W)", "-x.T @ dz")
    monkeypatch.setitem(tasks.SUBJECTS, "dense", broken)
    row = Row("dense", differences=differences("dense", EXAMPLES))
    assert not row.ok
    assert str(row).endswith("WRONG")
    assert "gradient of W: wrong (sign)" in next(row.failures())


def test_every_side_is_looked_at() -> None:
    sides = {(task.side, task.row) for task in all_tasks(200)}
    for primitive in PRIMITIVES:
        assert {("equations", primitive.__name__), ("code", primitive.__name__)} < sides
        assert ("differences", primitive.__name__) in sides
    assert {row for side, row in sides if side == "properties"} == {"tests/gradients"}


def test_every_primitive_has_mistakes_planted() -> None:
    assert {primitive for primitive, _, _ in PLANTED} == {primitive.__name__ for primitive in PRIMITIVES}
