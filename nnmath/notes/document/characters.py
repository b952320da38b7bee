"""Mathematical characters in the place of commands: ``∂L/∂w = 2(ŷ − y)``, as people type or paste them."""

from __future__ import annotations

import re
import unicodedata

_COMMANDS = {
    "∂": "partial", "∇": "nabla", "∑": "sum", "Σ": "Sigma", "∏": "prod", "√": "sqrt", "⊙": "odot", "∘": "circ",
    "⊗": "otimes", "·": "cdot", "⋅": "cdot", "×": "times", "∙": "cdot", "≈": "approx", "≡": "equiv", "≠": "ne",
    "≜": "triangleq", "≔": "coloneqq",
    "≤": "le", "≥": "ge", "∈": "in", "∞": "infty", "←": "leftarrow", "→": "to", "⇒": "Rightarrow", "⟹": "Rightarrow",
    "⇔": "iff", "∝": "propto", "∫": "int", "…": "dots", "⋯": "cdots", "‖": "|", "∥": "|", "⊤": "top", "∼": "sim",
    "⟨": "langle", "⟩": "rangle", "ℓ": "ell",
    "・": "cdot", "･": "cdot",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_SIGNS = {"−": "-", "–": "-", "—": "-", "∗": "*", "′": "'", "″": "''", "’": "'", "½": r"\frac12 ", "\u00a0": " ",
          "\u200b": "", "\u2062": "", "\u2009": " ", "\u202f": " ", "。": ".", "、": ","}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵀᵗˡᵏʲ", "0123456789+-()niTtlkj", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₖₙₜₗₘₓₐₒ", "0123456789+-()ijkntlmxao", strict=True))
_SCRIPTS = re.compile(rf"([{''.join(_RAISED)}]+)|([{''.join(_LOWERED)}]+)")
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot"}
_ACCENTED = re.compile(rf"(\w)([{''.join(_ACCENTS)}])")


def with_commands(latex: str) -> str:
    """Return LaTeX in which every mathematical character is the command that stands for it."""
    if latex.isascii():
        return latex
    latex = _SCRIPTS.sub(_script, latex)
    latex = "".join(_signs(one) for one in latex)
    latex = _ACCENTED.sub(lambda found: rf"\{_ACCENTS[found[2]]}{{{found[1]}}}", latex)
    return "".join(_command(one) for one in latex)


def _script(found: re.Match[str]) -> str:
    raised, lowered = found.groups()
    return (
        f"^{{{''.join(map(_RAISED.__getitem__, raised))}}}"
        if raised
        else (f"_{{{''.join(map(_LOWERED.__getitem__, lowered))}}}")
    )


def _signs(one: str) -> str:
    """Write a letter with an accent as two characters, a letter of a mathematical alphabet as a plain one."""
    if one.isascii() or one in _SIGNS or one in _COMMANDS:
        return _SIGNS.get(one, one)
    parts = unicodedata.normalize("NFKD", one)
    return parts if parts[:1].isascii() or parts in _COMMANDS else one


def _command(one: str) -> str:
    return rf"\{_COMMANDS[one]} " if one in _COMMANDS else one
