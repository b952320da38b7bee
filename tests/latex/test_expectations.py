"""Expectations over declared distributions: right claims beside wrong ones, exact ones and integrals."""

import pytest

from nnmath.latex import DerivationError, read_text
from tests.latex.documents import document, failing, verdict

ROWS = r"""
    | $x$ | - | (N, D) | real | inputs |
    | $W$ | - | (D, M) | real | weights |
    | $r$ | - | (N, D) | [0, 1] | mask |
    | $s$ | - | () | positive | deviation |
    | $q$ | - | () | (0, 1) | probability |
    | $z$ | - | () | real | normal |
    | $u$ | - | () | real | uniform |
    | $t$ | - | () | real | a number |
"""
FORWARD = r"""
    W_{dm} \sim \mathcal{N}(0, s^2)

    r_{nd} \sim \operatorname{Bernoulli}(q)

    z \sim \mathcal{N}(0, s^2)

    u \sim \mathcal{U}[-s, s]

    a := x W

    y_{nd} := \frac{r_{nd}}{q} x_{nd}
"""

CLAIMS = [
    (r"\mathbb{E}[a_{nm}] = 0", r"\mathbb{E}[a_{nm}] = a_{nm}"),
    (r"\operatorname{Var}[a_{nm}] = s^2 \sum_d x_{nd}^2", r"\operatorname{Var}[a_{nm}] = s \sum_d x_{nd}^2"),
    (r"\mathbb{E}[y_{nd}] = x_{nd}", r"\mathbb{E}[y_{nd}] = q x_{nd}"),
    (r"\operatorname{Var}(y_{nd}) = \frac{1 - q}{q} x_{nd}^2", r"\operatorname{Var}(y_{nd}) = (1 - q) x_{nd}^2"),
    (r"\mathbb E[W_{ij} W_{kl}] = s^2 \delta_{ik} \delta_{jl}", r"\mathbb E[W_{ij} W_{kl}] = s^2 \delta_{ik}"),
    (r"\operatorname{Cov}(a_{nm}, W_{dm}) = x_{nd} s^2", r"\operatorname{Cov}(a_{nm}, W_{dm}) = x_{nd} s"),
    (r"\mathbb{E}\left[z^4\right] = 3 s^4", r"\mathbb{E}\left[z^4\right] = s^4"),
    (r"\operatorname{Var}[u] = \frac{s^2}{3}", r"\operatorname{Var}[u] = \frac{s^2}{12}"),
    (r"\mathbb{E}_{r}[\sum_{d} y_{nd} a_{nm}] = \sum_{d} x_{nd} a_{nm}", r"\mathbb{E}_{r}[\sum_{d} y_{nd} a_{nm}] = 0"),
    (r"\mathbb{E}[\max(z, 0)^2] = \frac{s^2}{2}", r"\mathbb{E}[\max(z, 0)^2] = s^2"),
    (r"\mathbb{E}[|z|] = s \sqrt{\frac{2}{\pi}}", r"\mathbb{E}[|z|] = s"),
    (  # s^2 is known to 100 bits where the nodes lie twice as dense
        r"\mathbb{E}[z \operatorname{erf}(z)] = \frac{2 s^2}{\sqrt{\pi (1 + 2 s^2)}}",
        r"\mathbb{E}[z \operatorname{erf}(z)] = \frac{s^2}{\sqrt{\pi (1 + 2 s^2)}}",
    ),
    (r"\mathbb{E}[\exp(z)] = \exp(s^2 / 2)", r"\mathbb{E}[\exp(z)] = 1"),
    (r"\mathbb{E}[\operatorname{ReLU}(u)] = \frac{s}{4}", r"\mathbb{E}[\operatorname{ReLU}(u)] = \frac{s}{2}"),
    (r"\frac{\partial}{\partial s} \mathbb{E}[z^4] = 12 s^3", r"\frac{\partial}{\partial s} \mathbb{E}[z^4] = 3 s^3"),
    (
        r"\frac{\partial}{\partial s} \mathbb{E}[\exp(z)] = s \exp(s^2 / 2)",
        r"\frac{\partial}{\partial s} \mathbb{E}[\exp(z)] = \exp(s^2 / 2)",
    ),
    (
        r"\frac{\partial}{\partial s} \mathbb{E}[a_{nm}^2] = 2 s \sum_{d} x_{nd}^2",
        r"\frac{\partial}{\partial s} \mathbb{E}[a_{nm}^2] = s \sum_{d} x_{nd}^2",
    ),
    (
        r"\operatorname{Var}[\sum_{d} W_{dm} \max(0, W_{de}) (1 - \delta_{me})] = \frac{D}{2} s^4 (1 - \delta_{me})",
        r"\operatorname{Var}[\sum_{d} W_{dm} \max(0, W_{de}) (1 - \delta_{me})] = D s^4 (1 - \delta_{me})",
    ),
    (
        r"\mathbb{E}[z \max(0, z) \exp(u)] = \frac{s^2}{2} \sinh(s) / s",
        r"\mathbb{E}[z \max(0, z) \exp(u)] = s^2 \sinh(s) / s",
    ),
    (r"\mathbb{E}[\exp(z + u)] = \exp(s^2 / 2) \sinh(s) / s", r"\mathbb{E}[\exp(z + u)] = \exp(s^2 / 2)"),
    (
        r"\mathbb{E}[\frac{\partial z^2 t}{\partial t}] = \frac{\partial}{\partial t} \mathbb{E}[z^2 t]",
        r"\mathbb{E}[\frac{\partial z^2 t}{\partial t}] = \frac{\partial}{\partial t} \mathbb{E}[z t]",
    ),
]


@pytest.mark.parametrize(("right", "wrong"), CLAIMS)
def test_expectations(right: str, wrong: str) -> None:
    assert failing(document(ROWS, FORWARD, right), 4) == []
    assert failing(document(ROWS, FORWARD, wrong), 4) == ["7"]


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\mathbb{E}[t] = t", "nothing in it has a distribution"),
        (r"\mathbb{E}_{t}[z] = t", "how t is distributed"),
        (r"\operatorname{Cov}(z) = t", "taken of 2 quantities"),
        (r"z \sim \mathcal{N}(0, 1)", "a distribution already"),
        (r"t \sim \mathcal{N}(0)", "with 1 parameters"),
        (r"t \sim \mathcal{P}(0)", "no distribution that is known"),
        (r"t \sim \mathcal{N}(z, 1)", "not random itself"),
        (r"a \sim \mathcal{N}(0, 1)", "an input stands before"),
        (r"x_n \sim \mathcal{N}(0, 1)", "every entry its distribution"),
        (r"t = z \sim t", "an input stands before"),
    ],
)
def test_what_is_no_expectation_is_refused(latex: str, part: str) -> None:
    with pytest.raises(DerivationError) as caught:
        read_text(document(ROWS, FORWARD, latex))
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\frac{\partial}{\partial q} \mathbb{E}[r_{nd}] = 1", "by the parameter of a Bernoulli distribution"),
        (r"\mathbb{E}[\exp(a_{nm})] = 0", "over at most 2 numbers"),
        (r"\mathbb{E}[\max(z, u)] = 0", "integrated over one number alone"),
    ],
)
def test_what_is_not_known_is_said(latex: str, part: str) -> None:
    assert part in str(verdict(document(ROWS, FORWARD, latex), 2))


def test_a_definition_depends_on_the_distribution() -> None:
    for right, wrong in (("2 s", "0"), ("2 s", "s")):
        forward = FORWARD + "\n\n" + r"v := \mathbb{E}[z^2]"
        assert failing(document(ROWS, forward, rf"\frac{{\partial v}}{{\partial s}} = {right}"), 2) == []
        assert failing(document(ROWS, forward, rf"\frac{{\partial v}}{{\partial s}} = {wrong}"), 2) == ["8"]
