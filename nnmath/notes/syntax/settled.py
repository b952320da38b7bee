"""Functions that have one meaning in the field, for notes that use them by their word without a definition."""

from __future__ import annotations

#: From the word to its definition. The parameter is a letter that no notes use.
WORDS = {
    "sigmoid": r"\text{sigmoid}(\varrho) := \frac{1}{1 + e^{-\varrho}}",
    "logistic": r"\text{logistic}(\varrho) := \frac{1}{1 + e^{-\varrho}}",
    "relu": r"\text{relu}(\varrho) := \max(0, \varrho)",
    "ReLU": r"\text{ReLU}(\varrho) := \max(0, \varrho)",
    "RELU": r"\text{RELU}(\varrho) := \max(0, \varrho)",
    "silu": r"\text{silu}(\varrho) := \frac{\varrho}{1 + e^{-\varrho}}",
    "SiLU": r"\text{SiLU}(\varrho) := \frac{\varrho}{1 + e^{-\varrho}}",
    "softmax": r"\text{softmax}(\varrho)_k := \frac{e^{\varrho_k}}{\sum_j e^{\varrho_j}}",
    **{
        name: rf"\text{{{name}}}(\varrho) := {body}"
        for name, body in {
            "sech": r"\frac{1}{\cosh(\varrho)}",
            "csch": r"\frac{1}{\sinh(\varrho)}",
            "coth": r"\frac{\cosh(\varrho)}{\sinh(\varrho)}",
            "sec": r"\frac{1}{\cos(\varrho)}",
            "softsign": r"\frac{\varrho}{1 + \lvert \varrho \rvert}",
            "swish": r"\frac{\varrho}{1 + e^{-\varrho}}",
            "logit": r"\log(\frac{\varrho}{1 - \varrho})",
        }.items()
    },
    "Softmax": r"\text{Softmax}(\varrho)_k := \frac{e^{\varrho_k}}{\sum_j e^{\varrho_j}}",
}

GENERIC = "any smooth function"
IDENTITY = "the identity"

#: Functions that have nothing in common but that they are smooth.
SMOOTH = {
    GENERIC: r"\sin(\varrho + 1) + \frac{2}{3} \varrho",
    "another smooth function": r"\frac{3}{2} \cos(\varrho) + \frac{2}{5} \varrho",
}

#: What an undefined letter may stand for, by the name that a message gives it.
CANDIDATES = {
    **SMOOTH,
    "the sigmoid": r"\frac{1}{1 + e^{-\varrho}}",
    "tanh": r"\tanh(\varrho)",
    "ReLU": r"\max(0, \varrho)",
    IDENTITY: r"\varrho",
    "softplus": r"\log(1 + e^{\varrho})",
}
