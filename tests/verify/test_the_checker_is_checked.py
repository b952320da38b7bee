"""Mistakes planted in the checker itself are noticed by its own cases: one of them is enough for each."""

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
from tests.verify.every_case import BROKEN, RIGHT
from tests.verify.gradient_case import Case, verdict

HOME = Path(nnmath.verify.__file__).parent

MISTAKES = [
    # (module, what is changed, into what, the case that notices)
    ("finite_differences", "target[0] = 1  #", "target[-1] = 1  #", "relu 1e-9"),
    ("finite_differences", "nodes = RATIO **", "nodes = (2 * RATIO) **", "mlp dh with W2"),
    (
        "finite_differences",
        "right_noise / right_steps, 1)",
        "right_noise / right_steps, 2)",
        "rnn dh with Wh",
    ),
    (
        "finite_differences",
        "epsilon * np.maximum(np.abs(values), np.abs(at_zero))",
        "0",
        "cross-entropy stable, one confident row",
    ),
    ("finite_differences", "DEVIATIONS * noise", "1e9 * noise", "tanh |g|, single"),
    ("finite_differences", "SAFETY = 2.0", "SAFETY = 1e9", "-log(1 - sigmoid) by hand, 12 to 16"),
    ("finite_differences", "+ rounded  #", "  #", "read-only"),
    ("finite_differences", "better = believed & (width < bar)", "better = believed & (width > bar)", "tanh |g|"),
    (
        "finite_differences",
        "(estimate - width <= high) & (estimate + width >= low)",
        "(estimate == estimate)",
        "relu of tiny, 1 for 0",
    ),
    (
        "finite_differences",
        "kink = np.abs(l - r) > l_bar + r_bar",
        "kink = np.abs(l - r) < -1.0",
        "relu'(0) = 1",
    ),
    (
        "finite_differences",
        "kink = np.abs(l - r) > l_bar + r_bar",
        "kink = np.abs(l - r) > -1.0",
        "relu 1 + 1e-8 at 1e-9",
    ),
    (
        "finite_differences",
        "low = np.where(kink, np.minimum(",
        "low = np.where(kink, np.maximum(",
        "relu'(0) = 1/2",
    ),
    ("numeric", "np.maximum(np.abs(x), typical)", "np.maximum(np.abs(x), 1e-300)", "elu, 0 at 0"),
    (
        "numeric",
        "noise = np.fmax(noise, np.where(np.isfinite(measured), measured, 0))",
        "noise = noise",
        "a difference of large numbers, single",
    ),
    ("numeric", "np.diff(np.stack(found), PROBE_ORDER, axis=0)", "np.stack(found)", "tanh |g|"),
    ("evidence", "np.asarray(self.deviation > 1)", "np.asarray(self.deviation > 1e9)", "tanh |g|, single"),
    ("evidence", "np.asarray(self.deviation > 1)", "np.asarray(self.deviation > 1e-9)", "a power"),
    ("evidence", "ROUNDINGS = 16.0", "ROUNDINGS = 1e11", "tanh |g|, single"),
    ("evidence", "np.where(self.kink & (bars <= 1), 0.0, bars)", "np.where(self.kink, 0.0, bars)", "relu'(0) = 2"),
    (
        "hear",
        "    if evidence.wrong.any():\n        evidence = with_measured_noise(subject, evidence, noise, rng)\n",
        "",
        "single precision in the middle",
    ),
    ("hear", "evidence, more = settle_coincidences(subject, evidence, noise, rng)", "more = []", "sign at 0"),
    (
        "rounding",
        "forgiven[rows] &= ~_wrong_elsewhere(subject, evidence, rows, inputs)",
        "forgiven[rows] &= True",
        "sigmoid of -40, negative",
    ),
    ("coincidence", "two & beyond & ~hidden", "two & False", "dense relu, slope 2 at 0"),
    ("coincidence", "two & beyond & ~hidden", "two & beyond", "antiparallel, weights of their own"),
    ("linearity", " and self.same(self.rows[0], self.rows[-1] / LARGE)", "", "tanh, upstream clipped at 5"),
    ("directions", "self.upstreams[-1] *= LARGE", "pass", "tanh of 600, upstream clipped at 5"),
    (
        "comparison",
        "for at_a_glance in (True, False):",
        "for at_a_glance in (True,):",
        "tanh of 300, a neighbour's share",
    ),
    (
        "coincidence",
        "[near.evidence.wrong for",
        "[near.evidence.wrong & False for",
        "relu net, kinks together, dW 1e-6",
    ),
    (
        "coincidence",
        "curved = _curved(subject, evidence, row, columns)",
        "curved = np.full(len(columns), False)",
        "elu, 0 at 0",
    ),
    (
        "careful",
        "right &= again.low[:, i] * again.high[:, i] > 0",
        "pass",
        "sigmoid layer, -517 beside large weights, no db",
    ),
    (
        "undecided",
        "for step in (once, RATIO * once)",
        "for step in (once,)",
        "softmax net, a unit near 0",
    ),
    ("linearity", "        return linearity\n", "        return None\n", "tanh |g|"),
    ("linearity", "self.same(-u, minus)", "self.same(u, minus)", "relu 1e-9"),
    (
        "contract",
        "not np.array_equal(before, after, equal_nan",
        "np.array_equal(before, after, equal_nan",
        "forward doubles x",
    ),
    (
        "contract",
        "forgetful = [] if findings else _forgetful(subject, value, pass_back, first, upstream)",
        "forgetful = []",
        "accumulates",
    ),
    ("contract", "if gradient.shape != x.shape:", "if gradient.size != x.size:", "db (1, M)"),
    (
        "contract",
        'gradient.dtype.kind != "f" or gradient.dtype.itemsize < x.dtype.itemsize',
        "False",
        "float32 for float64",
    ),
    ("contract", "if not np.isfinite(gradient).all():", "if False:", "0 / 0 at 0"),
    ("subject", "copies(inputs) if self.mutates else inputs", "inputs", "forward doubles x"),
    ("subject", "return max(float(np.finfo(d).eps)", "return max(2e-16", "float32 cross-entropy x20"),
    (
        "comparison",
        "evidence = entry_evidence(subject, k, upstreams, rows[k], noise)\n        if",
        "evidence = entry_evidence(subject, judged[0], upstreams, rows[judged[0]], noise)\n        if",
        "bilinear dx = A.T @ y",
    ),
    (
        "directions",
        "if distance > bar:\n                probe.failed",
        "if distance > 1e12 * bar:\n                probe.failed",
        "one entry, big dense",
    ),
    (
        "directions",
        "direction = self.rng.standard_normal(x.shape)",
        "direction = np.zeros(x.shape)",
        "one entry, big dense",
    ),
    (
        "search",
        "s.low[0] - allowance <= part @ gradient <= s.high[0] + allowance",
        "s.low[0] - allowance <= np.inf",
        "one entry, big dense",
    ),
    (
        "terms",
        "np.abs(analytic + numeric) <= 2 * bar",
        "np.abs(analytic - numeric) <= 2 * bar",
        "sigmoid of -40, negative",
    ),
    (
        "factors",
        "analytic[sharpest] / numeric[sharpest]",
        "numeric[sharpest] / analytic[sharpest]",
        "relu 1 + 1e-8 at 1e-9",
    ),
    ("transposes", "(B + B.swapaxes(-1, -2)) / 2", "B", "bilinear dx = A.T @ y"),
    (
        "axes",
        "lost, gained = sorted(right - found), sorted(found - right)",
        "lost, gained = [], []",
        "dense db, sum over axis 1",
    ),
    ("masks", "if ((right >= low) & (right <= high)).any():", "if True:", "huber not clipped"),
    ("masks", "for what, group in _features(scenes):", "for what, group in ():", "relu at 1"),
    (
        "structure",
        "if elsewhere.any() and not pattern[elsewhere].any():",
        "if elsewhere.any():",
        "dense db, sum over axis 1",
    ),
    ("places", "matters.sum() / 2", "0", "one of 15 by 1e-4"),
    ("diagnosis", "lambda: sign_cause(scene.evidence),", "", "sigmoid of -40, negative"),
    ("evidence", "width = size @", "width = weights @", "tanh |g|, single"),
    ("contract", "if isinstance(before, np.ndarray) and not np.array_equal(", "if not np.array_equal(", "a power"),
    ("witness", "sizes = np.maximum(np.abs(value), 1)", "sizes = np.abs(value)", "elu, 0 at 0"),
    ("witness", "(apart & (width <= SHARP", "((width <= SHARP", "relu 1 + 1e-8 at 1e-9"),
    ("hear", "evidence, certain = with_witness(subject, evidence, rng)", "pass", "-log(1 - sigmoid) by hand, 12 to 16"),
    ("stairs", "stairs = (smallest >= least)", "stairs = (smallest >= -1)", "relu 1 + 1e-8 at 1e-9"),
    (
        "coincidence",
        "rows = rows[~_same_around(subject, evidence, rows, rng)]",
        "rows = rows[:]",
        "sum of relu >= -1e-8",
    ),
    ("transposes", "turned = right.swapaxes(1, 2)", "turned = right", "attention dK of dS @ Q"),
    (
        "axes",
        "        return _of_a_loss(scene, rng)\n    if gained",
        "        return None\n    if gained",
        "logsumexp over axis 0",
    ),
    (
        "rounding",
        "forgiven = evidence.wrong & ~allowed.wrong",
        "forgiven = evidence.wrong & False",
        "cross-entropy stable, one confident row",
    ),
    ("rounding", "DEVIATIONS * sums)", "0 * sums)", "softmax net, equal weights of a unit"),
    ("rounding", "subject.wrt) > 1 else ()", "subject.wrt) > 9 else ()", "sigmoid layer, 1e-9 beside -626, dW halved"),
    ("stairs", "least = subject.epsilon / 2 / FRACTION", "least = 0.0", "relu 1 + 1e-8 at 1e-9"),
    (
        "rounding",
        "found.wrong.any(axis=1, keepdims=True)",
        "found.wrong",
        "relu net ce, a unit that is off nearer to 0, dW",
    ),
    ("stairs", "np.arange(1.0, 27.0)", "np.arange(10.0, 27.0)", "sigmoid layer, 1e-10 beside -129, no dW"),
    (
        "rounding",
        "noise = value_noise(there, np.random.default_rng(0))",
        "noise = 0 * there.value",
        "sigmoid layer, x of 1e3, dW 1e-7",
    ),
    (
        "undecided",
        "all(same) if evidence.kink[row, column] else any(same)",
        "any(same)",
        "softmax net, kinks beside 1",
    ),
    ("numeric", "= 1 / 61, 11", "= 1 / 64, 11", "tanh of 1e-3, single precision in the middle"),
    ("numeric", "[JITTER_STEPS // 2]", "[0]", "sigmoid of 1e-3, single precision in the middle"),
    ("gradients", "if computes_in_single(", "if False and computes_in_single(", "dense in single precision"),
    ("precision", "    return long\n", "    return True\n", "1 - cos x, tiny"),
    ("precision", "if value is None or not _fits(value, np.float32):", "if value is None:", "relu of tiny, 1 for 0"),
    ("careful", "and (heard.wrong != evidence.wrong).any()", "and False", "single precision in the middle"),
    ("careful", "if unit is units:", "if True:", "root of 1e-12 beside 1"),
    ("undecided", "return blurred\n", "return blurred & False\n", "softmax net, kinks beside 1"),
    (
        "transposes",
        "if other is None or not other.evidence.wrong.any():",
        "if other is None:",
        "dense relu without mask, one below 0",
    ),
    ("scenes", "order[entries] = rng.permutation(entries)", "order[entries] = entries", "log, the two largest doubled"),
    ("linearity", "and self._linear_at(place, evidence.position)", "and False", "softmax net, equal columns"),
    (
        "coincidence",
        "if ((times_wrong >= TOO_MANY) & (times_wrong < CLOSELY)).any():",
        "if False:",
        "inverse, another one",
    ),
]

EXTRA = [
    Case("tanh, upstream clipped at 5", np.tanh, lambda g, z: np.clip(g, -5, 5) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal((2, 3)),), ("upstream",), None, 0),
    Case("tanh of 600, upstream clipped at 5", np.tanh, lambda g, z: np.clip(g, -5, 5) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal((20, 30)),), ("upstream",), None, 0),
    Case("tanh of 300, a neighbour's share", np.tanh, lambda g, z: g * (1 - np.tanh(z) ** 2) + (np.arange(300) == 5) * g[6],
         lambda rng: (rng.standard_normal(300),), ("entries", "unknown", "axis"), None, 0),
    Case("a square of 0 only", lambda w: ((w - 3) ** 2).sum(), lambda g, w: g * np.where(w == 0, 0, 2 * (w - 3)),
         lambda rng: (np.zeros(3),), ("missing",), None, 0),
    Case("product over a 0", lambda x: x.prod(), lambda g, x: g * np.divide(x.prod(), x, out=0 * x, where=x != 0),
         lambda rng: (np.array([0.0, 2, 3]),), ("missing", "entries"), None, 0),
    Case("two kinks in a sum, slope 2", lambda z: np.maximum(z, 0).sum(), lambda g, z: g * np.where(z == 0, 2, z > 0),
         lambda rng: (np.array([0.0, 1, -1, 0]),), ("mask",), None, 0),
    Case("log(1 - p) of 1 - 1e-12", lambda p: np.log(1 - p), lambda g, p: -g / (1 - p), lambda rng: (np.array([1 - 1e-12]),)),
    Case("sigmoid of -40, negative", lambda z: 1 / (1 + np.exp(-z)), lambda g, z: -g * np.exp(z),
         lambda rng: (np.array([-40.0, -38.0]),), ("sign",), -1, 0),
    Case("relu of tiny, 1 for 0", lambda z: np.maximum(z, 0), lambda g, z: g * (z > -1e-5),
         lambda rng: (np.array([-1e-9, 1.0, -2.0, 3.0]),), ("mask", "entries", "unknown"), None, 0),
    Case("tanh |g|, single", np.tanh, lambda g, z: np.abs(g) * (1 - np.tanh(z) ** 2),
         lambda rng: (rng.standard_normal(4).astype(np.float32),), ("upstream",), None, 0),
    Case("a power", lambda x, n: x**n, lambda g, x, n: g * n * x ** (n - 1), lambda rng: (rng.uniform(1, 2, 4), 3), wrt=(0,)),
    Case("underflow, whatever the precision", lambda x: np.asarray(0.5 * (x**2).sum(), dtype=float), lambda g, x: g * x,
         lambda rng: (2e-163 * rng.standard_normal(3),)),
]  # fmt: skip


def cases() -> dict[str, Case]:
    """All cases by their names."""
    return {case.name: case for case in [*EXTRA, *RIGHT, *BROKEN]}


class Planted(SourceFileLoader, MetaPathFinder):
    """Imports one module of the checker with a mistake in it."""

    def __init__(self, module: str, old: str, new: str) -> None:
        (path,) = (path for path in HOME.rglob(f"{module}.py") if path.parent.name != "equations")
        super().__init__(".".join(["nnmath.verify", *path.relative_to(HOME).with_suffix("").parts]), str(path))
        source = path.read_text()
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


def problem_with(case: Case, check: Callable[..., Any]) -> str:
    """What a checker gets wrong."""
    try:
        return verdict(case, case.check(0, check))
    except Exception as error:  # a checker that raises is noticed, too
        return repr(error)


@pytest.mark.parametrize("case", EXTRA, ids=lambda case: case.name)
def test_cases_for_mistakes_are_right(case: Case) -> None:
    assert problem_with(case, nnmath.verify.check_gradients) == ""


@pytest.mark.parametrize(("module", "old", "new", "case"), MISTAKES)
def test_a_mistake_in_the_checker_is_noticed(module: str, old: str, new: str, case: str) -> None:
    with planted(module, old, new) as check:
        assert problem_with(cases()[case], check), f"{case} came out as it should"
