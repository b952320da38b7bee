"""Mistakes planted in the checker itself are noticed by its own cases: a few quick ones are enough for each."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np
import pytest

import nnmath.verify
from tests.verify import broken_habits, broken_manners, broken_passes, broken_places, correct_passes
from tests.verify.gradient_case import Case, verdict

HOME = Path(nnmath.verify.__file__).parent

MISTAKES = [
    # (module, what is changed, into what)
    ("finite_differences", "target[0] = 1  #", "target[-1] = 1  #"),
    ("finite_differences", "nodes = RATIO **", "nodes = (2 * RATIO) **"),
    ("finite_differences", "right_noise / right_steps, 1)", "right_noise / right_steps, 2)"),
    ("finite_differences", "* epsilon * np.maximum(np.abs(values), np.abs(at_zero))", "* 0"),
    ("finite_differences", "DEVIATIONS * noise", "1e9 * noise"),
    ("finite_differences", "SAFETY = 2.0", "SAFETY = 1e9"),
    ("finite_differences", "+ rounded  #", "  #"),
    ("finite_differences", "better = believed & (width < bar)", "better = believed & (width > bar)"),
    ("finite_differences", "(estimate - width <= high) & (estimate + width >= low)", "(estimate == estimate)"),
    ("finite_differences", "kink = np.abs(l - r) > l_bar + r_bar", "kink = np.abs(l - r) < -1.0"),
    ("finite_differences", "kink = np.abs(l - r) > l_bar + r_bar", "kink = np.abs(l - r) > -1.0"),
    ("finite_differences", "low = np.where(kink, np.minimum(", "low = np.where(kink, np.maximum("),
    ("numeric", "np.maximum(np.abs(x), typical)", "np.maximum(np.abs(x), 1e-300)"),
    ("numeric", "noise = np.fmax(noise, np.where(np.isfinite(measured), measured, 0))", "noise = noise"),
    ("numeric", "np.diff(np.stack(found), PROBE_ORDER, axis=0)", "np.stack(found)"),
    ("evidence", "np.asarray(self.deviation > 1)", "np.asarray(self.deviation > 1e9)"),
    ("evidence", "np.asarray(self.deviation > 1)", "np.asarray(self.deviation > 1e-9)"),
    ("evidence", "ROUNDINGS = 16.0", "ROUNDINGS = 1e11"),
    ("evidence", "np.where(self.kink & (bars <= 1), 0.0, bars)", "np.where(self.kink, 0.0, bars)"),
    (
        "hearing",
        "    if evidence.wrong.any():\n        evidence = _with_measured_noise(subject, evidence, noise, rng)\n",
        "",
    ),
    ("hearing", "return settle_coincidences(subject, evidence, noise, rng)", "return evidence, []"),
    ("rounding", "forgiven[rows] &= ~elsewhere", "forgiven[rows] &= True"),
    ("coincidence", "return bool(on_line and not -0.1 <= along <= 1.1)", "return False"),
    ("coincidence", "evidence.entries[columns]).wrong", "evidence.entries[columns]).wrong & False"),
    ("coincidence", "stands = _curved(subject, evidence, row, columns)", "stands = np.full(len(columns), False)"),
    ("linearity", "return None if linearity.linear else linearity", "return None"),
    ("linearity", "self.same(-u, minus)", "self.same(u, minus)"),
    ("contract", "not np.array_equal(before, after, equal_nan", "np.array_equal(before, after, equal_nan"),
    (
        "contract",
        "forgetful = [] if findings else _forgetful(subject, value, pass_back, first, upstream)",
        "forgetful = []",
    ),
    ("contract", "if gradient.shape != x.shape:", "if gradient.size != x.size:"),
    ("contract", 'gradient.dtype.kind != "f" or gradient.dtype.itemsize < x.dtype.itemsize', "False"),
    ("contract", "if not np.isfinite(gradient).all():", "if False:"),
    ("subject", "copies(inputs) if self.mutates else inputs", "inputs"),
    ("subject", "return max(float(np.finfo(d).eps)", "return max(2e-16"),
    (
        "comparison",
        "evidence = entry_evidence(subject, k, upstreams, rows[k], noise)\n        if",
        "evidence = entry_evidence(subject, judged[0], upstreams, rows[judged[0]], noise)\n        if",
    ),
    (
        "directions",
        "if distance > bar:\n                probe.failed",
        "if distance > 1e12 * bar:\n                probe.failed",
    ),
    ("directions", "direction = self.rng.standard_normal(x.shape)", "direction = np.zeros(x.shape)"),
    ("search", "slopes.low[0] - allowance <= part @ gradient", "slopes.low[0] - allowance <= np.inf"),
    ("terms", "np.abs(analytic + numeric) <= 2 * bar", "np.abs(analytic - numeric) <= 2 * bar"),
    ("factors", "analytic[sharpest] / numeric[sharpest]", "numeric[sharpest] / analytic[sharpest]"),
    ("transposes", "(B + B.swapaxes(-1, -2)) / 2", "B"),
    ("axes", "lost, gained = sorted(right - found), sorted(found - right)", "lost, gained = [], []"),
    ("masks", "if ((right >= low) & (right <= high)).any():", "if True:"),
    ("masks", "for what, group in _features(scenes):", "for what, group in ():"),
    ("structure", "if elsewhere.any() and not pattern[elsewhere].any():", "if elsewhere.any():"),
    ("places", "matters.sum() / 2", "0"),
    ("diagnosis", "lambda: sign_cause(scene.evidence),", ""),
]

#: Quick cases, of every kind.
WANTED = """
relu near 0|dense relu on a kink|abs|relu'(0) = 1/2|antiparallel, weights of their own|net at 0, without biases
dense mixed scales|layer norm 1e6 + small|float32 cross-entropy x20|sigmoid textbook +-30|cross-entropy lse x50|gelu tails
cross-entropy stable x50, textbook gradient|single precision inside|log, wide range|sign at 0|floor of integers|read-only
dense relu, slope 2 at 0|relu'(0) = 2|elu, 0 at 0|sigmoid -|dense dW -|dense db mean|sigmoid 1e-8|softmax 1e-8
dense g @ W|dense dW.T|softmax over axis 0|dense db, sum over axis 1|sigmoid ignores|tanh |g||softmax diagonal|dense db zero
relu without mask|relu at 1|clip without mask|one of 15 by 1e-4|first row doubled|db (1, M)|float32 for float64|0 / 0 at 0
forward doubles x|accumulates|caches globally|one entry, big dense|big dense dW mean|big dense|exp(-x^2)|square without 2
upstream added|hinge at the hinge|relu 1e-9|cross-entropy 1e-8|sigmoid of -40, negative|relu of tiny, 1 for 0|big relu, slope 2 at 0
bilinear dx = A.T @ y|rnn dh with Wh|huber not clipped|relu 0-d at 0|step nearby
""".replace("\n", "|")

EXTRA = [
    Case("sigmoid of -40, negative", lambda z: 1 / (1 + np.exp(-z)), lambda g, z: -g * np.exp(z),
         lambda rng: (np.array([-40.0, -38.0]),), ("sign",), -1, 0),
    Case("relu of tiny, 1 for 0", lambda z: np.maximum(z, 0), lambda g, z: g * (z > -1e-5),
         lambda rng: (np.array([-1e-9, 1.0, -2.0, 3.0]),), ("mask", "entries", "unknown"), None, 0),
]  # fmt: skip


def probes() -> list[Case]:
    """The quick cases."""
    everything = [
        *EXTRA, *correct_passes.ALL, *broken_passes.SIGN, *broken_passes.SCALE, *broken_passes.TRANSPOSE,
        *broken_passes.AXIS, *broken_passes.UPSTREAM, *broken_places.ALL, *broken_manners.ALL, *broken_habits.ALL,
    ]  # fmt: skip
    return [case for case in everything if f"|{case.name}|" in WANTED]


class Planted(SourceFileLoader, MetaPathFinder):
    """Imports one module of the checker with a mistake in it."""

    def __init__(self, module: str, old: str, new: str) -> None:
        super().__init__(f"nnmath.verify.{module}", str(HOME / f"{module}.py"))
        source = (HOME / f"{module}.py").read_text()
        assert source.count(old) == 1, f"{module}.py holds {old!r} {source.count(old)} times"
        self.changed = source.replace(old, new)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.changed, self.path, "exec")


@contextmanager
def planted(module: str, old: str, new: str) -> Iterator[Callable[..., Any]]:
    """The checker with a mistake, imported afresh, and then forgotten again."""
    kept = {name: found for name, found in sys.modules.items() if name.startswith("nnmath.verify")}
    finder = Planted(module, old, new)
    try:
        for name in kept:
            del sys.modules[name]
        sys.meta_path.insert(0, finder)
        yield importlib.import_module("nnmath.verify").check_gradients
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.startswith("nnmath.verify")]:
            del sys.modules[name]
        sys.modules.update(kept)
        nnmath.verify = kept["nnmath.verify"]


def noticed(check: Callable[..., Any]) -> str:
    """The first case that a checker gets wrong."""
    for case in probes():
        try:
            problem = verdict(case, case.check(0, check))
        except Exception as error:  # a checker that raises is noticed, too
            problem = repr(error)
        if problem:
            return f"{case.name}: {problem}"
    return ""


def test_all_quick_cases_are_there_and_right() -> None:
    assert len(probes()) == len([name for name in WANTED.replace("tanh |g|", "tanh g").split("|") if name])
    assert noticed(nnmath.verify.check_gradients) == ""


@pytest.mark.parametrize(("module", "old", "new"), MISTAKES)
def test_a_mistake_in_the_checker_is_noticed(module: str, old: str, new: str) -> None:
    with planted(module, old, new) as check:
        assert noticed(check), "every quick case came out as it should"
