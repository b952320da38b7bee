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

#: The parameters of functions of several quantities, letters that no notes use.
PARAMETERS = (r"\varrho", r"\varsigma", r"\vartheta")


def body_of(candidate: str, count: int, is_number: bool) -> str:
    """Return what a function of so many quantities is; the value of some is a number, also of arrays.

    One of several is smooth, whatever the candidate: each acts in its own way, and on what the others do.
    """
    body = CANDIDATES[candidate if count == 1 or candidate in SMOOTH else GENERIC]
    own = [body.replace(PARAMETERS[0], letter) for letter in PARAMETERS[:count]]
    together = [rf"\cos({letter})" for letter in PARAMETERS[:count]]
    if is_number:
        own, together = ([rf"\operatorname{{sum}}({one})" for one in terms] for terms in (own, together))
    if count == 1:
        return own[0]
    terms = [rf"\frac{{{i + 2}}}{{2}} \cdot ({one})" for i, one in enumerate(own)]
    return " + ".join([*terms, r"\frac{1}{2} \cdot " + r" \cdot ".join(together)])


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
