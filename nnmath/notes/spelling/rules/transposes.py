r"""Transposes and primes: ``W^{(1)T}`` is ``W^{(1)}^\top``, and ``f^{\prime}`` is ``f'``."""

from __future__ import annotations

import re

from nnmath.notes.spelling.rules.rule import ENDS, Rule

_FONT = r"\\(?:mathrm|mathsf|text|mathbf|rm|sf|mathtt|textsf|mathit)\s*"
_SIGN = (
    rf"(?:\\(?:top|intercal|prime(?=\s*\}})|T{ENDS})|{_FONT}(?:\{{\s*[Tt]\s*\}}|T)|\{{\\(?:rm|sf)\s+T\}}|T"
    r"|\{\s*(?:T|\\top)\s*\}|tr(?=\s*\}))"
)


def _apart(found: re.Match[str]) -> str:
    """Return a script and the transpose behind it, each by itself; behind a sign of reckoning T is a number.

    A prime by itself, or behind another one, is no transpose.
    """
    inner = found["inner"].strip()
    if r"\prime" in found["sign"] and (not inner or r"\prime" in inner):
        return found[0]
    if inner in ("", "-"):
        return r"^{-1}^\top " if inner else r"^\top "
    return found[0] if inner[-1] in "-+/*=(," else rf"^{{{inner}}}^\top "


TRANSPOSES = [
    Rule(rf"\^\s*\{{\s*(?P<inner>[^{{}}]*?)\s*(?:,|\\,|\^)?\s*(?P<sign>{_SIGN})\s*\}}", _apart,
         r"W^{(1)T} + X^{-T} + v^{\rm T} + z^{(i)^T} + e^{o/T}",
         r"W^{(1)}^\top + X^{-1}^\top + v^\top + z^{(i)}^\top + e^{o/T}"),
    Rule(rf"\^\s*(?:\\(?:mathrm|mathsf|text)\s*\{{?\s*T\s*\}}?|\\intercal{ENDS}|T)", r"^\\top ", "W^T", r"W^\top"),
    Rule(rf"\^\s*(?:\{{\s*((?:'|\\prime\s*)+)\s*\}}|(\\prime{ENDS}))",
         lambda found: "'" * len(re.findall(r"'|\\prime", found[0])),
         r"f^{\prime} + g^{''} + h^\prime", "f' + g'' + h'"),
]  # fmt: skip
