"""The GPT: its gradients are those of PyTorch and of finite differences, whatever the number of threads."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.data.text import read_text
from nnmath.primitives import softmax_cross_entropy
from nnmath.runs.gpt import make_update
from nnmath.runs.gpt_recipe import GPTRecipe
from nnmath.training.adamw import warmup_cosine
from nnmath.training.gpt import Sizes, attention_maps, gpt, initialize, shapes, unflatten
from nnmath.training.gpt_file import GPT, gpt_bytes, load_gpt
from nnmath.training.language_model import draw_batches, generate, loss_and_gradient_of, score_text
from nnmath.training.loop import descend
from nnmath.training.model import ModelError
from nnmath.training.shards import blas_threads, one_by_one, threads

SMALL = Sizes(vocabulary=7, context=6, width=8, heads=2, blocks=2)
TEXT = np.random.default_rng(0).integers(7, size=300)


def small(seed: Any = 0, dtype: Any = np.float32) -> Any:
    """Draw weights that are large enough for every part to matter."""
    theta = initialize(SMALL, np.random.default_rng(seed)).astype(dtype)
    return theta + np.random.default_rng(seed + 1).normal(0, 0.2, theta.shape).astype(dtype)


def test_each_gradient_is_the_slope_of_the_loss() -> None:
    theta = small(dtype=np.float64)
    tokens, targets = TEXT[:18].reshape(3, 6), TEXT[1:19]

    def loss(theta: Any) -> Any:
        logits, backward = gpt(tokens, unflatten(theta, SMALL), SMALL.heads)
        value, loss_backward = softmax_cross_entropy(logits, targets)
        return float(value), backward, loss_backward

    _, backward, loss_backward = loss(theta)
    gradient = np.empty_like(theta)
    backward(loss_backward(), unflatten(gradient, SMALL))
    step = 1e-5
    for i in range(0, len(theta), 7):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += step
        behind[i] -= step
        assert gradient[i] == pytest.approx((loss(ahead)[0] - loss(behind)[0]) / (2 * step), rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("batch", [1, 3, 4, 12])
def test_the_number_of_threads_changes_no_bit(batch: Any) -> None:
    (tokens, targets) = next(draw_batches(TEXT, batch, 6, np.random.default_rng(1), 1))
    found = []
    for count in (1, 2, 3):
        theta, gradient = small(), np.full(len(small()), np.nan, np.float32)
        with threads(count) as run:
            loss = loss_and_gradient_of(theta, gradient, SMALL, run)(tokens, targets)
            make_update(GPTRecipe(), SMALL, run, theta, {})(gradient, 0.1)
        found.append((loss, gradient.tobytes(), theta.tobytes()))
    assert len(set(found)) == 1


def test_small_products_stay_on_one_thread_and_large_ones_do_not() -> None:
    from threadpoolctl import threadpool_info

    def count() -> Any:
        return max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")

    before = count()
    with blas_threads(1000):
        assert count() == 1
    with blas_threads(1e9):
        assert count() == before
    assert count() == before


def test_no_position_sees_a_later_one() -> None:
    theta, tokens = small(), TEXT[:6][np.newaxis]
    logits = gpt(tokens, unflatten(theta, SMALL), SMALL.heads)[0]
    changed = tokens.copy()
    changed[0, 4] = (changed[0, 4] + 1) % 7
    other = gpt(changed, unflatten(theta, SMALL), SMALL.heads)[0]
    np.testing.assert_array_equal(logits[:4], other[:4])
    assert (logits[4:] != other[4:]).any(axis=1).all()


def test_attention_maps_are_rows_of_weights() -> None:
    maps = attention_maps(TEXT[:6][np.newaxis], unflatten(small(), SMALL), SMALL.heads)
    assert [m.shape for m in maps] == [(1, 2, 6, 6)] * 2
    for m in maps:
        np.testing.assert_allclose(m.sum(axis=-1), 1, rtol=1e-5)
        assert not np.triu(m[0, 0], 1).any()


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_losses_and_gradients_are_those_of_pytorch() -> None:
    import torch

    from tests.training.torch_gpt import TorchGPT

    sizes, recipe = Sizes(7, context=16, width=32, heads=4, blocks=2), GPTRecipe(steps=50, warmup=5)
    theta = initialize(sizes, np.random.default_rng(0))
    gradient, model = np.empty_like(theta), TorchGPT(unflatten(theta, sizes), sizes.heads)
    optimizer = model.optimizer(recipe.rate, recipe.beta1, recipe.beta2, recipe.decay)
    rate_at = warmup_cosine(recipe.rate, recipe.least_rate, recipe.warmup, recipe.steps)
    batches = list(draw_batches(TEXT, 4, 16, np.random.default_rng(1), recipe.steps))
    function = loss_and_gradient_of(theta, gradient, sizes, one_by_one)
    update = make_update(recipe, sizes, one_by_one, theta, {})
    for (step, _, ours), (x, y) in zip(descend(batches, function, gradient, update, rate_at), batches, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step - 1)
        loss = model.loss(x, y)
        optimizer.zero_grad()
        loss.backward()
        if step == 1:
            expected = model.as_vector(gradients=True)
            unclipped = gradient * max(1.0, float(np.linalg.norm(expected)))
            np.testing.assert_allclose(unclipped, expected, rtol=0, atol=1e-6 * np.abs(expected).max())
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        optimizer.step()
        assert ours == pytest.approx(loss.item(), rel=2e-5)
    np.testing.assert_allclose(theta, model.as_vector(gradients=False), rtol=0, atol=2e-3)


def test_the_score_of_a_text_is_that_of_each_token_once() -> None:
    theta = small()
    score = score_text(theta, SMALL, TEXT[:40], one_by_one)
    total = right = 0.0
    for start in range(0, 39, 6):
        window = TEXT[start : min(start + 7, 40)]
        logits = gpt(window[np.newaxis, :-1], unflatten(theta, SMALL), SMALL.heads)[0]
        total += float(softmax_cross_entropy(logits, window[1:])[0]) * (len(window) - 1)
        right += np.count_nonzero(logits.argmax(axis=1) == window[1:])
    assert score == pytest.approx((total / 39, right / 39), rel=1e-6)


def test_generated_text_is_the_same_for_the_same_seed_and_follows_the_probabilities() -> None:
    theta = small()
    one, same, other = ([*generate(theta, SMALL, TEXT[:3], 30, np.random.default_rng(s))] for s in (1, 1, 2))
    assert one == same != other
    greedy = [*generate(theta, SMALL, TEXT[:3], 5, np.random.default_rng(0), top=1)]
    logits = gpt(TEXT[:3][np.newaxis], unflatten(theta, SMALL), SMALL.heads)[0]
    assert greedy[0] == logits[-1].argmax()


def test_weights_have_the_sizes_of_the_paper() -> None:
    theta = initialize(Sizes(65), np.random.default_rng(0))
    w = unflatten(theta, Sizes(65))
    assert len(theta) == 804_096
    assert w.tokens.std() == pytest.approx(0.02, rel=0.05)
    assert w.blocks[0].out.std() == pytest.approx(0.02 / 8**0.5, rel=0.05)
    assert (w.scale == 1).all()
    assert sum(int(np.prod(shape)) for shape in shapes(Sizes(65))) == len(theta)


def test_a_saved_model_is_read_as_it_was_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    model = GPT(small(), SMALL, "abcdefg")
    path = Path(tmp_path, "model.npz")
    path.write_bytes(gpt_bytes(model))
    found = load_gpt(path)
    assert (found.sizes, found.characters) == (SMALL, "abcdefg")
    np.testing.assert_array_equal(found.theta, model.theta)
    for wrong, message in (
        (model._replace(theta=model.theta[:-1]), "theta: expected"),
        (model._replace(theta=np.full_like(model.theta, np.nan)), "theta: expected"),
        (model._replace(characters="abcdefa"), "characters: expected 7"),
        (model._replace(sizes=SMALL._replace(heads=3)), "a width that the heads divide"),
        (model._replace(sizes=SMALL._replace(blocks=0)), "sizes: expected 5 positive integers"),
    ):
        path.write_bytes(gpt_bytes(wrong))
        with pytest.raises(ModelError, match=message):
            load_gpt(path)


@pytest.mark.parametrize(
    "wrong", [{"heads": 3}, {"steps": 0}, {"rate": 0.0}, {"warmup": 2000}, {"beta2": 1.0}, {"clip": 0.0}, {"seeds": ()}]
)
def test_settings_that_make_no_sense_are_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: expected"):
        GPTRecipe(**wrong)


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_losses_drift_from_those_of_pytorch_no_further_than_rounding_explains(tmp_path: Path) -> None:
    from tests.benchmarks.gpt_losses import MOST, compared, drifts

    path = tmp_path / "text.txt"
    path.write_text("to be, or not to be, that is the question:\n" * 40, encoding="utf-8")
    recipe = GPTRecipe(blocks=2, heads=2, width=16, context=16, batch=4, warmup=5, rate=0.003)
    found = drifts(compared(recipe, read_text(path), 0, 60, hidden=True), 30)
    assert (found[:, 0] < MOST * found[:, 1]).all()
    assert found[:, 1].max() < 1e-3
