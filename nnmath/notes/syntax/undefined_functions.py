"""What a function that a file does not define may stand for."""

from __future__ import annotations

GENERIC = "any smooth function"
IDENTITY = "the identity"

#: Functions that have nothing in common but that they are smooth.
SMOOTH = {
    GENERIC: r"\sin(\varrho + 1) + \frac{2}{3} \varrho",
    "another smooth function": r"\frac{3}{2} \cos(\varrho) + \frac{2}{5} \varrho",
}

#: What it may stand for, by the name that a message gives it. The parameter is a letter that no notes use.
CANDIDATES = {
    **SMOOTH,
    "the sigmoid": r"\operatorname{sigmoid}(\varrho)",
    "tanh": r"\tanh(\varrho)",
    "ReLU": r"\operatorname{ReLU}(\varrho)",
    IDENTITY: r"\varrho",
    "softplus": r"\operatorname{softplus}(\varrho)",
}

#: The density of the normal distribution, with how many arguments: at x, with a mean and a variance.
NORMAL = r"\mathcal{N}", 3
