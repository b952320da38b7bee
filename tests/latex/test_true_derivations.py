"""True derivations hold, and with one thing changed the changed equation does not."""

from typing import Any

import pytest

from tests.latex.documents import DENSE, LAYER_NORM, RELU, SOFTMAX_CROSS_ENTROPY, TANH, failing, verdict

DERIVATIONS = {"tanh": TANH, "layer norm": LAYER_NORM, "softmax": SOFTMAX_CROSS_ENTROPY, "dense": DENSE, "relu": RELU}


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_true_derivation_holds(name: str) -> None:
    report = verdict(DERIVATIONS[name], examples=12)
    assert report.ok, str(report)
    assert len(report.results) == DERIVATIONS[name].count("```math")


CHANGES = [
    # (derivation, what is changed, into what, the equations that then fail)
    ("tanh", r"= 1 - a^2", r"= 1 + a^2", ["4"]),
    ("tanh", r"= \bar a (1 - a^2)", r"= (1 - a^2)", ["6"]),
    ("tanh", r"(1 - a) (1 + a)", r"(1 - a) (1 - a)", ["6"]),
    ("tanh", r"e^{z} - e^{-z}", r"e^{z} + e^{-z}", ["3"]),
    ("tanh", r"\frac{\bar a}{(\cosh(z))^2}", r"\frac{\bar a}{\cosh(z)}", ["7"]),
    ("tanh", r"a \approx 0.46212", r"a \approx 0.46211", ["10"]),
    ("tanh", r"\cdot 10^{-17}", r"\cdot 10^{-16}", ["13"]),
    ("tanh", r"\ne 1 - z^2", r"\ne 1 - a^2", ["14"]),
    ("layer norm", r"\frac{1}{D} \delta_{ni}", r"\frac{1}{N} \delta_{ni}", ["7"]),
    ("layer norm", r"= \frac{2}{D}", r"= \frac{1}{D}", ["8"]),
    ("layer norm", r"\delta_{dj} - \frac{1}{D} -", r"\delta_{dj} - \frac{1}{D} +", ["9"]),
    ("layer norm", r"\hat x_{nd} \hat x_{nj}", r"\hat x_{nd} \hat x_{nd}", ["9"]),
    ("layer norm", r"= \sum_n \bar a_{nd} \hat x_{nd}", r"= \sum_n \bar a_{nd} x_{nd}", ["11"]),
    ("layer norm", r"\sum_j \gamma_j \bar a_{nj} \hat", r"\sum_j \bar a_{nj} \hat", ["13"]),
    ("layer norm", r"= \frac{1}{s_n} \left(", r"= \frac{1}{v_n} \left(", ["13"]),
    ("softmax", r"(\delta_{kj} - p_{nj})", r"(\delta_{kj} - p_{nk})", ["7"]),
    ("softmax", r"= -\frac{[k = y_n]}", r"= \frac{[k = y_n]}", ["8"]),
    ("softmax", r"= \frac{1}{N} (p_{nk} - t_{nk})", r"= p_{nk} - t_{nk}", ["9"]),
    ("softmax", r"( m_n - z_{n y_n}", r"( m_n + z_{n y_n}", ["10"]),
    ("softmax", r"\sum_{j \ne k} p_{nj}", r"\sum_{j} p_{nj}", ["11"]),
    ("softmax", r"k \ne y_n \\", r"k = y_n \\", ["11"]),
    ("softmax", r"0.0900 &", r"0.0910 &", ["14"]),
    ("softmax", r"= -0.3348", r"= -0.3347", ["15"]),
    ("dense", r"x W + \mathbf 1_N b^\top", r"x W - \mathbf 1_N b^\top", ["2"]),
    ("dense", r"= x_{nd} \delta_{mj}", r"= x_{nd} W_{dm} \delta_{mj}", ["4"]),
    ("dense", r"= \sum_n \bar z_{nm}", r"= \frac{1}{N} \sum_n \bar z_{nm}", ["7"]),
    ("dense", r"= x^\top \bar z", r"= -x^\top \bar z", ["9"]),
    ("relu", r"\frac{\partial a}{\partial z} = [z > 0]", r"\frac{\partial a}{\partial z} = [z < 0]", ["3"]),
    ("relu", r"= \bar a [z > 0]", r"= \bar a [z > 1]", ["4"]),
    ("relu", r"\begin{cases} \bar a &", r"\begin{cases} 1 &", ["5"]),
]


@pytest.mark.parametrize(("name", "old", "new", "tags"), CHANGES)
def test_one_change_is_caught_where_it_is_made(name: str, old: Any, new: Any, tags: Any) -> None:
    assert DERIVATIONS[name].count(old) == 1, "the change is ambiguous"
    assert failing(DERIVATIONS[name].replace(old, new)) == tags


def test_a_wrong_definition_is_caught_by_the_claims_about_it() -> None:
    assert "4" in failing(TANH.replace(r"a := \tanh(z)", r"a := \sinh(z)"))
    assert "6" in failing(SOFTMAX_CROSS_ENTROPY.replace(r"\sum_{j=1}^{K} e^", r"\sum_{j=2}^{K} e^"))
