"""Formulas that were really published wrong, each beside its right form."""

import pytest

from tests.latex.documents import document, failing

LOGITS = r"""
    | $z$ | - | (N, K) | real | logits |
    | $t$ | - | (N, K) | distribution | targets |
    | $y$ | - | (N,) | label 1..K | labels |
    | $\bar p$ | - | (N, K) | real | upstream gradient |
"""
SOFTMAX = r"p_{nk} := \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}"
LOSS = SOFTMAX + "\n\n" + r"L := -\frac{1}{N} \sum_{n,k} t_{nk} \log p_{nk}"
SIGMOID = r"""
    \sigma(u) := \frac{1}{1 + e^{-u}}

    a := \sigma(s)
"""
DENSE = r"""
    | $x$ | - | (N, D) | real | input |
    | $W$ | - | (D, D) | real | weights, square, so that a lost transpose fits |
    | $\bar z$ | - | (N, D) | real | upstream gradient |
"""
NUMBERS = r"""
    | $s$ | - | () | real | a number |
    | $t$ | - | () | [0, 1] | a target |
"""
PAIRS = {
    "numpy-ml: cross-entropy without its minus sign": (
        LOGITS,
        LOSS,
        r"L = \frac{1}{N} \sum_{n,k} t_{nk} (-\log(p_{nk}))",
        r"L = \frac{1}{N} \sum_{n,k} t_{nk} \log p_{nk}",
    ),
    "optax 1040: the gradient of softmax cross-entropy with the probability multiplied in": (
        LOGITS,
        LOSS,
        r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - t_{nk})",
        r"\frac{\partial L}{\partial z_{nk}} = \frac{1}{N} p_{nk} (p_{nk} - t_{nk})",
    ),
    "softmax's Jacobian with one index instead of two": (
        LOGITS,
        SOFTMAX,
        r"\frac{\partial p_{nk}}{\partial z_{nj}} = p_{nk} (\delta_{kj} - p_{nj})",
        r"\frac{\partial p_{nk}}{\partial z_{nj}} = p_{nk} (\delta_{kj} - p_{nk})",
    ),
    "softmax treated like a sigmoid, entry by entry": (
        LOGITS,
        SOFTMAX + "\n\n" + r"L := \sum_{n,k} \bar p_{nk} p_{nk}",
        r"\frac{\partial L}{\partial z_{nk}} = p_{nk} \left( \bar p_{nk} - \sum_j \bar p_{nj} p_{nj} \right)",
        r"\frac{\partial L}{\partial z_{nk}} = p_{nk} (1 - p_{nk}) \bar p_{nk}",
    ),
    "the sigmoid's slope with a plus": (
        NUMBERS,
        SIGMOID,
        r"\sigma'(u) = \sigma(u) (1 - \sigma(u))",
        r"\sigma'(u) = \sigma(u) (1 + \sigma(u))",
    ),
    "the sigmoid's slope in terms of its input": (
        NUMBERS,
        SIGMOID,
        r"\frac{\partial a}{\partial s} = a (1 - a)",
        r"\frac{\partial a}{\partial s} = s (1 - s)",
    ),
    "binary cross-entropy: the gradient with respect to the probability, its denominator lost": (
        NUMBERS,
        SIGMOID + "\n\n" + r"\ell := -t \log(a) - (1 - t) \log(1 - a)",
        r"\frac{\partial \ell}{\partial a} = \frac{a - t}{a (1 - a)}",
        r"\frac{\partial \ell}{\partial a} = a - t",
    ),
    "dW = dz^T x": (
        DENSE,
        "z := x W\n\n" + r"L := \sum_{n,d} \bar z_{nd} z_{nd}",
        r"\frac{\partial L}{\partial W} = x^\top \bar z",
        r"\frac{\partial L}{\partial W} = \bar z^\top x",
    ),
    "dx = dz W": (
        DENSE,
        "z := x W\n\n" + r"L := \sum_{n,d} \bar z_{nd} z_{nd}",
        r"\frac{\partial L}{\partial x} = \bar z W^\top",
        r"\frac{\partial L}{\partial x} = \bar z W",
    ),
    "weight decay without its factor of two": (
        DENSE,
        r"L := \sum_{i,j} W_{ij}^2",
        r"\frac{\partial L}{\partial W} = 2 W",
        r"\frac{\partial L}{\partial W} = W",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_wrong_form_is_refused_and_the_right_one_accepted(name: str) -> None:
    rows, forward, right, wrong = PAIRS[name]
    number = str(forward.count(":=") + 1)
    assert failing(document(rows, forward, right)) == []
    assert failing(document(rows, forward, wrong)) == [number]
    assert failing(document(rows, forward, mistakes=right.replace(" = ", r" \ne "))) == [number]
    assert failing(document(rows, forward, mistakes=wrong.replace(" = ", r" \ne "))) == []
