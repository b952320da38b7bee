"""Derivations written inside of the tests."""

from nnmath.latex import DerivationReport, read_text, run

TABLE = """
| symbol | code | shape | domain | meaning |
|---|---|---|---|---|
"""


def document(rows: str, forward: str, backward: str = "", **sections: str) -> str:
    """A derivation with the given rows in its table; in a section, equations are separated by empty lines."""
    parts = ["# A derivation\n", "## Symbols\n" + TABLE + "\n".join(line.strip() for line in rows.strip().splitlines())]
    titles = {"code": "As the code computes it", "example": "A worked example", "mistakes": "Where people go wrong"}
    number = 0
    for title, equations in {"Forward": forward, "Backward": backward, **sections}.items():
        parts.append(f"## {titles.get(title, title)}")
        for latex in filter(None, (block.strip() for block in equations.split("\n\n"))):
            number += 1
            parts.append(f"```math\n{latex}\n\\tag{{{number}}}\n```")
    return "\n\n".join(parts) + "\n"


def verdict(text: str, examples: int = 6, shrink: bool = False) -> DerivationReport:
    """Read and run a derivation."""
    return run(read_text(text, "test.md"), examples, shrink=shrink)


def failing(text: str, examples: int = 6) -> list[str]:
    """The numbers of the equations that do not hold."""
    return [result.equation.block.tag for result in verdict(text, examples).failures]


VARIABLES = r"""
    | $x$ | `x` | (N, D) | real | a matrix |
    | $W$ | `W` | (D, M) | real | a matrix |
    | $z$ | `z` | (N, K) | real | a matrix |
    | $b$ | `b` | (K,) | real | a vector |
    | $y$ | `y` | (N,) | label 1..K | labels |
    | $c$ | - | () | positive | a number |
    | $r$ | - | () | real | a number |
"""
FORWARD = r"""
    \sigma(u) := \frac{1}{1 + e^{-u}}

    p_{nk} := \frac{\exp(z_{nk})}{\sum_j \exp(z_{nj})}

    L := \frac{1}{N} \sum_n (-\log(p_{n y_n}))
"""


def claim(latex: str) -> str:
    """A derivation with many symbols, and one claim, which is equation (4)."""
    return document(VARIABLES, FORWARD, latex)


TANH = document(
    r"""
    | $z$ | `z` | () | real | input |
    | $\bar a$ | `da` | () | real | upstream gradient |
    | $a$ | `a` | () | (1) | value |
    | $\frac{\partial L}{\partial z}$ | `dz` | () | (7) | gradient |
    """,
    r"""
    a := \tanh(z)

    L := \bar a a
    """,
    r"""
    a = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = \frac{\sinh(z)}{\cosh(z)}

    \frac{\partial a}{\partial z} = \frac{(\cosh(z))^2 - (\sinh(z))^2}{(\cosh(z))^2} = 1 - a^2

    \frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \, \frac{\partial a}{\partial z}

    \frac{\partial L}{\partial z} = \bar a (1 - a^2) = \bar a (1 - a) (1 + a)
    """,
    code=r"""
    \frac{\partial L}{\partial z} = \frac{\bar a}{(\cosh(z))^2}
    """,
    example=r"""
    z := 0.5

    \bar a := -2

    a \approx 0.46212

    \frac{\partial L}{\partial z} \approx -1.57290

    z := 20

    \frac{\partial L}{\partial z} \approx -3.3987 \cdot 10^{-17}
    """,
    mistakes=r"""
    \frac{\partial a}{\partial z} \ne 1 - z^2

    \frac{\partial L}{\partial z} \ne 1 - a^2
    """,
)

LAYER_NORM = document(
    r"""
    | $x$ | `x` | (N, D) | real | input |
    | $\gamma$ | `gamma` | (D,) | real | scale |
    | $\beta$ | `beta` | (D,) | real | shift |
    | $\varepsilon$ | `eps` | () | 1e-5 | keeps the root away from 0 |
    | $\bar a$ | `da` | (N, D) | real | upstream gradient |
    | $a$ | `a` | (N, D) | (5) | value |
    | $\frac{\partial L}{\partial x}$ | `dx` | (N, D) | (13) | gradient |
    | $\frac{\partial L}{\partial \gamma}$ | `dgamma` | (D,) | (11) | gradient |
    | $\frac{\partial L}{\partial \beta}$ | `dbeta` | (D,) | (12) | gradient |
    """,
    r"""
    \mu_n := \frac{1}{D} \sum_{d=1}^{D} x_{nd}

    v_n := \frac{1}{D} \sum_{d=1}^{D} (x_{nd} - \mu_n)^2

    s_n := \sqrt{v_n + \varepsilon}

    \hat x_{nd} := \frac{x_{nd} - \mu_n}{s_n}

    a_{nd} := \gamma_d \hat x_{nd} + \beta_d

    L := \sum_{n,d} \bar a_{nd} a_{nd}
    """,
    r"""
    \frac{\partial \mu_n}{\partial x_{id}} = \frac{1}{D} \delta_{ni}

    \frac{\partial v_n}{\partial x_{id}} = \frac{2}{D} (x_{nd} - \mu_n) \delta_{ni}

    \frac{\partial \hat x_{nd}}{\partial x_{ij}}
      = \frac{\delta_{ni}}{s_n} \left( \delta_{dj} - \frac{1}{D} - \frac{1}{D} \hat x_{nd} \hat x_{nj} \right)

    \frac{\partial L}{\partial x_{ij}}
      = \sum_{n,d} \frac{\partial L}{\partial \hat x_{nd}} \frac{\partial \hat x_{nd}}{\partial x_{ij}}

    \frac{\partial L}{\partial \gamma_d} = \sum_n \bar a_{nd} \hat x_{nd}

    \frac{\partial L}{\partial \beta} = \bar a^\top \mathbf 1_N
    """,
    code=r"""
    \frac{\partial L}{\partial x_{nd}} = \frac{1}{s_n} \left(
      \gamma_d \bar a_{nd}
      - \frac{1}{D} \sum_j \gamma_j \bar a_{nj}
      - \frac{1}{D} \hat x_{nd} \sum_j \gamma_j \bar a_{nj} \hat x_{nj} \right)
    """,
)

SOFTMAX_CROSS_ENTROPY = document(
    r"""
    | $z$ | `logits` | (N, K) | real | logits |
    | $y$ | `labels` | (N,) | label 1..K | labels |
    | $t$ | `rows` | (N, K) | distribution | targets |
    | $p$ | `p` | (N, K) | (2) | probabilities |
    | $L$ | `loss` | () | (10) | value for labels |
    | $\frac{\partial L}{\partial z}$ | `dlogits` | (N, K) | (11) | gradient for labels |
    | $\frac{\partial R}{\partial z}$ | `drows` | (N, K) | (9) | gradient for rows |
    """,
    r"""
    m_n := \max_k z_{nk}

    p_{nk} := \frac{e^{z_{nk} - m_n}}{\sum_{j=1}^{K} e^{z_{nj} - m_n}}

    \ell_n := -\log(p_{n y_n})

    L := \frac{1}{N} \sum_{n=1}^{N} \ell_n

    R := -\frac{1}{N} \sum_{n,k} t_{nk} \log p_{nk}
    """,
    r"""
    \sum_k p_{nk} = 1

    \frac{\partial p_{nk}}{\partial z_{nj}} = p_{nk} (\delta_{kj} - p_{nj})

    \frac{\partial \ell_n}{\partial p_{nk}} = -\frac{[k = y_n]}{p_{nk}}

    \frac{\partial R}{\partial z_{nk}} = \frac{1}{N} (p_{nk} - t_{nk})
    """,
    code=r"""
    L = \frac{1}{N} \sum_n \left( m_n - z_{n y_n} + \log \sum_k e^{z_{nk} - m_n} \right)

    \frac{\partial L}{\partial z_{nk}} = \frac{1}{N} \begin{cases}
      p_{nk} & k \ne y_n \\
      -\sum_{j \ne k} p_{nj} & \text{otherwise}
    \end{cases}
    """,
    example=r"""
    z := \begin{pmatrix} 1 & 2 & 3 \end{pmatrix}

    y := (3)

    p \approx \begin{pmatrix} 0.0900 & 0.2447 & 0.6652 \end{pmatrix}

    p_{13} - 1 \approx 0.6652 - 1 = -0.3348

    L \approx 0.4076
    """.replace(":= (3)", r":= \begin{pmatrix} 3 \end{pmatrix}"),
)

DENSE = document(
    r"""
    | $x$ | `x` | (N, D) | real | input |
    | $W$ | `W` | (D, M) | real | weights |
    | $b$ | `b` | (M,) | real | biases |
    | $\bar z$ | `dz` | (N, M) | real | upstream gradient |
    | $z$ | `z` | (N, M) | (2) | value |
    | $\frac{\partial L}{\partial x}$ | `dx` | (N, D) | (8) | gradient |
    | $\frac{\partial L}{\partial W}$ | `dW` | (D, M) | (9) | gradient |
    | $\frac{\partial L}{\partial b}$ | `db` | (M,) | (10) | gradient |
    """,
    r"""
    z_{nm} := \sum_{d=1}^{D} x_{nd} W_{dm} + b_m

    z = x W + \mathbf 1_N b^\top

    L := \sum_{n=1}^{N} \sum_{m=1}^{M} \bar z_{nm} z_{nm}
    """,
    r"""
    \frac{\partial z_{nm}}{\partial W_{dj}} = x_{nd} \delta_{mj}

    \frac{\partial L}{\partial W_{dj}}
      = \sum_{n,m} \frac{\partial L}{\partial z_{nm}} \, \frac{\partial z_{nm}}{\partial W_{dj}}

    \frac{\partial L}{\partial W_{dm}} = \sum_n x_{nd} \bar z_{nm} = (x^\top \bar z)_{dm}

    \frac{\partial L}{\partial b_m} = \sum_n \bar z_{nm}
    """,
    code=r"""
    \frac{\partial L}{\partial x} = \bar z W^\top

    \frac{\partial L}{\partial W} = x^\top \bar z

    \frac{\partial L}{\partial b} = \bar z^\top \mathbf 1_N
    """,
)

RELU = document(
    r"""
    | $z$ | `z` | () | real | input |
    | $\bar a$ | `da` | () | real | upstream gradient |
    | $a$ | `a` | () | (1) | value |
    | $\frac{\partial L}{\partial z}$ | `dz` | () | (5) | gradient |
    """,
    r"""
    a := \max(z, 0)

    L := \bar a a
    """,
    r"""
    \frac{\partial a}{\partial z} = [z > 0]

    \frac{\partial L}{\partial z} = \frac{\partial L}{\partial a} \frac{\partial a}{\partial z} = \bar a [z > 0]
    """,
    code=r"""
    \frac{\partial L}{\partial z} = \begin{cases} \bar a & \text{if } z > 0 \\ 0 & \text{otherwise} \end{cases}
    """,
)
