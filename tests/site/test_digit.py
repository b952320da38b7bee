"""The page on which a person draws: its numbers are those of the network, and drawn digits are recognised."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnmath.data.mnist import FILES, cache_folder
from nnmath.primitives import dense, softmax, softmax_cross_entropy
from nnmath.runs.experiments import MNIST_BEST
from nnmath.runs.run import carry_out
from nnmath.training.network import network
from tests.site.project import digit_model, make_project

PLACES = [Path(os.environ.get("NNMATH_DATA", "/nowhere")), cache_folder()]
HAS_MNIST = all(any((p / f"{name}{end}").is_file() for p in PLACES for end in ("", ".gz")) for name in FILES)

#: The derivations that the page cites.
LAYERS = ["linear/dense.md", "activations/relu.md", "activations/softmax.md", "losses/softmax_cross_entropy.md"]

#: An image of 28 by 28, drawn ten times as large on the page's canvas, through the page's own preparation.
PREPARED = """images => images.map(pixels => {
  const small = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
  const data = small.getContext("2d").createImageData(28, 28);
  pixels.forEach((ink, i) => data.data.set([0, 0, 0, 255 * ink], 4 * i));
  small.getContext("2d").putImageData(data, 0, 0);
  const large = Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
  const context = large.getContext("2d", { willReadFrequently: true });
  context.drawImage(small, 0, 0, 280, 280);
  const image = preprocess(inkOf(context));
  return [[...image], [...forward(image).p]];
})"""


def test_probabilities_and_gradient_are_those_of_the_network(open_page: Any) -> None:
    page = open_page("digit.html")
    x = np.random.default_rng(1).uniform(size=784) * (np.random.default_rng(2).uniform(size=784) > 0.7)
    p, gradient = page.evaluate(
        "([x, k]) => { const pass = forward(x); return [[...pass.p], [...pixelGradient(pass, k)]]; }", [x.tolist(), 3]
    )
    layers = digit_model().layers
    logits, _ = network(x[np.newaxis], layers)
    np.testing.assert_allclose(p, softmax(logits)[0][0], rtol=2e-6)  # the page has the weights in single precision
    np.testing.assert_allclose(gradient, pixel_gradient(x, layers, 3), rtol=1e-4, atol=1e-8)


def pixel_gradient(x: Any, layers: Any, label: int) -> Any:
    """The gradient of the loss with respect to the input of a network of two layers."""
    (W1, b1), (W2, b2) = layers
    z1, first = dense(x[np.newaxis], W1, b1)
    logits, second = dense(np.maximum(z1, 0), W2, b2)
    da = second(softmax_cross_entropy(logits, np.array([label]))[1]())[0]
    return first(da * (z1 > 0))[0][0]


def test_what_is_drawn_is_answered(open_page: Any) -> None:
    page = open_page("digit.html")
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#spoken").inner_text() == "Draw a digit from 0 to 9."
    box = page.locator("#paper").bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 230, steps=6)
    page.mouse.up()
    assert page.locator("#spoken").inner_text() != "Draw a digit from 0 to 9."
    assert page.locator("#bars .best").count() == 1
    shown = page.locator("#bars output").all_inner_texts()
    assert len([text for text in shown if text.endswith("%")]) == 10
    centre = page.evaluate("""() => { let m = 0, x = 0, y = 0;
      latest.image.forEach((ink, i) => { m += ink; x += ink * (i % 28); y += ink * Math.floor(i / 28); });
      return [x / m, y / m]; }""")
    assert centre == pytest.approx([14, 14], abs=0.1)


def test_another_true_digit_has_another_gradient(open_page: Any) -> None:
    page = open_page("digit.html")
    before = page.locator("#largest").inner_text()
    page.locator("#truth").select_option("7")
    assert page.locator("#largest").inner_text() != before


def test_every_equation_is_linked(open_page: Any) -> None:
    page = open_page("digit.html")
    names = [link.get_attribute("href").partition(".")[0] for link in page.locator(".steps a").all()]
    assert names == ["dense", "relu", "softmax", "softmax_cross_entropy", "dense", "relu"]


@pytest.mark.skipif(
    not HAS_MNIST, reason="MNIST is neither in $NNMATH_DATA nor in the cache folder, and is not downloaded"
)
def test_digits_of_mnist_and_drawn_ones_are_recognised(tmp_path: Path, browser: Any) -> None:
    from nnmath.site.site import build

    run = carry_out(MNIST_BEST.override(sizes=(784, 32, 10), epochs=4, images=10_000, smoothing=0.0, every=2), seed=0)
    project = make_project(tmp_path, run.model, only=LAYERS)
    build(project, tmp_path / "site")
    page = browser.new_page()
    page.goto(f"{(tmp_path / 'site').as_uri()}/digit.html")
    count = 300
    images, labels = run.data.x_test[:count], run.data.labels_test[:count]
    prepared = page.evaluate(PREPARED, images.tolist())
    answers = np.array([np.argmax(p) for _, p in prepared])
    plain = run.test_logits[:count].argmax(axis=1)
    assert np.mean(answers == labels) > np.mean(plain == labels) - 0.02
    assert np.mean(answers == labels) > 0.9
    assert np.abs(np.array([image for image, _ in prepared]) - images).mean() < 0.05
    right = 0
    for digit in range(10):
        page.get_by_role("button", name=f"draw a sample {digit}").click()
        right += f" {digit}" in page.locator("#spoken").inner_text()
    assert right >= 9
    page.close()


def curve(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> list[list[float]]:
    """Part of an ellipse, in degrees clockwise from the right."""
    angles = np.radians(np.linspace(start, end, 25))
    return [[cx + rx * float(np.cos(angle)), cy + ry * float(np.sin(angle))] for angle in angles]


#: Ten digits as other people draw them than the samples of the page: with serifs, slanted, of several strokes.
DRAWN: dict[int, list[list[list[float]]]] = {
    0: [curve(120, 140, 75, 80, -60, 305)],
    1: [[[110, 90], [150, 50], [150, 230]], [[105, 230], [195, 230]]],
    2: [[*curve(130, 95, 45, 40, 190, 380), [150, 150], [85, 210]], [[85, 212], [130, 200], [200, 222]]],
    3: [[[90, 60], [185, 60], [125, 120], *curve(130, 175, 55, 52, -80, 140)]],
    4: [[[160, 50], [80, 165], [215, 165]], [[162, 55], [160, 235]]],
    5: [[[105, 55], [98, 130], *curve(130, 175, 58, 52, -120, 130)], [[105, 57], [190, 52]]],
    6: [[*curve(185, 140, 90, 95, 250, 130), *curve(140, 185, 45, 40, 130, -190)]],
    7: [[[85, 65], [195, 62], [130, 230]], [[110, 145], [185, 140]]],
    8: [curve(140, 95, 42, 42, 0, 360), curve(140, 182, 52, 45, 0, 360)],
    9: [[*curve(135, 100, 48, 45, -20, -380), [178, 160], [150, 225], [100, 230]]],
}


def test_twenty_drawn_digits_are_recognised_by_the_network_that_ships(tmp_path: Path, browser: Any) -> None:
    from nnmath.site.site import build

    project = make_project(tmp_path, only=LAYERS)
    (project / "results" / "digits" / "model.npz").unlink()
    build(project, tmp_path / "site")
    page = browser.new_page()
    page.goto(f"{(tmp_path / 'site').as_uri()}/digit.html")
    for digit, strokes in DRAWN.items():
        page.get_by_role("button", name=f"draw a sample {digit}").click()
        article = "an" if digit == 8 else "a"
        assert page.locator("#spoken").inner_text() == f"It is {article} {digit}."
        page.evaluate("lines => { strokes = lines; redraw(); }", strokes)
        assert page.locator("#spoken").inner_text() == f"It is {article} {digit}."
    page.close()
