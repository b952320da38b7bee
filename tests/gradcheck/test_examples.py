"""Many examples, and what is left of a failure once it has been shrunk."""

import itertools
import subprocess
import sys
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from nnmath.gradcheck import Check, CouldNotCheckError, assert_function, check_function, check_gradients, examples
from nnmath.gradcheck.examples import run_examples
from nnmath.sampling import declared_inputs, distinct_inputs, drawn_inputs

DENSE = "x=N,D W=D,M b=M"


def dense(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, lambda dz: (dz @ W.T, x.T @ dz, dz.sum(axis=0))


def wrong_dense(x: Any, W: Any, b: Any) -> Any:
    return x @ W + b, lambda dz: (dz @ W.T, 2 * x.T @ dz, dz.sum(axis=0) / len(x))


@cache
def check_of_wrong_dense() -> Check:
    """What `check_function` says of it, which takes two seconds."""
    return check_function(wrong_dense, DENSE)


def cube(x: Any) -> Any:
    return x**3, lambda g: 3 * x * g


def drawn(function: Any, shapes: Any, domains: Any = "") -> Any:
    return drawn_inputs(declared_inputs(function, shapes, domains))


def test_totals_of_a_right_function() -> None:
    seen = []
    outcome = run_examples(dense, drawn(dense, DENSE), 30, 0, lambda outcome: seen.append(outcome.examples))
    assert outcome.ok
    assert outcome.report is None
    assert outcome.counterexample is None
    assert outcome.examples == 30
    assert seen == list(range(1, 31))
    assert outcome.compared > 1000
    assert 0 < outcome.worst < 1
    assert 0 < outcome.widest < 0.1


def test_hypothesis_shrinks_each_wrong_gradient_for_itself() -> None:
    first = [distinct_inputs(declared_inputs(dense, DENSE))]
    outcome = run_examples(wrong_dense, drawn(dense, DENSE), 100, 0, first=first)
    found = {f.report.names[f.position]: f for f in outcome.failures}
    assert found.keys() == {"W", "b"}
    assert not outcome.ok
    assert [x.shape for x in found["W"].inputs] == [(1, 1), (1, 1), (1,)]  # so nothing but the 2 is to be seen
    assert found["W"].report.findings[0].factor == 2
    assert [x.shape for x in found["b"].inputs] == [(2, 1), (1, 1), (1,)]  # N = 1 would not show it
    assert found["b"].report.findings[0].factor == 0.5


def test_small_examples_hold_zeros_and_ones() -> None:
    check = check_of_wrong_dense()
    shapes = {f.report.names[f.position]: [x.shape for x in f.inputs] for f in check.outcome.failures}
    assert shapes == {"W": [(1, 1), (1, 1), (1,)], "b": [(2, 1), (1, 1), (1,)]}
    assert all(np.isin(x, (0, 1)).all() for f in check.outcome.failures for x in f.inputs)


def test_every_finding_of_a_failure_is_about_its_own_input() -> None:
    for failure in check_of_wrong_dense().outcome.failures:
        assert {finding.input for finding in failure.report.findings} == {failure.position}


def test_a_mistake_that_the_first_example_hides_is_found() -> None:
    def hidden(x: Any, W: Any, b: Any) -> Any:  # the first example has N = 2, 3 or 4
        return x @ W + b, lambda dz: (dz @ W.T, x.T @ dz, dz.sum(axis=0) * (1 if len(x) > 1 else 2))

    check = check_function(hidden, DENSE)
    assert check.outcome.examples > 1
    assert [x.shape for x in check.outcome.counterexample] == [(1, 1), (1, 1), (1,)]


def test_shrinking_stays_with_the_mistake_it_began_with() -> None:
    def two_mistakes(x: Any) -> Any:  # a lost factor everywhere, and infinity at 1
        return x**2, lambda g: np.where(x == 1, np.inf, g * x)

    check = check_function(two_mistakes, "x=N")
    assert check.outcome.failures[0].cause == "scale"
    assert check.outcome.counterexample[0].size == 1
    assert check.outcome.counterexample[0][0] not in (0, 1)


def test_the_same_seed_gives_the_same() -> None:
    assert str(check_function(cube, "x=N", seed=3)) == str(check_function(cube, "x=N", seed=3))
    right = [run_examples(dense, drawn(dense, DENSE), 10, seed).compared for seed in (3, 3, 4)]
    assert right[0] == right[1] != right[2]


def test_what_the_function_refuses_is_counted_and_left_out() -> None:
    def picky(x: Any) -> Any:
        if (x < 0).any():
            raise ValueError("x must not be negative")
        return x**2, lambda g: 2 * g * x

    check = check_function(picky, "x=N,D", examples=40)
    assert check.outcome.ok
    assert check.outcome.examples == 40
    assert check.outcome.refused > 0
    assert f"At {check.outcome.refused} further inputs it raised, first ValueError: x must not be negative" in str(
        check
    )


def test_where_all_is_refused_there_is_no_verdict() -> None:
    def refuses(x: Any) -> None:
        raise ValueError("never")

    outcome = run_examples(refuses, drawn(refuses, "x=N"), 1000, 0)
    assert not outcome.ok
    assert outcome.examples == 0
    assert outcome.refused == 100
    assert outcome.failures == []
    with pytest.raises(
        CouldNotCheckError, match=r"refuses raised at all of 100 inputs drawn, first ValueError at test_exam"
    ):
        assert_function(refuses, "x=N")


@pytest.mark.parametrize("ending", [SystemExit(0), GeneratorExit(), BaseException(), MemoryError("9 TB"), "skip"])
def test_what_ends_a_program_or_a_test_is_no_verdict(ending: Any) -> None:
    def ends(x: Any) -> None:
        if ending == "skip":
            pytest.skip("not today")
        raise ending

    with pytest.raises(CouldNotCheckError, match=r"ends raised \w+ at test_examples.py:\d+.*There is no verdict"):
        assert_function(ends, "x=N")


def test_what_ends_a_program_after_a_mistake_was_found_does_not_hide_it() -> None:
    def wrong_and_ends(x: Any) -> Any:
        if x.size < 2:
            raise SystemExit(0)
        return x, lambda g: 2 * g

    assert check_function(wrong_and_ends, "x=N,D").outcome.failures[0].cause == "scale"


def test_an_interruption_is_passed_on() -> None:
    def interrupted(x: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_function(interrupted, "x=N")


def test_an_async_function_is_refused_at_once() -> None:  # and no coroutine is left behind, which would be a warning
    async def later(x: Any) -> Any:
        return x, lambda g: g

    with pytest.raises(CouldNotCheckError, match="later is an async def; expected a function that returns arrays"):
        check_function(later, "x=N")


def test_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def slow(x: Any) -> Any:
        clock[0] += 0.002
        return x**2, lambda g: 2 * g * x

    monkeypatch.setattr(examples.time, "monotonic", lambda: clock[0])  # type: ignore[attr-defined]
    check = check_function(slow, "x=N", seconds=0.5)
    assert check.outcome.ok
    assert check.outcome.out_of_time
    assert 0 < check.outcome.examples < 200
    assert f"Time ran out after {check.outcome.examples} of 200 examples" in str(check)


def test_one_example_is_checked_however_short_the_time() -> None:
    assert check_function(dense, DENSE, seconds=0).outcome.examples == 1
    assert run_examples(dense, drawn(dense, DENSE), seconds=0).out_of_time


def test_examples_of_any_strategy() -> None:
    outcome = run_examples(cube, st.tuples(st.floats(0.5, 2).map(lambda x: np.array([x]))), 50, 0)
    assert outcome.failures[0].inputs[0].shape == (1,)


def twice(x: Any, y: Any, p: Any) -> Any:
    rows = np.arange(len(y))
    return p * np.log(x) + x[rows, y][:, np.newaxis] * 0, lambda g: 2 * g * p / x


def test_a_small_example_keeps_shapes_and_domains() -> None:
    check = check_function(twice, "x=N,K y=N p=N,K", "x=positive y=labels:K p=probabilities", wrt=["x"])
    x, y, p = check.outcome.counterexample
    assert x.shape == p.shape == (1, 1)
    assert y.tolist() == [0]
    assert p.tolist() == [[1.0]]
    assert x.tolist() == [[1.0]]


def test_a_mistake_that_only_longer_axes_show_is_shrunk() -> None:
    def third_row(x: Any) -> Any:
        return x**2, lambda g: 2 * x * g * (1 if len(x) < 3 else 2)

    assert check_function(third_row, "x=N").outcome.counterexample[0].tolist() == [0.0, 0.0, 1.0]


def test_a_busy_machine_gives_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = str(check_of_wrong_dense())
    clock = itertools.count(step=1000.0)
    monkeypatch.setattr(examples.time, "monotonic", lambda: next(clock))  # type: ignore[attr-defined]
    assert str(check_function(wrong_dense, DENSE)) == expected


def test_the_search_for_a_small_example_is_bounded_by_a_count() -> None:
    calls = 0
    first = distinct_inputs(declared_inputs(dense, DENSE))
    report = check_gradients(wrong_dense, *first)

    def judge(_: Any) -> Any:
        nonlocal calls
        calls += 1
        return report

    run = examples._Run(judge, None, float("inf"))
    with suppress(examples._Enough):
        run.check(first)
    assert run.turn_to(0)
    with suppress(examples._Enough):
        while True:
            run.check(first)
    assert calls == 1 + examples.MOST_TRIED


def test_a_right_function_passes_in_one_line() -> None:
    assert_function(dense, DENSE, examples=20)


def test_a_wrong_function_fails_with_its_diagnosis() -> None:
    with pytest.raises(AssertionError) as failed:
        assert_function(wrong_dense, DENSE)
    text = str(failed.value)
    assert "wrong_dense is wrong, with x (N, D), W (D, M), b (M,)" in text
    assert "gradient of b: wrong (scale)" in text
    assert "The gradient is 1/2 times the right one, and the batch size is 2" in text
    assert "    x = [[0.0],\n         [0.0]]" in text


def test_inputs_that_share_what_they_show_are_shown_once() -> None:
    def both(x: Any, y: Any) -> Any:
        return x * y, lambda g: (-g * y, -g * x)

    text = str(check_function(both, "x=N y=N"))
    assert text.count("gradient of") == 2
    assert 1 <= text.count("The smallest inputs") <= 2


def test_a_separate_backward_pass_and_names_of_inputs() -> None:
    def f(labels: Any, x: Any, *, scale: Any) -> Any:
        return scale * x

    with pytest.raises(AssertionError, match="gradient of scale: wrong"):
        assert_function(
            f,
            "labels=N x=N scale=N",
            "labels=labels:3",
            backward=lambda g, labels, x, scale: (g * scale, -g * x),
            wrt=["x", "scale"],
        )
    with pytest.raises(CouldNotCheckError, match="wrt: labels holds labels; there is no derivative by it"):
        assert_function(f, "labels=N x=N scale=N", "labels=labels:3", wrt=["labels"])


def test_the_checker_itself_does_not_import_hypothesis() -> None:
    code = "import sys, nnmath.gradcheck, nnmath.commands.check; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
