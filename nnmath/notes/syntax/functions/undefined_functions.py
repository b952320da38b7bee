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

#: Functions of the field by what is called and with how many arguments, in notes that do not define them: those of the
#: gamma function.
OF_THE_FIELD = {
    ("B", 2): (
        r"\mathrm{B}(\varrho, \varsigma)",
        r"\frac{\Gamma(\varrho) \Gamma(\varsigma)}{\Gamma(\varrho + \varsigma)}",
    ),
    (r"\psi", 1): (r"\psi(\varrho)", r"\operatorname{digamma}(\varrho)"),
}
#: These are so only where the gamma function stands beside them; otherwise they are any function.
BESIDE_GAMMA = frozenset([r"\psi"])

#: The density of the normal distribution, with how many arguments: at x, with a mean and a variance.
NORMAL = r"\mathcal{N}", 3
