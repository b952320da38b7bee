"""The figures of each derivation's page: where they stand, what they say, and what draws them."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from inspect import signature
from typing import Any

from nnmath.primitives.primitive import Primitive
from nnmath.site import accuracy, pictures, training_pictures
from nnmath.site.layer_figures import LAYER_FIGURES
from nnmath.site.library import DerivationFile
from nnmath.site.picture_style import Draw, Picture


def _errors(name: str, draw: Draw, gradient: str, formula: str, cause: str) -> Picture:
    return Picture(
        f"{name}-errors",
        "rounding",
        f"The relative error of {gradient} in double precision, for inputs from −700 to 700. The code's stays near "
        f"1e-16 everywhere. That of {formula} grows from 0 on, one digit for every 2.3, and from 37 on no digit is "
        "left.",
        f"The relative error of {gradient} over the whole range. {cause} From 37 on the textbook's formula returns 0, "
        "and with it all of the gradient is lost.",
        draw,
    )


#: For each derivation its figures.
FIGURES: Mapping[str, Sequence[Picture]] = {
    "sigmoid": (
        Picture(
            "sigmoid",
            "",
            "The sigmoid rises from 0 to 1, through one half at 0; its slope is a bell, one quarter high at 0.",
            "The sigmoid and its slope.",
            pictures.draw_sigmoid,
            "sigmoid",
        ),
        _errors(
            "sigmoid",
            pictures.errors_drawn(accuracy.sigmoid_errors, "$a(1 - a)$", "input $z$"),
            "the slope",
            "a (1 − a)",
            "Where a is near 1, 1 − a has only the digits that rounding left.",
        ),
    ),
    "relu": (
        Picture(
            "relu",
            "",
            "ReLU is 0 up to 0 and the diagonal beyond; its slope is 0 up to and including 0, and 1 beyond.",
            "ReLU and its slope. Both are exact everywhere; the only question is the slope at the kink.",
            pictures.draw_relu,
            "relu",
        ),
        Picture(
            "relu-kink",
            "backward",
            "The central difference quotient of ReLU by its step. At 0 it is one half for every step. At a thousandth "
            "it is 1 for small steps and falls towards one half once the step is larger than a thousandth. At minus a "
            "hundred thousandth it is 0 for small steps and rises towards one half.",
            "A kink and finite differences: at 0 the central quotient is one half, which is neither of the two slopes; "
            "near 0 it is right only for steps that stay on one side. So the check compares a gradient at a kink with "
            "the two one-sided slopes, and near a kink it takes steps that stay on one side.",
            pictures.draw_kink,
        ),
    ),
    "dense": (
        Picture(
            "dense",
            "",
            "Rectangles for matrices. Forward, z with N rows and M columns is x with N rows and D columns times W "
            "with D rows and M columns, plus b in each row. Backward, the gradient of x is the upstream gradient "
            "times W transposed, and that of W is x transposed times the upstream gradient.",
            "The function and its derivatives, as shapes. Each gradient has the shape of its input, and only one "
            "product of the other two arrays has that shape.",
            pictures.draw_dense,
            inches=4.6,
        ),
        Picture(
            "dense-errors",
            "rounding",
            "The worst error of the gradient of the weights, by the number of examples from 1 to 3000. The bound "
            "grows in proportion; the measured error stays below one epsilon, for the code and for a sum term by term.",
            "The error of ∂L/∂W in relation to the size of its terms. The textbook and the code use the same formula "
            "and add in a different order; neither comes near the bound.",
            pictures.draw_dense_errors,
        ),
    ),
    "softmax": (
        Picture(
            "softmax",
            "",
            "Three probabilities as the first logit goes from −6 to 6 while the others are 0 and 1. The first rises "
            "from 0 to nearly 1, the others fall. The slope of the first is positive, those of the others are "
            "negative, and the three slopes sum to 0.",
            "Three probabilities as one of the logits moves, and their slopes, a row of the Jacobian. The slopes sum "
            "to 0, because the probabilities sum to 1.",
            pictures.draw_softmax,
        ),
        Picture(
            "softmax-errors",
            "rounding",
            "The worst error of softmax's gradient by the spread of the logits, from 0.3 to 700, in units of epsilon. "
            "The code stays below 3. With the difference from the largest logit rounded, the error passes 8 at a "
            "spread of about 20 and reaches more than 100 at 700. Without the difference it is as small as the "
            "code's, until it overflows.",
            "The error of the gradient, each entry in relation to the size of the terms whose difference it is. The "
            "textbook subtracts the largest logit against overflow. That difference is rounded, and the exponential "
            "amplifies the error; the code keeps the rounding error and corrects for it. The thin line is exp(z) "
            "over its sum, accurate until it overflows, at a logit of 710.",
            pictures.draw_softmax_errors,
        ),
    ),
    "binary_cross_entropy": (
        Picture(
            "binary_cross_entropy",
            "",
            "The cost by the logit, for targets of 1, a quarter and 0. For 1 it falls to 0, for 0 it rises from 0, "
            "for a quarter it is lowest where the probability is a quarter. The slopes are the sigmoid, moved down by "
            "the target.",
            "The cost of a logit for three targets, and its slope, which is the probability minus the target.",
            pictures.draw_binary,
            "binary",
        ),
        _errors(
            "binary_cross_entropy",
            pictures.errors_drawn(accuracy.binary_errors, "$p - t$", "logit $z$, with the target 1"),
            "the gradient, with the target 1",
            "p − t",
            "Where the prediction is right, p − t takes the difference of two numbers that are nearly the same.",
        ),
    ),
    "softmax_cross_entropy": (
        Picture(
            "softmax_cross_entropy",
            "",
            "The cost of an example by the logit of its true class: nearly a straight line while the class is behind "
            "the others, and towards 0 where it leads. The slope of the true class goes from −1 to 0, those of the "
            "others from their probabilities to 0.",
            "The cost by the logit of the true class, and its slopes with respect to all three logits: the "
            "probability, from which 1 is subtracted at the true class.",
            pictures.draw_cross_entropy,
        ),
        _errors(
            "softmax_cross_entropy",
            pictures.errors_drawn(accuracy.cross_entropy_errors, "$p - 1$", "lead of the true class"),
            "the gradient of the true class",
            "p − 1",
            "Where the prediction is right, p − 1 takes the difference of two numbers that are nearly the same.",
        ),
    ),
    "network": (
        Picture(
            "network",
            "",
            "Circles for the inputs, the hidden units and the logits of a network of two layers, joined from layer to "
            "layer; an arrow from the logits to the loss, and one back from the loss to the inputs.",
            "Two layers. The values go from left to right, the gradients from right to left.",
            training_pictures.draw_network,
        ),
    ),
    "l2_penalty": (
        Picture(
            "l2_penalty",
            "",
            "A loss that is a parabola with its minimum at 2, a penalty that is a parabola with its minimum at 0, and "
            "their sum, whose minimum lies between the two, at 1.2.",
            "A loss, the penalty with λ = 0.7, and their sum.",
            training_pictures.draw_penalty,
        ),
    ),
    "initial_weights": (
        Picture(
            "initial_weights",
            "",
            "The size of the signal in twenty layers with ReLU, on a logarithmic scale. With He's standard deviation "
            "it stays near 1; with 0.7 times as much it falls to about a thousandth, with 1.4 times as much it grows "
            "to about a thousand.",
            "The size of a signal in twenty layers of 128 units with ReLU. He's standard deviation keeps it.",
            training_pictures.draw_initial_weights,
        ),
    ),
    "optimizers": (
        Picture(
            "optimizers",
            "",
            "Contours of a long valley, and three ways down it from the same point. Gradient descent jumps from side "
            "to side; momentum swings past the minimum; Adam goes along the diagonal first.",
            "Sixty steps down a valley that is twenty times steeper across than along.",
            training_pictures.draw_optimizers,
        ),
    ),
    "finite_differences": (
        Picture(
            "finite_differences",
            "",
            "The error of difference quotients of exp at 1 by the step, on logarithmic scales. From right to left "
            "both fall, the central one twice as fast, until rounding takes over and both rise again.",
            "The error of difference quotients of the exponential function. A large step truncates, a small one "
            "rounds; the best step is in between.",
            training_pictures.draw_differences,
        ),
    ),
    **{picture.name: (picture,) for picture in LAYER_FIGURES},
}


def figures_of(one: DerivationFile) -> Sequence[Picture]:
    """Return the figures of a derivation: those above, or value and slope of a primitive that takes a single number."""
    if one.name in FIGURES:
        return FIGURES[one.name]
    primitive = _primitive(one)
    inputs = [row.cells for row in one.document.rows if row.cells[2].strip() == "()" and row.cells[1].strip() != "-"]
    if primitive is None or len(signature(primitive).parameters) != 1 or not inputs:
        return ()
    return (
        Picture(
            one.name,
            "",
            f"{one.title} for inputs from −6 to 6: the value, and its slope, as the code computes them.",
            f"{one.title}, and its slope.",
            pictures.value_and_slope_drawn(primitive),
        ),
    )


def _primitive(one: DerivationFile) -> Primitive[..., Any] | None:
    """Return the primitive that a derivation of this project derives; None where it derives something else."""
    if one.module is None or not one.module.path.startswith("nnmath/primitives/"):
        return None
    module = import_module(one.module.path.removesuffix(".py").replace("/", "."))
    found = getattr(module, one.name, None)
    return found if isinstance(found, Primitive) else None
