r"""Densities of many observations, ``P(x_{1:n}; \mu)``, beside that of one of them; their gradients by parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nnmath.latex.syntax.alphabet import GREEK

_EVERY = re.compile(r"(?<=[A-Za-z}])\s*_\s*\{\s*1\s*:\s*[A-Za-z]\s*\}(?=\s*[,;)|]|\s*\\(?:mid|vert)(?![A-Za-z]))")
_CALL = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[pPq])(?P<opening>\s*(?:\\left\s*)?\(\s*[A-Za-z]\s*)(?P<below>_\s*(?:\{[^{}]*\}|\w))?"
)


def with_joint_densities(texts: Sequence[str]) -> list[str]:
    """Return the equations of a file with a name of its own for the density of all observations, if one has it, too."""
    calls = [found for text in texts for found in _CALL.finditer(text)]
    of_one = {found["name"] for found in calls if re.fullmatch(r"_\s*\{?\s*[a-z]\s*\}?", found["below"] or "")}

    def joint(found: re.Match[str]) -> str:
        is_joint = found["name"] in of_one and ":" in (found["below"] or "")
        return f"{found['name']}{'_{all}' if is_joint else ''}{found['opening']}{found['below'] or ''}"

    return [_EVERY.sub("", _CALL.sub(joint, text)) for text in texts]


_SCORE = re.compile(
    r"\\nabla(?![A-Za-z])(?!\s*[_^])(?=\s*\\(?:log|ln)(?![A-Za-z])\s*(?:\\left\s*)?\(?\s*[pP]\s*(?:\\left\s*)?\("
    r"[^()|;]*(?:\||;|\\(?:mid|vert)(?![A-Za-z]))(?P<given>[^()]*?)(?:\\right\s*)?\))"
)
_LETTER = re.compile(r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?\s*\\?(?P<name>[A-Za-z]+)\s*\}?")


def with_scores_by_parameters(texts: Sequence[str]) -> list[str]:
    r"""Write ``\nabla \ln p(t \mid w, \beta)`` with w below it, the only parameter that is no Greek letter."""

    def below(found: re.Match[str]) -> str:
        letters = [one for item in found["given"].split(",") if (one := _LETTER.fullmatch(item.strip()))]
        latin = [one for one in letters if one["name"] not in GREEK and len(one["name"]) == 1]
        return rf"\nabla_{{{latin[0].group()}}} " if len(latin) == 1 else found.group()

    return [_SCORE.sub(below, text) for text in texts]
