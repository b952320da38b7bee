"""Many random examples: no right backward pass may be called wrong, no wrong one right beyond its error bar.

Run it with ``python -m tests.gradcheck.random_nets EXAMPLES SEED``; a short run of it is a test.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnmath import binary_cross_entropy, dense, relu, sigmoid, softmax, softmax_cross_entropy
from nnmath.gradcheck import check_gradients
from nnmath.gradcheck.finite_differences import ALL_STEPS
from nnmath.gradcheck.function_under_test import FunctionUnderTest
from nnmath.gradcheck.numerical_derivatives import value_noise
from nnmath.gradcheck.single_entries import compare_entries, one_hot

AWKWARD = np.array([0.0, 0.0, 1e-300, 1e-30, 1e-12, 1e-9, 3e-7, 1e-3, 1.0, 30.0, 36.7, 50.0, 700.0, 1e6])


@dataclass
class Example:
    """A primitive or a composition of some, and inputs to it."""

    name: str
    function: Callable[..., Any]
    inputs: tuple[Any, ...]
    wrt: tuple[int, ...]


def values(rng: np.random.Generator, shape: tuple[int, ...], largest: float = np.inf) -> np.ndarray:
    """Numbers of one size, with repeated and awkward ones among them."""
    size = min(10.0 ** rng.choice([-9, -3, 0, 0, 0, 0, 1, 1.5, 2.8, 6]), largest)
    x = size * rng.standard_normal(shape)
    if rng.random() < 0.5:
        awkward = AWKWARD[largest >= AWKWARD]
        x = np.where(rng.random(shape) < 0.3, rng.choice(awkward, shape) * rng.choice([-1.0, 1.0], shape), x)
    if rng.random() < 0.3:
        x = rng.choice(x.reshape(-1), shape)  # repeated
    if rng.random() < 0.05:
        x = np.zeros(shape)
    return np.asarray(x)


def then(*layers: tuple[Callable[..., Any], int]) -> Callable[..., Any]:
    """Compose primitives; each takes the value of the one before and so many inputs of its own."""

    def composed(x: Any, *parameters: Any) -> tuple[Any, Any]:
        backwards, rest = [], list(parameters)
        for layer, count in layers:
            x, own = layer(x, *rest[:count])
            backwards.append((own, count if layer is dense else 0))
            rest = rest[count:]

        def backward(upstream: Any = 1.0) -> tuple[Any, ...]:
            gradients: list[Any] = []
            for pass_back, count in reversed(backwards):
                found = pass_back(upstream)
                upstream, own = (found[0], list(found[1:])) if count else (found, [])
                gradients = own + gradients
            return (upstream, *gradients)

        return x, backward

    return composed


def draw(rng: np.random.Generator) -> Example:
    """One example, shapes 1 to 5."""
    N, D, H, K = (int(n) for n in rng.integers(1, 6, size=4))
    labels = rng.integers(K, size=N)
    soft = rng.dirichlet(np.ones(K), size=N)
    targets = rng.uniform(size=(N, K)) if rng.random() < 0.5 else rng.integers(2, size=(N, K)).astype(float)
    layer = values(rng, (N, D), 1e3), values(rng, (D, H), 1e3), values(rng, (H,), 1e3)
    second = values(rng, (H, K), 30), values(rng, (K,), 30)
    makers: list[Callable[[], Example]] = [
        lambda: Example("sigmoid", sigmoid, (values(rng, (N, D)),), (0,)),
        lambda: Example("relu", relu, (values(rng, (N, D)),), (0,)),
        lambda: Example("softmax", softmax, (values(rng, (N, K)),), (0,)),
        lambda: Example("dense", dense, (values(rng, (N, D)), values(rng, (D, H)), values(rng, (H,))), (0, 1, 2)),
        lambda: Example("bce", binary_cross_entropy, (values(rng, (N, K)), targets), (0,)),
        lambda: Example("ce", softmax_cross_entropy, (values(rng, (N, K)), labels), (0,)),
        lambda: Example("ce soft", softmax_cross_entropy, (values(rng, (N, K)), soft), (0,)),
        lambda: Example("dense relu", then((dense, 2), (relu, 0)), layer, (0, 1, 2)),
        lambda: Example("dense sigmoid", then((dense, 2), (sigmoid, 0)), layer, (0, 1, 2)),
        lambda: Example("relu relu", then((relu, 0), (relu, 0)), layer[:1], (0,)),
        lambda: Example(
            "relu net ce",
            then((dense, 2), (relu, 0), (dense, 2), (softmax_cross_entropy, 1)),
            (*layer, *second, labels),
            (0, 1, 2, 3, 4),
        ),
        lambda: Example(
            "sigmoid net bce", then((dense, 2), (sigmoid, 0), (dense, 2), (binary_cross_entropy, 1)),
            (*layer, *second, targets), (0, 1, 2, 3, 4),
        ),
        lambda: Example("relu net", then((dense, 2), (relu, 0), (dense, 2)), (*layer, *second), (0, 1, 2, 3, 4)),
        lambda: Example("relu net softmax", then((dense, 2), (relu, 0), (dense, 2), (softmax, 0)), (*layer, *second),
                        (0, 1, 2, 3, 4)),
    ]  # fmt: skip
    return makers[rng.integers(len(makers))]()


def false_alarms(examples: int, seed: int) -> Iterator[tuple[int, Example, str]]:
    """Check right gradients; yield what is called wrong."""
    for i in range(examples):
        rng = np.random.default_rng((seed, i))
        with np.errstate(all="ignore"):
            example = draw(rng)
            report = check_gradients(example.function, *example.inputs, wrt=example.wrt, seed=i)
        if not report.ok:
            yield i, example, str(report)


def broken(rng: np.random.Generator, d: Any) -> Any:
    """A gradient with a mistake."""
    d = np.array(d)
    which = rng.integers(6)
    if which == 0:
        return d * rng.choice([-1, 0.5, 2, 1 + 1e-4, 1 + 1e-6, 1 + 1e-8, 1 - 1e-7])
    if which == 1:
        d.reshape(-1)[rng.integers(d.size)] *= rng.choice([0, 2, -1, 1 + 1e-4, 1 + 1e-6])
    elif which == 2:
        d = d[::-1].copy()
    elif which == 3 and d.ndim == 2 and d.shape[0] == d.shape[1]:
        d = d.T.copy()
    elif which == 4:
        d = d + 1e-3 * np.max(np.abs(d), initial=0) * rng.standard_normal(d.shape)
    else:
        d = np.zeros_like(d)
    return d


def misses(examples: int, seed: int) -> Iterator[tuple[int, Example, str]]:
    """Check wrong gradients; yield what is called right although it is outside of its error bar."""
    for i in range(examples):
        rng = np.random.default_rng((seed, i, 1))
        with np.errstate(all="ignore"):
            example = draw(rng)
            k = int(rng.integers(len(example.wrt)))
            wrong_seed = int(rng.integers(1 << 30))

            def planted(
                *inputs: Any, example: Any = example, k: Any = k, wrong_seed: Any = wrong_seed
            ) -> tuple[Any, Any]:
                value, pass_back = example.function(*inputs)

                def backward(upstream: Any) -> tuple[Any, ...]:
                    found = pass_back(upstream)
                    found = list(found) if isinstance(found, tuple) else [found]
                    found[k] = broken(np.random.default_rng(wrong_seed), found[k])
                    return tuple(found)

                return value, backward

            report = check_gradients(planted, *example.inputs, wrt=example.wrt, seed=i)
            if any(finding.input == k for finding in report.findings):
                continue
            excess = _excess(example, planted, k, [item.where for item in report.not_judged if item.input == k])
            if excess > 4:
                yield i, example, f"{excess:.3g} error bars from the truth\n{report}"


def _excess(example: Example, planted: Callable[..., Any], k: int, not_judged: list[tuple[int, ...] | None]) -> float:
    """The largest difference between the planted and the true gradient, in error bars, of what is judged.

    What counts is where the interval holds the true gradient and not the planted one: at a kink it may hold both, and
    where values are constant to the last digit neither.
    """
    function = FunctionUnderTest(example.function, example.inputs, None, example.wrt)
    upstreams = one_hot(function)
    true = function.gradients(function.inputs, upstreams)[k]
    wrong = FunctionUnderTest(planted, example.inputs, None, example.wrt).gradients(function.inputs, upstreams)[k]
    noise = np.max([value_noise(function, np.random.default_rng(seed)) for seed in range(5)], axis=0)
    evidence = compare_entries(function, k, upstreams, true, noise, np.random.default_rng(0))
    evidence = evidence.derivatives(np.arange(true.shape[1]), noise, ALL_STEPS)
    judged = np.ones(example.inputs[k].shape, dtype=bool)
    for where in not_judged:
        judged[where or ...] = False
    bars = evidence.half_width + 1e-12 * np.abs(true)
    usable = judged.reshape(-1) & evidence.known & ~evidence.wrong & replace(evidence, analytic=wrong).wrong
    return float(np.max(np.abs(wrong - true) / bars, initial=0.0, where=usable))


if __name__ == "__main__":
    count, start = int(sys.argv[1]), int(sys.argv[2])
    alarms = 0
    for number, case, text in false_alarms(count, start):
        alarms += 1
        print("ALARM", number, case.name, [np.asarray(x).tolist() for x in case.inputs], text, sep="\n  ", flush=True)
    missed = 0
    for number, case, text in misses(count // 10, start):
        missed += 1
        print("MISS", number, case.name, [np.asarray(x).tolist() for x in case.inputs], text, sep="\n  ", flush=True)
    print(f"{count} right: {alarms} false alarms; {count // 10} broken: {missed} missed")
